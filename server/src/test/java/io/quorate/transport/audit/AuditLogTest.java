package io.quorate.transport.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.runtime.Clock;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a line says, and what is left out when there is more than can be written. */
class AuditLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> lines = new ArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private int waitingMax = Integer.MAX_VALUE;
  private long nanos;

  private final Clock clock =
      new Clock() {
        @Override
        public long nanos() {
          return nanos;
        }

        @Override
        public long wallMillis() {
          return 1_700_000_000_000L;
        }
      };

  private final AuditLog log =
      new AuditLog(
          "db-1:7401",
          clock,
          task -> {
            if (waiting.size() >= waitingMax) {
              throw new RejectedExecutionException();
            }
            waiting.add(task);
          },
          lines::add);

  private static AuditRecord change(String arguments) {
    return new AuditRecord("call", "a/B", "10.0.0.1:5", "CN=ann", arguments, "OK", null);
  }

  private static AuditRecord refusal() {
    return new AuditRecord("call", "a/B", null, null, null, "PERMISSION_DENIED", "why \"not\"\n");
  }

  private List<JsonNode> written() {
    waiting.forEach(Runnable::run);
    waiting.clear();
    return lines.stream().map(AuditLogTest::json).toList();
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (com.fasterxml.jackson.core.JsonProcessingException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  @Test
  void aRecordIsOneLineOfJson() {
    log.add(change("{\"tenant\":{\"name\":\"t\"}}"));
    log.add(refusal());
    List<JsonNode> written = written();
    JsonNode change = written.get(0);
    assertThat(change.get("time").asText()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(change.get("node").asText()).isEqualTo("db-1:7401");
    assertThat(change.get("user").asText()).isEqualTo("CN=ann");
    assertThat(change.get("arguments").get("tenant").get("name").asText()).isEqualTo("t");
    assertThat(change.has("why")).isFalse();
    assertThat(written.get(1).get("why").asText()).isEqualTo("why \"not\"\n");
    assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
  }

  @Test
  void ofLongArgumentsTheLengthIsKept() {
    log.add(change("\"" + "x".repeat(AuditLog.ARGUMENT_CHARS_MAX) + "\""));
    assertThat(written().get(0).get("arguments_chars").asInt())
        .isEqualTo(AuditLog.ARGUMENT_CHARS_MAX + 2);
  }

  /** A stranger can cause as many refusals as he likes. */
  @Test
  void aFloodOfRefusalsIsCountedAndHidesNoChange() {
    for (int i = 0; i < AuditLog.REFUSALS_PER_SECOND_MAX + 7; i++) {
      log.add(refusal());
    }
    log.add(change("{}"));
    List<JsonNode> written = written();
    assertThat(written).hasSize(AuditLog.REFUSALS_PER_SECOND_MAX + 2);
    JsonNode leftOut = written.get(AuditLog.REFUSALS_PER_SECOND_MAX);
    assertThat(leftOut.get("event").asText()).isEqualTo("left_out");
    assertThat(leftOut.get("count").asInt()).isEqualTo(7);
    assertThat(written.get(AuditLog.REFUSALS_PER_SECOND_MAX + 1).get("outcome").asText())
        .isEqualTo("OK");
    nanos += 1_000_000_000L;
    log.add(refusal());
    assertThat(written()).hasSize(AuditLog.REFUSALS_PER_SECOND_MAX + 3);
  }

  @Test
  void whatCannotBeWrittenIsCountedInTheNextLine() {
    waitingMax = 1;
    for (int i = 0; i < 4; i++) {
      log.add(change("{}"));
    }
    assertThat(written()).hasSize(1);
    log.add(change("{}"));
    List<JsonNode> written = written();
    assertThat(written).hasSize(3);
    assertThat(written.get(1).get("count").asInt()).isEqualTo(3);
  }
}
