package io.quorate.cluster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A join token as people pass it on: {@code ID.SECRET}, 8 and 32 hexadecimal digits.
 *
 * @param secret not to be shown: {@link #toString} does not
 */
public record JoinTokenText(String id, String secret) {
  private static final int ID_BYTES = 4;
  private static final int SECRET_BYTES = 16;

  /** How many random bytes make one. */
  public static final int RANDOM_BYTES = ID_BYTES + SECRET_BYTES;

  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}");
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{8})\\.([0-9a-f]{32})");

  /** Makes one of random bytes: {@link #RANDOM_BYTES} of them. */
  public static JoinTokenText of(byte[] random) {
    HexFormat hex = HexFormat.of();
    return new JoinTokenText(
        hex.formatHex(random, 0, ID_BYTES), hex.formatHex(random, ID_BYTES, RANDOM_BYTES));
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none; does not quote it
   */
  public static JoinTokenText parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "a text of %d characters is no join token: give what 'quorate cluster token create' printed, 8 and 32 hexadecimal digits with a '.' between them"
              .formatted(text.length()));
    }
    return new JoinTokenText(parts.group(1), parts.group(2));
  }

  /**
   * Checks an id that someone gave.
   *
   * @throws IllegalArgumentException if no token has such an id
   */
  static void checkId(String id) {
    StateRules.check(
        ID.matcher(id).matches(),
        "the id of a join token has 8 hexadecimal digits, and this one %d characters that are not:"
            + " see 'quorate cluster token list'",
        id.length());
  }

  /** Returns both parts, for the one who is to use it. */
  public String text() {
    return id + "." + secret;
  }

  /** Returns SHA-256 of the secret, 64 hexadecimal digits. */
  public String hash() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /** Takes as long whatever is wrong with the secret. */
  boolean isOf(JoinToken token) {
    return MessageDigest.isEqual(
        hash().getBytes(StandardCharsets.US_ASCII),
        token.hash().getBytes(StandardCharsets.US_ASCII));
  }

  /** Without the secret: what is logged, or part of something else that is, must not have it. */
  @Override
  public String toString() {
    return id + ".…";
  }
}
