package io.quorate.replication.coordinator.register;

import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.register.RegisterChange.Judged;
import io.quorate.replication.coordinator.register.RegisterChange.Judgement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The changes that are proposed together, each for a caller of its own: which of them are in the
 * ballot that is under way, how each was judged, and who still waits.
 */
final class ProposedParts {
  private final List<Part> all;

  /** Those that are in the ballot. */
  private List<Part> proposed;

  private RegisterChange change;

  /** How each of those is judged, in their order. */
  private List<Judged> judged = List.of();

  ProposedParts(List<Part> parts) {
    all = List.copyOf(parts);
    proposed = all;
    change = together(parts);
  }

  /** One of the changes that are proposed together. */
  static final class Part {
    private final RegisterChange change;
    private final long deadlineNanos;
    private final Consumer<Outcome> done;

    /** Whether replicas may hold it: it was in what was sent to any. */
    private boolean sent;

    private boolean told;

    Part(RegisterChange change, long deadlineNanos, Consumer<Outcome> done) {
      this.change = change;
      this.deadlineNanos = deadlineNanos;
      this.done = done;
    }

    RegisterChange change() {
      return change;
    }

    /** Whether replicas may hold it. */
    boolean isSent() {
      return sent;
    }

    /** Whether its caller knows how it has ended, or that its time was over before. */
    boolean isTold() {
      return told;
    }

    /** Tells the caller, once. */
    void tell(Outcome outcome) {
      told = true;
      done.accept(outcome);
    }
  }

  /** Returns when the last of the callers gives up. */
  static long latestDeadline(List<Part> parts) {
    long latest = parts.getFirst().deadlineNanos;
    for (Part part : parts) {
      if (part.deadlineNanos - latest > 0) {
        latest = part.deadlineNanos;
      }
    }
    return latest;
  }

  private static RegisterChange together(List<Part> parts) {
    return parts.size() == 1
        ? parts.getFirst().change
        : new RegisterChange.Several(parts.stream().map(part -> part.change).toList());
  }

  /** What those make together that are in the ballot. */
  RegisterChange change() {
    return change;
  }

  /** The first of those that are in the ballot. */
  Part first() {
    return proposed.getFirst();
  }

  /**
   * No new ballot is for a caller that was told that its time is over: others may have written
   * since then, and have been told so.
   */
  void leaveOutTold() {
    if (all.stream().anyMatch(Part::isTold)) {
      proposed = untold();
      change = together(proposed);
    }
  }

  /** Notes how each of those in the ballot is judged. */
  void judge(List<Judged> each) {
    judged = each;
  }

  boolean isFencedOff() {
    return judged.stream().anyMatch(each -> each.judgement() == Judgement.FENCED);
  }

  /** Notes that the ballot was sent. Of a part that the register has forgotten, nothing is sent. */
  void noteSent() {
    for (int i = 0; i < proposed.size(); i++) {
      proposed.get(i).sent |= judged.get(i).judgement() != Judgement.FORGOTTEN;
    }
  }

  /** Returns what came of those in the ballot whose callers wait, in their order. */
  Map<Part, Outcome> outcomes(BiFunction<Part, Judged, Outcome> outcome) {
    Map<Part, Outcome> outcomes = new LinkedHashMap<>();
    for (int i = 0; i < proposed.size(); i++) {
      Part part = proposed.get(i);
      if (!part.isTold()) {
        outcomes.put(part, outcome.apply(part, judged.get(i)));
      }
    }
    return outcomes;
  }

  /** Returns those whose callers wait. */
  List<Part> untold() {
    return all.stream().filter(part -> !part.isTold()).toList();
  }

  /** Returns those whose callers wait, and have given up by now. */
  List<Part> late(long nowNanos) {
    return untold().stream().filter(part -> part.deadlineNanos - nowNanos <= 0).toList();
  }

  /** Returns the next time that a caller gives up, if it is before that of the whole. */
  long nextDeadline(long ofTheWhole) {
    long next = ofTheWhole;
    for (Part part : all) {
      if (!part.isTold() && part.deadlineNanos - next < 0) {
        next = part.deadlineNanos;
      }
    }
    return next;
  }
}
