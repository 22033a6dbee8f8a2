package dev.bide.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A mail server (RFC 5321) that does what a test tells it, and remembers what it heard: it may
 * encrypt, ask for a password, refuse, or fall silent.
 */
public final class SmtpReceiver implements AutoCloseable {
  /** A line that a client said. */
  public record Heard(boolean encrypted, String line) {}

  /** The greeting, as though it were an answer to a word. */
  public static final String GREETING = "GREETING";

  /** What ends a mail, as though it were a word. */
  public static final String END_OF_MAIL = "END-OF-MAIL";

  /** Never answers. */
  public static final String SILENCE = "";

  /** Begins an answer and says a little more now and then, for ever. */
  public static final String ENDLESS = "250-";

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final @Nullable SSLContext tls;
  private final boolean fromTheFirstByte;
  private final @Nullable String login;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final List<String> mails = new CopyOnWriteArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

  /**
   * On a free port of this machine.
   *
   * @param tls what it encrypts with, or null when it cannot
   * @param fromTheFirstByte otherwise when asked to
   * @param login {@code user:password} whom it lets in, or null when it asks nobody
   */
  public SmtpReceiver(@Nullable SSLContext tls, boolean fromTheFirstByte, @Nullable String login)
      throws IOException {
    this.tls = tls;
    this.fromTheFirstByte = fromTheFirstByte;
    this.login = login;
    daemon(this::accept);
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "smtp-receiver");
    thread.setDaemon(true);
    thread.start();
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Gives this answer to a word, such as {@code RCPT}, in the place of the usual one. */
  public void answer(String word, String answer) {
    answers.put(word, answer);
  }

  /** All lines of all clients, without those of mails. */
  public List<Heard> heard() {
    return heard;
  }

  /** The lines that begin with a word. */
  public List<Heard> heard(String word) {
    return heard.stream().filter(one -> word(one.line()).equals(word)).toList();
  }

  /** The mails, head and body, as they were sent. */
  public List<String> mails() {
    return mails;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.add(socket);
        daemon(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      if (fromTheFirstByte) {
        converse(encrypt(socket), true);
      } else {
        converse(socket, false);
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  private SSLSocket encrypt(Socket socket) throws IOException {
    SSLContext context = tls;
    if (context == null) {
      throw new IOException("it cannot encrypt");
    }
    SSLSocket encrypted =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    encrypted.setUseClientMode(false);
    encrypted.startHandshake();
    return encrypted;
  }

  private static String word(String line) {
    return line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
  }

  private void converse(Socket socket, boolean encrypted) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    if (encrypted == fromTheFirstByte) {
      say(socket, GREETING, "220 here");
    }
    String line;
    while ((line = in.readLine()) != null) {
      heard.add(new Heard(encrypted, line));
      String word = word(line);
      switch (word) {
        case "EHLO" -> say(socket, word, capabilities(encrypted));
        case "STARTTLS" -> {
          say(socket, word, "220 go on");
          converse(encrypt(socket), true);
          return;
        }
        case "AUTH" -> say(socket, word, admit(line));
        case "DATA" -> {
          say(socket, word, "354 go on");
          if (!answers.containsKey(word)) {
            mails.add(mail(in));
            say(socket, END_OF_MAIL, "250 taken");
          }
        }
        case "QUIT" -> {
          say(socket, word, "221 bye");
          return;
        }
        default -> say(socket, word, "250 ok");
      }
    }
  }

  private String capabilities(boolean encrypted) {
    return "250-here\r\n"
        + (tls != null && !encrypted ? "250-STARTTLS\r\n" : "")
        + (login == null ? "" : "250-AUTH PLAIN\r\n")
        + "250 8BITMIME";
  }

  private String admit(String line) {
    String[] words = line.split(" ", -1);
    String said = new String(Base64.getDecoder().decode(words[words.length - 1]), UTF_8);
    return said.substring(said.indexOf('\0') + 1).replace('\0', ':').equals(login)
        ? "235 welcome"
        : "535 5.7.8 wrong name or password";
  }

  private static String mail(BufferedReader in) throws IOException {
    StringBuilder mail = new StringBuilder();
    String line;
    while ((line = in.readLine()) != null && !line.equals(".")) {
      mail.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
    }
    return mail.toString();
  }

  private void say(Socket socket, String word, String usual) throws IOException {
    String answer = answers.getOrDefault(word, usual);
    if (answer.equals(ENDLESS)) {
      OutputStream out = socket.getOutputStream();
      while (true) {
        out.write('x');
        out.flush();
        LockSupport.parkNanos(20_000_000);
      }
    }
    if (!answer.equals(SILENCE)) {
      socket.getOutputStream().write((answer + "\r\n").getBytes(UTF_8));
      socket.getOutputStream().flush();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : connections) {
      socket.close();
    }
  }
}
