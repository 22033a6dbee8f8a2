package dev.bide.server.notice;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bide.job.ProcessMarks;
import dev.bide.notice.Notice.Fact;
import dev.bide.notice.NoticeTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Runs the line of somebody who wants to be told in a way of his own. Safe from any thread. */
final class Commands {
  private static final Logger LOG = Logger.getLogger(Commands.class.getName());

  static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int MOST_OUTPUT = 4 << 10;
  private static final int MOST_LOGGED = 500;
  private static final Map<String, String> VARIABLES = variables();

  private final Path home;
  private final Duration longest;

  Commands(Path home, Duration longest) {
    this.home = home;
    this.longest = longest;
  }

  private static Map<String, String> variables() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put(Fact.JOB, "BIDE_JOB_NUMBER");
    names.put(Fact.UUID, "BIDE_JOB_UUID");
    names.put(Fact.ATTEMPT, "BIDE_JOB_ATTEMPT");
    names.put(Fact.NAME, "BIDE_JOB_NAME");
    names.put(Fact.COMMAND, "BIDE_JOB_COMMAND");
    names.put(Fact.DIRECTORY, "BIDE_JOB_DIRECTORY");
    names.put(Fact.QUEUE, "BIDE_JOB_QUEUE");
    names.put(Fact.STATE, "BIDE_JOB_STATE");
    names.put(Fact.REASON, "BIDE_JOB_REASON");
    names.put(Fact.MESSAGE, "BIDE_JOB_MESSAGE");
    names.put(Fact.EXIT_CODE, "BIDE_JOB_EXIT_CODE");
    names.put(Fact.SIGNAL, "BIDE_JOB_SIGNAL");
    names.put(Fact.SECONDS, "BIDE_JOB_SECONDS");
    names.put(Fact.PENDING, "BIDE_QUEUE_PENDING");
    names.put(Fact.RUNNING, "BIDE_QUEUE_RUNNING");
    names.put(Fact.SCHEDULE, "BIDE_SCHEDULE");
    names.put(Fact.PLANNED_FOR, "BIDE_SCHEDULED_AT");
    return names;
  }

  void send(NoticeTarget.Command target, Message message) throws NotSent, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", target.line());
    setEnvironment(builder.environment(), message);
    builder.directory(directory(builder.environment().get("HOME")).toFile());
    builder.redirectErrorStream(true);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw NotSent.forNow("the command could not be started: " + e.getMessage());
    }
    Output output = new Output(process.getInputStream());
    try {
      output.start();
      giveInput(process, message);
      if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        throw NotSent.forNow("the command did not end within " + longest.toSeconds() + " s");
      }
      String said = output.end();
      if (!said.isEmpty()) {
        LOG.log(Level.INFO, "the command of a notice said: {0}", said);
      }
      if (process.exitValue() != 0) {
        throw NotSent.forNow(
            "the command ended with exit code "
                + process.exitValue()
                + (said.isEmpty() ? "" : ": " + said.substring(said.lastIndexOf('\n') + 1)));
      }
    } finally {
      endAll(process);
    }
  }

  private static Path directory(@Nullable String home) {
    if (home != null && home.startsWith("/") && Files.isDirectory(Path.of(home))) {
      return Path.of(home);
    }
    return Path.of("/");
  }

  private void setEnvironment(Map<String, String> environment, Message message) {
    String server = environment.get(ProcessMarks.SERVER);
    environment.keySet().removeIf(name -> name.startsWith("BIDE_"));
    if (server != null) {
      environment.put(ProcessMarks.SERVER, server);
    }
    environment.put("BIDE_HOME", home.toString());
    environment.put("BIDE_NOTICE_ID", message.id());
    environment.put("BIDE_NOTICE_TITLE", message.title());
    environment.put("BIDE_NOTICE_EVENT", message.event().word());
    Object together = message.facts().get(Message.TOGETHER);
    if (together instanceof List<?> many) {
      environment.put("BIDE_NOTICE_EVENT", "digest");
      environment.put("BIDE_NOTICE_COUNT", Integer.toString(many.size()));
    }
    VARIABLES.forEach(
        (fact, name) -> {
          Object value = message.facts().get(fact);
          if (value != null) {
            environment.put(name, value.toString());
          }
        });
    if (message.facts().containsKey(Fact.JOB) && message.link() != null) {
      environment.put("BIDE_JOB_URL", message.link());
    }
  }

  /** Less than a pipe holds, so that one who does not read keeps nobody waiting. */
  private static void giveInput(Process process, Message message) {
    List<String> lines = new ArrayList<>(message.lines());
    try (OutputStream in = process.getOutputStream()) {
      in.write(lines.isEmpty() ? new byte[0] : (String.join("\n", lines) + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      LOG.log(Level.FINE, "the command of a notice does not read", e);
    }
  }

  private static void endAll(Process process) {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    try {
      process.getInputStream().close(); // what it left behind may still hold the other end
    } catch (IOException e) {
      LOG.log(Level.FINE, "the output of a command could not be closed", e);
    }
  }

  /** Reads all, so that the command never waits, and keeps the beginning. */
  private static final class Output {
    private final Thread reader;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(); // guarded by this

    Output(InputStream in) {
      reader = new Thread(() -> read(in), "bide-notice-output");
      reader.setDaemon(true);
    }

    void start() {
      reader.start();
    }

    private void read(InputStream in) {
      byte[] buffer = new byte[1024];
      try {
        int length;
        while ((length = in.read(buffer)) >= 0) {
          keep(buffer, length);
        }
      } catch (IOException e) {
        LOG.log(Level.FINE, "the output of a command broke off", e);
      }
    }

    private synchronized void keep(byte[] buffer, int length) {
      kept.write(buffer, 0, Math.max(0, Math.min(length, MOST_OUTPUT - kept.size())));
    }

    /** What it said, shortened. */
    String end() throws InterruptedException {
      reader.join(TimeUnit.SECONDS.toMillis(1));
      byte[] bytes;
      synchronized (this) {
        bytes = kept.toByteArray();
      }
      String said = String.join("\n", LogEnd.lines(new String(bytes, UTF_8)));
      return said.length() <= MOST_LOGGED ? said : said.substring(0, MOST_LOGGED) + "…";
    }
  }
}
