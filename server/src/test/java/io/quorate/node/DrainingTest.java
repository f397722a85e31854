package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.admin.DrainAdmin;
import io.quorate.runtime.ManualLane;
import io.quorate.transport.client.PipeNews;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What clients notice of a node that is drained, or stops: they are told before it refuses
 * anything, and what they have sent by then is served, even where the node stands still meanwhile.
 */
class DrainingTest {
  private static final long MILLI = 1_000_000;
  private static final long STEP = 50 * MILLI;

  private final ManualLane lane = new ManualLane();
  private final PipeNews clients = new PipeNews();
  private final Node node = new Node();
  private final Draining draining = new Draining(node, clients, lane);
  private final Client client = new Client();

  /** Serves calls until it is drained. */
  private static final class Node implements DrainAdmin {
    boolean refuses;

    @Override
    public void drain(boolean drained) {
      refuses = drained;
    }

    @Override
    public Standing drainStanding() {
      return new Standing(refuses, 0, false, false, 0);
    }
  }

  /** Sends to the node until it hears that it is draining, which it reads when the test says so. */
  private final class Client implements PipeNews.Listener {
    final List<Boolean> told = new ArrayList<>();
    private int onTheirWay;
    int served;
    int refused;

    Client open() {
      clients.opened(this);
      return this;
    }

    @Override
    public void tell(boolean draining) {
      told.add(draining);
    }

    void send() {
      onTheirWay++;
    }

    /** The node reads what was sent, behind the timers that are due, as event loops have it. */
    void isRead() {
      lane.pass(0);
      if (node.refuses) {
        refused += onTheirWay;
      } else {
        served += onTheirWay;
      }
      onTheirWay = 0;
    }
  }

  @Test
  void clientsAreToldAtOnceAndNothingIsRefusedUntilAllStepsAreOver() {
    client.open();
    draining.drain(true);
    assertThat(client.told).containsExactly(true);
    lane.pass(10 * STEP - 1);
    assertThat(node.refuses).isFalse();
    assertThat(draining.isTelling()).isTrue();
    lane.pass(1);
    assertThat(node.refuses).isTrue();
    assertThat(draining.isTelling()).isFalse();
  }

  @Test
  void whatClientsSendBeforeTheyHearOfItIsServed() {
    client.open();
    draining.drain(true);
    for (int i = 0; i < 49; i++) {
      client.send();
      lane.pass(10 * MILLI);
      client.isRead();
    }
    assertThat(client.served).isEqualTo(49);
    lane.pass(10 * MILLI);
    client.send();
    client.isRead();
    assertThat(client.refused).isEqualTo(1);
  }

  /** Its timers come before what clients have sent: without the steps, all of that is refused. */
  @Test
  void aPauseOfTheNodeTakesOneStepHoweverLongItLasts() {
    client.open();
    draining.drain(true);
    lane.pass(3 * STEP);
    client.send();
    lane.standStill(20 * STEP);
    client.isRead();
    assertThat(client.served).isEqualTo(1);
    lane.pass(6 * STEP - 1);
    assertThat(node.refuses).isFalse();
    lane.pass(1);
    assertThat(node.refuses).isTrue();
  }

  @Test
  void severalPausesTakeAStepEach() {
    client.open();
    draining.drain(true);
    for (int i = 0; i < 9; i++) {
      client.send();
      lane.standStill(7 * STEP);
      client.isRead();
    }
    assertThat(client.served).isEqualTo(9);
    lane.standStill(7 * STEP);
    lane.pass(0);
    assertThat(node.refuses).isTrue();
  }

  @Test
  void aNodeWithoutClientsWaitsForNone() {
    draining.drain(true);
    assertThat(node.refuses).isTrue();
  }

  @Test
  void clientsAreToldForNoLongerThanThereIsTime() {
    client.open();
    draining.drainWithin(2 * STEP);
    lane.pass(2 * STEP - 1);
    assertThat(node.refuses).isFalse();
    lane.pass(1);
    assertThat(node.refuses).isTrue();
  }

  @Test
  void thereIsNoTimeToTellThem() {
    client.open();
    draining.drainWithin(0);
    assertThat(client.told).containsExactly(true);
    assertThat(node.refuses).isTrue();
  }

  /** The node refuses when the steps are over that began first. */
  @Test
  void aNodeThatIsDrainedAgainWaitsNoLonger() {
    client.open();
    draining.drain(true);
    lane.pass(6 * STEP);
    draining.drain(true);
    assertThat(node.refuses).isFalse();
    assertThat(client.told).containsExactly(true);
    lane.pass(4 * STEP);
    assertThat(node.refuses).isTrue();
  }

  @Test
  void aNodeThatIsResumedMeanwhileGoesOnServing() {
    client.open();
    draining.drain(true);
    lane.pass(6 * STEP);
    draining.drain(false);
    lane.pass(100 * STEP);
    assertThat(node.refuses).isFalse();
    assertThat(draining.isTelling()).isFalse();
    assertThat(client.told).containsExactly(true, false);
    draining.drain(true);
    lane.pass(10 * STEP - 1);
    assertThat(node.refuses).isFalse();
    lane.pass(1);
    assertThat(node.refuses).isTrue();
    draining.drain(false);
    assertThat(node.refuses).isFalse();
  }

  @Test
  void aClientThatConnectsMeanwhileIsTold() {
    client.open();
    draining.drain(true);
    lane.pass(6 * STEP);
    Client late = new Client().open();
    assertThat(late.told).containsExactly(true);
    lane.pass(4 * STEP);
    assertThat(node.refuses).isTrue();
  }

  /** Else {@code node drain} would say that nothing is under way, while clients still send. */
  @Test
  void whatClientsMaySendCountsAsUnderWay() {
    client.open();
    draining.drain(true);
    assertThat(draining.drainStanding().drained()).isTrue();
    assertThat(draining.drainStanding().requests()).isEqualTo(1);
    lane.pass(10 * STEP);
    assertThat(draining.drainStanding().drained()).isTrue();
    assertThat(draining.drainStanding().requests()).isZero();
  }
}
