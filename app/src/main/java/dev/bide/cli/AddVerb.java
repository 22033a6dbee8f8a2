package dev.bide.cli;

import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code add}: queues a command and comes back at once. */
final class AddVerb implements Verb {
  @Override
  public Grammar grammar() {
    List<Option> options = new ArrayList<>(JobRequest.OPTIONS);
    options.addAll(JobRequest.BEGIN);
    options.add(Option.flag("follow", null, "then follow its log, as the verb follow does"));
    return new Grammar(
        "add [OPTIONS] [--] COMMAND [ARGUMENT…]",
        "Queues a command and prints the job's number.",
        "Options end at the first word that is none. The command runs without a shell; for pipes"
            + " and redirections use -c 'LINE'. \"add -\" reads one command line per line of"
            + " standard input, split and quoted as in a shell, and adds all of them or none.",
        options,
        0);
  }

  @Override
  public int run(Call call) throws Trouble {
    Arguments arguments = call.arguments();
    boolean lines = readsLines(call);
    JobRequest request = new JobRequest(call, "add");
    if (lines) {
      print(call, request.submitLines(call.console().readAll()), true);
      return 0;
    }
    JobJson job = request.submit();
    print(call, List.of(job), false);
    if (arguments.has("follow")) {
      JobJson ended = new Following(call).follow(job.number(), null, null);
      FollowVerb.sayHowItEnded(call, ended);
      return JobWords.exitCode(ended);
    }
    if (job.state().equals("PENDING") || job.state().equals("RUNNING")) {
      call.console().hint("follow it: " + call.name() + " follow " + job.number());
    }
    return 0;
  }

  /**
   * Whether commands are read from standard input. Nobody means a program called -, which is what
   * words behind it would make of it, and its lines would be lost.
   */
  private static boolean readsLines(Call call) throws Trouble {
    Arguments arguments = call.arguments();
    List<String> words = arguments.words();
    if (words.isEmpty() || !words.get(0).equals("-") || arguments.hadDashes()) {
      return false;
    }
    if (words.size() > 1) {
      throw Trouble.usage(
          "\"add -\" reads commands from standard input, and nothing follows it: options stand"
              + " before the - ("
              + call.name()
              + " add [OPTIONS] -)");
    }
    if (arguments.has("follow")) {
      throw Trouble.usage("--follow follows one job; \"add -\" may add many");
    }
    return true;
  }

  private static void print(Call call, List<JobJson> jobs, boolean list) throws Trouble {
    switch (call.format()) {
      case JSON ->
          call.console()
              .line(
                  Json.write(
                      list ? jobs.stream().map(JobJson::toMap).toList() : jobs.get(0).toMap()));
      case JSONL -> jobs.forEach(job -> call.console().line(Json.write(job.toMap())));
      default -> {
        Map<String, Api.@Nullable Queue> queues = new java.util.HashMap<>();
        for (JobJson job : jobs) {
          String number = Long.toString(job.number());
          call.console().line(call.forPeople() ? number + "  " + words(call, job, queues) : number);
        }
      }
    }
  }

  private static String words(Call call, JobJson job, Map<String, Api.@Nullable Queue> queues)
      throws Trouble {
    return switch (job.state()) {
      case "PENDING" -> {
        Api.Queue queue = queues.get(job.queue());
        if (queue == null && "SLOTS".equals(job.reason())) {
          queue = call.api().queue(job.queue());
          queues.put(job.queue(), queue);
        }
        yield JobWords.whyItWaits(job, queue);
      }
      case "RUNNING" -> "started";
      default -> JobWords.sentence(job);
    };
  }

  /** Why a job that was just added does not run yet, or null when it does. */
  static @Nullable String whyItWaits(Call call, JobJson job) throws Trouble {
    return job.state().equals("PENDING") ? words(call, job, new java.util.HashMap<>()) : null;
  }

  @Override
  public int codeOfTrouble(Arguments arguments) {
    return arguments.has("follow") ? JobWords.OWN_TROUBLE : 1;
  }
}
