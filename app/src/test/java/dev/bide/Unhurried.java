package dev.bide;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What is waited for without a limit of its own may take its time: a machine that has other work
 * too needs more than the ten seconds that are usual to start a few programs. JUnit finds it by
 * itself.
 */
public final class Unhurried implements BeforeAllCallback {
  /** How long until something that should have happened has not. */
  public static final Duration LONG = Duration.ofSeconds(90);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LONG);
  }
}
