package io.quorate.transport.token;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import io.quorate.access.Grants;
import io.quorate.access.User;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, as far as a node looks at it.
 *
 * @param user as whom it lets its bearer be known
 * @param untilMillis how long it counts, since 1970
 */
record Claims(String user, long untilMillis) {
  /** By how much the clocks of a provider and of a node may differ. */
  static final long LEEWAY_MILLIS = TimeUnit.SECONDS.toMillis(60);

  private static final int KEY_ID_CHARS_MAX = 256;

  /** RFC 7519, 5.1, and RFC 9068, 2.1; others are no tokens that let one in. */
  private static final List<JOSEObjectType> TYPES =
      List.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"));

  /** What a certificate or none makes of a caller: no provider names those. */
  private static final Set<String> NOT_BY_TOKEN = Set.of(User.ROOT, User.NODE, User.ANONYMOUS);

  /** A token that shows no user; the message says why, and has nothing secret of it. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  /** Checks how a token is signed, before anything in it is looked at. */
  static void check(JWSHeader header, TokenSettings settings) throws RefusedException {
    TokenAlgorithm algorithm = TokenAlgorithm.of(header.getAlgorithm());
    if (algorithm == null || !settings.algorithms().contains(algorithm)) {
      throw new RefusedException("it is signed by an algorithm that jwt.algorithms does not have");
    }
    if (header.getType() != null && !TYPES.contains(header.getType())) {
      throw new RefusedException("its type (typ) is not that of a token for access");
    }
    Set<String> critical = header.getCriticalParams();
    if (critical != null && !critical.isEmpty()) {
      throw new RefusedException("it asks for more than nodes know (crit)");
    }
    String key = header.getKeyID();
    if (key == null || key.isEmpty() || key.length() > KEY_ID_CHARS_MAX) {
      throw new RefusedException("it does not say by which key it is signed (kid)");
    }
  }

  /** Reads what a token says, if it is for this cluster and now. */
  static Claims of(JWTClaimsSet said, TokenSettings settings, long nowMillis)
      throws RefusedException {
    if (!settings.issuer().equals(said.getIssuer())) {
      throw new RefusedException("it is of another issuer than jwt.issuer");
    }
    if (!said.getAudience().contains(settings.audience())) {
      throw new RefusedException("it is for others than jwt.audience");
    }
    Date expires = said.getExpirationTime();
    if (expires == null) {
      throw new RefusedException("it does not say when it expires (exp)");
    }
    // Not so large that a sum overflows.
    long until =
        Math.min(expires.toInstant().toEpochMilli(), Long.MAX_VALUE - LEEWAY_MILLIS)
            + LEEWAY_MILLIS;
    if (nowMillis >= until) {
      throw new RefusedException("it has expired (exp)");
    }
    Date begins = said.getNotBeforeTime();
    if (begins != null && nowMillis < begins.toInstant().toEpochMilli() - LEEWAY_MILLIS) {
      throw new RefusedException("it is not good yet (nbf)");
    }
    return new Claims(user(said.getClaim(settings.userClaim()), settings.userClaim()), until);
  }

  private static String user(@Nullable Object claim, String name) throws RefusedException {
    if (!(claim instanceof String user)) {
      throw new RefusedException(
          "it names no user: it has no text as " + name + " (jwt.user_claim)");
    }
    if (NOT_BY_TOKEN.contains(user)) {
      throw new RefusedException("it names the user '" + user + "', which no token can show");
    }
    try {
      User unused = new User(user, new TreeSet<>(), Grants.NONE);
    } catch (IllegalArgumentException noName) {
      throw new RefusedException("it names a user as none can be named");
    }
    return user;
  }
}
