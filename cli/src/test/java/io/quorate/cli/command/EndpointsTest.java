package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointsTest {
  @Test
  void portAloneStandsOnTheHostBeforeIt() {
    assertThat(Endpoints.parse("127.0.0.1:7401,7402, db2:7401,7402"))
        .containsExactly("127.0.0.1:7401", "127.0.0.1:7402", "db2:7401", "db2:7402");
  }

  @Test
  void ipv6HostsStandInBrackets() {
    assertThat(Endpoints.parse("[::1]:7401,7402")).containsExactly("[::1]:7401", "[::1]:7402");
    assertThatThrownBy(() -> Endpoints.parse("::1:7401")).hasMessageContaining("brackets");
  }

  @Test
  void addressesOfTheWebAreAnsweredByWhatAnEndpointIs() {
    assertThatThrownBy(() -> Endpoints.parse("http://127.0.0.1:7401"))
        .hasMessage(
            "endpoint 'http://127.0.0.1:7401': write host:port alone, as in 127.0.0.1:7401");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "7401", "host", "host:", "host:0", "host:65536", "host:x", "a:1,,a:2"})
  void whatIsNoAddressIsRefusedByName(String text) {
    assertThatThrownBy(() -> Endpoints.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("endpoint '");
  }
}
