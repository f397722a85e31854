package io.quorate.transport.tls;

import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Where a node's certificate, its key, and the authorities that it trusts are kept, in PEM.
 *
 * @param certificate the node's own first, then those up to, but without, the authority
 * @param key of the certificate, in PKCS#8, not encrypted
 * @param authorities one or more certificates, each of which is trusted
 */
public record TlsFiles(Path certificate, Path key, Path authorities) {
  /** More are no certificates. */
  private static final long BYTES_MAX = 1 << 20;

  /**
   * What the files hold, if a node can use it.
   *
   * @throws TlsFilesException if it cannot; names the file
   */
  TlsMaterial read(long nowMillis) throws TlsFilesException {
    TlsMaterial material =
        new TlsMaterial(
            certificates("tls.certificate", certificate),
            readKey(),
            certificates("tls.authorities", authorities));
    String unfit = material.whyUnfit(nowMillis);
    if (unfit != null) {
      throw new TlsFilesException(
          "tls.certificate "
              + certificate
              + ", tls.key "
              + key
              + " and tls.authorities "
              + authorities
              + ": "
              + unfit);
    }
    return material;
  }

  private static List<X509Certificate> certificates(String setting, Path file)
      throws TlsFilesException {
    try {
      X509Certificate[] found =
          CertificateUtils.getX509Certificates(new ByteArrayInputStream(bytes(setting, file)));
      if (found.length == 0) {
        throw new TlsFilesException(
            named(setting, file) + " has no certificate; put one there, in PEM");
      }
      return List.of(found);
    } catch (CertificateException malformed) {
      throw new TlsFilesException(
          named(setting, file)
              + " cannot be read as certificates in PEM (BEGIN CERTIFICATE): "
              + malformed.getMessage(),
          malformed);
    }
  }

  private PrivateKey readKey() throws TlsFilesException {
    byte[] pem = bytes("tls.key", key);
    try {
      return CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem));
    } catch (IOException | GeneralSecurityException | RuntimeException malformed) {
      // The cause is not told: it may quote what is in the file.
      throw new TlsFilesException(
          named("tls.key", key)
              + " cannot be read as a private key: it has to be in PEM, as PKCS#8 (BEGIN PRIVATE"
              + " KEY), and not encrypted; 'openssl pkcs8 -topk8 -nocrypt' converts other keys");
    }
  }

  private static byte[] bytes(String setting, Path file) throws TlsFilesException {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new TlsFilesException(
            named(setting, file) + " has more than 1 MiB, so it is no certificate or key");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw new TlsFilesException(
          named(setting, file) + " is not there; relative paths begin where the node is started",
          missing);
    } catch (TlsFilesException tooLarge) {
      throw tooLarge;
    } catch (IOException unreadable) {
      throw new TlsFilesException(
          named(setting, file) + " cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  private static String named(String setting, Path file) {
    return setting + ": " + file;
  }
}
