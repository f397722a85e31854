package io.quorate.client.admin;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a change of the topology stands, as one node sees it. */
public sealed interface TopologyChangeStatus {
  /** Of a cluster that never changed. */
  TopologyChangeStatus NONE =
      TopologyChangeStatus.builder()
          .limits(ChangeLimits.UNCHANGED)
          .copied(Copied.of(0, 0, 0))
          .build();

  /** Of the cluster's state that this was seen in; grows with every change. */
  long stateVersion();

  /**
   * Of the last change that was accepted, which is the one under way if any is; 0: there was none.
   * A cancellation is a change, too.
   */
  long changeId();

  /** Whether anything is still to be done: partitions move, or nodes join or leave. */
  boolean underWay();

  /** Whether a change has not been planned yet. */
  boolean beingPlanned();

  /** Partitions that were to move when that was planned last. */
  int planned();

  /** Of these, that have arrived. */
  int done();

  /** That have not set out. */
  int waiting();

  /** Between their old replicas and the new ones. */
  int moving();

  /** That have arrived, while nodes that they left hand over what they hold. */
  int cleaning();

  /** How much is done at a time; nothing in it is null. */
  ChangeLimits limits();

  /** So far; only the metadata leader knows. */
  Copied copied();

  /** About how many are still to be copied; 0: not known, or none. */
  long bytesLeft();

  /** About how long that takes; null: not known. */
  @Nullable Duration timeLeft();

  /** Nodes that are waited for; only the metadata leader knows. */
  List<Awaited> awaited();

  /** Tenants that come to another number of replicas, by name. */
  List<AlteredTenant> altering();

  /** Partitions of which writes may be lost, as long as that is not acknowledged. */
  List<LostPartition> lost();

