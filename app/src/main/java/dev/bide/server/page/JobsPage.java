package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.engine.Command;
import dev.bide.engine.Event.QueueState;
import dev.bide.engine.Refused;
import dev.bide.engine.Submitted;
import dev.bide.job.CommandLine;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.queue.QueueSettings;
import dev.bide.queue.Situation.Wait;
import dev.bide.server.Parts;
import dev.bide.server.Problem;
import dev.bide.server.RestartSummary;
import dev.bide.store.JobFilter;
import dev.bide.store.Page;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page of jobs: the form that adds one, the queues, and the table. */
final class JobsPage {
  private static final int ROWS = 50;
  private static final Duration RESTART_IS_NEWS = Duration.ofHours(1);
  private static final String EXAMPLE = "for i in 5 4 3 2 1; do echo $i; sleep 1; done";

  private final Parts parts;
  private final Bide bide;
  private final Paper paper;
  private final Instant began = Instant.now();

  JobsPage(Parts parts, Paper paper) {
    this.parts = parts;
    this.bide = parts.bide();
    this.paper = paper;
  }

  void show(Context context) {
    write(context, 200, freshForm(context));
  }

  /** Takes the form that adds a job. */
  void add(Context context) {
    TypedCommand command = TypedCommand.read(context);
    AddForm form =
        AddForm.fresh(
            command.line(),
            field(context, "directory"),
            command.shell(),
            or(field(context, "queue"), QueueSettings.DEFAULT_NAME),
            queueNames());
    String problem = command.problem();
    if (problem != null) {
      write(
          context,
          422,
          command.asksForShell()
              ? form.askingForShell(problem)
              : form.refused(problem, false, null));
      return;
    }
    Map<String, Object> request = new LinkedHashMap<>(command.request());
    request.put("directory", form.directory());
    request.put("queue", form.queue());
    try {
      Submitted submitted = submit(parts.requests().one(request), field(context, "key"));
      context.redirect(
          "/jobs?" + (submitted.again() ? "already=" : "added=") + submitted.jobs().get(0).number(),
          HttpStatus.SEE_OTHER);
    } catch (Problem | Refused e) {
      refuse(context, form, parts.problems().of(e));
    }
  }

  private void refuse(Context context, AddForm form, Problem problem) {
    if (problem.status() != 422) {
      throw problem;
    }
    List<String> meant = problem.suggestion();
    List<Refused.FieldError> errors = problem.errors();
    String why =
        errors.isEmpty()
            ? Sentences.of(problem.detail())
            : Sentences.of(errors.get(0).field(), errors.get(0).message());
    boolean directory = !errors.isEmpty() && errors.get(0).field().equals("directory");
    write(
        context,
        422,
        form.refused(
            VisibleText.line(why), directory, meant == null ? null : CommandLine.join(meant)));
  }

  /** The same form sent twice adds one job; the same key with something else is no repetition. */
  private Submitted submit(JobSpec spec, String key) {
    if (!key.matches("[0-9a-f-]{36}")) {
      return Asking.answer(bide.submit(List.of(spec), null));
    }
    try {
      return Asking.answer(
          bide.submit(List.of(spec), new Command.Key("page:" + key, digest(spec))));
    } catch (Refused e) {
      if (e.kind() != Refused.Kind.KEY_REUSED) {
        throw e;
      }
      return Asking.answer(bide.submit(List.of(spec), null));
    }
  }

