package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clock of a node is set forward while clients are connected, or theirs stood still while their
 * machine was suspended: by the node's clock, what they send is old at once.
 */
class ClockSetForwardTest {
  private static final String KEY = "user:1";
  private static final long TOLD_MILLIS = 1_000_000;
  private static final long HOUR_MILLIS = 3_600_000;

  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.coordinator(KEY);
  private final QuorateClient client = cluster.client();
  private final AtomicInteger refused = new AtomicInteger();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"REASON_NOT_SERVING", "REASON_DEADLINE_EXCEEDED"})
  void callsGoOnByTheNewClock(Failure.Reason reason) throws Exception {
    cluster.placementHlc = hlc(TOLD_MILLIS);
    cluster.connect(client);
    setForward(reason, hlc(TOLD_MILLIS + HOUR_MILLIS));

    List<CompletableFuture<GetResult>> reads =
        IntStream.range(0, 500).mapToObj(i -> client.asyncKeyValue().get(KEY)).toList();
    for (CompletableFuture<GetResult> read : reads) {
      assertThat(read.get(5, TimeUnit.SECONDS).found()).isFalse();
    }
    assertThat(refused.get()).as("refused").isBetween(1, 500);

    int before = refused.get();
    var unused = client.keyValue().put(KEY, "v");
    assertThat(refused.get()).as("refused later").isEqualTo(before);
    Operation put = node.operations().stream().filter(Operation::hasPut).findAny().orElseThrow();
    assertThat(put.getPut().getRequestId().getHlc())
        .as("the name of the write, which other nodes must take for one of their time")
        .isLessThan(hlc(TOLD_MILLIS + HOUR_MILLIS));
  }

  /** Clocks may differ by half a second without one of them having been set forward. */
  @Test
  void aCallThatWasInFactLongOnItsWayIsNotSentAgain() {
    cluster.placementHlc = hlc(TOLD_MILLIS);
    cluster.connect(client);
    node.script =
        late -> refusal(Failure.Reason.REASON_DEADLINE_EXCEEDED, hlc(late.getSentAtMs() + 400));

    assertThatThrownBy(() -> client.keyValue().get(KEY))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(refused.get()).isEqualTo(1);
  }

  /** Its clock is ahead by an hour each time that it is asked. */
  @ParameterizedTest
  @ValueSource(strings = {"REASON_NOT_SERVING", "REASON_DEADLINE_EXCEEDED"})
  void aClockThatIsAlwaysAheadIsNotFollowedForEver(Failure.Reason reason) {
    cluster.placementHlc = hlc(TOLD_MILLIS);
    cluster.connect(client);
    node.script = late -> refusal(reason, hlc(late.getSentAtMs() + HOUR_MILLIS));

    assertThatThrownBy(() -> client.keyValue().get(KEY)).isInstanceOf(QuorateException.class);
    assertThat(refused.get()).isLessThanOrEqualTo(10);
  }

  private void setForward(Failure.Reason reason, long hlc) {
    var usual = node.script;
    node.script =
        operation ->
            operation.getSentAtMs() < hlc >>> 16 ? refusal(reason, hlc) : usual.apply(operation);
  }

  private OperationResult refusal(Failure.Reason reason, long hlc) {
    refused.incrementAndGet();
    return FakeCluster.failed(
        Failure.newBuilder()
            .setReason(reason)
            .setMessage("scripted, long on its way by this node's clock")
            .setAboveHlc(hlc)
            .build());
  }

  private static long hlc(long millis) {
    return millis << 16;
  }
}
