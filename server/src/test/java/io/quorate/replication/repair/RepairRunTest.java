package io.quorate.replication.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.repair.RepairRun.Progress;
import io.quorate.replication.repair.Session.Ended;
import io.quorate.replication.repair.Session.How;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an operator asked to be compared: what counts as done, and what is tried again. */
final class RepairRunTest {
  private static final Pair PAIR = new Pair(3, Factor.of(3), new NodeId(2));
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Ended EQUAL = ended(How.COMPLETE, 0, "");
  private static final Ended NOT_TAKEN = ended(How.COMPLETE, 1, "a higher ballot was promised");

  private long nanos;
  private final Clock clock = TestClock.ofNanos(() -> nanos);
  private final List<Progress> told = new ArrayList<>();
  private final RepairRun run =
      new RepairRun(
          List.of(PAIR),
          tenant -> true,
          node -> true,
          clock,
          new RepairConfig(true, RETRY_NANOS, RETRY_NANOS, 1_000, 16, 4, 0),
          told::add);

  private static Ended ended(How how, int promised, String why) {
    return new Ended(how, 1, 1, 0, 0, promised, 100, 0, why);
  }

  /** Compares once more, after a wait. */
  private void compare(Ended ended) {
    nanos += RETRY_NANOS;
    assertThat(run.next(pair -> true)).isEqualTo(PAIR);
    run.onEnded(PAIR, ended);
    run.tick();
  }

  private Progress last() {
    nanos += RETRY_NANOS;
    run.tick();
    return told.getLast();
  }

  /** The register is proposed again; once that was accepted, the next comparison finds it. */
  @Test
  void aRegisterThatWasNotTakenIsComparedAgain() {
    compare(NOT_TAKEN);
    assertThat(last().over()).isFalse();
    assertThat(last().done()).isZero();

    compare(EQUAL);
    assertThat(last().over()).isTrue();
    assertThat(last().done()).isEqualTo(1);
    assertThat(last().failed()).isEmpty();
  }

  @Test
  void aRegisterThatIsNeverTakenIsToldInTheEnd() {
    for (int i = 0; i < 4; i++) {
      compare(NOT_TAKEN);
    }
    assertThat(last().over()).isTrue();
    assertThat(last().done()).isZero();
    assertThat(last().failed())
        .singleElement()
        .matches(failed -> failed.why().contains("a higher ballot was promised"));
  }
}
