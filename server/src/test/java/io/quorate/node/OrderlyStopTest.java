package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.admin.DrainAdmin;
import io.quorate.runtime.ManualLane;
import io.quorate.transport.client.PipeNews;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a node that stops waits for, and for how long. */
class OrderlyStopTest {
  private static final long MILLI = 1_000_000;
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  private final ManualLane lane = new ManualLane();
  private final PipeNews clients = new PipeNews();
  private final Node node = new Node();
  private final Draining draining = new Draining(node, clients, lane);
  private final CompletableFuture<Integer> finished = new CompletableFuture<>();

  private int underWay;

  /** Hands over what it leads once it is drained, if another node takes it. */
  private static final class Node implements DrainAdmin {
    boolean refuses;
    boolean leads;

    @Override
    public void drain(boolean drained) {
      refuses = drained;
    }

    @Override
    public Standing drainStanding() {
      return new Standing(refuses, 0, leads, false, 0);
    }
  }

  private void stop(Duration atMost) {
    new OrderlyStop(() -> underWay, () -> node.leads, draining, lane, lane).begin(atMost, finished);
  }

  /** Each call to it lets time pass. */
  private boolean isFinishedAfter(long millis) {
    lane.pass(millis * MILLI);
    return finished.isDone();
  }

  private void openPipe() {
    clients.opened(draining -> {});
  }

  @Test
  void aNodeWithNothingToDoStopsAtOnce() {
    stop(AT_MOST);
    assertThat(finished).isCompletedWithValue(0);
    assertThat(node.refuses).isTrue();
  }

  @Test
  void requestsAreAnswered() {
    underWay = 2;
    stop(AT_MOST);
    assertThat(isFinishedAfter(3_000)).isFalse();
    underWay = 1;
    assertThat(isFinishedAfter(3_000)).isFalse();
    underWay = 0;
    assertThat(isFinishedAfter(1)).isTrue();
    assertThat(finished).isCompletedWithValue(0);
  }

  @Test
  void clientsAreToldBeforeItStopsThoughNothingIsUnderWay() {
    openPipe();
    stop(AT_MOST);
    assertThat(isFinishedAfter(499)).isFalse();
    assertThat(node.refuses).isFalse();
    assertThat(isFinishedAfter(2)).isTrue();
    assertThat(node.refuses).isTrue();
  }

  @Test
  void callsThatNeverEndHoldItUpForNoLongerThanGiven() {
    openPipe();
    node.leads = true;
    underWay = 3;
    stop(AT_MOST);
    assertThat(isFinishedAfter(9_999)).isFalse();
    assertThat(isFinishedAfter(1)).isTrue();
    assertThat(finished).isCompletedWithValue(3);
  }

  /** Each pause takes one of the steps in which clients are told, and all of the time there is. */
  @Test
  void aNodeThatStandsStillAgainAndAgainStopsInTime() {
    openPipe();
    stop(AT_MOST);
    lane.standStill(6_000 * MILLI);
    assertThat(isFinishedAfter(0)).isFalse();
    lane.standStill(6_000 * MILLI);
    assertThat(isFinishedAfter(0)).isTrue();
  }

  /** The other half of the time is for what they have sent. */
  @Test
  void clientsAreToldForHalfOfTheTime() {
    openPipe();
    underWay = 1;
    stop(Duration.ofMillis(400));
    assertThat(isFinishedAfter(199)).isFalse();
    assertThat(node.refuses).isFalse();
    assertThat(isFinishedAfter(1)).isFalse();
    assertThat(node.refuses).isTrue();
    assertThat(isFinishedAfter(199)).isFalse();
    assertThat(isFinishedAfter(1)).isTrue();
  }

  @Test
  void whatItLeadsIsHandedOver() {
    node.leads = true;
    stop(AT_MOST);
    assertThat(isFinishedAfter(150)).isFalse();
    node.leads = false;
    assertThat(isFinishedAfter(1)).isTrue();
  }

  @Test
  void whereNoOtherNodeTakesWhatItLeadsItStopsAllTheSame() {
    node.leads = true;
    stop(AT_MOST);
    assertThat(isFinishedAfter(199)).isFalse();
    assertThat(isFinishedAfter(1)).isTrue();
  }

  /** It hands over once it refuses requests: a pause before that is no time to take over in. */
  @Test
  void aPauseWhileClientsAreToldTakesNothingFromTheHandover() {
    openPipe();
    node.leads = true;
    stop(AT_MOST);
    lane.standStill(3_000 * MILLI);
    lane.pass(449 * MILLI);
    assertThat(node.refuses).isFalse();
    lane.pass(MILLI);
    assertThat(node.refuses).isTrue();
    assertThat(isFinishedAfter(190)).isFalse();
    node.leads = false;
    assertThat(isFinishedAfter(2)).isTrue();
  }
}
