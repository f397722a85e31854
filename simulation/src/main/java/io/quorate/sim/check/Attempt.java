package io.quorate.sim.check;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.version.Version;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One operation that a client asked one node for, once. */
public final class Attempt {
  private final int number;
  private final NodeId node;
  private final Operation operation;
  private final String key;
  private final String region;
  private final Level promised;
  private final ReadRepair.@Nullable Mode repair;
  private final boolean brief;
  private final long deadlineNanos;

  private boolean ended;

  /** How often it was answered. */
  private int answers;

  /** When, in the world's time; {@link Long#MIN_VALUE} if its node has an excuse to be late. */
  private long answeredNanos;

  /** What its client was answered; null while it got no answer. */
  private @Nullable Outcome outcome;

  /**
   * @param region where the node stands
   * @param promised the level that it asks for, as its promises are counted
   * @param repair what it does for replicas that are behind; null if it is no read
   */
  Attempt(
      int number,
      NodeId node,
      Operation operation,
      String key,
      String region,
      Level promised,
      ReadRepair.@Nullable Mode repair,
      boolean brief,
      long deadlineNanos) {
    this.number = number;
    this.node = node;
    this.operation = operation;
    this.key = key;
    this.region = region;
    this.promised = promised;
    this.repair = repair;
    this.brief = brief;
    this.deadlineNanos = deadlineNanos;
  }

  int number() {
    return number;
  }

  public NodeId node() {
    return node;
  }

  public Operation operation() {
    return operation;
  }

  String key() {
    return key;
  }

  /** What it does for replicas that are behind, asked for or by its tenant; null: it is no read. */
  public ReadRepair.@Nullable Mode repair() {
    return repair;
  }

  /** Where the node stands that was asked; empty if that does not matter. */
  String region() {
    return region;
  }

  /** The level that it asks for, as its promises are counted. */
  Level promised() {
    return promised;
  }

  /** Returns the deadline in the world's time. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  public boolean hasEnded() {
    return ended;
  }

  /** The node died: the client gets no answer. */
  void cutOff() {
    ended = true;
  }

  /** The client gets an answer. */
  void answer(Outcome told, long nowNanos, boolean excused) {
    ended = true;
    answers++;
    answeredNanos = excused ? Long.MIN_VALUE : nowNanos;
    outcome = told;
  }

  int answers() {
    return answers;
  }

  long answeredNanos() {
    return answeredNanos;
  }

  boolean isRead() {
    return operation instanceof Operation.Get;
  }

  /** Whether it is a read that repairs nothing: what it returns a later one may miss. */
  boolean isUnrepaired() {
    return repair == ReadRepair.Mode.OFF;
  }

  /** Whether it is a read that is carried out at QUORUM, where it finds too little at its level. */
  boolean mayBeAtQuorum() {
    return operation instanceof Operation.Get get
        && get.minimum() != null
        && get.minimum().hlc() != 0;
  }

  /** Whether it puts a value that expires. */
  boolean isBrief() {
    return brief;
  }

  boolean isDelete() {
    return operation instanceof Operation.Delete;
  }

  /** Whether the answer says that it was applied nowhere. */
  boolean wasAppliedNowhere() {
    return outcome instanceof Outcome.Failed(Failure failure) && !failure.mayHaveApplied();
  }

  /** Version it was acknowledged under. */
  @Nullable Version acknowledged() {
    return outcome instanceof Outcome.Written written ? written.version() : null;
  }

  @Override
  public String toString() {
    String kind = operation.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    return "#%d %s %s at %s by %s".formatted(number, kind, key, operation.level(), node);
  }
}
