package io.quorate.client.internal.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.InvalidRequestException;
import io.quorate.client.UnavailableException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client makes of a password for its cluster to keep, and what of a node it believes. */
class PasswordHashTest {
  /** A node that lies would get what the password is cheap to guess by, or keep the client busy. */
  @ParameterizedTest
  @CsvSource({
    "0, 100000",
    "15, 100000",
    "65, 100000",
    "100000, 100000",
    "16, 0",
    "16, -1",
    "16, 1",
    "16, 4095",
    "16, 1000001",
    "16, 2147483647"
  })
  void aNodeIsNotBelievedWhatNoPasswordHas(int saltBytes, int iterations) {
    assertThatThrownBy(() -> new PasswordHash(new byte[saltBytes], iterations))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("nothing was changed");
  }

  @ParameterizedTest
  @CsvSource({"16, 4096", "64, 4096", "16, 1000000"})
  void aNodeIsBelievedWhatAPasswordMayHave(int saltBytes, int iterations) {
    assertThat(new PasswordHash(new byte[saltBytes], iterations).iterations())
        .isEqualTo(iterations);
  }

  /** The example of RFC 7677, by another password's length. */
  @Test
  void whatIsKeptIsWhatTheStandardSaysAndDependsOnTheSalt() {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    String kept = new PasswordHash(salt, 4_096).verifier("pencil, sharp");
    assertThat(kept)
        .matches("SCRAM-SHA-256\\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\\$[^:]{44}:.{44}")
        .isEqualTo(new PasswordHash(salt, 4_096).verifier("pencil, sharp"))
        .isNotEqualTo(new PasswordHash(salt, 4_096).verifier("pencil, Sharp"));
    assertThat(PasswordHash.fresh().salt())
        .hasSize(16)
        .isNotEqualTo(PasswordHash.fresh().salt())
        .isNotEqualTo(new byte[16]);
  }

  @Test
  void aPasswordThatIsTooShortOrNoTextIsRefused() {
    PasswordHash hash = new PasswordHash(new byte[16], 4_096);
    for (String bad : List.of("", "1234567", "x".repeat(257), "with\u0007bell")) {
      assertThatThrownBy(() -> hash.verifier(bad)).isInstanceOf(InvalidRequestException.class);
    }
  }
}
