package dev.bide.app;

import dev.bide.cli.Maintenance;
import dev.bide.cli.Trouble;
import dev.bide.job.Attempt;
import dev.bide.job.CommandLine;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.Outcome;
import dev.bide.job.ProcessMarks;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.store.Home;
import dev.bide.store.HomeRefused;
import dev.bide.store.StoreDown;
import dev.bide.store.Transaction;
import dev.bide.store.sqlite.DatabaseFile;
import dev.bide.store.sqlite.SqliteStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Backup and restore: files that are there whole or not at all. */
public final class HomeMaintenance implements Maintenance {
  private static final String COOKIE = ProcessMarks.ATTEMPT + "=";

  @Override
  public Copied backup(Path home, Path file, boolean force, @Nullable Copier server)
      throws Trouble {
    refuseTarget(home, file, force);
    Path database = home.resolve("bide.db");
    if (server == null && !Files.exists(database)) {
      throw new Trouble("there is no database in " + home + " (--home names another)");
    }
    Path unfinished = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    Thread cutOff = new Thread(() -> deleteQuietly(unfinished));
    Runtime.getRuntime().addShutdownHook(cutOff); // Ctrl+C
    try {
      Home.createPrivateFile(unfinished);
      if (server == null) {
        DatabaseFile.copy(database, unfinished);
      } else {
        server.copy(unfinished);
      }
      long jobs = sound(unfinished, file).jobs();
      sync(unfinished);
      long bytes = Files.size(unfinished);
      giveName(unfinished, file, force);
      sync(directory(file));
      return new Copied(jobs, bytes);
    } catch (IOException e) {
      throw new Trouble("the backup cannot be written: " + words(e), e);
    } catch (StoreDown e) {
      throw new Trouble("no backup was made: " + e.getMessage(), e);
    } finally {
      deleteQuietly(unfinished);
      try {
        Runtime.getRuntime().removeShutdownHook(cutOff);
      } catch (IllegalStateException e) {
        // it is running
      }
    }
  }

  @Override
  public List<Finding> examine(Path home, boolean integrity, boolean served) {
    return new HomeExamination(home).findings(integrity, served);
  }

