package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.runtime.real.SystemClock;
import org.junit.jupiter.api.Test;

/** How long a node waits for something else than what it could not read. */
class StandstillTest {
  private static final NodeId LEADER = new NodeId(2);
  private static final NodeId OTHER = new NodeId(3);
  private static final long TERM = 5;

  private final Standstill standstill = new Standstill(new NodeId(1), new SystemClock());

  private void lag() {
    standstill.lag(LEADER, TERM, "a snapshot of another version", 37);
  }

  @Test
  void anEntryThatWasInTheLogBeforeIsNoReasonToGoOn() {
    lag();
    standstill.applied(37);
    assertThat(standstill.isOver()).isFalse();
    standstill.applied(38);
    assertThat(standstill.isOver()).isTrue();
  }

  @Test
  void theLeaderThatSentItIsWaitedForInItsTermOnly() {
    lag();
    standstill.leads(LEADER, TERM);
    assertThat(standstill.isOver()).isFalse();
    standstill.leads(LEADER, TERM + 1);
    assertThat(standstill.isOver()).isTrue();
  }

  @Test
  void anotherLeaderIsNotWaitedFor() {
    lag();
    standstill.leads(OTHER, TERM);
    assertThat(standstill.isOver()).isTrue();
  }

  @Test
  void whatCannotBeFoldedInIsForGood() {
    standstill.begin("entry 4 cannot be folded in");
    standstill.leads(OTHER, TERM + 1);
    standstill.applied(99);
    assertThat(standstill.isOver()).isFalse();
  }
}
