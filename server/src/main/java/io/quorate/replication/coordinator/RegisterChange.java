package io.quorate.replication.coordinator;

import io.quorate.version.Register;
import io.quorate.version.WriteId;
import org.jspecify.annotations.Nullable;

/**
 * What an operation makes of a register. Without effects of its own, so that it may be repeated.
 */
sealed interface RegisterChange {
  /** What came of it. */
  sealed interface Result {}

  /** The register that is to be accepted, which may be the one before. */
  record Accept(Register register) implements Result {}

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
      return new Accept(before);
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
   * @param value null: it is deleted
   */
  record Put(WriteId id, boolean first, boolean takesOnce, byte @Nullable [] value)
      implements RegisterChange {
    @Override
    public Result apply(Register before) {
      if (takesOnce && before.find(id) != null) {
        return new Accept(before);
      }
      if (takesOnce && before.mayHaveForgotten(id)) {
        return new Forgotten(before.floor());
      }
      return new Accept(before.after(new Register.Change(id, 0), value));
    }

    @Override
    public long above() {
      return id.hlc();
    }
  }
}
