package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.JobJson;
import java.util.List;
import java.util.Map;

/** {@code drain}: the server starts nothing more. Never starts one: that would start jobs. */
final class DrainVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "drain",
            "Has the server start nothing more; jobs that run go on.",
            Option.flag("wait", null, "wait until none runs"))
        .withDetails(
            "Jobs can still be added; they wait. A restart of the server undoes it: stop it, and"
                + " the next verb starts it again.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    call.arguments().put("no-start", "");
    if (call.server().find() == null) {
      call.console()
          .message("bide: no server runs for " + call.settings().home() + ": nothing starts there");
      return 1;
    }
    long running = call.api().drain();
    say(call, running);
    if (running > 0 && call.arguments().has("wait")) {
      awaitNone(call);
      say(call, 0);
    }
    return 0;
  }

  private static void say(Call call, long running) throws Trouble {
    switch (call.format()) {
      case JSON, JSONL -> call.console().line("{\"draining\":true,\"running\":" + running + "}");
      default ->
          call.console()
              .line(
                  running == 0
                      ? "nothing runs any more"
                      : Text.count(running, "job") + (running == 1 ? " still runs" : " still run"));
    }
    if (running > 0 && !call.arguments().has("wait")) {
      call.console()
          .hint("nothing more starts until the server is restarted (" + call.name() + " stop)");
    }
  }

  private static void awaitNone(Call call) throws Trouble {
    Api api = call.api();
    while (true) {
      Fields server = api.object(api.serverFacts());
      if (!server.flag("draining")) {
        throw new Trouble(
            "the server was restarted meanwhile, which undid the drain: say it again ("
                + call.name()
                + " drain --wait)");
      }
      List<JobJson> running = api.list(Map.of("state", "RUNNING", "limit", "1")).jobs();
      if (running.isEmpty()) {
        return;
      }
      api.find(running.get(0).number(), Api.LONGEST_WAIT);
    }
  }
}
