package dev.bide.store;

import dev.bide.job.CommandLine;
import dev.bide.store.FileSystems.Mount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds everything of one queue, held by this program alone until it is closed.
 * The one class that knows file permissions; where the file system knows none, it asks for none.
 */
public final class Home implements AutoCloseable {
  private static final String PRIVATE_FILE = "rw-------";
  private static final String PRIVATE_DIRECTORY = "rwx------";

  /** What nobody else may read; what jobs leave in the home is nobody's business. */
  public static final List<String> SECRETS =
      List.of(
          "bide.db", "bide.db-wal", "bide.db-shm", "token", "environment", "server.json", "sock");

  /**
   * The homes open in this process. Static, since what it guards belongs to the process: a POSIX
   * lock goes as soon as any descriptor of its file is closed, so that a second try in the same
   * process must not even open the file (fcntl(2)).
   */
  private static final Set<Path> OPEN = new HashSet<>();

  private final Path path;
  private final Path real;
  private final FileChannel lock;

  private Home(Path path, Path real, FileChannel lock) {
    this.path = path;
    this.real = real;
    this.lock = lock;
  }

  /**
   * Makes the directory where there is none and holds it.
   *
   * @throws HomeRefused when it is open to others, another program holds it, or it is on a network
   *     file system
   */
  public static Home open(Path path) {
    return open(path, mountinfo());
  }

