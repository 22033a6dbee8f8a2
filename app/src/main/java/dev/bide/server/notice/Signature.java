package dev.bide.server.notice;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the receiver of a webhook knows that it is from us, and not an old one: the headers of the
 * Standard Webhooks specification, version 1 (symmetric), which libraries for many languages check.
 */
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "whsec_";

  private Signature() {}

  /**
   * The headers to send.
   *
   * @param secret {@code whsec_} and base64, or any text
   * @param id the same for each try
   */
  static Map<String, String> headers(String secret, String id, Instant now, byte[] body) {
    String seconds = Long.toString(now.getEpochSecond());
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key(secret), ALGORITHM));
      mac.update((id + "." + seconds + ".").getBytes(UTF_8));
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("webhook-id", id);
      headers.put("webhook-timestamp", seconds);
      headers.put(
          "webhook-signature", "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
      return headers;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] key(String secret) {
    if (secret.startsWith(PREFIX)) {
      try {
        return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      } catch (IllegalArgumentException notBase64) {
        return secret.getBytes(UTF_8);
      }
    }
    return secret.getBytes(UTF_8);
  }
}
