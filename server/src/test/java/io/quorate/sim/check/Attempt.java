package io.quorate.sim.check;

import io.quorate.model.NodeId;
import io.quorate.replication.api.Operation;
import io.quorate.version.Version;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One operation that a client asked one node for, once. */
public final class Attempt {
  private final int number;
  private final NodeId node;
  private final Operation operation;
  private final String key;
  private final int required;
  private final long deadlineNanos;

  /** Newest version that this attempt may not miss: known to clients before it began. */
  private final @Nullable Version floor;

  private boolean ended;

  /** Whether anybody has read the value that it puts. */
  private boolean seen;

  /** Whether its client was told that it was applied nowhere. */
  private boolean appliedNowhere;

  /** Version it was acknowledged under. */
  private @Nullable Version acknowledged;

  Attempt(
      int number,
      NodeId node,
      Operation operation,
      String key,
      int required,
      long deadlineNanos,
      @Nullable Version floor) {
    this.number = number;
    this.node = node;
    this.operation = operation;
    this.key = key;
    this.required = required;
    this.deadlineNanos = deadlineNanos;
    this.floor = floor;
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

  /** Replicas that its level asks for. */
  int required() {
    return required;
  }

  /** In the world's time. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Nullable Version floor() {
    return floor;
  }

  public boolean hasEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  boolean wasSeen() {
    return seen;
  }

  void see() {
    seen = true;
  }

  boolean wasAppliedNowhere() {
    return appliedNowhere;
  }

  void applyNowhere() {
    appliedNowhere = true;
  }

  @Nullable Version acknowledged() {
    return acknowledged;
  }

  void acknowledge(Version version) {
    acknowledged = version;
  }

  @Override
  public String toString() {
    String kind = operation.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    return "#%d %s %s at %s by %s".formatted(number, kind, key, operation.level(), node);
  }
}
