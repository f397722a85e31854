package io.quorate.replication.coordinator.register;

import io.quorate.version.Hlc;
import io.quorate.version.Register;
import io.quorate.version.WriteId;
import java.util.ArrayList;
import java.util.List;
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
    FENCED,
    /** The register has forgotten whether it has taken it, and does not take it now. */
    FORGOTTEN
  }

  /**
   * What came of one change.
   *
   * @param number of an increment that is done, the sum; of an edit that is not met, why; if it is
   *     forgotten, the hybrid time up to which changes may be; else 0
   */
  record Judged(Judgement judgement, long number) {
    static Judged as(Judgement judgement) {
      return new Judged(judgement, 0);
    }
  }

  /**
   * What comes of it.
   *
   * @param register that is to be accepted, which may be the one before
   */
  record Result(Register register, List<Judged> judged) {
    public Result {
      judged = List.copyOf(judged);
    }

    Result(Register register, Judged judged) {
      this(register, List.of(judged));
    }

    Result(Register register, Judgement judgement) {
      this(register, Judged.as(judgement));
    }

    /** Whether nothing of it was taken, now or before. */
    boolean isForgotten() {
      return judged.stream().allMatch(each -> each.judgement() == Judgement.FORGOTTEN);
    }
  }

  /** What becomes of a register, when it is the turn of this change. */
  Result apply(Register before);

  /** What becomes of a register if the token of this change is not that of a lock that is held. */
  default Result refuse(Register before) {
    return new Result(before, Judgement.FENCED);
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

  /** Whether the proposal ends when another one has outbid it. */
  default boolean givesWay() {
    return false;
  }

  /** Leaves the register as it is, for a read. */
  record Nothing() implements RegisterChange {
    @Override
    public Result apply(Register before) {
      return new Result(before, Judgement.DONE);
    }

    @Override
    public boolean isWrite() {
      return false;
    }
  }

  /**
   * Leaves the register as it is, for no client. Whatever outbids it has the register accepted,
   * too, and may have a client who waits.
   *
   * @param above which the ballot must be, a hybrid time; 0: any
   * @param givesWay whether the proposal ends when another one has outbid it
   */
  record Settle(long above, boolean givesWay) implements RegisterChange {
    @Override
    public Result apply(Register before) {
      return new Result(before, Judgement.DONE);
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

    private Result raised(Register before) {
      return new Result(before.fencedBy(token), Judgement.DONE);
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
   * Changes the value, once, however often it is tried.
   *
   * @param first whether no attempt with this id was sent before
   * @param takesOnce whether a change that was taken before is not taken again
   * @param token of the lock under which it is made; 0: none
   */
  record Write(WriteId id, boolean first, boolean takesOnce, long token, RegisterEdit edit)
      implements RegisterChange {
    @Override
    public Result apply(Register before) {
      Register.Change taken = takesOnce ? before.find(id) : null;
      if (taken != null) {
        return new Result(before, new Judged(judgement(taken), taken.sum()));
      }
      if (takesOnce && before.mayHaveForgotten(id)) {
        return new Result(before, new Judged(Judgement.FORGOTTEN, before.floor()));
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
    private Result judged(Register before) {
      return switch (edit.of(before)) {
        case RegisterEdit.NotMet(long why) ->
            new Result(
                before.remembering(change(Judgement.NOT_MET, why)),
                new Judged(Judgement.NOT_MET, why));
        case RegisterEdit.Edited(byte[] value, long sum) ->
            new Result(
                before.after(change(Judgement.DONE, sum), value), new Judged(Judgement.DONE, sum));
      };
    }

    /** So is that its token is too low (docs/design/fencing.md#remembered). */
    @Override
    public Result refuse(Register before) {
      return new Result(before.remembering(change(Judgement.FENCED, 0)), Judgement.FENCED);
    }

    @Override
    public boolean asksForToken(Register before) {
      boolean isOpen = !takesOnce || (before.find(id) == null && !before.mayHaveForgotten(id));
      return token != 0 && isOpen && before.mayHaveForgottenFence();
    }

    /** The result is what the register remembers of a change. */
    private Register.Change change(Judgement judgement, long number) {
      return new Register.Change(
          id,
          (byte)
              switch (judgement) {
                case DONE -> 0;
                case NOT_MET -> 1;
                case FENCED -> 2;
                case FORGOTTEN -> throw new IllegalArgumentException("it is not taken");
              },
          number);
    }

    private static Judgement judgement(Register.Change taken) {
      return taken.result() == 2
          ? Judgement.FENCED
          : taken.result() == 1 ? Judgement.NOT_MET : Judgement.DONE;
    }

    @Override
    public long above() {
      return id.hlc();
    }
  }

  /**
   * Several changes, one after the other: what each finds is what the one before it has left. None
   * of them is under a lock.
   */
  record Several(List<RegisterChange> parts) implements RegisterChange {
    public Several {
      parts = List.copyOf(parts);
    }

    @Override
    public Result apply(Register before) {
      Register next = before;
      List<Judged> judged = new ArrayList<>(parts.size());
      for (RegisterChange each : parts) {
        Result result = each.apply(next);
        next = result.register();
        judged.addAll(result.judged());
      }
      return new Result(next, judged);
    }

    @Override
    public long above() {
      long highest = 0;
      for (RegisterChange each : parts) {
        highest = Hlc.later(highest, each.above());
      }
      return highest;
    }
  }
}
