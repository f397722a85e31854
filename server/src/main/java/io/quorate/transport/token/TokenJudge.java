package io.quorate.transport.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.quorate.event.Event;
import io.quorate.model.DurationText;
import io.quorate.replication.api.Failure;
import io.quorate.runtime.Clock;
import io.quorate.transport.Network;
import io.quorate.transport.access.Origin;
import io.quorate.transport.access.ProviderTokens;
import io.quorate.transport.access.ShownLogin;
import io.quorate.transport.access.TokenVerdict;
import io.quorate.transport.event.LoginResult;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.login.LoginLimits;
import io.quorate.transport.login.Logins;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges tokens of the identity provider by the keys that are known. What costs little is looked at
 * first; a signature is verified once for each token, and not for callers whose signatures were
 * wrong too often. Owned by the lane.
 */
public final class TokenJudge implements ProviderTokens {
  /** A connection does not take longer headers than 8 KiB in all. */
  static final int TOKEN_CHARS_MAX = 7 << 10;

  /** RFC 7515, 7.1. The library passes over characters that base64url does not have. */
  private static final Pattern WRITTEN =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

  /**
   * Signatures cannot be guessed, so what fails is counted by where it comes from alone: otherwise
   * forged tokens of a user would put off the good ones.
   */
  private static final String ANY_USER = "tokens from ";

  private static final int KNOWN_MAX = 10_000;
  private static final int UNSETTLED_MAX = 10_000;
  private static final int NETWORKS_MAX = 10_000;

  /**
   * Of one network and between two readings, tokens with keys that are not known: more than its
   * honest clients show after the provider has changed its key, if they wait as they are told.
   */
  private static final int SHOWN_MAX = 200;

  private static final String NOT_YET =
      "this node does not know the key of the token yet, and reads the keys of the identity"
          + " provider: try again in %s, or at another node";
  private static final String NO_KEYS =
      "this node has no keys of the identity provider yet: it is reading them, or could not read"
          + " them, as its log says (jwt.keys): try again in %s, or at another node";
  private static final String MANY =
      "many tokens from this network name keys that this node does not know; ";
  private static final String NOT_SIGNED = "it is not a signed token (JWT, RFC 7519)";

  private final TokenSettings settings;
  private final Clock clock;
  private final Consumer<Event> events;
  private final LoginLimits limits = new LoginLimits();

