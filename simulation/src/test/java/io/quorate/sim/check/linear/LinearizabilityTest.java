package io.quorate.sim.check.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.check.linear.RegisterModel.CompareAndSet;
import io.quorate.sim.check.linear.RegisterModel.Delete;
import io.quorate.sim.check.linear.RegisterModel.Done;
import io.quorate.sim.check.linear.RegisterModel.Found;
import io.quorate.sim.check.linear.RegisterModel.Get;
import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import io.quorate.sim.check.linear.RegisterModel.Put;
import io.quorate.sim.check.linear.RegisterModel.Register;
import io.quorate.sim.check.linear.RegisterModel.Swapped;
import io.quorate.sim.check.linear.Verdict.Illegal;
import io.quorate.sim.check.linear.Verdict.Linearizable;
import io.quorate.sim.check.linear.Verdict.Undecided;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Small histories, each with its verdict; and random ones, held against the definition. */
class LinearizabilityTest {
  private static final Output DONE = new Done();
  private static final Output NOTHING = new Found(Optional.empty());

  private final History<String, Input, Output> history = new History<>();
  private final Linearizability<Register, Input, Output> checker =
      new Linearizability<>(new RegisterModel(), 100_000);

  /** The quiz of MIT's 6.824 in 2017, section VII, as in Porcupine's tests: the legal half. */
  @Test
  void concurrentReadsMaySeeTheOldAndTheNewValue() {
    int put = begin("a", new Put("1"));
    int sees = begin("b", new Get());
    int seesNot = begin("c", new Get());
    history.end(seesNot, NOTHING);
    history.end(sees, found("1"));
    history.end(put, DONE);

    assertThat(checker.check(history)).isInstanceOf(Linearizable.class);
  }

  /** Once one client has read the new value, no client reads the old one. */
  @Test
  void readGoesBackWhileThePutIsUnderWay() {
    int put = begin("a", new Put("2"));
    int first = call("b", new Get(), found("2"));
    int second = call("c", new Get(), NOTHING);
    history.end(put, DONE);

    Illegal illegal = illegal();
    assertThat(illegal.unplaced()).isEqualTo(second);
    assertThat(illegal.prefix()).containsExactly(put, first);
  }

  @Test
  void staleRead() {
    call("a", new Put("1"), DONE);
    int last = call("a", new Put("2"), DONE);
    int read = call("b", new Get(), found("1"));

    Illegal illegal = illegal();
    assertThat(illegal.unplaced()).isEqualTo(read);
    assertThat(illegal.prefix()).endsWith(last);
    assertThat(illegal.explanation())
        .contains("of x: no order of the calls explains #2 b Get[]", "impossible in this state");
  }

  @Test
  void lostUpdate() {
    call("a", new Put("1"), DONE);
    int one = begin("a", new CompareAndSet(Optional.of("1"), "2"));
    int other = begin("b", new CompareAndSet(Optional.of("1"), "3"));
    history.end(one, new Swapped(true));
    history.end(other, new Swapped(true));

    illegal();
  }

  @Test
  void lostWrite() {
    call("a", new Put("1"), DONE);
    call("b", new Get(), NOTHING);

    illegal();
  }

  @Test
  void readOfAnUnwrittenValue() {
    call("a", new Put("1"), DONE);
    int read = call("b", new Get(), found("7"));

    assertThat(illegal().unplaced()).isEqualTo(read);
  }

  @Test
  void readOfAValueBeforeItIsPut() {
    int read = call("b", new Get(), found("1"));
    call("a", new Put("1"), DONE);

    assertThat(illegal().unplaced()).isEqualTo(read);
  }

  @Test
  void deletedValueComesBack() {
    call("a", new Put("1"), DONE);
    call("a", new Delete(), DONE);
    call("b", new Get(), found("1"));

    illegal();
  }

  @Test
  void compareAndSetThatFailedForNoReason() {
    call("a", new Put("1"), DONE);
    call("b", new CompareAndSet(Optional.of("1"), "2"), new Swapped(false));

    illegal();
  }

  /** It is not known whether the call took effect: both answers are right, also much later. */
  @Test
  void callThatWasNeverAnsweredTakesEffectLateOrNever() {
    call("a", new Put("1"), DONE);
    begin("a", new Put("2"));
    call("b", new Get(), found("1"));
    call("b", new Put("3"), DONE);
    call("b", new Get(), found("3"));
    assertThat(checker.check(history)).isInstanceOf(Linearizable.class);

    call("b", new Get(), found("2"));
    assertThat(checker.check(history)).isInstanceOf(Linearizable.class);
  }

