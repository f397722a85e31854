package io.quorate.client.internal.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** How long a token says that it is good. */
class TokenLifeTest {
  private static String token(String said) {
    return "head."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(said.getBytes(StandardCharsets.UTF_8))
        + ".signature";
  }

  @Test
  void aTokenSaysWhenItExpires() {
    assertThat(TokenLife.millis(token("{\"sub\":\"anna\",\"exp\":1300}"), 1_000_000))
        .isEqualTo(300_000);
    assertThat(TokenLife.millis(token("{ \"exp\" : 900.5 }"), 1_000_000)).isEqualTo(-100_000);
  }

  @Test
  void oneThatDoesNotIsAskedForAgainBeforeLong() {
    for (String other :
        new String[] {"", "opaque", "a.b", "a.*.c", token("{}"), token("{\"exp\":\"x\"}")}) {
      assertThat(TokenLife.millis(other, 1_000_000)).isEqualTo(TokenLife.UNKNOWN_MILLIS);
    }
  }
}
