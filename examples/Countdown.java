/** Counts down the seconds given as its only parameter, one line a second: {@code java Countdown.java 5}. */
public class Countdown {
  public static void main(String[] parameters) throws InterruptedException {
    if (parameters.length == 0) {
      fail("Error: Missing parameter");
    }
    for (int left = seconds(parameters); left > 0; left--) {
      System.out.println("Countdown: " + left + " seconds");
      Thread.sleep(1000);
    }
  }

  private static int seconds(String[] parameters) {
    try {
      int seconds = Integer.parseInt(parameters[0]);
      if (seconds >= 0 && parameters.length == 1) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // said below, as for every other parameter that will not do
    }
    fail("Error: Invalid parameter");
    return 0;
  }

  private static void fail(String message) {
    System.out.println(message);
    System.exit(1);
  }
}
