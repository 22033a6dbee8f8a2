package dev.bide.server.page;

import dev.bide.Bide;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the whole server, said on every page.
 *
 * @param text one sentence or more
 * @param href where something can be done about it, or null
 * @param link what stands on the way there, or null
 */
public record Alarm(String text, @Nullable String href, @Nullable String link) {

  /** The worst of what is wrong now, or null. */
  static @Nullable Alarm of(Bide bide) {
    Bide.Health health = bide.health();
    if (health.down() != null) {
      return saying(
          "Nothing can be added or changed now: "
              + health.down()
              + ". Jobs that run go on, and how they end is kept.");
    }
    if (health.draining()) {
      return saying(
          "Bide was told to start nothing more until its server is restarted (bide drain). Jobs"
              + " that run go on.");
    }
    if (health.lowDisk()) {
      return new Alarm(
          "The disk of Bide's home is nearly full ("
              + free(bide.room())
              + "), so nothing new starts. Waiting jobs start by themselves once there is room.",
          SettingsTab.RETENTION.href(),
          "What can go");
    }
    String clock = health.clock();
    return clock == null ? null : saying(Sentences.of(clock));
  }

  private static Alarm saying(String text) {
    return new Alarm(text, null, null);
  }

  private static String free(Bide.Room room) {
    String free = Wording.size(room.free()) + " free";
    // what holds the logs may have no room for more files, or the launchers none of their own
    return room.free() < room.least()
        ? free + ", at least " + Wording.size(room.least()) + " are wanted"
        : free;
  }
}
