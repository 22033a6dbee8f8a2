package dev.bide.checks.bench;

import static dev.bide.checks.bench.Figures.median;
import static dev.bide.checks.bench.Figures.quantile;

import dev.bide.checks.Ground;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.openjdk.jmh.results.RunResult;

/** Measures everything, one after another, and writes it down. */
public final class Benchmarks {
  private static final int DRAIN_JOBS = 2_000;

  private final Path directory;
  private final boolean brief;
  private final Report report;

  private Benchmarks(Path directory, boolean brief, Report report) {
    this.directory = directory;
    this.brief = brief;
    this.report = report;
  }

  /** Arguments: where to measure, the document to fill, what to call this run, {@code --short}. */
  public static void main(String[] arguments) throws Exception {
    Path document = Path.of(arguments[1]);
    boolean brief = Arrays.asList(arguments).contains("--short");
    Report report = new Report(arguments[2] + (brief ? " --short" : ""), Path.of(arguments[0]));
    Benchmarks benchmarks = new Benchmarks(Path.of(arguments[0]), brief, report);
    benchmarks.drainAndLatencyAndIdle();
    benchmarks.submits();
    benchmarks.schedules();
    benchmarks.retention();
    benchmarks.lists();
    benchmarks.startUp();
    report.writeInto(document);
  }

