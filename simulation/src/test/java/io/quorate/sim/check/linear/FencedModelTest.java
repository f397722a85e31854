package io.quorate.sim.check.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.check.linear.FencedModel.Delete;
import io.quorate.sim.check.linear.FencedModel.Done;
import io.quorate.sim.check.linear.FencedModel.Found;
import io.quorate.sim.check.linear.FencedModel.Get;
import io.quorate.sim.check.linear.FencedModel.Input;
import io.quorate.sim.check.linear.FencedModel.Output;
import io.quorate.sim.check.linear.FencedModel.Put;
import io.quorate.sim.check.linear.FencedModel.Raise;
import io.quorate.sim.check.linear.FencedModel.Refused;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a checker of fences must notice, and what it must let pass. */
class FencedModelTest {
  private final History<String, Input, Output> history = new History<>();

  private void call(Input input, Output output) {
    history.end(history.begin("k", "a", input), output);
  }

  private boolean isLegal() {
    return new Linearizability<>(new FencedModel(), 10_000).check(history)
        instanceof Verdict.Linearizable;
  }

  @Test
  void aWriteUnderALowerTokenTakesNoEffect() {
    call(new Put("a", 5), new Done());
    call(new Put("b", 7), new Done());
    call(new Put("c", 5), new Refused(7));
    call(new Get(0), new Found(Optional.of("b")));
    assertThat(isLegal()).isTrue();

    call(new Put("d", 6), new Done());
    assertThat(isLegal()).isFalse();
  }

  @Test
  void aReadUnderATokenFencesOffAllLowerOnes() {
    call(new Get(7), new Found(Optional.empty()));
    call(new Put("a", 0), new Done());
    assertThat(isLegal()).as("no lock").isTrue();

    call(new Delete(5), new Done());
    assertThat(isLegal()).isFalse();
  }

  @Test
  void whatWasRefusedIsNeverSeen() {
    call(new Put("a", 7), new Done());
    call(new Put("b", 5), new Refused(0));
    call(new Get(0), new Found(Optional.of("b")));
    assertThat(isLegal()).isFalse();
  }

  @Test
  void theFenceThatIsToldIsOneThatTheKeyHasSeen() {
    call(new Put("a", 7), new Done());
    call(new Put("b", 5), new Refused(9));
    assertThat(isLegal()).isFalse();
  }

  /** It was outbid after it had set the fence, and found a higher one then. */
  @Test
  void aReadThatIsRefusedMayHaveSetTheFence() {
    int raised = history.begin("k", "b", new Raise(5));
    int read = history.begin("k", "b", new Get(5));
    call(new Put("a", 4), new Refused(5));
    call(new Put("b", 7), new Done());
    history.end(read, new Refused(7));
    assertThat(isLegal()).isTrue();
    assertThat(raised).isZero();

    call(new Put("c", 6), new Refused(5));
    assertThat(isLegal()).as("no token is refused by a lower one").isFalse();
  }

  /** Nothing is known of what was not answered, but that it keeps to its token. */
  @Test
  void aWriteWithoutAnswerMayTakeEffectUntilItIsFencedOff() {
    int unheard = history.begin("k", "b", new Put("late", 5));
    call(new Put("a", 3), new Done());
    call(new Get(0), new Found(Optional.of("late")));
    assertThat(isLegal()).isTrue();

    call(new Get(7), new Found(Optional.of("late")));
    call(new Put("b", 7), new Done());
    call(new Get(0), new Found(Optional.of("late")));
    assertThat(isLegal()).isFalse();
    assertThat(unheard).isZero();
  }
}
