package io.quorate.replication.coordinator;

import io.quorate.replication.api.Condition;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an operation makes of a register. Without effects of its own, so that it may be repeated.
 */
sealed interface RegisterChange {
  /** What came of it. */
  sealed interface Result {}

  /**
   * The register that is to be accepted, which may be the one before.
   *
   * @param notMet whether the condition of the change is not met
   */
  record Accept(Register register, boolean notMet) implements Result {}

  /** The register has forgotten whether it has taken the change, which it does not take now. */
  record Forgotten(long floor) implements Result {}

  /** What becomes of a register, when it is the turn of this change. */
  Result apply(Register before);

  /** Whether the register may have another value afterwards. */
  default boolean isWrite() {
    return true;
  }

  /** The hybrid time that a ballot which brings it must be above. */
  default long above() {
    return 0;
  }

  /** Leaves the register as it is. */
  record Nothing() implements RegisterChange {
    @Override
    public Result apply(Register before) {
      return new Accept(before, false);
    }

    @Override
    public boolean isWrite() {
      return false;
    }
  }

  /**
   * Gives the register a value, once, however often it is tried.
   *
   * @param first whether no attempt with this id was sent before
   * @param takesOnce whether a change that was taken before is not taken again
   * @param condition what the register must have; null: anything
   * @param value null: it is deleted
   */
  record Put(
      WriteId id,
      boolean first,
      boolean takesOnce,
      @Nullable Condition condition,
      byte @Nullable [] value)
      implements RegisterChange {
    /** What is remembered of a put that took effect, and of one whose condition was not met. */
    private static final long DONE = 0;

    private static final long NOT_MET = 1;

    @Override
    public Result apply(Register before) {
      Register.Change taken = takesOnce ? before.find(id) : null;
      if (taken != null) {
        return new Accept(before, taken.result() == NOT_MET);
      }
      if (takesOnce && before.mayHaveForgotten(id)) {
        return new Forgotten(before.floor());
      }
      // That it is not met is remembered, too: an earlier attempt may still be under way, and must
      // not take effect after this one was answered.
      return isMet(before)
          ? new Accept(before.after(new Register.Change(id, DONE), value), false)
          : new Accept(before.remembering(new Register.Change(id, NOT_MET)), true);
    }

    private boolean isMet(Register before) {
      return switch (condition) {
        case null -> true;
        case Condition.Absent absent -> before.value() == null;
        case Condition.Value(byte[] expected) -> Arrays.equals(expected, before.value());
        case Condition.Of(Version expected) ->
            before.value() != null && expected.equals(before.version());
      };
    }

    @Override
    public long above() {
      return id.hlc();
    }
  }
}