  /** The same, where the mounts are told. */
  static Home open(Path given, String mountinfo) {
    Path path = given.toAbsolutePath().normalize();
    if (path.toString().indexOf('\n') >= 0 || path.toString().indexOf('\0') >= 0) {
      throw new HomeRefused(
          "home "
              + path.toString().replace("\n", "\\n").replace("\0", "\\0")
              + " holds a character that no script can carry: choose another directory");
    }
    try {
      refuseNetwork(path, mountinfo);
      createPrivateDirectory(path);
      // As it really is: two names of one directory are one home.
      Path real = path.toRealPath();
      refuseWide(real);
      for (String name : SECRETS) {
        refuseReadable(real.resolve(name));
      }
      return new Home(path, real, locked(path, real));
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** What is said when something about a home fails. */
  public static HomeRefused unusable(Path path, IOException cause) {
    return new HomeRefused("home " + path + " cannot be used: " + words(cause), cause);
  }

  /**
   * The file system that a directory is on.
   *
   * @param type in the words of the kernel
   * @param network true where a database can be damaged, since locks mean less than they say
   * @param local true where it is known to be fit to hold one
   */
  public record Place(String type, Path point, boolean network, boolean local, boolean readOnly) {}

  /** Where a directory that is there lies; empty when that cannot be told. */
  public static Optional<Place> place(Path directory) throws IOException {
    return FileSystems.of(mountinfo(), directory.toRealPath())
        .map(
            mount ->
                new Place(
                    mount.type(), mount.point(), mount.network(), mount.local(), mount.readOnly()));
  }

  public Path path() {
    return path;
  }

  public Path database() {
    return path.resolve("bide.db");
  }

  /** What jobs write: {@code NUMBER-UUID8/ATTEMPT/}. */
  public Path runs() {
    return path.resolve("runs");
  }

  public Path lock() {
    return path.resolve("lock");
  }

  /** The pipe through which launchers tell. */
  public Path exits() {
    return path.resolve("exits");
  }

  /** Lets go of the directory. */
  @Override
  public void close() {
    synchronized (OPEN) {
      if (!lock.isOpen()) {
        return;
      }
      OPEN.remove(real);
      try (lock) {
        lock.truncate(0);
      } catch (IOException e) {
        // The number of a process that is gone stays in the file, where nobody trusts it alone.
        return;
      }
    }
  }

  /** Makes an empty file that only its owner may read and write, unless it is there. */
  public static void createPrivateFile(Path file) throws IOException {
    try {
      Files.createFile(file, attributes(file, PRIVATE_FILE));
    } catch (FileAlreadyExistsException e) {
      return;
    }
  }

  /** Makes a directory that only its owner may enter, and those above it; unless it is there. */
  public static void createPrivateDirectory(Path directory) throws IOException {
    Files.createDirectories(directory, attributes(directory, PRIVATE_DIRECTORY));
  }

  private static FileAttribute<?>[] attributes(Path path, String permissions) {
    return isPosix(path)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  // ---- what is refused

  private static void refuseWide(Path home) throws IOException {
    if (!isPosix(home)) {
      return;
    }
    PosixFileAttributes attributes = Files.readAttributes(home, PosixFileAttributes.class);
    UserPrincipal self = self(home);
    if (self != null && !attributes.owner().equals(self)) {
      throw new HomeRefused(
          "home "
              + home
              + " belongs to "
              + attributes.owner().getName()
              + ", not to "
              + self.getName()
              + ": choose another directory, or "
              + ("chown " + self.getName() + " " + CommandLine.quote(home.toString())));
    }
    refuse("home", home, attributes.permissions(), "700");
  }

  private static void refuseReadable(Path file) throws IOException {
    if (isPosix(file) && Files.exists(file)) {
      refuse("the file", file, Files.getPosixFilePermissions(file), "600");
    }
  }

  private static void refuse(
      String what, Path path, Set<PosixFilePermission> permissions, String wanted) {
    String letters = PosixFilePermissions.toString(permissions);
    int mode = 0;
    for (int i = 0; i < letters.length(); i++) {
      mode |= letters.charAt(i) == '-' ? 0 : 0400 >> i;
    }
    if ((mode & 077) != 0) {
      throw new HomeRefused(
          String.format(
              Locale.ROOT,
              "%s %s is open to others (mode %04o): chmod %s %s",
              what,
              path,
              mode,
              wanted,
              CommandLine.quote(path.toString())));
    }
  }

  /** Who this process is, or null where that cannot be told. */
  private static @Nullable UserPrincipal self(Path home) {
    try {
      Path process = Path.of("/proc/self");
      return Files.exists(process)
          ? Files.getOwner(process)
          : home.getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName(System.getProperty("user.name", ""));
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  private static void refuseNetwork(Path path, String mountinfo) throws IOException {
    Path existing = path;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    Mount mount = FileSystems.of(mountinfo, existing.toRealPath()).orElse(null);
    if (mount == null || !mount.network()) {
      return;
    }
    String user = System.getProperty("user.name", "me");
    List<Path> others =
        FileSystems.all(mountinfo).stream()
            .filter(other -> other.local() && !other.readOnly())
            .map(Mount::point)
            .distinct()
            .filter(point -> Files.isDirectory(point) && Files.isWritable(point))
            .toList();
    String advice =
        others.isEmpty()
            ? "; no local one here can be written by " + user + ", so ask for one"
            : others.stream()
                    .map(point -> point + " (" + gigabytes(point) + " GB free)")
                    .collect(Collectors.joining(", ", "; local ones: ", ""))
                + "; choose one by the line home = \""
                + others.get(0).resolve("bide-" + user)
                + "\" in bide.toml";
    throw new HomeRefused(
        "home "
            + path
            + " is on a network file system ("
            + mount.type()
            + " at "
            + mount.point()
            + "), where a database can be damaged"
            + advice);
  }

  private static long gigabytes(Path point) {
    return point.toFile().getUsableSpace() / 1_000_000_000;
  }

  // ---- the lock

  private static FileChannel locked(Path path, Path real) throws IOException {
    Path file = real.resolve("lock");
    synchronized (OPEN) {
      if (!OPEN.add(real)) {
        throw new HomeRefused(held(path, Long.toString(ProcessHandle.current().pid())), true);
      }
      boolean done = false;
      try {
        FileChannel channel =
            FileChannel.open(
                file,
                Set.of(
                    StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                attributes(file, PRIVATE_FILE));
        try {
          if (channel.tryLock() == null) {
            throw new HomeRefused(held(path, holder(channel)), true);
          }
          channel.truncate(0);
          channel.write(
              ByteBuffer.wrap(
                  (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
          done = true;
          return channel;
        } finally {
          if (!done) {
            channel.close();
          }
        }
      } finally {
        if (!done) {
          OPEN.remove(real);
        }
      }
    }
  }

  private static String held(Path path, String pid) {
    return "another server " + (pid.isEmpty() ? "" : "(pid " + pid + ") ") + "holds " + path;
  }

  /** The process that wrote its number last, or nothing where it has not yet. */
  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(20);
    int length = channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, Math.max(0, length), StandardCharsets.US_ASCII);
    return text.strip().matches("[0-9]+") ? text.strip() : "";
  }

  private static String mountinfo() {
    try {
      return Files.readString(Path.of("/proc/self/mountinfo"));
    } catch (IOException e) {
      // No Linux, or a path in it that is no UTF-8: nothing can be told.
      return "";
    }
  }

  private static String words(IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    if (e instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is no directory: move it away";
    }
    if (e instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile();
    }
    if (e instanceof FileSystemException failed && failed.getReason() != null) {
      return failed.getReason() + " (" + failed.getFile() + ")";
    }
    return String.valueOf(e.getMessage());
  }
}
