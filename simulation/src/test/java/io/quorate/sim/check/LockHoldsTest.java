package io.quorate.sim.check;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.locks.LockMode;
import io.quorate.sim.kernel.SimWorld;
import org.junit.jupiter.api.Test;

/** What {@link LockHolds} makes of a lock that is gone before its time. */
class LockHoldsTest {
  private static final String LOCK = "lock";
  private static final long LONG = Long.MAX_VALUE;

  private final LockHolds holds = new LockHolds(SimWorld.of(1), window -> {});

  /** A token of a group that was founded again that often. */
  private static long token(long foundedAgain, long number) {
    return (foundedAgain << 36) + number;
  }

  private void isHeldAndGone(String owner, long token) {
    boolean unused = holds.heard(LOCK, owner, LockMode.EXCLUSIVE, token, LONG);
    holds.heardOfEnd(LOCK, owner, token);
  }

  private void isHeld(String owner, long token) {
    boolean unused = holds.heard(LOCK, owner, LockMode.EXCLUSIVE, token, LONG);
  }

  @Test
  void aLockThatIsGoneBeforeItsTimeIsWrong() {
    isHeldAndGone("a", token(0, 1));

    assertThatThrownBy(holds::rests).isInstanceOf(PromiseBroken.class).hasMessageContaining("a, ");
  }

  @Test
  void aGroupThatIsFoundedAgainExcusesIt() {
    isHeldAndGone("a", token(0, 1));
    isHeld("b", token(1, 1));

    holds.rests();
  }

  @Test
  void whatComesAfterAnExcusedOneIsWrong() {
    isHeldAndGone("a", token(0, 1));
    isHeldAndGone("b", token(1, 1));

    assertThatThrownBy(holds::rests).isInstanceOf(PromiseBroken.class).hasMessageContaining("b, ");
  }
}