  private void drainAndLatencyAndIdle() throws Exception {
    int rounds = brief ? 1 : 5;
    try (ServerDrain server = new ServerDrain(directory)) {
      server.round(brief ? 100 : 500); // warm, and a job script to hand to the bare launcher
      List<Drain> all = new ArrayList<>(List.of(server));
      try {
        all.add(new LauncherDrain(directory, aJobScript(server.ground())));
        all.add(new SpawnLoop(directory));
        if (TaskSpooler.installed()) {
          all.add(new TaskSpooler(directory));
        }
        Map<Drain, List<Drain.Round>> measured = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
          for (Drain drain : all) {
            Drain.Round one = drain.round(brief ? 200 : DRAIN_JOBS);
            measured.computeIfAbsent(drain, key -> new ArrayList<>()).add(one);
            report.tell(
                "%s: %.0f jobs/s, CPU %s ms a job"
                    .formatted(drain.name(), one.perSecond(), figure(one.cpuOfOne())));
          }
        }
        drainTable(measured);
      } finally {
        for (Drain drain : all.subList(1, all.size())) {
          drain.close();
        }
      }
      latency(server.ground());
      idle(server.ground());
    }
  }

  private void drainTable(Map<Drain, List<Drain.Round>> measured) {
    List<Double> bide = rates(measured.values().iterator().next());
    report.heading(
        "Drain",
        "%d times `true`, 3 at once; median of interleaved rounds; CPU of the whole tree of processes. Bide's"
                .formatted(brief ? 200 : DRAIN_JOBS)
            + " jobs wait in a paused queue, then it is resumed.");
    report.row("what runs them", "jobs a second", "CPU ms a job", "Bide's rate in ratio to it");
    report.row("---", "---:", "---:", "---:");
    measured.forEach(
        (drain, rounds) ->
            report.row(
                drain.name(),
                "%.0f (%.0f-%.0f)"
                    .formatted(
                        median(rates(rounds)),
                        quantile(rates(rounds), 0),
                        quantile(rates(rounds), 1)),
                figure(
                    rounds.get(0).cpuOfOne().isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(
                            median(
                                rounds.stream()
                                    .map(round -> round.cpuOfOne().getAsDouble())
                                    .toList()))),
                "%.2f".formatted(median(bide) / median(rates(rounds)))));
    report.target("drain at least 0.5 of the launcher script alone");
  }

  private static List<Double> rates(List<Drain.Round> rounds) {
    return rounds.stream().map(Drain.Round::perSecond).toList();
  }

  private static String figure(OptionalDouble value) {
    return value.isPresent() ? "%.2f".formatted(value.getAsDouble()) : "not measured here";
  }

  private static byte[] aJobScript(Ground ground) throws Exception {
    Path runs = ground.home().resolve("runs");
    try (DirectoryStream<Path> jobs = Files.newDirectoryStream(runs)) {
      return Files.readAllBytes(jobs.iterator().next().resolve("1/job"));
    }
  }

  private void latency(Ground ground) throws Exception {
    List<Double> all = Latency.milliseconds(ground, directory, brief ? 10 : 100, brief ? 30 : 300);
    report.heading(
        "Submit to start",
        "An idle server: from sending the HTTP request to the first instruction of the job, "
            + all.size()
            + " jobs one after another.");
    report.row("p50", "p99");
    report.row("---:", "---:");
    report.row("%.1f ms".formatted(median(all)), "%.1f ms".formatted(quantile(all, 0.99)));
    report.target("p50 below 10 ms");
  }

  private void idle(Ground ground) throws Exception {
    // The launchers leave after some idle time, and what the measuring left behind is let go.
    Duration time = Duration.ofSeconds(brief ? 10 : 60);
    Idle worked = Idle.of(ground.server().pid(), time);
    try (Ground fresh = new Ground(directory)) {
      fresh.serve();
      Idle first = Idle.of(fresh.server().pid(), time); // it makes its archive meanwhile
      fresh.server().close();
      fresh.serve();
      Idle second = Idle.of(fresh.server().pid(), time);
      report.heading("Idle", "A server with nothing to do, over " + time.toSeconds() + " s.");
      report.row("", "resident", "CPU of one core");
      report.row("---", "---:", "---:");
      idleRow("the very first start, which also makes the class archive", first);
      idleRow("started again", second);
      idleRow("after all the jobs above", worked);
      report.target("at most 120 MB and 0.3 %");
    }
  }

  private void idleRow(String what, Idle idle) {
    report.row(
        what,
        "%.0f MB".formatted(idle.residentMegabytes()),
        "%.2f %%".formatted(idle.cpuPercent()));
  }

  private void submits() throws Exception {
    report.heading(
        "Durable submits in one process",
        "`Bide.submit(job).get()`: each answered when it is on disk. JMH, throughput.");
    report.row("clients", "submits a second");
    report.row("---:", "---:");
    for (int clients : new int[] {1, 8, 64}) {
      report.row(
          Integer.toString(clients), "%,.0f".formatted(Submits.perSecond(directory, clients)));
    }
    report.target("at least 10,000 a second with 64 clients");
  }

  private void schedules() throws Exception {
    int many = brief ? 500 : 10_000;
    ManySchedules schedules = new ManySchedules(directory, many);
    report.heading(
        "%,d schedules".formatted(many),
        "In one process, while a client submits one job after another: all due at one instant; and"
            + " a day of hourly runs that nobody was there for, from the opening of the home.");
    report.row("", "all decided and on disk", "submit p50", "submit p99");
    report.row("---", "---:", "---:", "---:");
    manyRow("due at one instant", schedules.atOneInstant());
    manyRow("after a day away", schedules.afterADay());
    report.target("5 s and 3 s, submits below 50 ms at p99");
    report.heading(
        "The next run of a cron expression", "From one run to the following. JMH, average.");
    report.row("expression", "time");
    report.row("---", "---:");
    for (RunResult result : NextInstant.microseconds()) {
      report.row(
          "`" + result.getParams().getParam("expression") + "`",
          "%.2f µs".formatted(result.getPrimaryResult().getScore()));
    }
    report.target("5 µs");
  }

  private void manyRow(String what, ManySchedules.Result result) {
    report.row(
        what,
        "%.1f s".formatted(result.seconds()),
        "%.1f ms".formatted(median(result.submits())),
        "%.1f ms".formatted(quantile(result.submits(), 0.99)));
  }

  private void retention() throws Exception {
    int many = brief ? 20_000 : 1_000_000;
    OldJobs.Result result = OldJobs.sweep(directory, many);
    report.heading(
        "%,d jobs that are too old".formatted(many),
        "One sweep removes them, in one process, while a client submits one job after another. They"
            + " have no files: it is the database alone.");
    report.row("all removed", "submit p50", "submit p99", "database before", "afterwards");
    report.row("---:", "---:", "---:", "---:", "---:");
    report.row(
        "%.0f s".formatted(result.seconds()),
        "%.1f ms".formatted(median(result.submits())),
        "%.1f ms".formatted(quantile(result.submits(), 0.99)),
        "%.0f MB".formatted(result.filled() / 1e6),
        "%.0f MB".formatted(result.left() / 1e6));
    report.target("submits below 50 ms at p99");
  }

  private void lists() {
    int many = brief ? 10_000 : 100_000;
    int requests = brief ? 50 : 300;
    try (ListPages few = new ListPages(directory, 1_000);
        ListPages full = new ListPages(directory, many)) {
      report.heading(
          "The newest 100 jobs",
          "Over HTTP, median of " + requests + " requests after as many to warm up.");
      report.row("", "1,000 finished jobs", "%,d finished jobs".formatted(many), "ratio");
      report.row("---", "---:", "---:", "---:");
      for (String path : List.of("/api/v1/jobs?limit=100", "/jobs")) {
        double small = median(few.milliseconds(path, requests, requests));
        double large = median(full.milliseconds(path, requests, requests));
        report.row(
            "`GET " + path + "`",
            "%.2f ms".formatted(small),
            "%.2f ms".formatted(large),
            "%.2f".formatted(large / small));
      }
      report.target("100,000 take less than twice the time of 1,000");
    }
  }

  private void startUp() throws Exception {
    List<Double> with = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    try (StartUp starts = new StartUp(directory)) {
      for (int round = 0; round < (brief ? 2 : 7); round++) {
        with.add(starts.seconds(true));
        without.add(starts.seconds(false));
      }
    }
    report.heading(
        "Start-up", "From the start of the process to the first good answer; median, alternating.");
    report.row("with the class archive", "without");
    report.row("---:", "---:");
    report.row("%.2f s".formatted(median(with)), "%.2f s".formatted(median(without)));
    report.target("ready in less than 1.5 s with the archive");
  }
}
