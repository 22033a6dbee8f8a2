package dev.bide.cli;

import dev.bide.api.JobJson;
import java.util.List;

/** {@code logs}: what a job has written. */
final class LogsVerb implements Verb {
  static final Option TAIL = Option.value("tail", 'n', "K", "only the last K lines");
  static final Option ATTEMPT = Option.value("attempt", null, "N", "of an earlier attempt");

  @Override
  public Grammar grammar() {
    return Grammar.of(
            "logs JOB",
            "Prints what a job has written, standard output and error in one.",
            Option.flag("follow", 'f', "go on until the job ends, as the verb follow"),
            TAIL,
            ATTEMPT,
            Option.flag("path", null, "print the log file's path, for less and tail"))
        .withDetails("Byte for byte in a pipe; to a terminal only text and colours.");
  }

  @Override
  public int run(Call call) throws Trouble {
    Arguments arguments = call.arguments();
    JobJson job = new Selectors(call).one("logs");
    Integer attempt = arguments.number("attempt", 1, Integer.MAX_VALUE);
    if (arguments.has("path")) {
      call.console().line(path(call, job, attempt));
      return 0;
    }
    if (arguments.has("follow")) {
      return FollowVerb.follow(call, job);
    }
    new Following(call)
        .print(job.number(), attempt, arguments.number("tail", 0, Integer.MAX_VALUE));
    if (job.state().equals("PENDING") && job.attempt() == 0) {
      call.console()
          .hint(
              "job "
                  + job.number()
                  + " has not started yet; follow it: "
                  + call.name()
                  + " follow "
                  + job.number());
    }
    return 0;
  }

  private static String path(
      Call call, JobJson job, @org.jspecify.annotations.Nullable Integer number) throws Trouble {
    JobJson whole = job.attempts() == null ? call.api().find(job.number(), 0) : job;
    List<JobJson.AttemptJson> attempts = whole.attempts();
    if (attempts == null || attempts.isEmpty()) {
      throw new Trouble("job " + job.number() + " has not started: it has no log yet");
    }
    for (JobJson.AttemptJson attempt : attempts) {
      if (number != null && attempt.attempt() == number) {
        return attempt.directory() + "/log";
      }
    }
    if (number != null) {
      throw new Trouble(
          "job " + job.number() + " has no attempt " + number + ": the latest is " + job.attempt());
    }
    return attempts.get(attempts.size() - 1).directory() + "/log";
  }

  @Override
  public int codeOfTrouble(Arguments arguments) {
    return arguments.has("follow") ? JobWords.OWN_TROUBLE : 1;
  }
}
