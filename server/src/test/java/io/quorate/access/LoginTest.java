package io.quorate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.DropPasswords;
import io.quorate.access.AccessChange.DropUser;
import io.quorate.access.AccessChange.SetPassword;
import java.util.Base64;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What shows that a user has logged in, and until when it does. */
class LoginTest {
  private static final PasswordVerifier FIRST = password(1, 1);
  private static final PasswordVerifier SECOND = password(1, 2);

  private final AccessRules rules =
      AccessRules.NONE
          .with(new CreateUser("anna", new TreeSet<>()))
          .with(new SetPassword("anna", FIRST, false, secret(1)));

  private static LoginSecret secret(int first) {
    byte[] bytes = new byte[LoginSecret.BYTES];
    bytes[0] = (byte) first;
    return LoginSecret.of(bytes);
  }

  private static PasswordVerifier password(int salt, int key) {
    return new PasswordVerifier(base64(salt, 16), 4096, base64(key, 32), base64(9, 32));
  }

  private static String base64(int first, int length) {
    byte[] bytes = new byte[length];
    bytes[0] = (byte) first;
    return Base64.getEncoder().encodeToString(bytes);
  }

  private Login login() {
    return Objects.requireNonNull(rules.login(rules.loginToken("anna", FIRST, 5_000)));
  }

  @Test
  void aTokenTellsWhoHasLoggedIn() {
    Login login = login();
    assertThat(login.user()).isEqualTo("anna");
    assertThat(login.untilMillis()).isEqualTo(5_000);
    assertThat(rules.hasPasswordOf(login)).isTrue();
  }

  @Test
  void aTokenThatAnyoneHasChangedTellsNothing() {
    String token = rules.loginToken("anna", FIRST, 5_000);
    for (int i = 0; i < token.length(); i++) {
      for (char other : "Ab0-_.".toCharArray()) {
        StringBuilder changed = new StringBuilder(token);
        changed.setCharAt(i, other);
        if (!changed.toString().equals(token)) {
          Login read = rules.login(changed.toString());
          // The last character of base64 has bits that say nothing.
          assertThat(read == null || (i == token.length() - 1 && read.user().equals("anna")))
              .as(changed.toString())
              .isTrue();
        }
      }
    }
    assertThat(rules.login("")).isNull();
    assertThat(rules.login("quorate1.x.y")).isNull();
    assertThat(rules.login(token + "x")).isNull();
    assertThat(AccessRules.NONE.login(token)).isNull();
  }

  @Test
  void aTokenOfAnotherClusterTellsNothing() {
    AccessRules other =
        AccessRules.NONE
            .with(new CreateUser("anna", new TreeSet<>()))
            .with(new SetPassword("anna", FIRST, false, secret(2)));
    assertThat(other.login(rules.loginToken("anna", FIRST, 5_000))).isNull();
  }

  /** Else the salt of a user that there is not, which is shown to all, could be part of a token. */
  @Test
  void whatIsSignedForOnePurposeIsNoGoodForAnother() {
    byte[] same = {1, 2, 3};
    assertThat(secret(1).sign("login", same))
        .isEqualTo(secret(1).sign("login", same))
        .isNotEqualTo(secret(1).sign("decoy", same))
        .isNotEqualTo(secret(2).sign("login", same));
  }

  @Test
  void aLoginEndsWithItsPassword() {
    Login login = login();
    AccessRules both = rules.with(new SetPassword("anna", SECOND, true, secret(3)));
    assertThat(both.hasPasswordOf(login)).isTrue();
    assertThat(both.secret()).as("stays").isEqualTo(secret(1));

    assertThat(both.with(new DropPasswords("anna", true)).hasPasswordOf(login)).isFalse();
    assertThat(both.with(new DropPasswords("anna", false)).hasPasswordOf(login)).isFalse();
    assertThat(rules.with(new SetPassword("anna", SECOND, false, secret(3))).hasPasswordOf(login))
        .isFalse();
    AccessRules dropped = rules.with(new DropUser("anna"));
    assertThat(dropped.hasPasswordOf(login)).isFalse();
    assertThat(dropped.with(new CreateUser("anna", new TreeSet<>())).hasPasswordOf(login))
        .isFalse();
  }

  @Test
  void twoPasswordsHaveOneSaltAndThereIsNoThird() {
    assertThatThrownBy(() -> rules.with(new SetPassword("anna", password(2, 2), true, secret(1))))
        .hasMessageContaining("its salt");
    AccessRules third =
        rules
            .with(new SetPassword("anna", SECOND, true, secret(1)))
            .with(new SetPassword("anna", password(1, 3), true, secret(1)));
    assertThat(third.passwordsOf("anna").verifiers()).containsExactly(password(1, 3), SECOND);
  }

  @Test
  void someCannotHaveAPassword() {
    assertThatThrownBy(() -> rules.with(new SetPassword("root", FIRST, false, secret(1))))
        .hasMessageContaining("root");
    assertThatThrownBy(() -> rules.with(new SetPassword("bert", FIRST, false, secret(1))))
        .hasMessageContaining("no user");
    AccessRules anonymous = rules.with(new CreateUser("anonymous", new TreeSet<>()));
    assertThatThrownBy(() -> anonymous.with(new SetPassword("anonymous", FIRST, false, secret(1))))
        .hasMessageContaining("do not log in");
  }

  @Test
  void nothingSecretIsPartOfAnyText() {
    String all =
        rules + " " + new SetPassword("anna", FIRST, false, secret(1)) + " " + FIRST + secret(1);
    assertThat(all)
        .doesNotContain(FIRST.storedKey(), FIRST.serverKey(), FIRST.text())
        .doesNotContain("00000000000000");
  }
}
