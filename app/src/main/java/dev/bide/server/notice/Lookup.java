package dev.bide.server.notice;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host. Safe from any thread. */
interface Lookup {
  /** As the machine is set up. */
  Lookup USUAL = host -> List.of(InetAddress.getAllByName(host));

  /**
   * All of them; may take as long as the machine's resolver does.
   *
   * @throws UnknownHostException when there are none
   */
  List<InetAddress> addresses(String host) throws UnknownHostException;
}
