package dev.bide.server.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  private static final Addresses OPEN = new Addresses(List.of());

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getAllByName(literal)[0];
  }

  /** Each is a literal, in a spelling that somebody once got past a guard with. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0",
        "127.0.0.1",
        "127.1",
        "127.255.255.254",
        "2130706433",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:a9fe:a9fe",
        "0:0:0:0:0:ffff:7f00:1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001::1",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1"
      })
  void whatIsNotOfTheOpenInternetIsRefused(String address) throws UnknownHostException {
    assertThat(OPEN.permits(address, address(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.167.1.1",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "64:ff9b::1.1.1.1",
        "2002:101:101::1",
        "::ffff:1.1.1.1"
      })
  void whatIsOfTheOpenInternetIsPermitted(String address) throws UnknownHostException {
    assertThat(OPEN.permits(address, address(address))).isTrue();
  }

  @Test
  void theConfigurationAddsHostsAddressesAndRanges() throws UnknownHostException {
    Addresses some = new Addresses(List.of("Chat.Internal", "10.1.0.0/16", "::1", "192.168.0.7"));
    InetAddress local = address("127.0.0.1");

    assertThat(some.permits("chat.internal", local)).isTrue();
    assertThat(some.permits("other.internal", local)).isFalse();
    assertThat(some.permits("x", address("10.1.255.255"))).isTrue();
    assertThat(some.permits("x", address("10.2.0.0"))).isFalse();
    assertThat(some.permits("x", address("::1"))).isTrue();
    assertThat(some.permits("x", address("192.168.0.7"))).isTrue();
    assertThat(some.permits("x", address("192.168.0.8"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0/8", "a/8", "::/129", "10.0.0.0/x", "1.2.3", "::g"})
  void anEntryThatIsNoneIsNamed(String entry) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Addresses(List.of(entry)))
        .withMessageContaining(entry);
  }
}
