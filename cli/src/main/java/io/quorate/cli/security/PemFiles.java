package io.quorate.cli.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and keys in files of PEM. What is there already is never written over. */
final class PemFiles {
  private static final String FOR_ALL = "rw-r--r--";
  private static final String FOR_OWNER = "rw-------";

  private PemFiles() {}

  /**
   * Reads all certificates of a file.
   *
   * @throws GeneralSecurityException if there is none, or one of them cannot be read
   */
  static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new GeneralSecurityException("it holds no certificate in PEM");
      }
      return found;
    }
  }

  /**
   * Reads a key that is not encrypted.
   *
   * @throws GeneralSecurityException if it is none
   */
  static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    try (PEMParser parser =
        new PEMParser(Files.newBufferedReader(file, StandardCharsets.US_ASCII))) {
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      Object first = parser.readObject();
      return switch (first) {
        case PrivateKeyInfo key -> converter.getPrivateKey(key);
        case PEMKeyPair pair -> converter.getPrivateKey(pair.getPrivateKeyInfo());
        case null, default ->
            throw new GeneralSecurityException("it holds no key in PEM that is not encrypted");
      };
    }
  }

  /** Writes a file that all may read. */
  static void write(Path file, X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    write(file, "CERTIFICATE", certificate.getEncoded(), FOR_ALL);
  }

  /** Writes a file that its owner alone may read. */
  static void write(Path file, PrivateKey key) throws IOException {
    write(file, "PRIVATE KEY", key.getEncoded(), FOR_OWNER);
  }

  private static void write(Path file, String kind, byte[] bytes, String permissions)
      throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(kind, bytes));
    }
    try (WritableByteChannel out =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))) {
      ByteBuffer left = StandardCharsets.US_ASCII.encode(text.toString());
      while (left.hasRemaining()) {
        out.write(left);
      }
    }
  }
}
