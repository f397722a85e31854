package io.quorate.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class UserPatternTest {
  private static final CertificateNames NAMES =
      new CertificateNames(
          List.of("reports.apps.example"),
          List.of("10.0.0.7"),
          List.of("quorate:user/reports", "spiffe://prod/app/payments", "spiffe://prod/app/tax"),
          "Reports");

  @Test
  void whatStandsInThePlaceOfTheStarIsTheUser() {
    assertThat(UserPattern.USUAL.users(NAMES)).containsExactly("reports");
    assertThat(UserPattern.parse("host:*.Apps.example").users(NAMES)).containsExactly("reports");
    assertThat(UserPattern.parse("cn:*").users(NAMES)).containsExactly("Reports");
    assertThat(UserPattern.parse("cn:Rep*s").users(NAMES)).containsExactly("ort");
  }

  @Test
  void whatDoesNotFitNamesNoUser() {
    assertThat(UserPattern.parse("cn:Reports*").users(NAMES)).isEmpty();
    assertThat(UserPattern.parse("cn:reports-*").users(NAMES)).isEmpty();
    assertThat(UserPattern.parse("uri:spiffe://test/*").users(NAMES)).isEmpty();
  }

  @Test
  void twoUsersAreNone() {
    assertThat(UserPattern.parse("uri:spiffe://prod/app/*").users(NAMES)).hasSize(2);
  }

  @Test
  void aPatternHasAKindAndOneStar() {
    for (String wrong : List.of("*", "cn:", "cn:reports", "cn:*-*", "dn:*", "")) {
      assertThatThrownBy(() -> UserPattern.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("with one * in the place of the user");
    }
    assertThat(UserPattern.parse("uri:spiffe://prod/app/*")).hasToString("uri:spiffe://prod/app/*");
  }
}
