package dev.bide.app;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.bide.RunDirectories;
import dev.bide.cli.Trouble;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.ProcessIdentity;
import dev.bide.store.Snapshot;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of attempts that ran after a backup was made. What a run directory says is the truth
 * about its attempt, so that the next attempt of the same number would be told the end of that
 * earlier one and never run. They are moved aside, within the directory of their job, with which
 * they are deleted. No link is followed.
 */
final class NewerAttempts {
  private static final Pattern OF_JOB = Pattern.compile("([1-9][0-9]{0,17})-[0-9a-f]{8}");
  private static final Pattern ATTEMPT = Pattern.compile("[1-9][0-9]{0,8}");

  /** No attempt is called so: they are numbers. */
  private static final String ASIDE = "-before-restore-";

  private final Path runs;
  private final List<AttemptId> found = new ArrayList<>();

  private NewerAttempts(Path runs) {
    this.runs = runs;
  }

  /**
   * Looks for those of all jobs of a database.
   *
   * @param runs the directory of all runs, which need not be there
   */
  static NewerAttempts find(Path runs, Snapshot database) throws IOException {
    NewerAttempts newer = new NewerAttempts(runs);
    try (DirectoryStream<Path> jobs = Files.newDirectoryStream(runs)) {
      for (Path directory : jobs) {
        Optional<Job> job = job(directory.getFileName().toString(), database);
        if (job.isPresent()) {
          newer.addThoseOf(directory, job.get());
        }
      }
    } catch (NoSuchFileException e) {
      return newer; // nothing ever ran here
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return newer;
  }

  private static Optional<Job> job(String name, Snapshot database) {
    Matcher matcher = OF_JOB.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return database
        .job(Long.parseLong(matcher.group(1)))
        .filter(job -> new AttemptId(job.number(), job.uuid(), 1).directory().equals(name + "/1"));
  }

  private void addThoseOf(Path directory, Job job) throws IOException {
    if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
      return; // the runner uses no link either
    }
    try (DirectoryStream<Path> attempts = Files.newDirectoryStream(directory)) {
      for (Path attempt : attempts) {
        String name = attempt.getFileName().toString();
        if (ATTEMPT.matcher(name).matches() && Integer.parseInt(name) > job.attempt()) {
          found.add(new AttemptId(job.number(), job.uuid(), Integer.parseInt(name)));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /**
   * Refuses where one of them runs: the next attempt of its number would be taken for it, and a
   * cancel of that would end it.
   *
   * @param alive the processes of attempts that wear their mark, by the attempt's cookie; one may
   *     have taken it off, so what is recorded counts too
   */
  void refuseRunning(Map<String, Long> alive) throws Trouble, IOException {
    for (AttemptId attempt : found) {
      Long pid = alive.get(attempt.cookie());
      if (pid == null) {
        pid = RunDirectories.alive(runs, attempt).map(ProcessIdentity::pid).orElse(null);
      }
      if (pid != null) {
        throw new Trouble(
            "nothing was restored: job "
                + attempt.number()
                + " was started again after the backup (attempt "
                + attempt.attempt()
                + ") and runs still, as process "
                + pid
                + ": wait for its end or end it, or restore into another home by --home DIR");
      }
    }
  }

  /** Moves them aside. */
  void moveAside() throws IOException {
    if (found.isEmpty()) {
      return;
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(runs)) {
      if (!(stream instanceof SecureDirectoryStream<Path> above)) {
        throw new IOException("this system cannot rename safely below " + runs);
      }
      for (AttemptId attempt : found) {
        moveAside(above, Path.of(attempt.directory()));
      }
    }
  }

  private static void moveAside(SecureDirectoryStream<Path> runs, Path attempt) throws IOException {
    Path ofJob = attempt.getName(0);
    Path name = attempt.getName(1);
    try (SecureDirectoryStream<Path> directory = runs.newDirectoryStream(ofJob, NOFOLLOW_LINKS)) {
      int number = 1;
      while (isThere(directory, Path.of(name + ASIDE + number))) {
        number++; // of an earlier restore
      }
      directory.move(name, directory, Path.of(name + ASIDE + number));
    } catch (NotDirectoryException e) {
      return; // a link took its place meanwhile; the runner will not use it
    }
  }

  private static boolean isThere(SecureDirectoryStream<Path> directory, Path name)
      throws IOException {
    try {
      directory
          .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
          .readAttributes();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
