package io.quorate.client.internal.login;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For how long a token says that it is good. By this a client knows when to get the next one, and
 * nothing else: nodes judge tokens by themselves.
 */
final class TokenLife {
  /** If it does not say. */
  static final long UNKNOWN_MILLIS = TimeUnit.MINUTES.toMillis(5);

  /** RFC 7519, 4.1.4: seconds since 1970. */
  private static final Pattern EXPIRES = Pattern.compile("\"exp\"\\s*:\\s*([0-9]{1,12})");

  private TokenLife() {}

  /** From now on; not above 0 if it is over. */
  static long millis(String token, long nowMillis) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return UNKNOWN_MILLIS;
    }
    try {
      String said = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      Matcher expires = EXPIRES.matcher(said);
      return expires.find()
          ? TimeUnit.SECONDS.toMillis(Long.parseLong(expires.group(1))) - nowMillis
          : UNKNOWN_MILLIS;
    } catch (IllegalArgumentException noBase64) {
      return UNKNOWN_MILLIS;
    }
  }
}
