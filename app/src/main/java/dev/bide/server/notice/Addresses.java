package dev.bide.server.notice;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Which hosts a notice may be sent to: those of the open Internet, and what the configuration adds.
 * A webhook's address may come from anybody who may add jobs, and the server stands where he does
 * not. Immutable.
 */
final class Addresses {
  /** Registries of IANA for special purposes, and what was reserved before them. */
  private static final List<Range> SPECIAL =
      ranges(
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

  /** Addresses in which an IPv4 address is found after so many bytes, which counts. */
  private static final List<Range> EMBEDDING_AT_12 = ranges("64:ff9b::/96");

  private static final List<Range> EMBEDDING_AT_2 = ranges("2002::/16");

  private final List<Range> allowedRanges = new ArrayList<>();
  private final List<String> allowedHosts = new ArrayList<>();

  /**
   * @param allowed hosts by name or address, or ranges of addresses ({@code 10.0.0.0/8}), which are
   *     allowed though they are special
   * @throws IllegalArgumentException naming the entry that is none of these
   */
  Addresses(List<String> allowed) {
    for (String entry : allowed) {
      if (entry.contains("/")) {
        allowedRanges.add(Range.parse(entry));
      } else if (isLiteral(entry)) {
        allowedRanges.add(Range.parse(entry + (entry.contains(":") ? "/128" : "/32")));
      } else {
        allowedHosts.add(entry.toLowerCase(Locale.ROOT));
      }
    }
  }

  /**
   * Whether a notice may go there.
   *
   * @param host as the target names it
   * @param address one that this host has
   */
  boolean permits(String host, InetAddress address) {
    byte[] bytes = address.getAddress();
    return allowedHosts.contains(host.toLowerCase(Locale.ROOT))
        || allowedRanges.stream().anyMatch(range -> range.contains(bytes))
        || !isSpecial(bytes);
  }

  private static boolean isSpecial(byte[] address) {
    if (SPECIAL.stream().anyMatch(range -> range.contains(address))) {
      return true;
    }
    if (EMBEDDING_AT_12.get(0).contains(address)) {
      return isSpecial(Arrays.copyOfRange(address, 12, 16));
    }
    return EMBEDDING_AT_2.get(0).contains(address) && isSpecial(Arrays.copyOfRange(address, 2, 6));
  }

  private static boolean isLiteral(String text) {
    return text.contains(":") || text.matches("[0-9.]+");
  }

  private static List<Range> ranges(String... texts) {
    return Arrays.stream(texts).map(Range::parse).toList();
  }

  /** Addresses that begin with the same bits. */
  private static final class Range {
    private final byte[] prefix;
    private final int bits;

    private Range(byte[] prefix, int bits) {
      this.prefix = prefix;
      this.bits = bits;
    }

    static Range parse(String text) {
      int slash = text.indexOf('/');
      String address = text.substring(0, slash);
      try {
        if (!isLiteral(address)) {
          throw new IllegalArgumentException("'" + text + "' is no range of addresses");
        }
        byte[] prefix = bytes(address);
        int bits = Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > prefix.length * 8) {
          throw new IllegalArgumentException("'" + text + "' has no such number of bits");
        }
        return new Range(prefix, bits);
      } catch (UnknownHostException | NumberFormatException e) {
        throw new IllegalArgumentException("'" + text + "' is no range of addresses", e);
      }
    }

    /** Java makes an IPv4 address of ::ffff:1.2.3.4, as it does of those that it connects to. */
    private static byte[] bytes(String address) throws UnknownHostException {
      InetAddress parsed = InetAddress.getByName(address);
      boolean short4 = !(parsed instanceof Inet6Address) && address.split("\\.", -1).length != 4;
      if (short4 && !address.contains(":")) {
        throw new UnknownHostException(address);
      }
      return parsed.getAddress();
    }

    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
