package io.quorate.client.internal.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The content of one file of certificates or a key. Every failure is an {@link
 * IllegalArgumentException} that says which file, what is wrong, and what to do.
 */
record Pem(Path file, String text) {
  /** The bundles of all public authorities have a quarter of it. */
  private static final int BYTES_MAX = 1 << 20;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";

  /** Reads the file. */
  static Pem read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new IllegalArgumentException(
            file
                + " has more than "
                + BYTES_MAX
                + " bytes: give a file of certificates or a key in PEM");
      }
      return new Pem(file, new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException missing) {
      throw new IllegalArgumentException(
          "there is no file " + file + ": give the path of a file in PEM", missing);
    } catch (IOException failure) {
      throw new IllegalArgumentException(
          file
              + " cannot be read ("
              + failure
              + "): let this process read it, or give another file",
          failure);
    }
  }

  /** Returns the certificates of the file, one or more, in its order. */
  List<X509Certificate> certificates() {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals(CERTIFICATE)) {
        certificates.add(certificate(block.group(2)));
      }
    }
    if (certificates.isEmpty()) {
      throw wrong("has no certificate", "give a file with BEGIN CERTIFICATE in it, in PEM", null);
    }
    return certificates;
  }

  private X509Certificate certificate(String base64) {
    try {
      Certificate read =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(bytes(base64)));
      return (X509Certificate) read;
    } catch (CertificateException broken) {
      throw wrong(
          "has a certificate that cannot be read (" + broken.getMessage() + ")",
          "write the file again",
          broken);
    }
  }

  /**
   * Returns the private key of the file.
   *
   * @param certificate for which it must be
   */
  PrivateKey keyOf(X509Certificate certificate) {
    PublicKey known = certificate.getPublicKey();
    try {
      PrivateKey key =
          KeyFactory.getInstance(known.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(bytes(keyBlock())));
      if (isPair(known, key)) {
        return key;
      }
    } catch (GeneralSecurityException other) {
      throw unfit(certificate, other);
    }
    throw unfit(certificate, null);
  }

  private IllegalArgumentException unfit(X509Certificate certificate, @Nullable Exception cause) {
    return wrong(
        "has no key for the certificate of " + certificate.getSubjectX500Principal(),
        "give the certificate and the private key that were made for each other",
        cause);
  }

  private String keyBlock() {
    Matcher block = BLOCK.matcher(text);
    String other = "";
    while (block.find()) {
      if (block.group(1).equals(KEY)) {
        return block.group(2);
      }
      other = block.group(1).endsWith(KEY) ? block.group(1) : other;
    }
    if (other.isEmpty()) {
      throw wrong("has no private key", "give a file with BEGIN PRIVATE KEY in it, in PEM", null);
    }
    throw wrong(
        "has a key of another form (BEGIN " + other + ")",
        "convert it by openssl pkcs8 -topk8 -nocrypt -in " + file + " -out NEW-FILE",
        null);
  }

  private byte[] bytes(String base64) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      throw wrong("is not in PEM", "write the file again", notBase64);
    }
  }

  /**
   * A pair is one whose signatures it can verify; what else there is to compare differs by kind.
   */
  private static boolean isPair(PublicKey known, PrivateKey key) throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            switch (known.getAlgorithm().toUpperCase(Locale.ROOT)) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> known.getAlgorithm();
            });
    byte[] signed = "signed and verified".getBytes(StandardCharsets.US_ASCII);
    signature.initSign(key);
    signature.update(signed);
    byte[] bytes = signature.sign();
    signature.initVerify(known);
    signature.update(signed);
    return signature.verify(bytes);
  }

  private IllegalArgumentException wrong(String what, String help, @Nullable Exception cause) {
    return new IllegalArgumentException(file + " " + what + ": " + help, cause);
  }

  /** Names the file: what is in it may be secret. */
  @Override
  public String toString() {
    return file.toString();
  }
}
