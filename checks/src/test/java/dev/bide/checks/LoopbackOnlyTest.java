package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that nobody configured can be reached from this machine only. */
@Timeout(240)
class LoopbackOnlyTest {
  private final Ground ground = new Ground();

  @AfterEach
  void everythingIsGone() {
    ground.close();
    assertThat(ground.processes()).isEmpty();
  }

  @Test
  void a_bare_server_listens_on_loopback_and_nowhere_else() throws Exception {
    ground.serve();

    List<InetSocketAddress> listening = ListeningSockets.of(ground.server().pid());

    assertThat(listening)
        .isNotEmpty()
        .allSatisfy(
            socket -> {
              assertThat(socket.getAddress().isLoopbackAddress()).as(socket.toString()).isTrue();
              assertThat(socket.getPort()).isEqualTo(ground.port());
            });
  }

  @Test
  void from_another_network_its_port_refuses_while_one_that_is_open_to_all_answers()
      throws Exception {
    ground.serve();
    try (NetworkNamespace network = NetworkNamespace.create();
        ServerSocket open = new ServerSocket(0)) {
      for (String address : network.join()) {
        int control = network.connect(address, open.getLocalPort());
        Needed.check(control == 0, "something here keeps other networks away: errno " + control);

        assertThat(network.connect(address, ground.port()))
            .as(address)
            .isEqualTo(NetworkNamespace.ECONNREFUSED);
      }
    }
    assertThat(ground.client().healthy()).as("it is up all the time").isTrue();
  }
}
