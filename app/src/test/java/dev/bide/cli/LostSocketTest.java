package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.HomeFiles;
import dev.bide.api.Json;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A verb whose server lives, but whose socket somebody has removed. */
class LostSocketTest {
  @SuppressWarnings("NullAway.Init")
  private Bed bed;

  @BeforeEach
  void open() throws Exception {
    bed = Bed.open();
  }

  @AfterEach
  void close() throws Exception {
    bed.close();
  }

  /** The bed can start no other server. */
  @Test
  void a_server_without_its_socket_is_reached_over_tcp_before_another_is_started()
      throws Exception {
    bed.type("run", "true");
    Files.delete(bed.home().resolve("sock"));
    Bed.Said said = bed.type("ls", "-q", "-a");
    assertThat(said).isEqualTo(new Bed.Said(0, "1\n", ""));
  }

  @Test
  void what_a_dead_server_announced_is_believed_of_no_other_process() throws Exception {
    HomeFiles files = new HomeFiles(bed.home());
    String said = Files.readString(files.serverJson());
    bed.stopServer();
    Files.writeString(files.serverJson(), said.replaceFirst("\"startTicks\":", "$01"));
    int port = (int) Fields.of(Json.read(said.getBytes(StandardCharsets.UTF_8))).number("port");
    try (ServerSocket another = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(bed.type("ls", "--no-start").err()).contains("no server runs for " + bed.home());
      assertThat(another.isClosed()).isFalse();
    }
  }

  @Test
  void stop_waits_for_the_server_and_not_for_another_process_that_got_its_number()
      throws Exception {
    HomeFiles files = new HomeFiles(bed.home());
    String said = Files.readString(files.serverJson());
    Files.writeString(files.serverJson(), said.replaceFirst("\"startTicks\":", "$01"));
    assertThat(bed.type("stop")).isEqualTo(new Bed.Said(0, "", ""));
  }
}
