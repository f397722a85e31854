package io.quorate.cli.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.admin.FakeAdmin;
import io.quorate.cli.Ran;
import io.quorate.cli.ServedAdmin;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.NewJoinToken;
import io.quorate.cluster.JoinToken;
import io.quorate.cluster.JoinTokenText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Join tokens as operators see them: the client, and the commands, against the service. */
class TokenCommandTest {
  private final ServedAdmin served;
  private final FakeAdmin admin;
  private final String endpoint;

  TokenCommandTest() throws IOException {
    served = new ServedAdmin();
    admin = served.admin;
    endpoint = served.endpoint();
  }

  @AfterEach
  void close() {
    served.close();
  }

  private SortedMap<String, JoinToken> known() {
    return Objects.requireNonNull(admin.state).joinTokens().byId();
  }

  private Ran token(String... words) {
    List<String> command = new ArrayList<>(List.of("cluster", "token"));
    command.addAll(List.of(words));
    command.addAll(List.of("--endpoints", endpoint));
    return Ran.command(command.toArray(String[]::new));
  }

  @Test
  void theClientCreatesListsAndDropsThem() {
    try (QuorateClient client = QuorateClient.builder().endpoints(endpoint).build()) {
      Cluster cluster = Administration.of(client).cluster();
      NewJoinToken created = cluster.createJoinToken(Duration.ofHours(2), 3);
      assertThat(created.toString()).doesNotContain(created.text());
      JoinTokenText text = JoinTokenText.parse(created.text());
      JoinToken kept = Objects.requireNonNull(known().get(text.id()));
      assertThat(kept.hash()).isEqualTo(text.hash());
      assertThat(kept.usesLeft()).isEqualTo(3);
      assertThat(created.token().expires())
          .isEqualTo(Instant.ofEpochMilli(kept.expiresMillis()))
          .isBetween(
              Instant.now().plus(Duration.ofMinutes(110)),
              Instant.now().plus(Duration.ofMinutes(120)));
      assertThat(cluster.joinTokens()).containsExactly(created.token());
      assertThat(cluster.createJoinToken(Duration.ofHours(2), 3).text())
          .isNotEqualTo(created.text());

      assertThat(cluster.dropJoinToken(text.id())).isEmpty();
      assertThat(known()).doesNotContainKey(text.id());
      assertThatThrownBy(() -> cluster.dropJoinToken(text.id()))
          .isInstanceOf(FailedPreconditionException.class)
          .hasMessageContaining("there is no join token " + text.id());
    }
  }

  @Test
  void whatNoTokenCanBeIsRefused() {
    try (QuorateClient client = QuorateClient.builder().endpoints(endpoint).build()) {
      Cluster cluster = Administration.of(client).cluster();
      for (Duration ttl :
          List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(8), Duration.ofNanos(1))) {
        assertThatThrownBy(() -> cluster.createJoinToken(ttl, 1))
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining("1 minute to 7 days");
      }
      for (int uses : List.of(0, -1, 101)) {
        assertThatThrownBy(() -> cluster.createJoinToken(Duration.ofHours(1), uses))
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining("give 1 to 100");
      }
      assertThatThrownBy(() -> cluster.dropJoinToken("../etc"))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("8 hexadecimal digits");
    }
    assertThat(known()).isEmpty();
  }

  /** So that it can be written into a file as it is. */
  @Test
  void createPrintsTheTokenAndNothingElse() {
    Ran ran = token("create", "--ttl", "5m", "--uses", "2");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    JoinTokenText text = JoinTokenText.parse(ran.out().strip());
    assertThat(Objects.requireNonNull(known().get(text.id())).usesLeft()).isEqualTo(2);
    JsonNode json = token("create", "--json").json();
    assertThat(json.path("token").asText()).startsWith(json.path("id").asText() + ".");
    assertThat(json.path("uses_left").asInt()).isEqualTo(1);
  }

  @Test
  void listShowsNoSecret() {
    assertThat(token("list").out()).contains("there are no join tokens");
    JoinTokenText text = JoinTokenText.parse(token("create").out().strip());
    Ran list = token("list");
    assertThat(list.out()).contains(text.id()).doesNotContain(text.secret());
    JsonNode json = token("list", "--json").json();
    assertThat(json.path("tokens").path(0).path("id").asText()).isEqualTo(text.id());
    assertThat(json.toString()).doesNotContain(text.secret(), text.hash());
    assertThat(token("drop", text.id()).out()).contains("dropped join token " + text.id());
    assertThat(known()).isEmpty();
  }

  @Test
  void nodesThatDoNotKnowItYetAreNamed() {
    admin.unaware.add(FakeAdmin.B);
    String warning = "not known yet by node " + FakeAdmin.B;
    Ran created = token("create");
    JoinTokenText text = JoinTokenText.parse(created.out().strip());
    assertThat(created.err()).startsWith("warning: ").contains(warning);
    Ran dropped = token("drop", text.id());
    assertThat(dropped.err()).startsWith("warning: ").contains(warning);
    Ran asJson = token("create", "--json");
    assertThat(asJson.err()).isEmpty();
    assertThat(asJson.json().path("warnings").path(0).asText()).contains(warning);
    Ran droppedAsJson = token("drop", asJson.json().path("id").asText(), "--json");
    assertThat(droppedAsJson.err()).isEmpty();
    assertThat(droppedAsJson.json().path("warnings").path(0).asText()).contains(warning);
  }
}