  @Test
  void callThatWasNeverAnsweredTakesEffectOnlyOnce() {
    begin("a", new Put("2"));
    call("b", new Get(), found("2"));
    call("b", new Put("3"), DONE);
    call("b", new Get(), found("2"));

    illegal();
  }

  @Test
  void callThatWasRefusedTookNoEffect() {
    int refused = begin("a", new Put("2"));
    history.refuse(refused);
    call("b", new Get(), found("2"));

    illegal();
  }

  /** What is wrong on one key is not excused by another. */
  @Test
  void keysAreCheckedEachOnItsOwn() {
    history.end(history.begin("y", "a", new Put("1")), DONE);
    call("b", new Get(), NOTHING);
    assertThat(checker.check(history)).isInstanceOf(Linearizable.class);

    history.end(history.begin("z", "b", new Get()), found("1"));
    assertThat(illegal().explanation()).startsWith("of z: ");
  }

  @Test
  void searchIsGivenUpAfterItsSteps() {
    for (int i = 0; i < 20; i++) {
      begin("a", new Put("v" + i));
    }
    call("b", new Get(), found("never put"));

    assertThat(checker.check(history)).isEqualTo(new Undecided(100_000));
    assertThatThrownBy(() -> checker.hold("registers", "these", history))
        .isInstanceOf(UndecidedException.class)
        .hasMessage("registers, these: the search of a history gave up after 100000 steps");
  }

  /** Each subset of them would be tried before the answer, if the oldest were tried first. */
  @Test
  void callsWithoutAnswerThatExplainNothingCostNothing() {
    for (int i = 0; i < 20; i++) {
      begin("a", new Put("v" + i));
    }
    call("b", new Get(), NOTHING);

    assertThat(checker.check(history)).isEqualTo(new Linearizable(1));
  }

  @Test
  void aHistoryThatIsNotLinearizableBreaksItsPromise() {
    call("a", new Put("1"), DONE);
    checker.hold("registers", "these", history);
    call("b", new Get(), NOTHING);

    assertThatThrownBy(() -> checker.hold("registers", "these", history))
        .isInstanceOf(PromiseBroken.class)
        .hasMessageStartingWith("(registers) these, of x: ");
  }

  /** A search that remembers its states orders 12 puts in time. */
  @Test
  void manyCallsAtOneTimeAreOrdered() {
    int[] puts = new int[12];
    for (int i = 0; i < puts.length; i++) {
      puts[i] = begin("a", new Put("v" + i % 3));
    }
    for (int put : puts) {
      history.end(put, DONE);
    }
    call("b", new Get(), found("never put"));

    illegal();
  }

  @Test
  void whatAClientOfARealRegisterSawIsAlwaysLinearizable() {
    for (int seed = 1; seed <= 2_000; seed++) {
      SimRandom random = new SimRandom(seed);
      List<HistoryCall<Input, Output>> calls =
          RandomHistory.draw(random, 60, (int) random.between(2, 6));
      assertThat(checker.check(calls)).as("seed %d", seed).isInstanceOf(Linearizable.class);
    }
  }

  @Test
  void smallHistoriesAreJudgedAsByTheDefinition() {
    int legal = 0;
    int illegal = 0;
    for (int seed = 1; seed <= 20_000; seed++) {
      SimRandom random = new SimRandom(seed);
      List<HistoryCall<Input, Output>> calls =
          RandomHistory.draw(random, (int) random.between(2, 7), 4);
      List<HistoryCall<Input, Output>> mutated = RandomHistory.mutate(random, calls);
      boolean right = new BruteForce<>(new RegisterModel()).isLinearizable(mutated);
      Class<?> expected = right ? Linearizable.class : Illegal.class;
      assertThat(checker.check(mutated)).as("seed %d: %s", seed, mutated).isInstanceOf(expected);
      legal += right ? 1 : 0;
      illegal += right ? 0 : 1;
    }
    assertThat(legal).as("legal ones").isGreaterThan(2_000);
    assertThat(illegal).as("illegal ones").isGreaterThan(2_000);
  }

  private int begin(String client, Input input) {
    return history.begin("x", client, input);
  }

  private int call(String client, Input input, Output output) {
    int number = begin(client, input);
    history.end(number, output);
    return number;
  }

  private static Output found(String value) {
    return new Found(Optional.of(value));
  }

  private Illegal illegal() {
    Verdict verdict = checker.check(history);
    assertThat(verdict).isInstanceOf(Illegal.class);
    return (Illegal) verdict;
  }
}