  private static void refuseTarget(Path home, Path file, boolean force) throws Trouble {
    Path directory = directory(file);
    if (!Files.isDirectory(directory)) {
      throw new Trouble("there is no directory " + directory);
    }
    try {
      if (Files.isDirectory(home) && directory.toRealPath().startsWith(home.toRealPath())) {
        throw new Trouble(
            file + " is in the home, and would be lost with it: choose another place");
      }
    } catch (IOException e) {
      throw new Trouble("the backup cannot be written: " + words(e), e);
    }
    if (Files.isDirectory(file)) {
      throw new Trouble(file + " is a directory: say FILE");
    }
    if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new Trouble(file + " is there already: --force replaces it");
    }
  }

  private static DatabaseFile.Facts sound(Path copy, Path shown) throws Trouble {
    DatabaseFile.Facts facts = DatabaseFile.facts(copy);
    List<String> problems = DatabaseFile.problems(copy, false);
    if (!problems.isEmpty()) {
      throw new Trouble(shown + " is damaged (" + problems.get(0) + ")");
    }
    return facts;
  }

  /** Never replaces what came there meanwhile, unless it may. */
  private static void giveName(Path unfinished, Path file, boolean force)
      throws IOException, Trouble {
    if (!force) {
      try {
        Files.createLink(file, unfinished);
        return;
      } catch (FileAlreadyExistsException e) {
        throw new Trouble(file + " is there already: --force replaces it", e);
      } catch (IOException | UnsupportedOperationException e) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          throw new Trouble(file + " is there already: --force replaces it", e);
        }
        // a file system without links
      }
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public Restored restore(Path file, Path path, boolean paused) throws Trouble {
    if (!Files.isRegularFile(file)) {
      throw new Trouble("there is no file " + file);
    }
    try (Home home = Home.open(path)) {
      refuseDatabase(home);
      Path copy = home.path().resolve("restored.db");
      deleteQuietly(copy); // of a restore that was cut off: the home is held, so nobody else's
      try {
        Home.createPrivateFile(copy);
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(
            copy, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        DatabaseFile.Facts facts = checked(copy, file);
        Map<String, Long> alive = processes();
        NewerAttempts newer = newerAttempts(home, copy, alive);
        Restored restored = settle(home, copy, facts, paused, alive);
        sync(copy);
        newer.moveAside(); // as late as can be: the database that they belong to may come back
        Files.move(copy, home.database(), StandardCopyOption.ATOMIC_MOVE);
        sync(home.path());
        return restored;
      } finally {
        deleteQuietly(copy);
      }
    } catch (HomeRefused | StoreDown e) {
      throw new Trouble("nothing was restored: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Trouble("nothing was restored: " + words(e), e);
    }
  }

  private static void refuseDatabase(Home home) throws Trouble {
    for (String name : List.of("bide.db", "bide.db-wal")) {
      Path there = home.path().resolve(name);
      if (Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
        throw new Trouble(
            there
                + " is there, and a restore replaces nothing: move it away (mkdir "
                + quote(home.path() + ".old")
                + " && mv "
                + quote(home.database().toString())
                + "* "
                + quote(home.path() + ".old/")
                + "), or choose another home by --home DIR");
      }
    }
  }

  private static String quote(String path) {
    return CommandLine.quote(path);
  }

  private static DatabaseFile.Facts checked(Path copy, Path file) throws Trouble {
    try {
      return sound(copy, file);
    } catch (StoreDown e) {
      String message = String.valueOf(e.getMessage()).replace(copy.toString(), file.toString());
      throw new Trouble("nothing was restored: " + message, e);
    }
  }

  /** What ran here after the backup was made; refuses while it runs. */
  private static NewerAttempts newerAttempts(Home home, Path copy, Map<String, Long> alive)
      throws Trouble, IOException {
    NewerAttempts newer;
    try (SqliteStore store = SqliteStore.open(copy)) {
      newer =
          store.read(
              snapshot -> {
                try {
                  return NewerAttempts.find(home.runs(), snapshot);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    newer.refuseRunning(alive);
    return newer;
  }

  /** Brings its tables up to date, and ends what cannot be found here any more. */
  private static Restored settle(
      Home home, Path copy, DatabaseFile.Facts facts, boolean paused, Map<String, Long> alive) {
    try (SqliteStore store = SqliteStore.open(copy)) {
      return store.write(
          transaction -> {
            if (paused) {
              DatabaseFile.pauseQueues(transaction);
            }
            DatabaseFile.giveUpNotices(transaction, Instant.now());
            long lost = 0;
            long running = 0;
            for (Job job : transaction.unfinished()) {
              if (job.state() == State.RUNNING) {
                if (endUnlessHere(transaction, home, job, alive)) {
                  lost++;
                } else {
                  running++;
                }
              }
            }
            return new Restored(facts.jobs(), lost, running, facts.waiting());
          });
    }
  }

  /** True when nothing of it is here: neither its run directory nor a process. */
  private static boolean endUnlessHere(
      Transaction transaction, Home home, Job job, Map<String, Long> alive) {
    List<Attempt> attempts = transaction.attempts(job.number());
    Attempt open = attempts.get(attempts.size() - 1);
    Path directory = home.runs().resolve(open.id().directory());
    if (alive.containsKey(open.id().cookie())
        || Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return false; // the next server finds out how it is
    }
    return transaction.finish(
        open.id(),
        Ending.withoutProcess(
            Outcome.LOST,
            Reason.UNKNOWN_EXIT,
            "it ran when the backup was made that this comes from; neither its files nor a process"
                + " of it were here when that was restored",
            Instant.now()));
  }

  /** The processes of jobs that live on this host: one of each, by the mark that they carry. */
  private static Map<String, Long> processes() {
    Map<String, Long> found = new HashMap<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        for (String variable : environment(process).split("\0", -1)) {
          if (variable.startsWith(COOKIE)) {
            found.putIfAbsent(
                variable.substring(COOKIE.length()),
                Long.valueOf(process.getFileName().toString()));
          }
        }
      }
    } catch (IOException e) {
      return found; // no /proc: nothing can be seen here
    }
    return found;
  }

  private static String environment(Path process) {
    try {
      return new String(
          Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended, or is somebody else's
    }
  }

  private static Path directory(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("/") : parent;
  }

  private static void sync(Path path) throws IOException {
    StandardOpenOption way =
        Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, way)) {
      channel.force(true);
    }
  }

  private static void deleteQuietly(Path file) {
    for (String suffix : List.of("", "-journal", "-wal", "-shm")) {
      try {
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
      } catch (IOException e) {
        // there is nothing more that could be done about it
      }
    }
  }

  private static String words(IOException e) {
    if (e instanceof java.nio.file.AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    if (e instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile();
    }
    return String.valueOf(e.getMessage());
  }
}
