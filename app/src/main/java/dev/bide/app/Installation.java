package dev.bide.app;

import dev.bide.api.HomeFiles;
import dev.bide.store.Home;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.CodeSource;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The copy of this program in a home's {@code lib}, from which its server runs: named by its
 * content, so that neither a rebuild nor an upgrade pulls anything from beneath a running server.
 * Next to it lies the archive of loaded classes that halves the time a start takes; Java wants one
 * for each place of the jar and each JDK.
 *
 * <p>Without state of its own: several programs may work on one home at the same time.
 */
public final class Installation {
  /** The verb, known to no user, by which the program goes through what it usually does. */
  static final String REHEARSE = "--rehearse";

  private static final String USE_ARCHIVE = "-XX:SharedArchiveFile=";

  private static final Path NICE = Path.of("/usr/bin/nice");
  private static final Path NOTHING = Path.of("/dev/null");

  /** Old files are left alone for so long: another program may just be about to run from them. */
  private static final Duration SURELY_UNUSED = Duration.ofHours(1);

  /** What is not finished yet: of which process. */
  private static final Pattern UNFINISHED =
      Pattern.compile("\\.bide-([0-9]{1,18})-[0-9]+(\\.environ)?");

  /** At the lowest priority of a busy machine; on one without free disk it would wait for ever. */
  private static final int LONGEST_REHEARSAL_MINUTES = 10;

  private final Path lib;
  private final @Nullable Path runningJar;

  /** The program that is running, as a home has it. Touches nothing yet. */
  public Installation(Path home) {
    this(home, jarOfThisProgram());
  }

  Installation(Path home, @Nullable Path runningJar) {
    this.lib = new HomeFiles(home).lib();
    this.runningJar = runningJar;
  }

  /**
   * The words that start this program from the home's copy, which is made first when it is missing;
   * a verb is to be added. Run from a class path (tests, an editor), they name the class path.
   *
   * @throws IOException when the copy cannot be made
   */
  public List<String> commandLine() throws IOException {
    if (runningJar == null) {
      return asStarted(null);
    }
    Path jar = install(runningJar);
    List<String> words = javaWithOptions();
    Path archive = archiveOf(jar);
    if (Files.exists(archive)) {
      words.add(USE_ARCHIVE + archive);
    }
    // Java's own reports of its death; in its working directory, the root, few could leave one
    words.add("-XX:ErrorFile=" + crash("log"));
    words.add("-XX:ReplayDataFile=" + crash("replay"));
    words.addAll(List.of("-jar", jar.toString()));
    return words;
  }

  /** A later report takes the place of an earlier one. Java reads a percent sign as its own. */
  private String crash(String kind) {
    return lib.resolve("crash." + kind).toString().replace("%", "%%");
  }

  /**
   * The words that start the program from where it is, and not from the home, whose copy goes when
   * another version has come.
   */
  static List<String> asStarted() {
    return asStarted(jarOfThisProgram());
  }

  private static List<String> asStarted(@Nullable Path jar) {
    List<String> words = javaWithOptions();
    if (jar != null) {
      words.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
      return words;
    }
    if (Runtime.version().feature() >= 24) {
      words.add("--enable-native-access=ALL-UNNAMED");
    }
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return words;
  }

