package io.quorate.sim;

import static io.quorate.sim.KeyUnderLock.refusedByTheLocks;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Model;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.program.LeftOut;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A key of which the last write wins is deleted under a lock, and purged with its rank. The holder
 * before goes on (docs/design/fencing.md#purge-of-marks). Three whole nodes, which keep locks and
 * purge.
 */
class FencedRecordsAfterPurgeTest {
  @Test
  void aTokenThatIsHeldNoMoreIsStaleAlsoWhenTheFenceIsPurged() {
    KeyUnderLock key = new KeyUnderLock(Model.LAST_WRITE_WINS, Set.of());
    long first = key.firstHolderAfterAPurge();

    assertThat(refusedByTheLocks(key.put(first)).message()).contains("no lock is held");
    assertThat(key.get(0).version()).as("nothing was stored").isNull();
    assertThat(key.count("token not held")).isEqualTo(1);

    long second = key.held();
    assertThat(key.get(second).live()).isNull();
    assertThat(key.put(second)).isInstanceOf(Outcome.Written.class);
    assertThat(key.count("token asked for")).as("once, until the fence was set again").isEqualTo(2);
    assertThat(key.put(first)).isInstanceOf(Outcome.Failed.class);
    assertThat(key.get(0).live()).isNotNull();
    assertThat(key.count("token asked for")).as("the key knows the fence").isEqualTo(2);
  }

  /** If the mark were put first, and then asked for, the put would find a fence, and be taken. */
  @Test
  void aReadThatIsRefusedLeavesNoMark() {
    KeyUnderLock key = new KeyUnderLock(Model.LAST_WRITE_WINS, Set.of());
    long first = key.firstHolderAfterAPurge();

    assertThat(refusedByTheLocks(key.tryGet(first)).mayHaveApplied()).isFalse();
    assertThat(key.get(0).version()).as("nothing was stored").isNull();
    assertThat(refusedByTheLocks(key.put(first)).message()).contains("no lock is held");
    assertThat(key.count("token not held")).isEqualTo(2);
  }

  /** The same for a key that was put under no lock since. */
  @Test
  void whatIsPutUnderNoLockSinceIsNoFence() {
    KeyUnderLock key = new KeyUnderLock(Model.LAST_WRITE_WINS, Set.of());
    long first = key.firstHolderAfterAPurge();

    assertThat(key.put(0)).isInstanceOf(Outcome.Written.class);
    assertThat(refusedByTheLocks(key.put(first)).message()).contains("no lock is held");
    assertThat(refusedByTheLocks(key.tryGet(first)).mayHaveApplied()).isFalse();
    assertThat(key.get(key.held()).live()).isNotNull();
  }

  /** The twin: nothing is held, and no replica tells that there may have been a fence. */
  @Test
  void withReplicasThatForgetTheFenceTheHolderBeforeIsBack() {
    KeyUnderLock key = new KeyUnderLock(Model.LAST_WRITE_WINS, Set.of(LeftOut.FORGOTTEN_FENCES));
    long first = key.firstHolderAfterAPurge();

    assertThat(key.put(first)).isInstanceOf(Outcome.Written.class);
    assertThat(key.get(0).live()).isNotNull();
  }

  /** The twin: a coordinator takes each token for one that is held. */
  @Test
  void withCoordinatorsThatDoNotAskTheHolderBeforeIsBack() {
    KeyUnderLock key =
        new KeyUnderLock(Model.LAST_WRITE_WINS, Set.of(LeftOut.TOKEN_HELD_AFTER_A_PURGE));
    long first = key.firstHolderAfterAPurge();

    assertThat(key.tryGet(first)).isInstanceOf(Outcome.Read.class);
    assertThat(key.put(first)).isInstanceOf(Outcome.Written.class);
    assertThat(key.get(0).live()).isNotNull();
  }
}
