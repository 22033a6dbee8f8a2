package dev.bide.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The verbs by name. A verb's class is loaded when it is called and not before. */
final class Verbs {
  private Verbs() {}

  /** What {@code --help} shows. */
  static final List<String> FIRST_TEN =
      List.of("run", "add", "ls", "show", "logs", "follow", "wait", "cancel", "retry", "open");

  /** All of them, in the order of a person's day. */
  static final List<String> ALL =
      List.of(
          "run",
          "add",
          "ls",
          "show",
          "logs",
          "follow",
          "wait",
          "cancel",
          "signal",
          "retry",
          "rm",
          "pin",
          "unpin",
          "stats",
          "queue",
          "schedule",
          "notices",
          "serve",
          "status",
          "stop",
          "drain",
          "service",
          "open",
          "import",
          "export",
          "backup",
          "restore",
          "doctor",
          "version",
          "help");

  /** Names that other programs have for the same. */
  static final Map<String, String> ALIASES = aliases();

  private static Map<String, String> aliases() {
    Map<String, String> aliases = new LinkedHashMap<>();
    aliases.put("submit", "add");
    aliases.put("ps", "ls");
    aliases.put("list", "ls");
    aliases.put("info", "show");
    aliases.put("describe", "show");
    aliases.put("log", "logs");
    aliases.put("cat", "logs");
    aliases.put("tail", "follow");
    aliases.put("kill", "signal");
    aliases.put("rerun", "retry");
    aliases.put("queues", "queue");
    aliases.put("schedules", "schedule");
    aliases.put("cron", "schedule");
    aliases.put("notice", "notices");
    aliases.put("notifications", "notices");
    return aliases;
  }

  /** The verb of that name or alias, or null. */
  static @Nullable Verb find(String name) {
    return switch (ALIASES.getOrDefault(name, name)) {
      case "run" -> new RunVerb();
      case "add" -> new AddVerb();
      case "ls" -> new LsVerb();
      case "show" -> new ShowVerb();
      case "logs" -> new LogsVerb();
      case "follow" -> new FollowVerb();
      case "wait" -> new WaitVerb();
      case "cancel" -> new CancelVerb();
      case "signal" -> new SignalVerb();
      case "retry" -> new RetryVerb();
      case "rm" -> new RmVerb();
      case "pin" -> new PinVerb(true);
      case "unpin" -> new PinVerb(false);
      case "stats" -> new StatsVerb();
      case "queue" -> new QueueVerb();
      case "schedule" -> new ScheduleVerb();
      case "notices" -> new NoticesVerb();
      case "serve" -> new ServeVerb();
      case "status" -> new StatusVerb();
      case "stop" -> new StopVerb();
      case "drain" -> new DrainVerb();
      case "service" -> new ServiceVerb();
      case "open" -> new OpenVerb();
      case "import" -> new ImportVerb();
      case "export" -> new ExportVerb();
      case "backup" -> new BackupVerb();
      case "restore" -> new RestoreVerb();
      case "doctor" -> new DoctorVerb();
      case "version" -> new VersionVerb();
      case "help" -> new HelpVerb();
      default -> null;
    };
  }
}
