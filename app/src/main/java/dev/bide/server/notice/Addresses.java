package dev.bide.server.notice;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.InetAddressSet;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts a notice may be sent to: those of the open Internet, and what the configuration adds.
 * A webhook's address may come from anybody who may add jobs, and the server stands where he does
 * not. Immutable.
 */
final class Addresses {
  /** Registries of IANA for special purposes, and what was reserved before them. */
  private static final InetAddressSet SPECIAL =
      set(
          "0.0.0.0/8", // this network
          "10.0.0.0/8",
          "100.64.0.0/10", // between a provider and its customers
          "127.0.0.0/8",
          "169.254.0.0/16", // link-local, and the metadata of clouds
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4", // with the broadcast
          "::/96", // unspecified, loopback and IPv4 in the oldest manner
          "::ffff:0:0:0/96", // translated IPv4
          "64:ff9b:1::/48", // local use of the same
          "100::/64",
          "2001::/23", // Teredo and others
          "2001:db8::/32",
          "3fff::/20",
          "5f00::/16",
          "fc00::/7",
          "fe80::/10",
          "fec0::/10",
          "ff00::/8");

  /** Addresses in which an IPv4 address stands, which counts: at the end, and after two bytes. */
  private static final InetAddressSet NAT64 = set("64:ff9b::/96");

  private static final InetAddressSet SIX_TO_FOUR = set("2002::/16");

  private static final Pattern IPV4 = Pattern.compile("(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?:/.*)?");

  private static final Pattern QUAD = Pattern.compile("(?:[0-9]{1,3}\\.){3}[0-9]{1,3}");

  private final InetAddressSet allowed = new InetAddressSet();
  private final Set<String> allowedHosts = new HashSet<>();

  /**
   * @param allowed hosts by name or address, or ranges of addresses ({@code 10.0.0.0/8}), which are
   *     allowed though they are special
   * @throws IllegalArgumentException naming the entry that is none of these
   */
  Addresses(List<String> allowed) {
    for (String entry : allowed) {
      if (entry.contains(":") || IPV4.matcher(entry).matches()) {
        addRange(entry);
      } else if (entry.contains("/") || entry.matches("[0-9.]+")) {
        throw noRange(entry, null);
      } else {
        allowedHosts.add(entry.toLowerCase(Locale.ROOT));
      }
    }
  }

  private void addRange(String entry) {
    try {
      allowed.add(entry);
    } catch (RuntimeException e) {
      throw noRange(entry, e);
    }
  }

  private static IllegalArgumentException noRange(String entry, @Nullable Exception cause) {
    return new IllegalArgumentException("'" + entry + "' is no range of addresses", cause);
  }

  /**
   * Whether a notice may go there.
   *
   * @param host as the target names it
   * @param address one that this host has
   */
  boolean permits(String host, InetAddress address) {
    return allowedHosts.contains(host.toLowerCase(Locale.ROOT))
        || allowed.test(address)
        || !isSpecial(address);
  }

  /** The address that a host is written as; empty where it is a name that must be looked up. */
  static Optional<InetAddress> written(String host) {
    try {
      if (host.equalsIgnoreCase("localhost")) {
        return Optional.of(InetAddress.getLoopbackAddress());
      }
      return host.startsWith("[") || QUAD.matcher(host).matches()
          ? Optional.of(InetAddress.getByName(host))
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty(); // it looks like one and is none: said when it is looked up
    }
  }

  private static boolean isSpecial(InetAddress address) {
    if (SPECIAL.test(address)) {
      return true;
    }
    byte[] bytes = address.getAddress();
    return (NAT64.test(address) && SPECIAL.test(ipv4(bytes, 12)))
        || (SIX_TO_FOUR.test(address) && SPECIAL.test(ipv4(bytes, 2)));
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static InetAddressSet set(String... ranges) {
    InetAddressSet set = new InetAddressSet();
    set.addAll(List.of(ranges));
    return set;
  }
}
