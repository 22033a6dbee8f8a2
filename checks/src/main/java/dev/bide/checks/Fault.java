package dev.bide.checks;

import java.time.Duration;
import java.util.Random;

/** What can be done to a server at a random instant. */
enum Fault {
  /** kill -9, and some time without a server. */
  KILL {
    @Override
    void strike(Ground ground, Random random) {
      ground.server().kill();
      BideServer.pause(upTo(random, 1500));
      ground.serve();
    }
  },

  /** kill -9, and up to three more while the next ones start. */
  KILL_WHILE_STARTING {
    @Override
    void strike(Ground ground, Random random) {
      ground.server().kill();
      for (int kills = 1 + random.nextInt(3); kills > 0; kills--) {
        ground.launch();
        BideServer.pause(upTo(random, 1800));
        ground.server().kill();
      }
      ground.serve();
    }
  },

  /** SIGTERM, as a reboot or an upgrade sends. */
  TERMINATE {
    @Override
    void strike(Ground ground, Random random) {
      ground.server().signal("TERM");
      ground.server().awaitEnd();
      ground.serve();
    }
  },

  /** kill -9 of a server that was told to end. */
  KILL_WHILE_ENDING {
    @Override
    void strike(Ground ground, Random random) {
      ground.server().signal("TERM");
      BideServer.pause(upTo(random, 300));
      ground.server().kill();
      ground.serve();
    }
  },

  /** The server stands still for a while, as a swapping machine or a debugger makes it. */
  PAUSE {
    @Override
    void strike(Ground ground, Random random) {
      ground.server().signal("STOP");
      BideServer.pause(upTo(random, 2500));
      ground.server().signal("CONT");
      ground.server().awaitReady();
    }
  },

  /** No more memory: Java ends itself, or goes on with what it has. */
  STARVE {
    @Override
    void strike(Ground ground, Random random) {
      BideServer starving = ground.server();
      starving.limitMemory(Long.toString(starving.memory() / 2));
      BideServer.pause(upTo(random, 2500));
      if (starving.limitMemory("unlimited")) {
        starving.awaitReady();
      } else {
        starving.awaitEnd();
        ground.serve();
      }
    }
  },

  /** A second server on the same home, which must refuse and disturb nothing. */
  SECOND_SERVER {
    @Override
    void strike(Ground ground, Random random) {
      BideServer first = ground.server();
      BideServer second = ground.launchApart();
      if (second.awaitEnd() == 0) {
        throw new IllegalStateException("a second server on one home ended with 0");
      }
      first.awaitReady();
    }
  };

  /** Does it; afterwards a server is ready. */
  abstract void strike(Ground ground, Random random);

  private static Duration upTo(Random random, int milliseconds) {
    return Duration.ofMillis(random.nextInt(milliseconds + 1));
  }
}
