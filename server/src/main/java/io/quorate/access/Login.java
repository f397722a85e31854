package io.quorate.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * That a user has shown one of its passwords, and for how long that counts. As a token it is
 * signed, so that every node believes it, and no node has to remember it.
 *
 * @param user whose password it was
 * @param password tells the password from its user's others, and says nothing else of it
 * @param untilMillis since 1970
 */
public record Login(String user, long password, long untilMillis) {
  /** As far ahead of each other as clocks are when a login is given or taken. */
  public static final long CLOCKS_APART_MILLIS = 60_000;

  /** As long as a login may count (security.login_ttl). */
  static final long MILLIS_MAX = 24L * 60 * 60 * 1_000;

  private static final String PURPOSE = "login";
  private static final Pattern TOKEN =
      Pattern.compile("quorate1\\.([A-Za-z0-9_-]{1,256})\\.([A-Za-z0-9_-]{43})");
  private static final int HEAD_BYTES = 2 * Long.BYTES;

  static Login of(String user, PasswordVerifier password, LoginSecret secret, long untilMillis) {
    return new Login(user, id(password, secret), untilMillis);
  }

  /**
   * Whether its time is neither over, nor longer than that of any login: the node that gave it may
   * have had a clock that was far ahead.
   */
  public boolean countsAt(long nowMillis) {
    return nowMillis < untilMillis && untilMillis - MILLIS_MAX - CLOCKS_APART_MILLIS <= nowMillis;
  }

  /** Not to be told from the password by one who does not have the secret. */
  static long id(PasswordVerifier password, LoginSecret secret) {
    byte[] key = password.storedKey().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.wrap(secret.sign("password", key)).getLong();
  }

  /** Text that shows this login, to be kept secret. */
  String token(LoginSecret secret) {
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    byte[] said =
        ByteBuffer.allocate(HEAD_BYTES + name.length)
            .putLong(untilMillis)
            .putLong(password)
            .put(name)
            .array();
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return "quorate1."
        + base64.encodeToString(said)
        + "."
        + base64.encodeToString(secret.sign(PURPOSE, said));
  }

  /** The login that a text shows; null if it shows none, or was not signed with this secret. */
  static @Nullable Login read(String token, LoginSecret secret) {
    Matcher parts = TOKEN.matcher(token);
    if (!parts.matches()) {
      return null;
    }
    byte[] said;
    byte[] signature;
    try {
      said = Base64.getUrlDecoder().decode(parts.group(1));
      signature = Base64.getUrlDecoder().decode(parts.group(2));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
    if (said.length <= HEAD_BYTES
        || !MessageDigest.isEqual(signature, secret.sign(PURPOSE, said))) {
      return null;
    }
    ByteBuffer head = ByteBuffer.wrap(said);
    long untilMillis = head.getLong();
    long password = head.getLong();
    String user =
        new String(Arrays.copyOfRange(said, HEAD_BYTES, said.length), StandardCharsets.UTF_8);
    return new Login(user, password, untilMillis);
  }
}