  /** Tokens that are good, by their hashes; only by the keys of now. */
  private final Map<String, ShownLogin.OfProvider> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ShownLogin.OfProvider> eldest) {
          return size() > KNOWN_MAX;
        }
      };

  /**
   * Tokens whose keys are not known, by their hashes, and how many readings had begun when they
   * were first shown. By tokens, not by names of keys: who has forged a token with the name of the
   * provider's next key must not have the first good one with it refused. One that is put out here
   * is waited for once more.
   */
  private final Map<String, Long> unsettled =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > UNSETTLED_MAX;
        }
      };

  /** How often tokens with keys that are not known were shown since {@link #shownSince}. */
  private final Map<Network, Integer> shown =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Network, Integer> eldest) {
          return size() > NETWORKS_MAX;
        }
      };

  /** The reading from which on they are counted. */
  private long shownSince;

  private TokenKeys keys = TokenKeys.NONE;

  /** Names of keys that the provider had before its last change. */
  private Set<String> takenBack = Set.of();

  private KeyReadings readings = KeyReadings.NONE;

  /**
   * @param events told of tokens that are good, once for each
   */
  public TokenJudge(TokenSettings settings, Clock clock, Consumer<Event> events) {
    this.settings = settings;
    this.clock = clock;
    this.events = events;
  }

  /** Who is told when a token names a key that is not known. */
  public void ask(KeyWatch watch) {
    ask((KeyReadings) watch);
  }

  void ask(KeyReadings those) {
    readings = those;
  }

  /** These are the keys from now on. */
  public void follow(TokenKeys now) {
    Set<String> gone = new HashSet<>(keys.ids());
    gone.removeAll(now.ids());
    takenBack = Set.copyOf(gone);
    keys = now;
    known.clear();
  }

  @Override
  public boolean areTaken() {
    return true;
  }

  @Override
  public boolean hasKey(ShownLogin.OfProvider login) {
    return keys.have(login.key());
  }

  @Override
  public TokenVerdict judge(String token, Origin from) {
    if (token.length() > TOKEN_CHARS_MAX) {
      return bad(null, "it has more than " + TOKEN_CHARS_MAX + " characters");
    }
    String hash = hash(token);
    ShownLogin.OfProvider seen = known.get(hash);
    if (seen != null) {
      if (clock.wallMillis() < seen.untilMillis()) {
        return new TokenVerdict.Good(seen);
      }
      known.remove(hash);
    }
    if (!WRITTEN.matcher(token).matches()) {
      return bad(null, NOT_SIGNED);
    }
    SignedJWT parsed;
    JWTClaimsSet said;
    try {
      parsed = SignedJWT.parse(token);
      said = parsed.getJWTClaimsSet();
    } catch (ParseException | RuntimeException malformed) {
      // What the library says may quote the token.
      return bad(null, NOT_SIGNED);
    }
    if (said == null) {
      return bad(null, NOT_SIGNED);
    }
    String user = null;
    try {
      Claims.check(parsed.getHeader(), settings);
      Claims claims = Claims.of(said, settings, clock.wallMillis());
      user = claims.user();
      List<TokenKey> named = keys.of(parsed.getHeader().getKeyID());
      if (named.isEmpty()) {
        return unknownKey(parsed.getHeader().getKeyID(), hash, claims.user(), from);
      }
      unsettled.remove(hash);
      return judge(parsed, claims, key(named, parsed.getHeader()), hash, from);
    } catch (Claims.RefusedException refused) {
      return bad(user, String.valueOf(refused.getMessage()));
    }
  }

  private TokenVerdict judge(
      SignedJWT token, Claims claims, TokenKey key, String hash, Origin from) {
    long wait = limits.waitNanos(from.address(), ANY_USER + from.address(), clock.nanos());
    if (wait > 0) {
      return new TokenVerdict.Later(LoginResult.PUT_OFF, claims.user(), Logins.putOff(wait));
    }
    if (!isSigned(token, key)) {
      limits.failed(from.address(), ANY_USER + from.address(), clock.nanos());
      return bad(claims.user(), "its signature is not that of the key that it names");
    }
    limits.succeeded(from.address(), ANY_USER + from.address());
    ShownLogin.OfProvider login =
        new ShownLogin.OfProvider(claims.user(), claims.untilMillis(), key.print());
    known.put(hash, login);
    events.accept(
        new TransportEvent.TokenShown(login.user(), key.id(), login.untilMillis(), from.from()));
    return new TokenVerdict.Good(login);
  }

  /**
   * The provider may have a key that this node has not heard of: unlike a refusal, that does not
   * have a client give up. Such answers cost a connection nothing, so a network that shows many
   * made-up tokens between two readings is answered as one that asks too much, and its connections
   * are read slowly. A node that has never had keys is behind, whatever it is shown.
   */
  private TokenVerdict unknownKey(String key, String hash, String user, Origin from) {
    boolean isRead = readings.held() > unsettled.computeIfAbsent(hash, unseen -> readings.begun());
    long wait = readings.onUnknownKey();
    if (isRead || takenBack.contains(key)) {
      return bad(user, "it is signed by a key that is not known (kid)");
    }
    return isOneOfMany(Network.of(from.address()))
        ? new TokenVerdict.Later(
            LoginResult.PUT_OFF, user, notYet(Failure.Reason.OVERLOADED, MANY + NOT_YET, wait))
        : new TokenVerdict.Later(
            LoginResult.NOT_SERVING,
            user,
            notYet(Failure.Reason.NOT_SERVING, readings.held() == 0 ? NO_KEYS : NOT_YET, wait));
  }

  private boolean isOneOfMany(Network from) {
    if (readings.held() != shownSince) {
      shownSince = readings.held();
      shown.clear();
    }
    return shownSince > 0
        && shown.merge(from, 1, (before, one) -> Math.min(before + one, SHOWN_MAX + 1)) > SHOWN_MAX;
  }

  private static Failure notYet(Failure.Reason reason, String why, long waitNanos) {
    int millis = (int) TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1;
    return Failure.builder(reason, why.formatted(DurationText.ofMillis(millis)))
        .retryAfterMillis(millis)
        .build();
  }

  private static TokenKey key(List<TokenKey> named, JWSHeader header)
      throws Claims.RefusedException {
    for (TokenKey each : named) {
      if (each.isFor(header.getAlgorithm())) {
        return each;
      }
    }
    throw new Claims.RefusedException("the key that it names (kid) is not for its algorithm");
  }

  private static boolean isSigned(SignedJWT token, TokenKey key) {
    try {
      return token.verify(key.verifier());
    } catch (JOSEException unfit) {
      return false;
    }
  }

  private static TokenVerdict bad(@Nullable String user, String why) {
    return new TokenVerdict.Bad(
        LoginResult.TOKEN_REFUSED, user, "a token of the identity provider is not good: " + why);
  }

  private static String hash(String token) {
    try {
      byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
