package io.quorate.transport.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.DropPasswords;
import io.quorate.access.AccessChange.DropUser;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.runtime.TestClock;
import java.lang.ref.WeakReference;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tokens on one connection, which gateways share between users. */
class ConnectionCallersTest {
  private static final LoginSecret SECRET = LoginSecret.of(new byte[LoginSecret.BYTES]);
  private static final PasswordVerifier FIRST = password(1);
  private static final PasswordVerifier SECOND = password(2);

  private long now = 1_000;
  private final RuleBook book =
      new RuleBook(true, TestClock.ofWallMillisOnly(() -> now), event -> {});
  private final ConnectionCallers connection =
      new ConnectionCallers(AnyCallers.from("10.0.0.1", book));
  private AccessRules rules = AccessRules.NONE;
  private int state = 1;

  ConnectionCallersTest() {
    create("anna");
    create("bert");
  }

  private static PasswordVerifier password(int key) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) key;
    Base64.Encoder base64 = Base64.getEncoder();
    String text = base64.encodeToString(bytes);
    return new PasswordVerifier(base64.encodeToString(new byte[16]), 4096, text, text);
  }

  private void follow(AccessRules next) {
    rules = next;
    book.follow(rules, ++state);
  }

  private void create(String user) {
    follow(
        rules
            .with(new CreateUser(user, new TreeSet<>(List.of("writer"))))
            .with(new SetPassword(user, FIRST, false, SECRET)));
  }

  private String token(String user, PasswordVerifier password, long untilMillis) {
    return rules.loginToken(user, password, untilMillis);
  }

  private Caller shown(String token) {
    return connection.loggedIn(((TokenVerdict.Good) connection.judge(token, book)).login());
  }

  private void isRefused(String token) {
    assertThat(connection.judge(token, book)).isInstanceOf(TokenVerdict.Bad.class);
  }

  private static boolean mayWrite(Caller caller) {
    return caller.permissions().allow(Action.WRITE, "orders", new byte[0]);
  }

  @Test
  void eachTokenIsThatOfItsUser() {
    String anna = token("anna", FIRST, 5_000);
    String bert = token("bert", FIRST, 5_000);
    for (int i = 0; i < 3; i++) {
      assertThat(shown(anna).user()).isEqualTo("anna");
      assertThat(shown(bert).user()).isEqualTo("bert");
      assertThat(shown(bert).user()).isEqualTo("bert");
    }
    assertThat(connection.byCertificate().user()).isEqualTo("anonymous");
    assertThat(mayWrite(connection.byCertificate())).isFalse();
  }

  @Test
  void aTokenThatWasGoodOnTheConnectionIsJudgedEachTime() {
    String anna = token("anna", FIRST, 5_000);
    Caller caller = shown(anna);
    now = 4_999;
    assertThat(shown(anna)).isSameAs(caller);
    assertThat(mayWrite(caller)).isTrue();
    now = 5_000;
    isRefused(anna);
    assertThat(caller.isLoggedOut()).isTrue();
    assertThat(mayWrite(caller)).as("what is open").isFalse();
  }

  /** The clock of the node that gave it was ahead, and was set right. */
  @Test
  void aTokenThatWouldCountForLongerThanAnyLoginDoesNotCount() {
    long longest = TimeUnit.DAYS.toMillis(1) + 60_000;
    assertThat(shown(token("anna", FIRST, now + longest)).user()).isEqualTo("anna");
    isRefused(token("anna", FIRST, now + longest + 1));
    isRefused(token("anna", FIRST, Long.MAX_VALUE));
    isRefused(token("anna", FIRST, Long.MIN_VALUE));

    String anna = token("anna", FIRST, now + longest);
    Caller caller = shown(anna);
    now -= 1;
    isRefused(anna);
    assertThat(mayWrite(caller)).as("what is open, at a node whose clock is set back").isFalse();
  }

  @Test
  void aTokenEndsWithItsPasswordAndTheOtherPasswordsTokenGoesOn() {
    String first = token("anna", FIRST, 9_000);
    Caller caller = shown(first);
    follow(rules.with(new SetPassword("anna", SECOND, true, SECRET)));
    assertThat(shown(first)).isSameAs(caller);
    assertThat(mayWrite(caller)).isTrue();
    String second = token("anna", SECOND, 5_000);
    follow(rules.with(new DropPasswords("anna", true)));
    assertThat(mayWrite(caller)).as("what is open").isFalse();
    isRefused(first);

    // What is open goes on by a token that is good, though it ends earlier.
    assertThat(shown(second)).isSameAs(caller);
    assertThat(mayWrite(caller)).isTrue();
    isRefused(first);
    assertThat(mayWrite(caller)).isTrue();
    follow(rules.with(new SetPassword("anna", FIRST, false, SECRET)));
    assertThat(mayWrite(caller)).isFalse();
  }

  @Test
  void aTokenEndsWithItsUserAlsoWhereThereIsAnotherOneOfItsName() {
    String anna = token("anna", FIRST, 9_000);
    Caller caller = shown(anna);
    follow(rules.with(new DropUser("anna")));
    assertThat(mayWrite(caller)).isFalse();
    isRefused(anna);
    follow(
        rules
            .with(new CreateUser("anna", new TreeSet<>(List.of("writer"))))
            .with(new SetPassword("anna", SECOND, false, SECRET)));
    isRefused(anna);
    assertThat(mayWrite(caller)).isFalse();
  }

  @Test
  void theTokenThatIsGoodForLongestCountsForWhatIsOpen() {
    Caller caller = shown(token("anna", FIRST, 9_000));
    assertThat(shown(token("anna", FIRST, 5_000))).isSameAs(caller);
    now = 6_000;
    assertThat(mayWrite(caller)).isTrue();
    assertThat(shown(token("anna", FIRST, 20_000))).isSameAs(caller);
    now = 10_000;
    assertThat(mayWrite(caller)).isTrue();
  }

  private void callForOthers(String named) {
    for (int i = 0; i < 64; i++) {
      create(named + i);
      assertThat(shown(token(named + i, FIRST, 9_000)).user()).isEqualTo(named + i);
    }
  }

  /** One that is put out is as good as others, by its token. */
  @Test
  void aConnectionKeepsSoManyUsersAndServesAll() {
    WeakReference<Caller> anna = new WeakReference<>(shown(token("anna", FIRST, 9_000)));
    callForOthers("user-");
    await()
        .until(
            () -> {
              System.gc();
              return anna.get() == null; // nothing is open for it, so it is not kept
            });
    Caller again = shown(token("anna", FIRST, 9_000));
    assertThat(mayWrite(again)).isTrue();
    assertThat(shown(token("user-63", FIRST, 9_000)))
        .as("used of late")
        .isSameAs(shown(token("user-63", FIRST, 9_000)));
  }

  /** Else a pipe would end with its first token, however often its user logs in again. */
  @Test
  void whatIsOpenGoesOnWithTheNextLoginHoweverManyUsersShareTheConnection() {
    Caller open = shown(token("anna", FIRST, 9_000));
    callForOthers("user-");
    System.gc();
    assertThat(mayWrite(open)).isTrue();
    assertThat(shown(token("anna", FIRST, 20_000))).isSameAs(open);
    callForOthers("other-");
    now = 10_000;
    assertThat(mayWrite(open)).isTrue();
  }
}
