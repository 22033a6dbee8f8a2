package dev.bide.server.notice;

import dev.bide.server.ServerTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are trusted where a notice goes, and what is said of one that is not. */
final class Certificates {
  private Certificates() {}

  /**
   * Trusts what this Java trusts, and the certificates in a file; the name of the host has to be
   * that of the certificate all the same.
   *
   * @param file one or more certificates in PEM
   * @throws ServerTrouble when the file holds none
   */
  static SSLContext trust(Path file) throws ServerTrouble {
    Collection<? extends Certificate> own;
    try (InputStream in = Files.newInputStream(file)) {
      own = CertificateFactory.getInstance("X.509").generateCertificates(in);
    } catch (NoSuchFileException e) {
      throw new ServerTrouble("notify-certificates in bide.toml: there is no file " + file, e);
    } catch (IOException e) {
      throw new ServerTrouble(
          "notify-certificates in bide.toml: " + file + " cannot be read (" + e + ")", e);
    } catch (CertificateException e) {
      own = List.of();
    }
    if (own.isEmpty()) {
      throw new ServerTrouble(
          "notify-certificates in bide.toml: " + file + " holds no certificate in PEM");
    }
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int count = 0;
      for (TrustManager one : managers(null)) {
        if (one instanceof X509TrustManager usual) {
          for (Certificate certificate : usual.getAcceptedIssuers()) {
            trusted.setCertificateEntry("usual " + count++, certificate);
          }
        }
      }
      for (Certificate certificate : own) {
        trusted.setCertificateEntry("own " + count++, certificate);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(trusted), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ServerTrouble("notify-certificates: " + file + " cannot be used: " + e, e);
    }
  }

  private static TrustManager[] managers(@Nullable KeyStore trusted)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  /**
   * What a person is told of a connection that could not be encrypted; null when it broke for
   * another reason.
   */
  static @Nullable String trouble(String host, Throwable failure) {
    SSLException encryption = null;
    CertificateException certificate = null;
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof SSLException found) {
        encryption = found;
      } else if (one instanceof CertificateException found) {
        certificate = found;
      }
    }
    if (certificate != null) {
      return "no encrypted connection to " + host + ": " + refused(certificate);
    }
    return encryption == null
        ? null
        : "no encrypted connection to " + host + ": " + encryption.getMessage();
  }

  private static String refused(CertificateException why) {
    String said = String.valueOf(why.getMessage());
    if (said.startsWith("No name matching") || said.startsWith("No subject alternative")) {
      return "its certificate is for another name";
    }
    return why instanceof CertificateExpiredException
            || why instanceof CertificateNotYetValidException
            || said.toLowerCase(Locale.ROOT).contains("validity")
        ? "its certificate is not valid at this time"
        : "its certificate is signed by nobody who is trusted (notify-certificates in bide.toml can"
            + " add one)";
  }
}
