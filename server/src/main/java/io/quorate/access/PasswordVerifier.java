package io.quorate.access;

import io.quorate.model.Quoted;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a cluster keeps of a password to check it with, as SCRAM-SHA-256 makes it (RFC 5802, section
 * 3; RFC 7677): neither the password nor what proves to know it can be told from this.
 *
 * @param salt as base64, as are the next
 * @param iterations how often the password is hashed
 */
public record PasswordVerifier(String salt, int iterations, String storedKey, String serverKey) {
  public static final int ITERATIONS_MIN = 4_096;
  public static final int ITERATIONS_MAX = 1_000_000;

  private static final String MECHANISM = "SCRAM-SHA-256";
  private static final Pattern FORM =
      Pattern.compile(Pattern.quote(MECHANISM) + "\\$(\\d{1,9}):([^$:]+)\\$([^$:]+):([^$:]+)");
  private static final int SALT_BYTES_MIN = 16;
  private static final int SALT_BYTES_MAX = 64;
  private static final int KEY_BYTES = 32;

  /**
   * @throws IllegalArgumentException if it is none; does not quote it
   */
  public PasswordVerifier {
    if (iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
      throw new IllegalArgumentException(
          "a password that is hashed %d times: take %d to %d"
              .formatted(iterations, ITERATIONS_MIN, ITERATIONS_MAX));
    }
    checkBytes("salt", salt, SALT_BYTES_MIN, SALT_BYTES_MAX);
    checkBytes("stored key", storedKey, KEY_BYTES, KEY_BYTES);
    checkBytes("server key", serverKey, KEY_BYTES, KEY_BYTES);
  }

  private static void checkBytes(String what, String base64, int min, int max) {
    int bytes;
    try {
      byte[] read = Base64.getDecoder().decode(base64);
      bytes = Base64.getEncoder().encodeToString(read).equals(base64) ? read.length : -1;
    } catch (IllegalArgumentException none) {
      bytes = -1;
    }
    if (bytes < min || bytes > max) {
      throw new IllegalArgumentException(
          "the %s of a password is to be base64 of %s bytes"
              .formatted(what, min == max ? min : min + " to " + max));
    }
  }

  /**
   * Reads the form that {@link #text} writes.
   *
   * @throws IllegalArgumentException if it is none; does not quote it
   */
  public static PasswordVerifier parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "a text of %d characters verifies no password: it is to be %s"
              .formatted(
                  text.length(), Quoted.of(MECHANISM + "$ITERATIONS:SALT$STORED_KEY:SERVER_KEY")));
    }
    return new PasswordVerifier(
        parts.group(2), Integer.parseInt(parts.group(1)), parts.group(3), parts.group(4));
  }

  /** The form that PostgreSQL writes, too. Not to be shown. */
  public String text() {
    return MECHANISM + "$" + iterations + ":" + salt + "$" + storedKey + ":" + serverKey;
  }

  boolean isSaltedLike(PasswordVerifier other) {
    return salt.equals(other.salt) && iterations == other.iterations;
  }

  /** Without the keys: what is logged, or part of something else that is, must not have them. */
  @Override
  public String toString() {
    return MECHANISM + "$" + iterations;
  }
}
