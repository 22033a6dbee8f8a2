package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.job.Job;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.queue.QueueSettings;
import dev.bide.server.Parts;
import dev.bide.server.Problem;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The forms that change something that is there already, and the questions before those that
 * destroy something.
 */
final class JobForms {
  private final Bide bide;
  private final Paper paper;
  private final Duration grace;

  JobForms(Parts parts, Paper paper) {
    this.bide = parts.bide();
    this.paper = paper;
    this.grace = parts.settings().grace();
  }

  /** Asks before a job is cancelled. */
  void askCancel(Context context) {
    Job job = Asking.job(bide, context);
    String cost =
        job.status() instanceof Status.Running running && running.startedAt() != null
            ? "It has run for "
                + Wording.duration(Duration.between(running.startedAt(), Instant.now()))
                + ". Its processes are asked to end, and made to after "
                + Wording.duration(grace)
                + ". What it wrote stays in its log."
            : "It will not run. It stays in the list and can be retried.";
    if (job.state().isFinal()) {
      cost = "It has ended already, so nothing will change.";
    }
    ask(context, job, "Cancel job " + job.number() + "?", cost, "cancel", "Cancel the job");
  }

  /** Cancels a job; one that has ended stays as it is. */
  void cancel(Context context) {
    Job job = Asking.job(bide, context);
    Asking.answer(bide.cancel(job.number(), null));
    context.redirect(Asking.back(context, job), HttpStatus.SEE_OTHER);
  }

  /** Asks before a job is removed. */
  void askRemove(Context context) {
    Job job = Asking.job(bide, context);
    String log =
        job.status() instanceof Status.Ended ended && ended.ending().logSize() > 0
            ? "Its log (" + Wording.size(ended.ending().logSize()) + ") and its run directory are"
            : "Its run directory is";
    ask(
        context,
        job,
        "Remove job " + job.number() + "?",
        log + " deleted for good. Its number is never used again.",
        "remove",
        "Remove for good");
  }

  /** Removes a job that has ended. */
  void remove(Context context) {
    Job job = Asking.job(bide, context);
    Asking.answer(bide.remove(job.number()));
    context.redirect("/jobs?removed=" + job.number(), HttpStatus.SEE_OTHER);
  }

  /** Puts a job that has ended back into its queue. */
  void retry(Context context) {
    Job job = Asking.job(bide, context);
    if (job.state() != State.PENDING && job.state() != State.RUNNING) {
      Asking.answer(bide.retry(job.number()));
    }
    context.redirect(Asking.back(context, job), HttpStatus.SEE_OTHER);
  }

  /** Keeps a job whatever its age. */
  void pin(Context context) {
    pin(context, true);
  }

  /** Lets it go again when it is old. */
  void unpin(Context context) {
    pin(context, false);
  }

  private void pin(Context context, boolean pinned) {
    Job job = Asking.job(bide, context);
    Asking.answer(bide.pin(job.number(), pinned));
    context.redirect(Asking.back(context, job), HttpStatus.SEE_OTHER);
  }

  /** Sets how many jobs of a queue run at once; the form says the new number, so twice is once. */
  void slots(Context context) {
    String said = context.formParam("slots");
    int slots = said != null && said.matches("[0-9]{1,6}") ? Integer.parseInt(said) : 0;
    if (slots < QueueSettings.MIN_SLOTS || slots > QueueSettings.MAX_SLOTS) {
      throw Problem.invalid("slots", "a queue has 1 to 10,000 slots");
    }
    Asking.answer(bide.change(context.pathParam("queue"), slots, null));
    context.redirect("/jobs", HttpStatus.SEE_OTHER);
  }

  private void ask(
      Context context, Job job, String heading, String cost, String verb, String button) {
    String back = Asking.back(context, job);
    Map<String, Object> view = new HashMap<>();
    view.put("frame", paper.frame(context, heading, null));
    view.put("heading", heading);
    view.put("what", named(job) + VisibleText.block(job.program().commandLine()));
    view.put("cost", cost);
    view.put(
        "action",
        "/jobs/" + job.number() + "/" + verb + (back.equals("/jobs") ? "?from=jobs" : ""));
    view.put("verb", button);
    view.put("keep", "Keep it");
    view.put("back", back);
    paper.write(context, 200, "question", view);
  }

  /** Its name in a line of its own: that is what people know it by. */
  private static String named(Job job) {
    return job.name() == null ? "" : VisibleText.line(job.name()) + "\n";
  }
}
