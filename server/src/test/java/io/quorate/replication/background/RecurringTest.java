package io.quorate.replication.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.runtime.ManualLane;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecurringTest {
  private final ManualLane lane = new ManualLane();
  private int done;
  private long restNanos = 5;

  private long work() {
    done++;
    return restNanos;
  }

  @Test
  void itIsDoneAtOnceAndAgainAfterAsLongAsItSays() {
    new Recurring(lane, this::work).start();
    assertThat(done).isEqualTo(1);
    lane.pass(4);
    assertThat(done).isEqualTo(1);
    restNanos = 100;
    lane.pass(1);
    assertThat(done).isEqualTo(2);
    lane.pass(99);
    assertThat(done).isEqualTo(2);
    lane.pass(1);
    assertThat(done).isEqualTo(3);
  }

  @Test
  void itIsNotDoneAfterItsEnd() {
    Recurring recurring = new Recurring(lane, this::work);
    recurring.start();
    recurring.stop();
    lane.pass(100);
    assertThat(done).isEqualTo(1);
  }

  /** What it does may stop the node. */
  @Test
  void itCanEndItself() {
    AtomicReference<@Nullable Recurring> recurring = new AtomicReference<>();
    Recurring ending =
        new Recurring(
            lane,
            () -> {
              Recurring known = recurring.get();
              if (known != null) {
                known.stop();
              }
              return work();
            });
    ending.start();
    recurring.set(ending);
    lane.pass(100);
    assertThat(done).isEqualTo(2);
  }
}
