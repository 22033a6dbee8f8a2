package dev.bide.cli;

import dev.bide.api.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code queue}: how many jobs run at once, and whether any start. */
final class QueueVerb implements Verb {
  private static final List<String> ACTIONS = List.of("ls", "set", "pause", "resume");

  @Override
  public Grammar grammar() {
    return Grammar.of(
            "queue ls | set NAME OPTION… | pause NAME | resume NAME",
            "Shows the queues and changes how many of their jobs run at once.",
            Option.value("slots", null, "N", "how many jobs run at once (1 to 10000)"),
            Option.value("notify", null, "RULE", "tell somebody of its jobs; '' for nobody"))
        .withDetails(
            "A paused queue starts nothing; what runs goes on. In a pipe, separated by tabs: name,"
                + " slots, true when paused, running, pending.");
  }

  @Override
  public int run(Call call) throws Trouble {
    List<String> words = call.arguments().words();
    String action = words.isEmpty() ? "ls" : words.get(0);
    if (!ACTIONS.contains(action)) {
      throw Trouble.usage(
          "queue knows ls, set, pause and resume, not "
              + Text.quoted(action)
              + Suggestion.hint(action, ACTIONS));
    }
    Integer slots = call.arguments().number("slots", 1, 10_000);
    List<String> rules = call.arguments().values("notify");
    if (!rules.isEmpty() && !action.equals("set")) {
      throw Trouble.usage("--notify goes with queue set");
    }
    if ((slots != null || !rules.isEmpty()) != action.equals("set")) {
      throw Trouble.usage(
          slots == null
              ? "queue set wants --slots N or --notify RULE"
              : "--slots goes with queue set: " + call.name() + " queue set NAME --slots " + slots);
    }
    if (action.equals("ls")) {
      if (words.size() > 1) {
        throw Trouble.usage("unexpected " + Text.quoted(words.get(1)));
      }
      print(call, call.api().queues(), true);
      return 0;
    }
    Map<String, @Nullable Object> change = new LinkedHashMap<>();
    if (!action.equals("set")) {
      change.put("paused", action.equals("pause"));
    }
    if (slots != null) {
      change.put("slots", slots);
    }
    if (!rules.isEmpty()) {
      change.put("notify", rules.stream().filter(rule -> !rule.isBlank()).toList());
    }
    print(call, List.of(call.api().change(name(call, action, words), change)), false);
    return 0;
  }

  private static String name(Call call, String action, List<String> words) throws Trouble {
    if (words.size() == 2) {
      return words.get(1);
    }
    throw Trouble.usage(
        words.size() < 2
            ? "which queue? "
                + call.name()
                + " queue "
                + action
                + " default"
                + (action.equals("set") ? " --slots N" : "")
            : "queue " + action + " takes one queue");
  }

  private static void print(Call call, List<Api.Queue> queues, boolean list) throws Trouble {
    switch (call.format()) {
      case JSON ->
          call.console()
              .line(
                  Json.write(
                      list ? queues.stream().map(QueueVerb::map).toList() : map(queues.get(0))));
      case JSONL -> queues.forEach(queue -> call.console().line(Json.write(map(queue))));
      default -> {
        for (Api.Queue queue : queues) {
          call.console()
              .line(
                  call.forPeople()
                      ? sentence(queue)
                      : String.join(
                          "\t",
                          queue.name(),
                          Integer.toString(queue.slots()),
                          Boolean.toString(queue.paused()),
                          Integer.toString(queue.running()),
                          Integer.toString(queue.pending())));
        }
      }
    }
  }

  private static Map<String, @Nullable Object> map(Api.Queue queue) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", queue.name());
    map.put("slots", queue.slots());
    map.put("paused", queue.paused());
    map.put("notify", queue.rules());
    map.put("running", queue.running());
    map.put("pending", queue.pending());
    return map;
  }

  /** {@code default: 3 slots, 2 running, 5 waiting}. */
  static String sentence(Api.Queue queue) {
    return queue.name()
        + ": "
        + Text.count(queue.slots(), "slot")
        + ", "
        + queue.running()
        + " running, "
        + queue.pending()
        + " waiting"
        + (queue.paused() ? ", paused (queue resume " + queue.name() + ")" : "");
  }
}
