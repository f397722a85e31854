package io.quorate.access;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that all nodes of a cluster have and no client does. It signs what shows that a user has
 * logged in. Immutable.
 */
public final class LoginSecret {
  public static final int BYTES = 32;

  private static final String HMAC = "HmacSHA256";

  private final byte[] bytes;

  private LoginSecret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Of a copy of these bytes.
   *
   * @throws IllegalArgumentException if they are not {@link #BYTES}
   */
  public static LoginSecret of(byte[] random) {
    if (random.length != BYTES) {
      throw new IllegalArgumentException(
          "a secret of %d bytes: it has %d".formatted(random.length, BYTES));
    }
    return new LoginSecret(random.clone());
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * Signs something.
   *
   * @param purpose what for: what is signed for one purpose is no good for another
   */
  public byte[] sign(String purpose, byte[] what) {
    try {
      Mac hmac = Mac.getInstance(HMAC);
      hmac.init(new SecretKeySpec(bytes, HMAC));
      hmac.update(purpose.getBytes(StandardCharsets.US_ASCII));
      hmac.update((byte) 0);
      return hmac.doFinal(what);
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException("every Java has HMAC with SHA-256", impossible);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LoginSecret secret && MessageDigest.isEqual(bytes, secret.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** What tells secrets apart, and is of no use for anything else. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(sign("name", new byte[0]), 0, 4);
  }
}
