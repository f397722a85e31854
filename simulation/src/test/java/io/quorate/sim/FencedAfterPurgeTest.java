package io.quorate.sim;

import static io.quorate.sim.KeyUnderLock.refusedByTheLocks;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Model;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.program.LeftOut;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A key is deleted under a lock, and purged with all that it knew of tokens. The holder before goes
 * on (docs/design/fencing.md#purge). Three whole nodes, which keep locks and purge.
 */
class FencedAfterPurgeTest {
  @Test
  void aTokenThatIsHeldNoMoreIsStaleAlsoWhenTheFenceIsPurged() {
    KeyUnderLock key = new KeyUnderLock(Model.LINEARIZABLE, Set.of());
    long first = key.firstHolderAfterAPurge();

    assertThat(refusedByTheLocks(key.put(first)).mayHaveApplied()).isFalse();
    assertThat(key.get(0).live()).isNull();
    assertThat(key.count("token not held")).isEqualTo(1);

    long second = key.held();
    assertThat(key.get(second).live()).isNull();
    assertThat(key.put(second)).isInstanceOf(Outcome.Written.class);
    assertThat(key.count("token asked for")).as("once, until the fence was set again").isEqualTo(2);
  }

  /** The twin: what was deleted under a later token is there again. */
  @Test
  void withoutTheRuleTheHolderBeforeOverwritesWhatWasPurged() {
    KeyUnderLock key =
        new KeyUnderLock(Model.LINEARIZABLE, Set.of(LeftOut.TOKEN_HELD_AFTER_A_PURGE));
    long first = key.firstHolderAfterAPurge();

    assertThat(key.put(first)).isInstanceOf(Outcome.Written.class);
  }
}