  /** Whether no further partition begins to move, as an operator asked. */
  default boolean paused() {
    return Boolean.TRUE.equals(limits().paused());
  }

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .stateVersion(stateVersion())
        .changeId(changeId())
        .underWay(underWay())
        .beingPlanned(beingPlanned())
        .planned(planned())
        .done(done())
        .waiting(waiting())
        .moving(moving())
        .cleaning(cleaning())
        .limits(limits())
        .copied(copied())
        .bytesLeft(bytesLeft())
        .timeLeft(timeLeft())
        .awaited(awaited())
        .altering(altering())
        .lost(lost());
  }

  /** What was copied. */
  final class Copied {
    private final long records;
    private final long bytes;
    private final long bytesPerSecond;

    private Copied(long records, long bytes, long bytesPerSecond) {
      this.records = records;
      this.bytes = bytes;
      this.bytesPerSecond = bytesPerSecond;
    }

    /** Returns one with these parts; each is what the method of its name tells. */
    public static Copied of(long records, long bytes, long bytesPerSecond) {
      return new Copied(records, bytes, bytesPerSecond);
    }

    public long records() {
      return records;
    }

    /** Of these records. */
    public long bytes() {
      return bytes;
    }

    /** Of late. */
    public long bytesPerSecond() {
      return bytesPerSecond;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Copied that
          && records == that.records
          && bytes == that.bytes
          && bytesPerSecond == that.bytesPerSecond;
    }

    @Override
    public int hashCode() {
      return Objects.hash(records, bytes, bytesPerSecond);
    }

    @Override
    public String toString() {
      return "Copied[records="
          + records
          + ", bytes="
          + bytes
          + ", bytesPerSecond="
          + bytesPerSecond
          + "]";
    }
  }

  /** A node that is waited for. */
  final class Awaited {
    private final String node;
    private final int partitions;
    private final Duration since;
    private final Task task;

    private Awaited(String node, int partitions, Duration since, Task task) {
      this.node = node;
      this.partitions = partitions;
      this.since = since;
      this.task = task;
    }

    /** Returns one with these parts; each is what the method of its name tells. */
    public static Awaited of(String node, int partitions, Duration since, Task task) {
      return new Awaited(node, partitions, since, task);
    }

    /** Its id. */
    public String node() {
      return node;
    }

    /** That wait for it; 0 where it is its own removal that waits. */
    public int partitions() {
      return partitions;
    }

    /** How long the one that has waited longest has. */
    public Duration since() {
      return since;
    }

    /** What it has to do. */
    public Task task() {
      return task;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Awaited that
          && node.equals(that.node)
          && partitions == that.partitions
          && since.equals(that.since)
          && task.equals(that.task);
    }

    @Override
    public int hashCode() {
      return Objects.hash(node, partitions, since, task);
    }

    @Override
    public String toString() {
      return "Awaited[node="
          + node
          + ", partitions="
          + partitions
          + ", since="
          + since
          + ", task="
          + task
          + "]";
    }
  }

  /** What a node that is waited for has to do. */
  enum Task {
    /** Not said, or something that this client does not know. */
    UNKNOWN,
    /** Take note of a step. */
    STEP,
    /** Come to hold what partitions' new replicas must hold. */
    COPY,
    /** Bring others what they lack, before it forgets it. */
    HAND_OVER,
    /** Vote until others can decide without it: its own removal waits for that. */
    VOTE,
    /**
     * Be heard, so that partitions begin to move: it is to get replicas of them, or too few of
     * their replicas are heard without it.
     */
    BEGIN
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private long stateVersion;
    private long changeId;
    private boolean underWay;
    private boolean beingPlanned;
    private int planned;
    private int done;
    private int waiting;
    private int moving;
    private int cleaning;
    private ChangeLimits limits = ChangeLimits.UNCHANGED;
    private Copied copied = Copied.of(0, 0, 0);
    private long bytesLeft;
    private @Nullable Duration timeLeft;
    private List<Awaited> awaited = List.of();
    private List<AlteredTenant> altering = List.of();
    private List<LostPartition> lost = List.of();

    private Builder() {}

    public Builder stateVersion(long stateVersion) {
      this.stateVersion = stateVersion;
      return this;
    }

    public Builder changeId(long changeId) {
      this.changeId = changeId;
      return this;
    }

    public Builder underWay(boolean underWay) {
      this.underWay = underWay;
      return this;
    }

    public Builder beingPlanned(boolean beingPlanned) {
      this.beingPlanned = beingPlanned;
      return this;
    }

    public Builder planned(int planned) {
      this.planned = planned;
      return this;
    }

    public Builder done(int done) {
      this.done = done;
      return this;
    }

    public Builder waiting(int waiting) {
      this.waiting = waiting;
      return this;
    }

    public Builder moving(int moving) {
      this.moving = moving;
      return this;
    }

    public Builder cleaning(int cleaning) {
      this.cleaning = cleaning;
      return this;
    }

    public Builder limits(ChangeLimits limits) {
      this.limits = limits;
      return this;
    }

    public Builder copied(Copied copied) {
      this.copied = copied;
      return this;
    }

    public Builder bytesLeft(long bytesLeft) {
      this.bytesLeft = bytesLeft;
      return this;
    }

    public Builder timeLeft(@Nullable Duration timeLeft) {
      this.timeLeft = timeLeft;
      return this;
    }

    public Builder awaited(List<Awaited> awaited) {
      this.awaited = awaited;
      return this;
    }

    public Builder altering(List<AlteredTenant> altering) {
      this.altering = altering;
      return this;
    }

    public Builder lost(List<LostPartition> lost) {
      this.lost = lost;
      return this;
    }

    public TopologyChangeStatus build() {
      return new TopologyChangeStatusValues(
          stateVersion,
          changeId,
          underWay,
          beingPlanned,
          planned,
          done,
          waiting,
          moving,
          cleaning,
          limits,
          copied,
          bytesLeft,
          timeLeft,
          awaited,
          altering,
          lost);
    }

    private record TopologyChangeStatusValues(
        long stateVersion,
        long changeId,
        boolean underWay,
        boolean beingPlanned,
        int planned,
        int done,
        int waiting,
        int moving,
        int cleaning,
        ChangeLimits limits,
        Copied copied,
        long bytesLeft,
        @Nullable Duration timeLeft,
        List<Awaited> awaited,
        List<AlteredTenant> altering,
        List<LostPartition> lost)
        implements TopologyChangeStatus {
      TopologyChangeStatusValues {
        awaited = List.copyOf(awaited);
        altering = List.copyOf(altering);
        lost = List.copyOf(lost);
      }
    }
  }
}
