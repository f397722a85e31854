package io.quorate.transport.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.quorate.event.Event;
import io.quorate.replication.api.Failure;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import io.quorate.transport.access.Origin;
import io.quorate.transport.access.ShownLogin;
import io.quorate.transport.access.TokenVerdict;
import io.quorate.transport.event.LoginResult;
import io.quorate.transport.event.TransportEvent;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which tokens show a user, and which do not. */
@Tag("patient")
class TokenJudgeTest {
  private static final RSAKey RSA = Provider.rsa("first");
  private static final RSAKey OTHER = Provider.rsa("second");
  private static final ECKey P256 = Provider.curve("curve", Curve.P_256);
  private static final ECKey P384 = Provider.curve("longer", Curve.P_384);
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);
  private static final Origin HERE = origin("192.0.2.1");

  private final List<Event> events = new ArrayList<>();
  private long nowMillis = 1_800_000_000_000L;

  private final Clock clock =
      TestClock.of(
          () -> nowMillis, () -> TimeUnit.MILLISECONDS.toNanos(nowMillis - 1_800_000_000_000L) + 1);

  private long begun = 1;
  private long held = 1;
  private int asked;

  private final KeyReadings readings =
      new KeyReadings() {
        @Override
        public long begun() {
          return begun;
        }

        @Override
        public long held() {
          return held;
        }

        @Override
        public long onUnknownKey() {
          asked++;
          return TimeUnit.SECONDS.toNanos(7);
        }
      };

  private TokenJudge judge = judge(List.of(TokenAlgorithm.RS256, TokenAlgorithm.ES256), "sub");

  private TokenJudge judge(List<TokenAlgorithm> algorithms, String userClaim) {
    TokenJudge made =
        new TokenJudge(
            new TokenSettings(
                Provider.ISSUER, Provider.AUDIENCE, KeyPlace.parse("/none"), algorithms, userClaim),
            clock,
            events::add);
    made.follow(Provider.keys(RSA, P256, P384));
    made.ask(readings);
    return made;
  }

  private static Origin origin(String address) {
    try {
      return new Origin(address + ":1", InetAddress.getByName(address), null, true);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private JWTClaimsSet.Builder claims() {
    return Provider.claims("anna", nowMillis, HOUR);
  }

  private String token(JWTClaimsSet.Builder said) {
    return Provider.token(RSA, said.build());
  }

  private static Date at(long millis) {
    return Date.from(Instant.ofEpochMilli(millis));
  }

  private static JWSHeader.Builder header(JWSAlgorithm algorithm, String key) {
    return new JWSHeader.Builder(algorithm).keyID(key);
  }

  private void good(String token, String user) {
    assertThat(judge.judge(token, HERE))
        .isInstanceOfSatisfying(
            TokenVerdict.Good.class, good -> assertThat(good.login().user()).isEqualTo(user));
  }

  private void bad(String token, String why) {
    assertThat(judge.judge(token, HERE))
        .isInstanceOfSatisfying(
            TokenVerdict.Bad.class,
            bad -> {
              assertThat(bad.why()).contains(why);
              assertThat(bad.result()).isEqualTo(LoginResult.TOKEN_REFUSED);
              if (!token.isEmpty()) {
                assertThat(bad.why()).doesNotContain(token);
              }
            });
  }

  private void later(String token) {
    assertThat(judge.judge(token, HERE))
        .isInstanceOfSatisfying(
            TokenVerdict.Later.class,
            later -> {
              assertThat(later.result()).isEqualTo(LoginResult.NOT_SERVING);
              assertThat(later.answer().reason()).isEqualTo(Failure.Reason.NOT_SERVING);
              assertThat(later.answer().retryAfterMillis()).isBetween(7_000, 7_001);
              assertThat(later.answer().message())
                  .contains(
                      "try again in 7001ms",
                      held == 0
                          ? "has no keys of the identity provider yet"
                          : "does not know the key of the token yet");
            });
  }

  @Test
  void aTokenOfTheProviderShowsItsUserUntilItExpires() {
    String token = token(claims());
    good(token, "anna");
    good(token, "anna");
    assertThat(events)
        .singleElement()
        .isEqualTo(
            new TransportEvent.TokenShown(
                "anna", "first", nowMillis + HOUR + 60_000, "192.0.2.1:1"));
    nowMillis += HOUR + 59_999;
    good(token, "anna");
    nowMillis += 1;
    bad(token, "it has expired");
  }

  @Test
  void bothKindsOfKeysAndTypesOfTokensAreTaken() {
    good(
        Provider.token(header(JWSAlgorithm.ES256, "curve").build(), P256, claims().build()),
        "anna");
    JOSEObjectType access = new JOSEObjectType("at+jwt");
    good(
        Provider.token(
            header(JWSAlgorithm.RS256, "first").type(access).build(), RSA, claims().build()),
        "anna");
    JOSEObjectType other = new JOSEObjectType("logout+jwt");
    bad(
        Provider.token(
            header(JWSAlgorithm.RS256, "first").type(other).build(), RSA, claims().build()),
        "(typ)");
  }

  @Test
  void aTokenThatIsNotSignedByAKeyOfTheProviderIsNone() throws Exception {
    bad(new PlainJWT(new PlainHeader(), claims().build()).serialize(), "not a signed token");
    String[] parts = token(claims()).split("\\.", -1);
    String none = Base64URL.encode("{\"alg\":\"none\",\"kid\":\"first\"}").toString();
    bad(none + "." + parts[1] + "." + parts[2], "not a signed token");
    bad(none + "." + parts[1] + ".", "not a signed token");
    bad(parts[0] + "." + parts[1] + ".", "not a signed token");
    bad(parts[0] + "." + parts[1] + ".AAAA", "its signature is not that of the key");

    // The public key is known to all: as a secret it is none (CVE-2015-9235).
    for (byte[] secret :
        List.of(
            RSA.toRSAPublicKey().getEncoded(),
            RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
      JWSObject forged =
          new JWSObject(
              header(JWSAlgorithm.HS256, "first").build(),
              new Payload(claims().build().toString()));
      forged.sign(new MACSigner(secret));
      bad(forged.serialize(), "jwt.algorithms");
    }
    bad(
        Provider.token(header(JWSAlgorithm.RS256, "first").build(), OTHER, claims().build()),
        "its signature is not that of the key");
    // A token may not bring its own key.
    bad(
        Provider.token(
            header(JWSAlgorithm.RS256, "first").jwk(OTHER.toPublicJWK()).build(),
            OTHER,
            claims().build()),
        "its signature is not that of the key");
  }

  @Test
  void anAlgorithmIsFixedByTheSettingsAndTheKey() {
    bad(
        Provider.token(header(JWSAlgorithm.RS512, "first").build(), RSA, claims().build()),
        "jwt.algorithms");
    bad(
        Provider.token(header(JWSAlgorithm.ES256, "first").build(), P256, claims().build()),
        "is not for its algorithm");
    bad(
        Provider.token(header(JWSAlgorithm.RS256, "curve").build(), RSA, claims().build()),
        "is not for its algorithm");
    judge = judge(List.of(TokenAlgorithm.RS256, TokenAlgorithm.PS256), "sub");
    String padded =
        Provider.token(header(JWSAlgorithm.PS256, "first").build(), RSA, claims().build());
    good(padded, "anna");
    judge.follow(Provider.keys(new RSAKey.Builder(RSA).algorithm(JWSAlgorithm.RS256).build()));
    bad(padded, "is not for its algorithm");
  }

  @Test
  void aTokenIsOfThisProviderAndForThisCluster() {
    bad(token(claims().issuer("https://id.example/realms/other")), "another issuer");
    bad(token(claims().issuer(null)), "another issuer");
    bad(token(claims().audience("account")), "others than jwt.audience");
    bad(token(claims().audience((String) null)), "others than jwt.audience");
    good(token(claims().audience(Provider.AUDIENCE)), "anna");
  }

  @Test
  void aTokenIsGoodForItsTime() {
    bad(token(claims().expirationTime(null)), "(exp)");
    bad(token(claims().expirationTime(at(nowMillis - 60_000))), "it has expired");
    good(token(claims().expirationTime(at(nowMillis - 59_000))), "anna");
    bad(token(claims().notBeforeTime(at(nowMillis + 61_000))), "not good yet");
    good(token(claims().notBeforeTime(at(nowMillis + 60_000))), "anna");
    good(token(claims().notBeforeTime(null)), "anna");
    good(token(claims().claim("exp", Long.MAX_VALUE / 1_000)), "anna");
    for (Object odd : List.of("1e400", "soon", List.of(1), true)) {
      assertThat(judge.judge(token(claims().claim("exp", odd)), HERE))
          .isInstanceOf(TokenVerdict.Bad.class);
    }
  }

  @Test
  void aKeyIsNamedAndKnown() {
    bad(
        Provider.token(new JWSHeader.Builder(JWSAlgorithm.RS256).build(), RSA, claims().build()),
        "by which key it is signed");
    bad(
        Provider.token(
            header(JWSAlgorithm.RS256, "first")
                .criticalParams(Set.of("exp"))
                .customParam("exp", 1)
                .build(),
            RSA,
            claims().build()),
        "(crit)");
  }

  /** Else the first users of a key would be refused, and their clients give up. */
  @Test
  void aKeyThatMayBeNewIsWaitedForUntilAReadingThatBeganLaterLacksIt() {
    String token = Provider.token(OTHER, claims().build());
    later(token);
    assertThat(asked).isEqualTo(1);
    // A reading that was under way before the token was made may lack its key.
    begun = 5;
    held = 4;
    String another = Provider.token(OTHER, claims().jwtID("another").build());
    later(another);
    held = 5;
    later(another);
    bad(token, "key that is not known");
    begun = 6;
    later(another);
    held = 6;
    bad(another, "key that is not known");
    assertThat(asked).as("the provider may be slow to show a key").isEqualTo(6);
    // A name that was shown and is refused says nothing of the tokens that come with it later.
    String next = Provider.token(OTHER, claims().jwtID("next").build());
    later(next);
    judge.follow(Provider.keys(RSA, OTHER));
    good(token, "anna");
    good(another, "anna");
    good(next, "anna");
  }

  @Test
  void manyTokensWithMadeUpKeysAreRememberedForAWhileOnly() {
    String first = Provider.token(OTHER, claims().jwtID("first").build());
    later(first);
    begun = 2;
    held = 2;
    String[] parts = Provider.token(OTHER, claims().build()).split("\\.", -1);
    for (int i = 0; i < 10_000; i++) {
      judge.judge(
          parts[0] + "." + parts[1] + "." + Base64URL.encode("made up " + i),
          origin("198.51.100.1"));
    }
    later(first);
    begun = 3;
    held = 3;
    bad(first, "key that is not known");
  }

  /** As no key is known by which it could be verified, its signature may be anything. */
  private Failure.Reason waitsFor(String forged, String from, int number) {
    String token = forged + "." + Base64URL.encode("number " + number);
    TokenVerdict.Later later = (TokenVerdict.Later) judge.judge(token, origin(from));
    assertThat(later.answer().retryAfterMillis()).isEqualTo(7_001);
    return later.answer().reason();
  }

  /**
   * Calls that are put off by a node that is behind cost a connection no pause: those of a flood
   * must not pass for them.
   */
  @Test
  void manyTokensOfOneNetworkWithKeysThatAreNotKnownAreTooMany() {
    String signed = Provider.token(OTHER, claims().build());
    String forged = signed.substring(0, signed.lastIndexOf('.'));
    held = 0;
    for (int i = 0; i < 1_000; i++) {
      assertThat(waitsFor(forged, "192.0.2.1", i)).isEqualTo(Failure.Reason.NOT_SERVING);
    }
    held = 1;
    for (int i = 0; i < 200; i++) {
      assertThat(waitsFor(forged, "192.0.2." + i, i)).isEqualTo(Failure.Reason.NOT_SERVING);
    }
    for (int i = 0; i < 1_000; i++) {
      // One that shows the same token over and over is no better.
      assertThat(waitsFor(forged, "192.0.2.250", i % 2)).isEqualTo(Failure.Reason.OVERLOADED);
    }
    assertThat(waitsFor(forged, "192.0.3.1", 1)).isEqualTo(Failure.Reason.NOT_SERVING);
    good(token(claims()), "anna");

    begun = 2;
    held = 2;
    assertThat(waitsFor(forged, "192.0.2.1", 2_000))
        .as("after another reading")
        .isEqualTo(Failure.Reason.NOT_SERVING);
  }

  @Test
  void aProviderThatHasNoKeyAnyMoreHasTakenBackItsLastOne() {
    String token = token(claims());
    good(token, "anna");
    TokenVerdict.Good known = (TokenVerdict.Good) judge.judge(token, HERE);
    judge.follow(TokenKeys.NONE);
    bad(token, "key that is not known");
    assertThat(judge.hasKey((ShownLogin.OfProvider) known.login())).isFalse();
    judge.follow(Provider.keys(RSA));
    good(token, "anna");
  }

  @Test
  void keysThatTheProviderTakesBackAreNotGoodAnyMore() {
    String token = token(claims());
    good(token, "anna");
    TokenVerdict.Good known = (TokenVerdict.Good) judge.judge(token, HERE);
    ShownLogin.OfProvider login = (ShownLogin.OfProvider) known.login();
    judge.follow(Provider.keys(RSA, OTHER));
    good(token, "anna");
    good(Provider.token(OTHER, claims().build()), "anna");
    assertThat(judge.hasKey(login)).isTrue();
    judge.follow(Provider.keys(OTHER));
    bad(token, "key that is not known");
    assertThat(judge.hasKey(login)).isFalse();
    // Another key by the same name.
    judge.follow(Provider.keys(Provider.rsa("first")));
    bad(token, "its signature");
    assertThat(judge.hasKey(login)).isFalse();
  }

  @Test
  void aNodeWithoutKeysDoesNotRefuse() {
    TokenKeys first = Provider.keys(RSA);
    judge =
        new TokenJudge(
            new TokenSettings(
                Provider.ISSUER,
                Provider.AUDIENCE,
                KeyPlace.parse("/none"),
                List.of(TokenAlgorithm.RS256),
                "sub"),
            clock,
            events::add);
    String token = token(claims());
    assertThat(judge.judge(token, HERE)).isInstanceOf(TokenVerdict.Later.class);
    judge.ask(readings);
    begun = 9;
    held = 0;
    later(token);
    begun = 20;
    later(token);
    judge.follow(first);
    good(token, "anna");
  }

  @Test
  void aClaimNamesTheUserAndNoOneElse() {
    judge = judge(List.of(TokenAlgorithm.RS256), "preferred_username");
    bad(token(claims()), "names no user");
    good(token(claims().claim("preferred_username", "berta")), "berta");
    for (Object none : List.of(1, List.of("anna"), true)) {
      bad(token(claims().claim("preferred_username", none)), "names no user");
    }
    for (String user : List.of("", "a b", "a\nb", "x".repeat(129), "\u00e4")) {
      bad(token(claims().claim("preferred_username", user)), "as none can be named");
    }
    for (String user : List.of("root", "node", "anonymous")) {
      bad(token(claims().claim("preferred_username", user)), "which no token can show");
    }
  }

  @Test
  void whatIsHugeIsNotLookedAt() {
    bad("x".repeat(7_169), "more than 7168 characters");
    bad(token(claims().claim("more", "x".repeat(8_000))), "more than 7168 characters");
    String nested = "{\"a\":".repeat(800) + "1" + "}".repeat(800);
    bad(Base64URL.encode(nested) + ".e30.AAAA", "not a signed token");
    String[] parts = token(claims()).split("\\.", -1);
    assertThat(judge.judge(parts[0] + "." + Base64URL.encode("[".repeat(4_000)) + ".AAAA", HERE))
        .isInstanceOf(TokenVerdict.Bad.class);
  }

  @Test
  void wildInputIsNeverAnotherUser() {
    SplittableRandom random = new SplittableRandom(7);
    String token = token(claims());
    String other = token(Provider.claims("berta", nowMillis, HOUR));
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      StringBuilder wild = new StringBuilder(token);
      for (int edit = random.nextInt(4); edit >= 0; edit--) {
        int at = random.nextInt(Math.max(wild.length(), 1));
        switch (random.nextInt(5)) {
          case 0 ->
              wild.replace(
                  at, Math.min(at + 1, wild.length()), "" + (char) random.nextInt(33, 127));
          case 1 -> wild.delete(at, at + 1);
          case 2 -> wild.insert(at, (char) random.nextInt(1, 0x300));
          case 3 -> wild.setLength(Math.max(at, 1));
          default -> {
            int end = Math.min(other.length(), at + random.nextInt(200));
            wild.replace(
                Math.min(at, end),
                Math.min(end, wild.length()),
                other.substring(Math.min(at, end), end));
          }
        }
      }
      String tried = wild.toString();
      // Each from a place of its own: wrong signatures are put off otherwise.
      Origin from = origin("2001:db8:" + Integer.toHexString(i) + "::1");
      TokenVerdict verdict = judge.judge(tried, from);
      if (verdict instanceof TokenVerdict.Good(ShownLogin login)) {
        // The last character of a signature has bits that say nothing.
        assertThat(login.user()).isEqualTo("anna");
        assertThat(tried.substring(0, token.length() - 2))
            .isEqualTo(token.substring(0, token.length() - 2));
      } else {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(4_500);
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      assertThat(judge.judge(new String(noise, StandardCharsets.ISO_8859_1), HERE))
          .isInstanceOf(TokenVerdict.Bad.class);
    }
  }

  /** Or else all who know a user's name could keep that user out. */
  @Test
  void forgedTokensOfAUserDoNotPutOffTheGoodOnes() {
    String forged =
        Provider.token(header(JWSAlgorithm.RS256, "first").build(), OTHER, claims().build());
    for (int i = 0; i < 200; i++) {
      assertThat(judge.judge(forged, origin("203." + i + ".113.9")))
          .isInstanceOf(TokenVerdict.Bad.class);
    }
    good(token(claims()), "anna");
  }

  @Test
  void wrongSignaturesAreSoonNotVerifiedAnyMore() {
    JWSHeader header = header(JWSAlgorithm.RS256, "first").build();
    String before = token(claims());
    good(before, "anna");
    Origin stranger = origin("203.0.113.9");
    int verified = 0;
    for (int i = 0; i < 300; i++) {
      JWTClaimsSet said = claims().jwtID("" + i).build();
      TokenVerdict verdict = judge.judge(Provider.token(header, OTHER, said), stranger);
      if (verdict instanceof TokenVerdict.Bad) {
        verified++;
      } else {
        assertThat(verdict)
            .isInstanceOfSatisfying(
                TokenVerdict.Later.class,
                later -> assertThat(later.result()).isEqualTo(LoginResult.PUT_OFF));
      }
    }
    assertThat(verified).isEqualTo(10);
    // One that was known there goes on, and with its next token.
    good(before, "anna");
    good(token(claims().jwtID("next")), "anna");
  }
}