  private static String digest(JobSpec spec) {
    String what =
        spec.program().getClass().getSimpleName()
            + '\0'
            + spec.program().commandLine()
            + '\0'
            + spec.directory()
            + '\0'
            + spec.queue();
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(what.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private AddForm freshForm(Context context) {
    String again = context.queryParam("again");
    List<String> names = queueNames();
    if (again != null && again.matches("[0-9]{1,18}")) {
      Job job = bide.find(Long.parseLong(again));
      return AddForm.fresh(
          job.program().commandLine(),
          job.directory(),
          job.program() instanceof Program.ShellLine,
          job.queue(),
          names);
    }
    List<Job> newest = bide.list(JobFilter.ALL, null, 1).jobs();
    return AddForm.fresh(
        "",
        newest.isEmpty() ? parts.settings().startDirectory() : newest.get(0).directory(),
        false,
        newest.isEmpty() ? QueueSettings.DEFAULT_NAME : newest.get(0).queue(),
        names);
  }

  private List<String> queueNames() {
    return bide.queues().stream().map(queue -> queue.settings().name()).toList();
  }

  private void write(Context context, int status, AddForm form) {
    Show show = Show.asked(context.queryParam("show"), context.queryParam("state"));
    String after = context.queryParam("after");
    Page page;
    try {
      page = bide.list(new JobFilter(show.states(), null), after, ROWS);
    } catch (IllegalArgumentException e) {
      after = null;
      page = bide.list(new JobFilter(show.states(), null), null, ROWS);
    }
    Map<Long, Wait> waits = bide.why(page.jobs());
    Instant now = Instant.now();
    List<JobRow> rows =
        page.jobs().stream().map(job -> JobRow.of(job, waits.get(job.number()), now)).toList();
    Collection<QueueState> queues = bide.queues();
    String next = page.next();
    JobsView view =
        new JobsView(
            paper.frame(context, "Jobs", "jobs"),
            said(context),
            show == Show.ALL && after == null ? restarted(now) : null,
            form,
            tabs(show, queues),
            queues.stream().map(QueueRow::of).toList(),
            rows,
            rows.isEmpty() && show == Show.ALL && after == null,
            EXAMPLE,
            show == Show.ALL ? "Jobs, newest first" : show.word() + " jobs, newest first",
            number(context, "added"),
            after == null,
            show.href(),
            next == null
                ? null
                : show.href()
                    + (show == Show.ALL ? "?" : "&")
                    + "after="
                    + URLEncoder.encode(next, StandardCharsets.UTF_8));
    paper.write(context, status, "jobs", Map.of("view", view));
  }

  private static List<JobsView.Tab> tabs(Show current, Collection<QueueState> queues) {
    List<JobsView.Tab> tabs = new ArrayList<>();
    for (Show show : Show.values()) {
      String count =
          switch (show) {
            case RUNNING -> String.valueOf(queues.stream().mapToInt(QueueState::running).sum());
            case WAITING -> String.valueOf(queues.stream().mapToInt(QueueState::pending).sum());
            default -> null;
          };
      tabs.add(new JobsView.Tab(show.word(), show.href(), show == current, count));
    }
    return tabs;
  }

  private static JobsView.@Nullable Said said(Context context) {
    long added = number(context, "added");
    long already = number(context, "already");
    long removed = number(context, "removed");
    if (added > 0) {
      return new JobsView.Said("Added ", added, ".");
    } else if (already > 0) {
      return new JobsView.Said("This form was sent twice: it is ", already, ", added once.");
    } else if (removed > 0) {
      return new JobsView.Said("Removed job " + removed + " and what it wrote.", 0, "");
    }
    return null;
  }

  /** What went on without a server is news for an hour. */
  private @Nullable String restarted(Instant now) {
    return now.isBefore(began.plus(RESTART_IS_NEWS))
        ? RestartSummary.of(bide.recovered())
            .map(line -> "Bide was started again: " + line + ".")
            .orElse(null)
        : null;
  }

  private static long number(Context context, String name) {
    String said = context.queryParam(name);
    return said != null && said.matches("[0-9]{1,18}") ? Long.parseLong(said) : 0;
  }

  private static String field(Context context, String name) {
    String said = context.formParam(name);
    return said == null ? "" : said;
  }

  private static String or(String said, String otherwise) {
    return said.isEmpty() ? otherwise : said;
  }
}
