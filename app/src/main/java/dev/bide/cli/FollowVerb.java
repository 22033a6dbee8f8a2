package dev.bide.cli;

import dev.bide.api.JobJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code follow}: a job's output as it comes, to its end. */
final class FollowVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "follow JOB",
            "Shows a job's output as it comes and ends with the job's exit code.",
            LogsVerb.TAIL,
            LogsVerb.ATTEMPT,
            Option.flag("follow", 'f', ""))
        .withDetails("Waits for a job that waits. Ctrl+C ends the following, never the job.");
  }

  @Override
  public int run(Call call) throws Trouble {
    return follow(call, new Selectors(call).one("follow"));
  }

  static int follow(Call call, JobJson job) throws Trouble {
    Arguments arguments = call.arguments();
    Integer attempt = arguments.number("attempt", 1, Integer.MAX_VALUE);
    Integer tail = arguments.number("tail", 0, Integer.MAX_VALUE);
    if (call.console().hints()) {
      String wait = AddVerb.whyItWaits(call, job);
      if (wait != null) {
        call.console().hint("job " + job.number() + " " + wait);
      }
    }
    JobJson ended = new Following(call).follow(job.number(), attempt, tail);
    if (attempt != null) {
      JobJson.AttemptJson one = attempt(ended, attempt);
      if (one != null && attempt != ended.attempt()) {
        Integer code = one.exitCode();
        return code != null ? code : "COMPLETED".equals(one.outcome()) ? 0 : JobWords.OWN_TROUBLE;
      }
    }
    sayHowItEnded(call, ended);
    return JobWords.exitCode(ended);
  }

  private static JobJson.@Nullable AttemptJson attempt(JobJson job, int attempt) {
    List<JobJson.AttemptJson> attempts = job.attempts();
    return attempts == null
        ? null
        : attempts.stream().filter(one -> one.attempt() == attempt).findFirst().orElse(null);
  }

  /** What the exit code alone does not tell; a job's own failure has spoken for itself. */
  static void sayHowItEnded(Call call, JobJson job) {
    if (job.state().equals("COMPLETED")) {
      return;
    }
    if (job.state().equals("FAILED") && !"START_FAILED".equals(job.reason())) {
      call.console().hint("job " + job.number() + " ended with exit code " + JobWords.code(job));
      return;
    }
    call.console().message("bide: job " + job.number() + " " + JobWords.sentence(job));
  }

  @Override
  public int codeOfTrouble(Arguments arguments) {
    return JobWords.OWN_TROUBLE;
  }
}
