package dev.bide.app;

/** The program's entry: wires the pieces together. */
public final class Main {
  private Main() {}

  /** Runs one verb and exits with its code. */
  public static void main(String[] arguments) {
    System.out.println("bide " + String.join(" ", arguments));
  }
}
