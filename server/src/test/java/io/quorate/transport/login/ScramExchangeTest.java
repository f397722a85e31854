package io.quorate.transport.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.DropPasswords;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessRules;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.transport.login.ScramExchange.MalformedException;
import io.quorate.transport.login.ScramExchange.Proven;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Against the example of RFC 7677, and another one's implementation of the client. */
class ScramExchangeTest {
  private static final ScramMechanism SCRAM = ScramMechanism.SCRAM_SHA_256;
  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
  private static final LoginSecret SECRET = LoginSecret.of(new byte[LoginSecret.BYTES]);
  private static final AccessRules RULES =
      AccessRules.NONE
          .with(new CreateUser("user", new TreeSet<>()))
          .with(new SetPassword("user", verifier("pencil"), false, SECRET))
          .with(new CreateUser("idle", new TreeSet<>()));

  static PasswordVerifier verifier(String password) {
    byte[] salted =
        ScramFunctions.saltedPassword(
            SCRAM,
            StringPreparation.SASL_PREPARATION,
            password.toCharArray(),
            Base64.getDecoder().decode(SALT),
            4096);
    return new PasswordVerifier(
        SALT,
        4096,
        base64(ScramFunctions.storedKey(SCRAM, ScramFunctions.clientKey(SCRAM, salted))),
        base64(ScramFunctions.serverKey(SCRAM, salted)));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static ScramExchange exchange(AccessRules rules) {
    return new ScramExchange(rules, SECRET, Decoy.of(rules), "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
  }

  @Test
  void theExampleOfTheStandardIsAnsweredAsItSays() throws Exception {
    ScramExchange exchange = exchange(RULES);

    assertThat(exchange.first("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))
        .isEqualTo(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    Proven proven =
        Objects.requireNonNull(
            exchange.last(
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
    assertThat(proven.message()).isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  }

  /** Whether one who knows this password is let in, and is shown that the node knows it, too. */
  private static boolean letIn(AccessRules rules, String user, String password) throws Exception {
    ScramClient client =
        ScramClient.builder()
            .advertisedMechanisms(List.of("SCRAM-SHA-256"))
            .username(user)
            .password(password.toCharArray())
            .stringPreparation(StringPreparation.SASL_PREPARATION)
            .build();
    ScramExchange exchange = exchange(rules);
    client.serverFirstMessage(exchange.first(client.clientFirstMessage().toString()));
    Proven proven = exchange.last(client.clientFinalMessage().toString());
    if (proven != null) {
      client.serverFinalMessage(proven.message());
    }
    return proven != null;
  }

  @Test
  void oneIsLetInWithAPasswordOfTheUserAndNoOther() throws Exception {
    assertThat(letIn(RULES, "user", "pencil")).isTrue();
    for (String wrong : List.of("Pencil", "pencil ", "p")) {
      assertThat(letIn(RULES, "user", wrong)).as(wrong).isFalse();
    }
    assertThat(letIn(RULES, "idle", "pencil")).isFalse();
    assertThat(letIn(RULES, "none@here", "pencil")).isFalse();
  }

  @Test
  void twoPasswordsAreGoodWhileOneTakesThePlaceOfTheOther() throws Exception {
    AccessRules both = RULES.with(new SetPassword("user", verifier("crayon"), true, SECRET));
    assertThat(letIn(both, "user", "pencil")).isTrue();
    assertThat(letIn(both, "user", "crayon")).isTrue();

    AccessRules last = both.with(new DropPasswords("user", true));
    assertThat(letIn(last, "user", "pencil")).isFalse();
    assertThat(letIn(last, "user", "crayon")).isTrue();
    assertThat(letIn(last.with(new DropPasswords("user", false)), "user", "crayon")).isFalse();
  }

  @Test
  void aUserThatThereIsNotIsToldTheSame() throws Exception {
    String first = exchange(RULES).first("n,,n=idle,r=abc");
    String ofUser = exchange(RULES).first("n,,n=user,r=abc");
    assertThat(ofUser).matches("r=abc[^,]+,s=[A-Za-z0-9+/=]{24},i=4096");
    assertThat(first).matches("r=abc[^,]+,s=[A-Za-z0-9+/=]{24},i=4096");
    assertThat(exchange(RULES).first("n,,n=idle,r=abc")).as("each time").isEqualTo(first);
    assertThat(exchange(RULES).first("n,,n=none,r=abc")).matches("r=abc[^,]+,s=[^,]{24},i=4096");
    assertThat(exchange(RULES).first("n,,n=none,r=abc")).isNotEqualTo(first);
  }

  /** Or else the time that an answer takes would tell which users there are. */
  @Test
  void theProofOfAUserThatThereIsNotIsCheckedAsAWrongOneIs() throws Exception {
    List<String> ofUser = checksOf("user", false);
    assertThat(ofUser).hasSize(1);
    for (String none : List.of("idle", "none")) {
      assertThat(checksOf(none, false))
          .isNotEqualTo(ofUser)
          .hasSize(1)
          .isEqualTo(checksOf(none, false));
      // Whatever comes of that, no one is let in.
      assertThat(checksOf(none, true)).hasSize(1);
    }
    assertThat(checksOf("idle", false)).isNotEqualTo(checksOf("none", false));
  }

  /** The keys that a proof is checked with, when a login is refused. */
  private static List<String> checksOf(String user, boolean proven) throws Exception {
    List<String> keys = new ArrayList<>();
    ScramExchange exchange =
        new ScramExchange(
            RULES,
            SECRET,
            Decoy.of(RULES),
            "nonce",
            (proof, storedKey, said) -> {
              assertThat(proof).hasSize(32);
              assertThat(storedKey).hasSize(32);
              assertThat(said)
                  .startsWith("n=" + user + ",r=abc,r=abcnonce,s=")
                  .endsWith(",c=biws,r=abcnonce");
              keys.add(base64(storedKey));
              return proven;
            });
    exchange.first("n,,n=" + user + ",r=abc");
    assertThat(exchange.last("c=biws,r=abcnonce,p=" + base64(new byte[32]))).isNull();
    return keys;
  }

  /** By what most passwords have, however they were made. */
  @Test
  void aUserThatThereIsNotIsToldWhatMostPasswordsHave() throws Exception {
    AccessRules one = with(RULES, "a", 16, 100_000);
    AccessRules two = with(one, "b", 16, 100_000);
    AccessRules most = with(with(with(two, "c", 64, 7_000), "d", 64, 7_000), "e", 64, 7_000);
    String none = "n,,n=none,r=abc";
    assertThat(exchange(AccessRules.NONE).first(none)).matches("[^,]+,s=[^,]{24},i=100000");
    assertThat(exchange(two).first(none)).matches("[^,]+,s=[^,]{24},i=100000");
    assertThat(exchange(most).first(none)).matches("[^,]+,s=[^,]{88},i=7000");
    assertThat(exchange(most).first(none)).isEqualTo(exchange(most).first(none));
    String salt = exchange(most).first(none).replaceAll(".*,s=|,i=.*", "");
    assertThat(Base64.getDecoder().decode(salt)).hasSize(64);
  }

  private static AccessRules with(AccessRules rules, String user, int saltBytes, int iterations) {
    PasswordVerifier any = verifier("pencil");
    PasswordVerifier password =
        new PasswordVerifier(
            base64(new byte[saltBytes]), iterations, any.storedKey(), any.serverKey());
    return rules
        .with(new CreateUser(user, new TreeSet<>()))
        .with(new SetPassword(user, password, false, SECRET));
  }

  @Test
  void whatIsNotOfferedAndWhatIsOfAnotherLoginIsRefused() throws Exception {
    for (String first :
        List.of(
            "",
            "n",
            "n,,",
            "n,,n=user",
            "n,,r=abc,n=user",
            "p=tls-unique,,n=user,r=abc",
            "n,a=root,n=user,r=abc",
            "n,,n=user,r=",
            "x,,n=user,r=abc",
            "n,,n=" + "x".repeat(129) + ",r=abc")) {
      assertThatThrownBy(() -> exchange(RULES).first(first))
          .as(first)
          .isInstanceOf(MalformedException.class);
    }
    String nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    String proof = ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    for (String last :
        List.of(
            "",
            "c=biws,r=" + nonce,
            "c=eSws,r=" + nonce + proof,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO" + proof,
            "c=biws,r=" + nonce + ",x=1" + proof,
            "c=biws,r=" + nonce + proof.replace("=", "=="))) {
      ScramExchange exchange = exchange(RULES);
      exchange.first("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
      assertThatThrownBy(() -> exchange.last(last)).as(last).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void wildInputIsMalformedOrWrongAndNothingElse() {
    Random random = new Random(7677);
    String first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    String last =
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    int malformed = 0;
    int wrong = 0;
    for (int i = 0; i < 20_000; i++) {
      ScramExchange exchange = exchange(RULES);
      try {
        exchange.first(i % 2 == 0 ? first : spoiled(first, random));
        assertThat(exchange.last(spoiled(last, random))).isNull();
        wrong++;
      } catch (MalformedException expected) {
        malformed++;
      }
    }
    assertThat(malformed).isGreaterThan(1_000);
    assertThat(wrong).isGreaterThan(500);
  }

  private static String spoiled(String message, Random random) {
    StringBuilder spoiled = new StringBuilder(message);
    do {
      int at = random.nextInt(spoiled.length());
      switch (random.nextInt(4)) {
        case 0 -> spoiled.deleteCharAt(at);
        case 1 -> spoiled.insert(at, (char) random.nextInt(300));
        case 2 -> spoiled.setLength(Math.max(at, 1));
        default -> spoiled.setCharAt(at, (char) ('+' + random.nextInt(80)));
      }
    } while (spoiled.toString().equals(message));
    return spoiled.toString();
  }
}
