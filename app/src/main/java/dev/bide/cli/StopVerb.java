package dev.bide.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code stop}: ends the server. Jobs go on unless asked otherwise. */
final class StopVerb implements Verb {
  private static final long PATIENCE_NANOS = 90_000_000_000L;

  @Override
  public Grammar grammar() {
    return Grammar.of(
        "stop",
        "Stops the server; jobs that run go on and are found again.",
        Option.flag("kill-jobs", null, "end the jobs that run, too"));
  }

  @Override
  public int run(Call call) throws Trouble {
    if (!call.arguments().words().isEmpty()) {
      throw Trouble.usage(
          "stop ends the server and takes no job: did you mean: "
              + call.name()
              + " cancel "
              + Text.visible(String.join(" ", call.arguments().words())));
    }
    if (call.server().find() == null) {
      call.console().message("bide: no server runs for " + call.settings().home());
      return 1;
    }
    Long pid = call.api().object(call.api().serverFacts()).longOrNull("pid");
    boolean kill = call.arguments().has("kill-jobs");
    int running = call.api().queues().stream().mapToInt(Api.Queue::running).sum();
    Announced server = announced(call, pid); // it takes that away with it
    call.api().stop(kill);
    awaitEnd(server);
    call.console()
        .hint(
            "stopped"
                + (running == 0 || kill
                    ? ""
                    : "; " + Text.count(running, "job") + (running == 1 ? " goes on" : " go on")));
    return 0;
  }

  /** With what tells its process from a later one that gets its number. */
  private static Announced announced(Call call, @Nullable Long pid) throws Trouble {
    Announced server = call.server().announced();
    return server != null && Objects.equals(server.pid(), pid)
        ? server
        : new Announced(pid, null, null, 0, null);
  }

  private static void awaitEnd(Announced server) throws Trouble {
    long begin = System.nanoTime();
    // one that nobody has buried has ended, though Java calls it alive
    while (server.lives()) {
      if (System.nanoTime() - begin > PATIENCE_NANOS) {
        throw new Trouble("the server (process " + server.pid() + ") is still stopping");
      }
      ServerAccess.pause();
    }
  }
}
