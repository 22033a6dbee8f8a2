package dev.bide.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** Whether there is a screen for a browser, and what to do when there is none. */
public final class Display {
  private Display() {}

  /** True on a machine that is worked on from afar. */
  public static boolean isHeadless(Caller caller) {
    boolean mac = System.getProperty("os.name", "").startsWith("Mac");
    return !mac && caller.variable("DISPLAY") == null && caller.variable("WAYLAND_DISPLAY") == null;
  }

  /** The line to type on one's own machine. */
  public static String tunnel(String url) {
    int port = URI.create(url).getPort();
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "THIS-MACHINE";
    }
    String user = System.getProperty("user.name", "you");
    return "ssh -L " + port + ":127.0.0.1:" + port + " " + user + "@" + host;
  }

  /** Opens a page in the browser; true when a program for it was found and started. */
  static boolean open(Caller caller, String url) {
    String path = caller.variables().getOrDefault("PATH", "/usr/bin:/bin");
    for (String opener : List.of("xdg-open", "open")) {
      if (Programs.find(opener, path) == null) {
        continue;
      }
      try {
        new ProcessBuilder(opener, url)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
        return true;
      } catch (IOException e) {
        // the address is printed anyway
      }
    }
    return false;
  }
}
