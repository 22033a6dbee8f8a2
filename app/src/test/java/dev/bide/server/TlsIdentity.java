package dev.bide.server;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key and a certificate that nobody but itself has signed.
 *
 * @param context for a server that shows it
 * @param certificate in PEM
 */
public record TlsIdentity(SSLContext context, Path certificate) {
  private static final String PASSWORD = "of no use";

  /**
   * Makes one.
   *
   * @param directory where its files go
   * @param names as keytool(1) takes them, such as {@code dns:localhost}
   * @param validity more options, such as since when it is valid
   */
  public static TlsIdentity make(Path directory, String names, String... validity)
      throws Exception {
    Path store = directory.resolve("identity" + System.nanoTime() + ".p12");
    Path certificate = Path.of(store + ".pem");
    List<String> make =
        new ArrayList<>(
            List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=own"));
    make.addAll(List.of("-ext", "san=" + names));
    make.addAll(List.of(validity));
    keytool(store, make);
    keytool(store, List.of("-exportcert", "-rfc", "-file", certificate.toString()));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return new TlsIdentity(context, certificate);
  }

  private static void keytool(Path store, List<String> options) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    words.add(options.get(0));
    words.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-alias", "own"));
    words.addAll(List.of("-storepass", PASSWORD));
    words.addAll(options.subList(1, options.size()));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(words + ": " + said);
    }
  }
}
