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
 * A key and a certificate of it.
 *
 * @param context for a server that shows it
 * @param certificate in PEM: who trusts it trusts the server, where all else is right
 */
public record TlsIdentity(SSLContext context, Path certificate) {
  private static final String PASSWORD = "of no use";

  private static final List<String> GENERATE =
      List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=own");

  /**
   * Makes one that nobody but itself has signed.
   *
   * @param directory where its files go
   * @param names as keytool(1) takes them, such as {@code dns:localhost}
   */
  public static TlsIdentity make(Path directory, String names) throws Exception {
    Path store = fresh(directory, ".p12");
    Path certificate = fresh(directory, ".pem");
    keytool(store, words(GENERATE, "-ext", "san=" + names));
    keytool(store, List.of("-exportcert", "-rfc", "-file", certificate.toString()));
    return new TlsIdentity(context(store), certificate);
  }

  /** Makes one that an authority has signed, which is the certificate, and that has expired. */
  public static TlsIdentity expired(Path directory, String names) throws Exception {
    Path authority = fresh(directory, ".p12");
    Path store = fresh(directory, ".p12");
    String root = fresh(directory, ".pem").toString();
    String asked = fresh(directory, ".csr").toString();
    String signed = fresh(directory, ".pem").toString();
    keytool(authority, words(GENERATE, "-ext", "bc:c"));
    keytool(authority, List.of("-exportcert", "-rfc", "-file", root));
    keytool(store, GENERATE);
    keytool(store, List.of("-certreq", "-file", asked));
    List<String> sign = words(List.of("-gencert"), "-rfc", "-infile", asked, "-outfile", signed);
    keytool(
        authority, words(sign, "-ext", "san=" + names, "-startdate", "-20d", "-validity", "10"));
    keytool(store, List.of("-importcert", "-noprompt", "-file", root, "-alias", "root"));
    keytool(store, List.of("-importcert", "-noprompt", "-file", signed));
    return new TlsIdentity(context(store), Path.of(root));
  }

  private static List<String> words(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  private static Path fresh(Path directory, String suffix) {
    return directory.resolve("identity" + System.nanoTime() + suffix);
  }

  private static SSLContext context(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(Path store, List<String> options) throws Exception {
    List<String> words =
        words(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    words.addAll(options);
    words.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    words.addAll(List.of("-storepass", PASSWORD));
    if (!options.contains("-alias")) {
      words.addAll(List.of("-alias", "own"));
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(words + ": " + said);
    }
  }
}
