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
  /** How a register judges a change. */
  enum Judgement {
    DONE,
    /** Its condition is not met. */
    NOT_MET,
    /** A later holder of the lock was here (docs/design/fencing.md#refuse). */
    FENCED
  }

  /** What came of it. */
  sealed interface Result {}

  /** The register that is to be accepted, which may be the one before. */
  record Accept(Register register, Judgement judgement) implements Result {}

  /** The register has forgotten whether it has taken the change, which it does not take now. */
  record Forgotten(long floor) implements Result {}

  /** What becomes of a register, when it is the turn of this change. */
  Result apply(Register before);

  /** What becomes of a register if the token of this change is not that of a lock that is held. */
  default Accept refuse(Register before) {
    return new Accept(before, Judgement.FENCED);
  }

  /**
   * Whether this change may be applied only if its token is that of a lock that is held: the
   * register does not know which tokens are too low (docs/design/fencing.md#purge).
   */
  default boolean asksForToken(Register before) {
    return false;
  }

  /**
   * What a register that is agreed on says to this without a change of it; null: it has to be
   * changed.
   */
  default @Nullable Judgement look(Register agreed) {
    return Judgement.DONE;
  }

  /** Whether the register may have another value afterwards. */
  default boolean isWrite() {
    return true;
  }

  /** The token of the lock under which it is made; 0: none. */
  default long token() {
    return 0;
  }

  /** The hybrid time that a ballot which brings it must be above. */
  default long above() {
    return 0;
  }

  /** Leaves the register as it is. */
  record Nothing() implements RegisterChange {
    @Override
    public Result apply(Register before) {
      return new Accept(before, Judgement.DONE);
    }

    @Override
    public boolean isWrite() {
      return false;
    }
  }

  /** Has the register take nothing below a token from now on (docs/design/fencing.md#raise). */
  record Raise(long token) implements RegisterChange {
    @Override
    public Result apply(Register before) {
      return before.fencesOff(token) ? refuse(before) : raised(before);
    }

    private Accept raised(Register before) {
      return new Accept(before.fencedBy(token), Judgement.DONE);
    }

    @Override
    public boolean asksForToken(Register before) {
      return before.mayHaveForgottenFence();
    }

    @Override
    public @Nullable Judgement look(Register agreed) {
      if (agreed.fencesOff(token)) {
        return Judgement.FENCED;
      }
      return agreed.fence() == token ? Judgement.DONE : null;
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
   * @param token of the lock under which it is made; 0: none
   * @param value null: it is deleted
   */
  record Put(
      WriteId id,
      boolean first,
      boolean takesOnce,
      @Nullable Condition condition,
      long token,
      byte @Nullable [] value)
      implements RegisterChange {
    @Override
    public Result apply(Register before) {
      Register.Change taken = takesOnce ? before.find(id) : null;
      if (taken != null) {
        return new Accept(before, judgement(taken));
      }
      if (takesOnce && before.mayHaveForgotten(id)) {
        return new Forgotten(before.floor());
      }
      if (token == 0) {
        return judged(before);
      }
      return before.fencesOff(token) ? refuse(before) : judged(before.fencedBy(token));
    }

    /**
     * That its condition is not met is remembered, too: an earlier attempt may still be under way,
     * and must not take effect after this one was answered.
     */
    private Accept judged(Register before) {
      return isMet(before)
          ? new Accept(before.after(change(Judgement.DONE), value), Judgement.DONE)
          : new Accept(before.remembering(change(Judgement.NOT_MET)), Judgement.NOT_MET);
    }

    /** So is that its token is too low (docs/design/fencing.md#remembered). */
    @Override
    public Accept refuse(Register before) {
      return new Accept(before.remembering(change(Judgement.FENCED)), Judgement.FENCED);
    }

    @Override
    public boolean asksForToken(Register before) {
      boolean isOpen = !takesOnce || (before.find(id) == null && !before.mayHaveForgotten(id));
      return token != 0 && isOpen && before.mayHaveForgottenFence();
    }

    /** The result is what the register remembers of a change. */
    private Register.Change change(Judgement judgement) {
      return new Register.Change(
          id,
          switch (judgement) {
            case DONE -> 0;
            case NOT_MET -> 1;
            case FENCED -> 2;
          });
    }

    private static Judgement judgement(Register.Change taken) {
      return taken.result() == 2
          ? Judgement.FENCED
          : taken.result() == 1 ? Judgement.NOT_MET : Judgement.DONE;
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
