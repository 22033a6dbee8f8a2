package dev.bide.server.notice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignatureTest {
  /** The example of the Standard Webhooks documentation. */
  @Test
  void itIsThatOfTheSpecification() {
    byte[] body = "{\"event_type\":\"ping\",\"data\":{\"success\":true}}".getBytes(UTF_8);

    assertThat(
            Signature.headers(
                "whsec_plJ3nmyCDGBKInavdOK15jsl",
                "msg_loFOjxBNrRLzqYUf",
                Instant.ofEpochSecond(1_731_705_121),
                body))
        .containsEntry("webhook-id", "msg_loFOjxBNrRLzqYUf")
        .containsEntry("webhook-timestamp", "1731705121")
        .containsEntry("webhook-signature", "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
  }

  @Test
  void anyTextIsASecretAndEachGivesAnotherSignature() {
    byte[] body = {1};

    assertThat(Signature.headers("one", "id", Instant.EPOCH, body))
        .isNotEqualTo(Signature.headers("two", "id", Instant.EPOCH, body))
        .isEqualTo(Signature.headers("one", "id", Instant.EPOCH, body));
  }
}
