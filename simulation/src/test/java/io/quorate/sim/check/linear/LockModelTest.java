package io.quorate.sim.check.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.check.linear.LockModel.Acquire;
import io.quorate.sim.check.linear.LockModel.Granted;
import io.quorate.sim.check.linear.LockModel.Held;
import io.quorate.sim.check.linear.LockModel.Input;
import io.quorate.sim.check.linear.LockModel.Lock;
import io.quorate.sim.check.linear.LockModel.NotHeld;
import io.quorate.sim.check.linear.LockModel.Output;
import io.quorate.sim.check.linear.LockModel.Release;
import io.quorate.sim.check.linear.LockModel.Released;
import io.quorate.sim.check.linear.Verdict.Illegal;
import io.quorate.sim.check.linear.Verdict.Linearizable;
import org.junit.jupiter.api.Test;

class LockModelTest {
  private final History<String, Input, Output> history = new History<>();
  private final Linearizability<Lock, Input, Output> checker =
      new Linearizability<>(new LockModel(), 100_000);

  @Test
  void lockThatGoesRound() {
    call("a", new Acquire("a"), new Granted(3));
    call("b", new Acquire("b"), new Held());
    call("b", new Release("b"), new NotHeld());
    call("a", new Release("a"), new Released());
    call("b", new Acquire("b"), new Granted(9));

    assertThat(checker.check(history)).isInstanceOf(Linearizable.class);
  }

  @Test
  void lockHeldTwice() {
    call("a", new Acquire("a"), new Granted(3));
    int second = call("b", new Acquire("b"), new Granted(4));

    assertThat(checker.check(history))
        .isInstanceOfSatisfying(
            Illegal.class, illegal -> assertThat(illegal.unplaced()).isEqualTo(second));
  }

  @Test
  void tokenThatGoesBack() {
    call("a", new Acquire("a"), new Granted(3));
    call("a", new Release("a"), new Released());
    call("b", new Acquire("b"), new Granted(3));

    assertThat(checker.check(history)).isInstanceOf(Illegal.class);
  }

  @Test
  void lockRefusedThoughFree() {
    call("a", new Acquire("a"), new Held());

    assertThat(checker.check(history)).isInstanceOf(Illegal.class);
  }

  /** Whether it was granted or not is for others to find out. */
  @Test
  void acquireThatWasNeverAnswered() {
    history.begin("lock", "a", new Acquire("a"));
    call("b", new Acquire("b"), new Held());
    assertThat(checker.check(history)).isInstanceOf(Linearizable.class);

    call("b", new Acquire("b"), new Granted(1));
    assertThat(checker.check(history)).as("nobody released it").isInstanceOf(Illegal.class);
  }

  private int call(String client, Input input, Output output) {
    int number = history.begin("lock", client, input);
    history.end(number, output);
    return number;
  }
}
