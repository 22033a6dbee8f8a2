package dev.bide.cli;

import dev.bide.api.JobJson;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Jobs as lines: a table for a person, tab-separated fields for a program. */
final class JobTable {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH);

  private final JobWords words;
  private final int columns;
  private final Instant now;
  private final ZoneId zone;

  JobTable(JobWords words, int columns, Instant now, ZoneId zone) {
    this.words = words;
    this.columns = columns;
    this.now = now;
    this.zone = zone;
  }

  /** One line of a pipe: number, state, exit, queue, submitted, seconds, command line. */
  static String fields(JobJson job, Instant now) {
    Integer exit = job.exitCode();
    return String.join(
        "\t",
        Long.toString(job.number()),
        job.state(),
        exit == null ? "" : exit.toString(),
        job.queue(),
        String.valueOf(JobJson.time(job.submittedAt())),
        job.startedAt() == null ? "" : Text.seconds(JobWords.time(job, now)),
        Text.visible(job.commandLine()));
  }

  /** The table with its header, made to fit the terminal. */
  List<String> lines(List<JobJson> jobs) {
    boolean manyQueues = jobs.stream().map(JobJson::queue).distinct().count() > 1;
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("JOB", "STATE", "TIME", "SUBMITTED"));
    if (manyQueues) {
      header.add("QUEUE");
    }
    rows.add(header);
    for (JobJson job : jobs) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  Long.toString(job.number()),
                  words.state(job),
                  job.startedAt() == null && job.isFinal()
                      ? ""
                      : Text.duration(JobWords.time(job, now)),
                  when(job.submittedAt())));
      if (manyQueues) {
        row.add(job.queue());
      }
      rows.add(row);
    }
    return render(jobs, rows);
  }

  private List<String> render(List<JobJson> jobs, List<List<String>> rows) {
    int[] widths = Text.widths(rows, rows.get(0).size());
    int before = 0;
    for (int width : widths) {
      before += width + 2;
    }
    int room = columns == Integer.MAX_VALUE ? columns : Math.max(10, columns - before);
    List<String> lines = new ArrayList<>();
    lines.add(words.strong(row(null, rows.get(0), widths) + "COMMAND"));
    for (int i = 0; i < jobs.size(); i++) {
      JobJson job = jobs.get(i);
      lines.add(row(job, rows.get(i + 1), widths) + Text.cut(command(job), room, words.ellipsis()));
      String message = job.message();
      if (message != null && !message.isBlank()) {
        int indent = widths[0] + 4;
        int messageRoom = columns == Integer.MAX_VALUE ? columns : Math.max(10, columns - indent);
        String text = Text.cut(Text.visible(message), messageRoom, words.ellipsis());
        lines.add(" ".repeat(indent) + words.faint(text));
      }
    }
    return lines;
  }

  private String row(@Nullable JobJson job, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    line.append(Text.padLeft(cells.get(0), widths[0])).append("  ");
    String state = Text.pad(cells.get(1), widths[1]);
    line.append(job == null ? state : words.colored(job, state)).append("  ");
    line.append(Text.padLeft(cells.get(2), widths[2])).append("  ");
    for (int i = 3; i < cells.size(); i++) {
      line.append(Text.pad(cells.get(i), widths[i])).append("  ");
    }
    return line.toString();
  }

  private static String command(JobJson job) {
    String name = job.name();
    String line = Text.visible(job.commandLine());
    return name == null ? line : Text.visible(name) + ": " + line;
  }

  /** The time of day for today, with the day for another one. */
  String when(Instant instant) {
    ZonedDateTime local = instant.atZone(zone);
    LocalDate today = now.atZone(zone).toLocalDate();
    return local.toLocalDate().equals(today) ? CLOCK.format(local) : DAY.format(local);
  }

  /** The same for facts, where there is room for how long ago that was. */
  String whenAndHowLongAgo(Instant instant) {
    return when(instant) + " (" + Text.duration(Duration.between(instant, now)) + " ago)";
  }
}