  /**
   * Makes the archive for later starts, unless there is one or whoever starts this program has his
   * own: the home's copy rehearses in a process of its own, at the lowest priority. Takes some
   * seconds; an interrupt ends it, without a trace.
   */
  void makeArchive() throws IOException, InterruptedException {
    if (runningJar == null || usesArchive(wordsOfThisProcess())) {
      return;
    }
    Path jar = install(runningJar);
    Path archive = archiveOf(jar);
    if (Files.exists(archive)) {
      return;
    }
    // all of it is in the home, where there is room if a job can be started at all, and where the
    // next server finds what a killed one has left
    Path place = unusedName();
    Path unfinished = place.resolve("archive");
    Path stage = place.resolve("home");
    Home.createPrivateDirectory(stage);
    List<String> words =
        new ArrayList<>(Files.exists(NICE) ? List.of(NICE.toString(), "-n19") : List.of());
    words.addAll(javaWithOptions());
    words.addAll(
        List.of(
            "-XX:ArchiveClassesAtExit=" + unfinished,
            "-jar",
            jar.toString(),
            REHEARSE,
            stage.toString()));
    Process process = null;
    try {
      process =
          new ProcessBuilder(words)
              .redirectInput(NOTHING.toFile())
              .redirectOutput(NOTHING.toFile())
              .redirectError(NOTHING.toFile())
              .start();
      if (process.waitFor(LONGEST_REHEARSAL_MINUTES, TimeUnit.MINUTES)
          && process.exitValue() == 0
          && Files.exists(unfinished)) {
        try (FileChannel channel = FileChannel.open(unfinished)) {
          // cut short by a power loss, it would end the next start: Java maps it without looking
          channel.force(true);
        }
        Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      if (process != null) {
        process.destroyForcibly().onExit().join();
      }
      Rehearsal.delete(place);
    }
  }

  private static List<String> wordsOfThisProcess() {
    return ProcessHandle.current().info().arguments().map(List::of).orElse(List.of());
  }

  static boolean usesArchive(List<String> words) {
    return words.stream().anyMatch(word -> word.startsWith(USE_ARCHIVE));
  }

  /**
   * Deletes the jars and archives of other programs that once ran here, and what killed ones did
   * not finish. Only the server of the home may ask for it.
   */
  void deleteOthers() throws IOException {
    if (runningJar == null) {
      return;
    }
    Path jar = install(runningJar);
    String mine = jar.getFileName().toString().replace(".jar", "");
    Instant old = Instant.now().minus(SURELY_UNUSED);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(lib, "{bide-,.bide-}*")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (isOfTheDead(name)
            || (!name.startsWith(mine)
                && Files.getLastModifiedTime(file).toInstant().isBefore(old))) {
          Rehearsal.delete(file);
        }
      }
    }
  }

  private static boolean isOfTheDead(String name) {
    Matcher matcher = UNFINISHED.matcher(name);
    return matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
  }

  private Path unusedName() {
    return lib.resolve(".bide-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
  }

  /** A name for a file that another process of this program reads and deletes. */
  Path unusedFile() throws IOException {
    Home.createPrivateDirectory(lib);
    return lib.resolve(unusedName().getFileName() + ".environ");
  }

  private Path install(Path jar) throws IOException {
    if (jar.startsWith(lib)) {
      return jar;
    }
    refuseWhatNoClassPathHolds();
    Path copy = lib.resolve("bide-" + hash(jar) + ".jar");
    if (Files.exists(copy) && Files.size(copy) == Files.size(jar)) {
      return copy; // untouched: a new time of change would void its archive
    }
    Home.createPrivateDirectory(lib);
    Path unfinished = unusedName();
    try {
      Home.createPrivateFile(unfinished);
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        Files.copy(jar, Channels.newOutputStream(channel));
        channel.force(true);
      }
      Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    return copy;
  }

  /** Java takes a colon for the end of a path, and loses what lies beyond the basic plane. */
  private void refuseWhatNoClassPathHolds() throws IOException {
    String name = lib.toString();
    if (name.codePoints().anyMatch(c -> c == ':' || Character.isSupplementaryCodePoint(c))) {
      throw new IOException(
          "home "
              + lib.getParent()
              + " holds a character that Java cannot be started from (a colon, an emoji): choose"
              + " another directory");
    }
  }

  private Path archiveOf(Path jar) {
    String name = jar.getFileName().toString().replace(".jar", "");
    return lib.resolve(name + "-" + System.getProperty("java.version") + ".jsa");
  }

  /**
   * Java with the options of a server: a quick start and little memory before top speed. Its own
   * log is silenced, since it speaks of archives that do not fit, which is no trouble.
   */
  private static List<String> javaWithOptions() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            // unless told, Java begins with a 64th of the machine, and 40 MB more are never given
            // back
            "-Xms16m",
            "-Xmx512m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-HeapDumpOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xlog:disable"));
    return words;
  }

  private static String hash(Path jar) throws IOException {
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(jar), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest(), 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static @Nullable Path jarOfThisProgram() {
    CodeSource source = Installation.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return null;
    }
    try {
      Path path = Path.of(source.getLocation().toURI());
      return Files.isRegularFile(path) ? path : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
