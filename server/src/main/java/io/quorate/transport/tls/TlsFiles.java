package io.quorate.transport.tls;

import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's certificate, its key, and the authorities that it trusts are kept, in PEM.
 *
 * @param certificate the node's own first, then those up to, but without, the authority
 * @param key of the certificate, in PKCS#8, not encrypted
 * @param authorities one or more certificates, each of which is trusted
 * @param revoked one or more lists of certificates that are not trusted any more; null if there are
 *     none
 */
public record TlsFiles(Path certificate, Path key, Path authorities, @Nullable Path revoked) {
  /** More are no certificates. */
  private static final long BYTES_MAX = 1 << 20;

  /** A list has 50 bytes for each certificate. It is looked at every few seconds. */
  private static final long LIST_BYTES_MAX = 8 << 20;

  /** How a list begins. OpenSSL and the JDK call it {@code X509 CRL}, others {@code CRL}. */
  private static final Pattern LIST = Pattern.compile("-----BEGIN (X509 )?CRL-----");

  /** Without any that are revoked. */
  public TlsFiles(Path certificate, Path key, Path authorities) {
    this(certificate, key, authorities, null);
  }

  /** Returns the files that there are. */
  List<TlsFile> present() {
    List<TlsFile> needed = List.of(TlsFile.CERTIFICATE, TlsFile.KEY, TlsFile.AUTHORITIES);
    return revoked == null ? needed : List.of(TlsFile.values());
  }

  /** Returns where a file is that there is. */
  Path path(TlsFile file) {
    return switch (file) {
      case CERTIFICATE -> certificate;
      case KEY -> key;
      case AUTHORITIES -> authorities;
      case REVOKED -> Objects.requireNonNull(revoked, "no tls.revoked");
    };
  }

  /**
   * What the files hold, if a node can use it.
   *
   * @param inUse what the node has been using; null if it starts
   * @throws TlsFilesException if it cannot; names the file
   */
  TlsMaterial read(long nowMillis, @Nullable TlsMaterial inUse) throws TlsFilesException {
    TlsMaterial material =
        new TlsMaterial(
            certificates(TlsFile.CERTIFICATE, certificate),
            readKey(),
            certificates(TlsFile.AUTHORITIES, authorities),
            revocations(inUse == null ? Revocations.NONE : inUse.revoked()));
    String unbelievable = material.whyRevocationsUnfit(nowMillis, inUse);
    if (unbelievable != null) {
      throw new TlsFilesException(
          Set.of(TlsFile.REVOKED), "tls.revoked " + revoked + ": " + unbelievable);
    }
    String unfit = material.whyUnfit(nowMillis, inUse);
    if (unfit != null) {
      throw new TlsFilesException(
          Set.of(TlsFile.CERTIFICATE, TlsFile.KEY, TlsFile.AUTHORITIES),
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

  private static List<X509Certificate> certificates(TlsFile setting, Path file)
      throws TlsFilesException {
    try {
      X509Certificate[] found =
          CertificateUtils.getX509Certificates(new ByteArrayInputStream(bytes(setting, file)));
      if (found.length == 0) {
        throw new TlsFilesException(
            Set.of(setting), named(setting, file) + " has no certificate; put one there, in PEM");
      }
      return List.of(found);
    } catch (CertificateException malformed) {
      throw new TlsFilesException(
          Set.of(setting),
          named(setting, file)
              + " cannot be read as certificates in PEM (BEGIN CERTIFICATE): "
              + malformed.getMessage(),
          malformed);
    }
  }

  /**
   * @param inUse returned as it is, if it is what the file still says
   */
  private Revocations revocations(Revocations inUse) throws TlsFilesException {
    if (revoked == null) {
      return Revocations.NONE;
    }
    byte[] pem = bytes(TlsFile.REVOKED, revoked, LIST_BYTES_MAX);
    String fingerprint = fingerprint(pem);
    if (fingerprint.equals(inUse.fingerprint())) {
      return inUse;
    }
    try {
      Collection<? extends CRL> lists =
          CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(pem));
      long begun = LIST.matcher(new String(pem, StandardCharsets.ISO_8859_1)).results().count();
      if (lists.isEmpty() || lists.size() != begun) {
        throw new TlsFilesException(
            Set.of(TlsFile.REVOKED),
            named(TlsFile.REVOKED, revoked)
                + " has %d lists of revoked certificates, of which %d can be read; put one or more"
                    .formatted(begun, lists.size())
                + " there, in PEM (BEGIN X509 CRL), each on lines of its own, or set tls.revoked:"
                + " off");
      }
      return new Revocations(lists.stream().map(X509CRL.class::cast).toList(), fingerprint);
    } catch (CRLException | CertificateException malformed) {
      throw new TlsFilesException(
          Set.of(TlsFile.REVOKED),
          named(TlsFile.REVOKED, revoked)
              + " cannot be read as lists of revoked certificates in PEM (BEGIN X509 CRL): "
              + malformed.getMessage(),
          malformed);
    }
  }

  private static String fingerprint(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  private PrivateKey readKey() throws TlsFilesException {
    byte[] pem = bytes(TlsFile.KEY, key);
    try {
      return CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem));
    } catch (IOException | GeneralSecurityException | RuntimeException malformed) {
      // The cause is not told: it may quote what is in the file.
      throw new TlsFilesException(
          Set.of(TlsFile.KEY),
          named(TlsFile.KEY, key)
              + " cannot be read as a private key: it has to be in PEM, as PKCS#8 (BEGIN PRIVATE"
              + " KEY), and not encrypted; 'openssl pkcs8 -topk8 -nocrypt' converts other keys");
    }
  }

  private static byte[] bytes(TlsFile setting, Path file) throws TlsFilesException {
    return bytes(setting, file, BYTES_MAX);
  }

  private static byte[] bytes(TlsFile setting, Path file, long bytesMax) throws TlsFilesException {
    try {
      if (Files.size(file) > bytesMax) {
        throw new TlsFilesException(
            Set.of(setting),
            named(setting, file)
                + " has more than %d MiB, and that is not read".formatted(bytesMax >> 20));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw new TlsFilesException(
          Set.of(setting),
          named(setting, file)
              + (file.isAbsolute()
                  ? " is not there"
                  : " is not there; relative paths begin where the node is started"),
          missing);
    } catch (TlsFilesException tooLarge) {
      throw tooLarge;
    } catch (AccessDeniedException denied) {
      throw new TlsFilesException(
          Set.of(setting), named(setting, file) + " may not be read by this user", denied);
    } catch (IOException unreadable) {
      throw new TlsFilesException(
          Set.of(setting),
          named(setting, file) + " cannot be read: " + unreadable.getMessage(),
          unreadable);
    }
  }

  private static String named(TlsFile setting, Path file) {
    return setting.setting() + ": " + file;
  }
}
