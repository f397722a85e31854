package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.IncrementRequest;
import io.quorate.proto.v1.Operation;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Increments of linearizable keys. */
class IncrementTest {
  private static final IncrementOptions SEATS = IncrementOptions.DEFAULT.tenant("seats");

  private final FakeCluster cluster = new FakeCluster(3);
  private final List<IncrementRequest> asked = new CopyOnWriteArrayList<>();
  private final QuorateClient client;
  private volatile UnaryOperator<@Nullable Reason> failing = none -> none;

  IncrementTest() {
    cluster.createLinearizableTenant("seats");
    for (FakeNode node : cluster.nodes) {
      node.script =
          (Operation operation) -> {
            asked.add(operation.getIncrement());
            Reason reason = failing.apply(null);
            return reason == null ? cluster.serve(operation) : FakeCluster.failed(reason);
          };
    }
    client = QuorateClient.builder().endpoints(cluster.endpoints()).build();
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void theSumIsAnswered() {
    IncrementResult first = client.keyValue().increment("free", 40, SEATS);
    IncrementResult second = client.asyncKeyValue().increment("free", -3, SEATS).join();

    assertThat(first.sum()).isEqualTo(40);
    assertThat(second.sum()).isEqualTo(37);
    assertThat(second.version()).isNotEqualTo(first.version());
    assertThat(second.info()).isNotNull();
    assertThat(asked)
        .allSatisfy(
            each -> {
              assertThat(each.hasMin() || each.hasMax()).isFalse();
              assertThat(each.getFenceToken()).isZero();
            });
    assertThat(asked.get(1).getStamp().getFirstAttempt()).as("the clock is known").isTrue();
  }

  @Test
  void boundsAndTokenGoWithIt() {
    var unused = client.keyValue().increment("free", 1, SEATS.min(0).max(7).fencedBy(9));

    IncrementRequest sent = asked.get(0);
    assertThat(sent.hasMin()).as("0 is a bound, too").isTrue();
    assertThat(sent.getMin()).isZero();
    assertThat(sent.getMax()).isEqualTo(7);
    assertThat(sent.getFenceToken()).isEqualTo(9);
    assertThatThrownBy(() -> client.keyValue().increment("free", 1, SEATS.min(8).max(7)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("min 8 is above max 7");
  }

  /** Under the same id and stamp: so a node that took it before takes it once. */
  @Test
  void whatIsTriedAgainIsTheSameIncrement() {
    failing = none -> asked.size() < 2 ? Reason.REASON_UNAVAILABLE : null;

    assertThat(client.keyValue().increment("free", 1, SEATS).sum()).isEqualTo(1);

    assertThat(asked).hasSize(2);
    assertThat(asked.get(1).getRequestId()).isEqualTo(asked.get(0).getRequestId());
    assertThat(asked.get(1).getStamp().getHlc()).isEqualTo(asked.get(0).getStamp().getHlc());
    assertThat(asked.get(1).getStamp().getFirstAttempt()).isFalse();
  }

  @Test
  void oneThatIsNotTakenIsNotTriedAgain() {
    failing = none -> Reason.REASON_CONDITION_FAILED;

    assertThatThrownBy(() -> client.keyValue().increment("free", 1, SEATS))
        .isInstanceOf(ConditionFailedException.class);
    assertThat(asked).hasSize(1);
  }
}
