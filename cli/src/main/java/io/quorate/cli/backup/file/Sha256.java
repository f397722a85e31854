package io.quorate.cli.backup.file;

import io.quorate.cli.backup.store.BackupStore;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The checksum of whole files. */
public final class Sha256 {
  private static final int READ_BYTES = 1 << 18;

  private Sha256() {}

  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }

  /** Returns that of a file, in hexadecimal digits. */
  public static String of(BackupStore store, String name) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = store.read(name)) {
      byte[] some = new byte[READ_BYTES];
      int length = in.read(some);
      while (length >= 0) {
        digest.update(some, 0, length);
        length = in.read(some);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
