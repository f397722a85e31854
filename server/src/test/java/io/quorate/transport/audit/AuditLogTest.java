package io.quorate.transport.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import io.quorate.transport.event.TransportEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a line says, and what is left out when there is more than can be written. */
class AuditLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> lines = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private boolean isDiskFull;
  private final List<Runnable> waiting = new ArrayList<>();
  private int waitingMax = Integer.MAX_VALUE;
  private long nanos;

  private final Clock clock = TestClock.of(() -> 1_700_000_000_000L, () -> nanos);

  private final AuditLog log =
      new AuditLog(
          "db-1:7401",
          "db-east-1",
          () -> new NodeNames(Map.of(new NodeId(0x9), "db-west-2")),
          clock,
          task -> {
            if (waiting.size() >= waitingMax) {
              throw new RejectedExecutionException();
            }
            waiting.add(task);
          },
          this::write,
          events::add);

  private void write(String line) {
    if (isDiskFull) {
      throw new UncheckedIOException(new IOException("No space left on device"));
    }
    lines.add(line);
  }

  private static AuditRecord change(String arguments) {
    return new AuditRecord(
        true, "call", "a/B", "10.0.0.1:5", "ann", "CN=ann", arguments, "OK", null);
  }

  private static AuditRecord refusal() {
    return new AuditRecord(
        false, "call", "a/B", null, null, null, null, "PERMISSION_DENIED", "why \"not\"\n");
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
    assertThat(change.get("user").asText()).isEqualTo("ann");
    assertThat(change.get("certificate").asText()).isEqualTo("CN=ann");
    assertThat(change.get("arguments").get("tenant").get("name").asText()).isEqualTo("t");
    assertThat(change.has("why")).isFalse();
    assertThat(written.get(1).get("why").asText()).isEqualTo("why \"not\"\n");
    assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
  }

  @Test
  void linesSayWhatNodesAreCalled() {
    log.add(
        new AuditRecord(
            false,
            "join",
            null,
            null,
            null,
            null,
            null,
            "REFUSED",
            "node 0000000000000009 at a:1"));
    JsonNode line = written().get(0);
    assertThat(line.get("name").asText()).isEqualTo("db-east-1");
    assertThat(line.get("why").asText()).isEqualTo("node 0000000000000009 (db-west-2) at a:1");
  }

  @Test
  void ofLongArgumentsTheLengthIsKept() {
    log.add(change("\"" + "x".repeat(AuditRecord.ARGUMENT_CHARS_MAX) + "\""));
    assertThat(written().get(0).get("arguments").get("chars").asInt())
        .isEqualTo(AuditRecord.ARGUMENT_CHARS_MAX + 2);
  }

  /** A stranger can cause as many refusals as he likes; also while he changes something. */
  @Test
  void aFloodOfRefusalsIsCountedAndHidesNoChange() {
    for (int i = 0; i < AuditLog.BURST_MAX + 7; i++) {
      log.add(refusal());
    }
    log.add(new AuditRecord(true, "call", "a/B", null, null, null, "{}", "CANCELLED", "gone"));
    List<JsonNode> written = written();
    assertThat(written).hasSize(AuditLog.BURST_MAX + 2);
    JsonNode leftOut = written.get(AuditLog.BURST_MAX);
    assertThat(leftOut.get("event").asText()).isEqualTo("left_out");
    assertThat(leftOut.get("count").asInt()).isEqualTo(7);
    assertThat(written.get(AuditLog.BURST_MAX + 1).get("outcome").asText()).isEqualTo("CANCELLED");
  }

  /** Else files with changes in them would be replaced by files of refusals within hours. */
  @Test
  void aFloodOfOneKindHidesNoOtherKind() {
    for (int i = 0; i < 2 * AuditLog.BURST_MAX; i++) {
      log.add(refusal());
    }
    log.add(new AuditRecord(false, "stranger", null, null, null, null, null, "REFUSED", "no node"));
    assertThat(written())
        .last()
        .satisfies(line -> assertThat(line.get("event").asText()).isEqualTo("stranger"));
  }

  private static AuditRecord failedCall(String user) {
    return new AuditRecord(
        false, "call", "a/B", null, user, null, "{}", "INVALID_ARGUMENT", "no such thing");
  }

  /** Else a user who may do little could hide what others try. */
  @Test
  void aFloodOfCallsThatFailHidesNoneOfAnotherUser() {
    for (int i = 0; i < 2 * AuditLog.BURST_MAX; i++) {
      log.add(failedCall("narrow"));
    }
    log.add(failedCall("ann"));
    List<JsonNode> written = written();
    assertThat(written).hasSize(AuditLog.BURST_MAX + 2);
    assertThat(written.getLast().get("user").asText()).isEqualTo("ann");
    assertThat(written.get(AuditLog.BURST_MAX).get("count").asInt()).isEqualTo(AuditLog.BURST_MAX);
  }

  @Test
  void aFloodThatLastsGetsOneLineASecond() {
    for (int i = 0; i < 10 * AuditLog.BURST_MAX; i++) {
      log.add(refusal());
    }
    int burst = written().size();
    for (int second = 0; second < 60; second++) {
      nanos += 1_000_000_000L;
      for (int i = 0; i < 10; i++) {
        log.add(refusal());
      }
    }
    assertThat(written().stream().filter(line -> line.has("outcome"))).hasSize(burst + 60);
  }

  @Test
  void whatWasLeftOutLastIsToldAtTheEnd() {
    for (int i = 0; i < AuditLog.BURST_MAX + 3; i++) {
      log.add(refusal());
    }
    log.tellLeftOut();
    log.tellLeftOut();
    assertThat(written()).hasSize(AuditLog.BURST_MAX + 1);
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

  @Test
  void whatTheDiskDidNotTakeIsCountedOnceItTakesLinesAgain() {
    log.add(change("{}"));
    assertThat(written()).hasSize(1);
    isDiskFull = true;
    for (int i = 0; i < 3; i++) {
      log.add(change("{}"));
      assertThat(written()).hasSize(1);
    }
    isDiskFull = false;
    log.add(change("{}"));
    List<JsonNode> written = written();
    assertThat(written).hasSize(3);
    assertThat(written.get(1).get("count").asInt()).isEqualTo(3);
    assertThat(events).containsExactly(unwritten(false), unwritten(true), unwritten(true));

    isDiskFull = true;
    nanos += 60_000_000_000L;
    log.add(change("{}"));
    assertThat(written()).hasSize(3);
    assertThat(events.getLast()).isEqualTo(unwritten(false));
  }

  private static TransportEvent.AuditUnwritten unwritten(boolean again) {
    return new TransportEvent.AuditUnwritten("java.io.IOException: No space left on device", again);
  }

  @Test
  void whatOthersLeaveOutIsCountedInTheNextLine() {
    new AuditedEvents(log).accept(new TransportEvent.RefusalsLeftOut(84));
    log.add(change("{}"));
    assertThat(written().get(0).get("count").asInt()).isEqualTo(84);
  }
}
