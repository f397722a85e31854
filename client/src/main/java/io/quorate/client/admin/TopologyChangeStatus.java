package io.quorate.client.admin;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a change of the topology stands, as one node sees it.
 *
 * @param stateVersion of the cluster's state that this was seen in; grows with every change
 * @param changeId of the last change that was accepted, which is the one under way if any is; 0:
 *     there was none. A cancellation is a change, too
 * @param underWay whether anything is still to be done: partitions move, or nodes join or leave
 * @param beingPlanned whether a change has not been planned yet
 * @param planned partitions that were to move when that was planned last
 * @param done of these, that have arrived
 * @param waiting that have not set out
 * @param moving between their old replicas and the new ones
 * @param cleaning that have arrived, while nodes that they left hand over what they hold
 * @param limits how much is done at a time; nothing in it is null
 * @param copied so far; only the metadata leader knows
 * @param bytesLeft about how many are still to be copied; 0: not known, or none
 * @param timeLeft about how long that takes; null: not known
 * @param awaited nodes that are waited for; only the metadata leader knows
 * @param altering tenants that come to another number of replicas, by name
 * @param lost partitions of which writes may be lost, as long as that is not acknowledged
 */
public record TopologyChangeStatus(
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
    List<LostPartition> lost) {

  /** Of a cluster that never changed. */
  public static final TopologyChangeStatus NONE =
      new TopologyChangeStatus(
          0,
          0,
          false,
          false,
          0,
          0,
          0,
          0,
          0,
          ChangeLimits.UNCHANGED,
          new Copied(0, 0, 0),
          0,
          null,
          List.of(),
          List.of(),
          List.of());

  public TopologyChangeStatus {
    awaited = List.copyOf(awaited);
    altering = List.copyOf(altering);
    lost = List.copyOf(lost);
  }

  /** Whether no further partition begins to move, as an operator asked. */
  public boolean paused() {
    return Boolean.TRUE.equals(limits.paused());
  }

  /**
   * What was copied.
   *
   * @param bytes of these records
   * @param bytesPerSecond of late
   */
  public record Copied(long records, long bytes, long bytesPerSecond) {}

  /**
   * A node that is waited for.
   *
   * @param node its id
   * @param partitions that wait for it
   * @param since how long the one that has waited longest has
   * @param task what it has to do
   */
  public record Awaited(String node, int partitions, Duration since, Task task) {}

  /** What a node that is waited for has to do. */
  public enum Task {
    /** Not said, or something that this client does not know. */
    UNKNOWN,
    /** Take note of a step. */
    STEP,
    /** Come to hold what partitions' new replicas must hold. */
    COPY,
    /** Bring others what they lack, before it forgets it. */
    HAND_OVER
  }
}
