package dev.bide.server.notice;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/**
 * The sockets of one mail, which another thread may cut: the library waits for each word of a
 * server alone, so that one which says a little now and then would never be left. Safe from any
 * thread.
 */
final class MailConnection {
  private static final Logger LOG = Logger.getLogger(MailConnection.class.getName());

  private final List<Socket> sockets = new ArrayList<>(); // guarded by this
  private boolean cut; // guarded by this

  /** Closes what is open, now and later. */
  void cut() {
    List<Socket> open;
    synchronized (this) {
      cut = true;
      open = List.copyOf(sockets);
    }
    open.forEach(MailConnection::close);
  }

  synchronized boolean isCut() {
    return cut;
  }

  private Socket keep(Socket socket) throws IOException {
    boolean late;
    synchronized (this) {
      sockets.add(socket);
      late = cut;
    }
    if (late) {
      close(socket);
      throw new IOException("there is no time left");
    }
    return socket;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.FINE, "a connection to a mail server could not be closed", e);
    }
  }

  /** Makes sockets that it can close. */
  SocketFactory plain() {
    return new Plain();
  }

  /** Makes sockets that encrypt as those of another factory do, and that it can close. */
  SSLSocketFactory encrypted(SSLSocketFactory usual) {
    return new Encrypted(usual);
  }

  private final class Plain extends SocketFactory {
    private final SocketFactory usual = SocketFactory.getDefault();

    @Override
    public Socket createSocket() throws IOException {
      return keep(usual.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return keep(usual.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
        throws IOException {
      return keep(usual.createSocket(host, port, from, fromPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return keep(usual.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      return keep(usual.createSocket(host, port, from, fromPort));
    }
  }

  private final class Encrypted extends SSLSocketFactory {
    private final SSLSocketFactory usual;

    Encrypted(SSLSocketFactory usual) {
      this.usual = usual;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return usual.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return usual.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
      return keep(usual.createSocket());
    }

    /** Around one that is connected, whose closing waits for nobody. */
    @Override
    public Socket createSocket(Socket inner, String host, int port, boolean closeInner)
        throws IOException {
      return usual.createSocket(keep(inner), host, port, closeInner);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return keep(usual.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
        throws IOException {
      return keep(usual.createSocket(host, port, from, fromPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return keep(usual.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      return keep(usual.createSocket(host, port, from, fromPort));
    }
  }
}
