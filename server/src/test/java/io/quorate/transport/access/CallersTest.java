package io.quorate.transport.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.access.User;
import io.quorate.runtime.real.SystemClock;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** As whom a connection is known, by what its certificate says. */
class CallersTest {
  private final RuleBook rules = new RuleBook(true, new SystemClock(), event -> {});

  private Caller caller(@Nullable String user, boolean isNode) {
    rules.follow(AccessRules.NONE, 1);
    Callers callers = new Callers(connection -> user, connection -> isNode, rules);
    return callers.of(callers.transportReady(Attributes.EMPTY));
  }

  /** An authority that issues certificates of users must not thereby make nodes. */
  @Test
  void aCertificateThatNamesTheUserNodeIsThatOfNoNode() {
    Caller posing = caller(User.NODE, false);
    assertThat(posing.user()).isEqualTo(User.ANONYMOUS);
    assertThat(posing.permissions().allow(Action.MONITOR)).isFalse();
    assertThat(posing.permissions().allowAnything()).isFalse();
    assertThat(caller(User.NODE, true).user()).isEqualTo(User.NODE);
    assertThat(caller(null, true).permissions().allow(Action.MONITOR)).isTrue();
  }

  @Test
  void theCertificateOfANodeNamesNoUser() {
    Caller node = caller(User.ROOT, true);
    assertThat(node.user()).isEqualTo(User.NODE);
    assertThat(node.permissions().allow(Action.SECURITY)).isFalse();
  }

  @Test
  void otherConnectionsAreThoseOfTheUserThatTheyName() {
    assertThat(caller("reports", false).user()).isEqualTo("reports");
    assertThat(caller(null, false).user()).isEqualTo(User.ANONYMOUS);
    assertThat(caller(User.ROOT, false).permissions().allow(Action.SECURITY)).isTrue();
  }

  private static Caller caller(RuleBook book, @Nullable String user, boolean isNode) {
    Callers callers = new Callers(connection -> user, connection -> isNode, book);
    return callers.of(callers.transportReady(Attributes.EMPTY));
  }

  /** Its connection has little time, so it must be no one that may do something. */
  @Test
  void aStrangerIsOneThatNoUserIsKnownOfAndThatMayDoNothing() {
    rules.follow(AccessRules.NONE, 1);
    assertThat(caller(rules, null, false).isStranger()).isTrue();
    assertThat(caller(rules, User.NODE, false).isStranger()).isTrue();
    assertThat(caller(rules, null, true).isStranger()).isFalse();
    assertThat(caller(rules, "reports", false).isStranger()).as("unknown to the node").isFalse();
    RuleBook off = new RuleBook(false, new SystemClock(), event -> {});
    assertThat(caller(off, null, false).isStranger()).isFalse();

    Caller anonymous = caller(rules, null, false);
    rules.follow(
        AccessRules.NONE.with(new CreateUser(User.ANONYMOUS, new TreeSet<>(List.of("reader")))), 2);
    assertThat(anonymous.isStranger()).isFalse();
    rules.follow(AccessRules.NONE, 3);
    assertThat(anonymous.isStranger()).isTrue();
  }

  /** Who listens on a connection without TLS could show it as well. */
  @Test
  void aTokenCountsWithTlsOnly() {
    LoginSecret secret = LoginSecret.of(new byte[LoginSecret.BYTES]);
    String key = Base64.getEncoder().encodeToString(new byte[32]);
    PasswordVerifier password =
        new PasswordVerifier(Base64.getEncoder().encodeToString(new byte[16]), 4096, key, key);
    AccessRules known =
        AccessRules.NONE
            .with(new CreateUser("anna", new TreeSet<>()))
            .with(new SetPassword("anna", password, false, secret));
    rules.follow(known, 1);
    String token = known.loginToken("anna", password, System.currentTimeMillis() + 60_000);
    Callers callers = new Callers(connection -> null, connection -> false, rules);
    Attributes plain = callers.transportReady(Attributes.EMPTY);
    assertThat(callers.of(plain, token)).isInstanceOf(Callers.Unknown.class);
    assertThat(new ConnectionCallers(AnyCallers.from("10.0.0.1", rules)).judge(token, rules))
        .isInstanceOf(TokenVerdict.Good.class);
  }
}
