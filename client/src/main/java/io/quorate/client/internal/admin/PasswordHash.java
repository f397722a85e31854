package io.quorate.client.internal.admin;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.quorate.client.FailureInfo;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.UnavailableException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a cluster is to keep of a password, made here so that the password stays here: RFC 5802,
 * section 3, with SHA-256.
 *
 * @param salt that other passwords do not have
 * @param iterations how often the password is hashed
 */
record PasswordHash(byte[] salt, int iterations) {
  /** A node that asks for fewer would get what is cheap to guess the password by. */
  private static final int ITERATIONS_MIN = 4_096;

  private static final int ITERATIONS_MAX = 1_000_000;
  private static final int SALT_BYTES_MAX = 64;

  /** Takes about 50 ms, for each login, too. */
  private static final int ITERATIONS_USUAL = 100_000;

  private static final int SALT_BYTES = 16;
  private static final int CHARS_MIN = 8;
  private static final int CHARS_MAX = 256;
  private static final ScramMechanism SCRAM = ScramMechanism.SCRAM_SHA_256;

  /**
   * @throws UnavailableException if a node says what no password of this cluster has
   */
  PasswordHash {
    if (iterations < ITERATIONS_MIN
        || iterations > ITERATIONS_MAX
        || salt.length < SALT_BYTES
        || salt.length > SALT_BYTES_MAX) {
      throw new UnavailableException(
          "the node says that the previous password has %d bytes of salt and is hashed %d times: nothing was changed"
              .formatted(salt.length, iterations),
          FailureInfo.NONE,
          null);
    }
  }

  static PasswordHash fresh() {
    return new PasswordHash(ScramFunctions.salt(SALT_BYTES, new SecureRandom()), ITERATIONS_USUAL);
  }

  /**
   * What verifies a password.
   *
   * @throws InvalidRequestException if it cannot be one
   */
  String verifier(String password) {
    if (password.length() < CHARS_MIN || password.length() > CHARS_MAX) {
      throw new InvalidRequestException(
          "a password of %d characters: give %d to %d"
              .formatted(password.length(), CHARS_MIN, CHARS_MAX),
          FailureInfo.NONE);
    }
    byte[] salted;
    try {
      salted =
          ScramFunctions.saltedPassword(
              SCRAM, StringPreparation.SASL_PREPARATION, password.toCharArray(), salt, iterations);
    } catch (IllegalArgumentException unusable) {
      throw new InvalidRequestException(
          "the password has characters that are none of text, such as those that control",
          FailureInfo.NONE);
    }
    byte[] storedKey = ScramFunctions.storedKey(SCRAM, ScramFunctions.clientKey(SCRAM, salted));
    byte[] serverKey = ScramFunctions.serverKey(SCRAM, salted);
    Base64.Encoder base64 = Base64.getEncoder();
    return "SCRAM-SHA-256$%d:%s$%s:%s"
        .formatted(
            iterations,
            base64.encodeToString(salt),
            base64.encodeToString(storedKey),
            base64.encodeToString(serverKey));
  }
}
