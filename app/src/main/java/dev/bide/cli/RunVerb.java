package dev.bide.cli;

import dev.bide.api.HomeFiles;
import dev.bide.api.JobJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code run}: queues a command, shows its output, and ends as it does. */
final class RunVerb implements Verb {
  private static final int INTERRUPTED = 130;

  /** Answers to the question; all else, such as the next command typed ahead, leaves it running. */
  private static final Set<String> CANCEL = Set.of("c", "cancel");

  @Override
  public Grammar grammar() {
    List<Option> options = new ArrayList<>(JobRequest.OPTIONS);
    options.addAll(JobRequest.BEGIN);
    options.add(Option.flag("follow", null, ""));
    options.add(Option.flag("cancel-on-interrupt", null, "Ctrl+C cancels the job without asking"));
    return new Grammar(
        "run [OPTIONS] [--] COMMAND [ARGUMENT…]",
        "Queues a command, shows its output and ends with its exit code.",
        "Options end at the first word that is none. Ctrl+C at a terminal asks whether the job is"
            + " to go on; elsewhere it goes on. Exit codes besides the job's own: 122 lost, 123"
            + " cancelled, 124 timed out, 125 trouble of Bide's own, 126 cannot be run, 127"
            + " program not found, 130 left running.",
        options,
        0);
  }

  @Override
  public int run(Call call) throws Trouble {
    Interruption interruption = new Interruption(call);
    Interrupts.onInterrupt(interruption::happened);
    call.afterFault("whether the server took the job: " + call.name() + " ls");
    JobJson job = new JobRequest(call, "run").submit();
    interruption.number = job.number();
    call.afterFault(goesOn(call, job.number()));
    if (call.console().hints()) {
      String wait = AddVerb.whyItWaits(call, job);
      if (wait != null) {
        call.console().hint("job " + job.number() + " " + wait);
      }
    }
    JobJson ended = new Following(call).follow(job.number(), null, null);
    FollowVerb.sayHowItEnded(call, ended);
    return JobWords.exitCode(ended);
  }

  private static String goesOn(Call call, long number) {
    return "job " + number + " goes on; follow it again: " + call.name() + " follow " + number;
  }

  @Override
  public int codeOfTrouble(Arguments arguments) {
    return JobWords.OWN_TROUBLE;
  }

  /** What Ctrl+C does. Runs in threads of its own, which end the program where that was asked. */
  private static final class Interruption {
    private final Call call;
    private final AtomicBoolean before = new AtomicBoolean();

    /** Zero while the server has not answered yet. */
    volatile long number;

    Interruption(Call call) {
      this.call = call;
    }

    void happened() {
      if (number == 0) {
        leaveUnanswered();
      } else if (before.getAndSet(true)) {
        leave("\n");
      } else if (call.arguments().has("cancel-on-interrupt")) {
        cancel();
      } else if (call.console().canAsk()) {
        ask();
      } else {
        leave("");
      }
    }

    private void ask() {
      String answer;
      synchronized (call.console().turn()) {
        answer =
            call.console()
                .ask(
                    "\nLeave job "
                        + number
                        + " running, or cancel it? [Enter = leave it running, c = cancel] ");
      }
      if (answer != null && CANCEL.contains(answer.strip().toLowerCase(Locale.ROOT))) {
        cancel();
      } else {
        leave("");
      }
    }

    private void leaveUnanswered() {
      call.console()
          .lastMessage(
              "bide: interrupted before the server answered; whether it took the job: "
                  + call.name()
                  + " ls");
      Runtime.getRuntime().halt(INTERRUPTED);
    }

    /** Waits for nothing: the question may still be open that a second Ctrl+C answers. */
    private void leave(String start) {
      call.console().lastMessage(start + "bide: " + goesOn(call, number));
      Runtime.getRuntime().halt(INTERRUPTED);
    }

    /** Over a connection of its own: the other one is busy with the log. */
    private void cancel() {
      try (ServerAccess server =
          new ServerAccess(
              new HomeFiles(call.settings().home()),
              call.caller(),
              call.console(),
              call.program(),
              false)) {
        new Api(server).cancel(number, null);
        call.console().hint("cancelling job " + number);
      } catch (Trouble | java.io.IOException e) {
        call.console()
            .message("bide: job " + number + " could not be cancelled: " + e.getMessage());
      }
    }
  }
}
