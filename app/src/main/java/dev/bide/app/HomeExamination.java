package dev.bide.app;

import dev.bide.BideConfig;
import dev.bide.cli.Maintenance.Finding;
import dev.bide.cli.Maintenance.Status;
import dev.bide.job.CommandLine;
import dev.bide.store.Home;
import dev.bide.store.StoreDown;
import dev.bide.store.sqlite.DatabaseFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Looks at a home, its disk and its database. Changes nothing. One thread. */
final class HomeExamination {
  /** Below, nothing new starts. */
  private static final long LEAST_FREE = BideConfig.DEFAULT_MINIMUM_FREE;

  private static final long LITTLE_FREE = 10 * LEAST_FREE;
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  private final Path home;
  private final List<Finding> found = new ArrayList<>();

  HomeExamination(Path home) {
    this.home = home;
  }

  List<Finding> findings(boolean integrity, boolean served) {
    if (Files.isDirectory(home)) {
      add("home", Status.OK, home.toString());
      try {
        owner();
        modes();
      } catch (IOException e) {
        add("owner", Status.PROBLEM, "the home cannot be looked into: " + e.getMessage());
      }
    } else if (Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
      add("home", Status.PROBLEM, home + " is no directory: move it away, or say --home DIR");
      return found;
    } else {
      add("home", Status.OK, "there is no " + home + " yet: the first verb makes it");
    }
    disk();
    add(
        "zone data",
        Status.OK,
        ZoneRulesProvider.getVersions("UTC").lastKey() + ", as Java has it: when clocks change");
    if (Files.exists(home.resolve("bide.db"))) {
      database(integrity);
      if (!served) {
        stop();
      }
    }
    return found;
  }

  private void add(String check, Status status, String message) {
    found.add(new Finding(check, status, message));
  }

  private void owner() throws IOException {
    String owner = Files.getOwner(home).getName();
    Path self = Path.of("/proc/self");
    if (!Files.exists(self)) {
      return; // nobody tells who this is
    }
    String me = Files.getOwner(self).getName();
    if (owner.equals(me)) {
      add("owner", Status.OK, "the home is yours (" + me + ")");
    } else {
      add(
          "owner",
          Status.PROBLEM,
          "the home belongs to " + owner + ", not to you: chown " + me + " " + quoted(home));
    }
  }

  private void modes() throws IOException {
    List<String> wide = new ArrayList<>();
    if (isWide(home)) {
      wide.add("chmod 700 " + quoted(home));
    }
    for (String name : Home.SECRETS) {
      Path file = home.resolve(name);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && isWide(file)) {
        wide.add("chmod 600 " + quoted(file));
      }
    }
    if (wide.isEmpty()) {
      add("modes", Status.OK, "nobody else may enter the home or read its secrets");
    } else {
      add("modes", Status.PROBLEM, "open to others: " + String.join(" && ", wide));
    }
  }

  private static boolean isWide(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return false;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    return !PosixFilePermissions.toString(permissions).endsWith("------");
  }

  private void disk() {
    Path there = home;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      Optional<Home.Place> place = Home.place(there);
      if (place.isEmpty()) {
        add("file system", Status.WARNING, "of what type it is cannot be told");
      } else {
        fileSystem(place.get());
      }
    } catch (IOException e) {
      add("file system", Status.WARNING, "cannot be told: " + e.getMessage());
    }
    long free = there.toFile().getUsableSpace();
    String amount = free / 1_000_000 + " MB are free";
    if (free < LEAST_FREE) {
      add(
          "space",
          Status.PROBLEM,
          amount + ": nothing new starts below 67 MB; remove jobs or files");
    } else if (free < LITTLE_FREE) {
      add("space", Status.WARNING, amount + ": nothing new starts below 67 MB");
    } else {
      add("space", Status.OK, amount);
    }
  }

  private void fileSystem(Home.Place place) {
    String where = place.type() + " at " + place.point();
    if (place.network()) {
      add(
          "file system",
          Status.PROBLEM,
          where + " is shared between hosts, so that locks mean little: choose a home on a disk");
    } else if (place.readOnly()) {
      add("file system", Status.PROBLEM, where + " is read-only: nothing can be written there");
    } else if (place.local()) {
      add("file system", Status.OK, where);
    } else {
      add(
          "file system",
          Status.WARNING,
          where
              + (place.type().equals("tmpfs")
                  ? " is gone after a reboot, with all jobs: choose a home on a disk"
                  : " is not known to hold databases well"));
    }
  }

  private void database(boolean integrity) {
    Path file = home.resolve("bide.db");
    try {
      DatabaseFile.Facts facts = DatabaseFile.facts(file);
      add(
          "database",
          Status.OK,
          "it opens, and holds " + facts.jobs() + (facts.jobs() == 1 ? " job" : " jobs"));
      add(
          "schema",
          Status.OK,
          "version "
              + facts.version()
              + (facts.version() < facts.known()
                  ? ", which the next server brings to " + facts.known()
                  : ""));
      clock(facts);
      zones(DatabaseFile.schedulesInUnknownZones(file));
      if (integrity) {
        List<String> problems = DatabaseFile.problems(file, true);
        if (problems.isEmpty()) {
          add("integrity", Status.OK, "the database was read to its end; nothing is wrong");
        } else {
          add("integrity", Status.PROBLEM, problems.get(0) + ": " + whatToDo());
        }
      }
    } catch (StoreDown e) {
      add("database", Status.PROBLEM, e.getMessage() + ": " + whatToDo());
    }
  }

  private static String whatToDo() {
    return "stop the server, move bide.db away, and restore a backup";
  }

  private void clock(DatabaseFile.Facts facts) {
    Instant now = Instant.now();
    Instant newest = facts.newest();
    if (newest != null && newest.isAfter(now.plus(CLOCKS_DIFFER))) {
      add(
          "clock",
          Status.WARNING,
          "it says "
              + now.truncatedTo(ChronoUnit.SECONDS)
              + ", but the newest entry is of "
              + newest.truncatedTo(ChronoUnit.SECONDS)
              + ": set the clock");
    } else {
      add("clock", Status.OK, "not before the newest entry");
    }
  }

  private void zones(SortedMap<String, String> unknown) {
    if (unknown.isEmpty()) {
      return;
    }
    String first = unknown.firstKey();
    int others = unknown.size() - 1;
    add(
        "zones",
        Status.WARNING,
        "schedule "
            + first
            + " is paused, since this Java knows no time zone "
            + unknown.get(first)
            + (others == 0 ? "" : ", and " + others + " more")
            + ": take a newer Java, or name another zone (bide schedule edit "
            + first
            + " --tz ZONE)");
  }

  private void stop() {
    boolean unclean = Files.exists(home.resolve("server.json"));
    try {
      Path journal = home.resolve("bide.db-wal");
      unclean |= Files.exists(journal) && Files.size(journal) > 0;
    } catch (IOException e) {
      unclean = true;
    }
    if (unclean) {
      add(
          "last stop",
          Status.WARNING,
          "the last server did not stop by itself: the next one finds the jobs again, and reads the"
              + " database through (server.log may say why)");
    } else {
      add("last stop", Status.OK, "the last server stopped by itself");
    }
  }

  private static String quoted(Path path) {
    return CommandLine.quote(path.toString());
  }
}
