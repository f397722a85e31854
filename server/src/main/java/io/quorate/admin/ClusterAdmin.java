package io.quorate.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.NodeId;
import io.quorate.placement.HealthCount;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.replica.VersionConflicts;
import io.quorate.storage.StoreHealth;
import io.quorate.transport.admin.AdminService;
import io.quorate.transport.client.PlacementService;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link PlacementService} and {@link AdminService} need to know and to be able to do. All
 * calls are made on the lane, and callbacks run on it.
 */
public interface ClusterAdmin {
  /** This node. */
  NodeId self();

  /** The cluster as this node knows it; null until the node has joined one. */
  @Nullable ClusterState state();

  /**
   * What this node's hybrid clock shows, for clients that stamp their writes by it; 0 if its clock
   * is off from most others', or the node has not joined a cluster.
   */
  long hybridTime();

  /** The metadata group as this node sees it; null until the node has joined a cluster. */
  @Nullable MetadataStatus metadata();

  /**
   * For how many milliseconds, since this node's start, some member's release has worked at a
   * higher version than the cluster; 0 if none does.
   */
  long upgradeOpenMillis();

  /** What this node thinks of a member, itself included. */
  Seen seen(NodeId node);

  /**
   * Asks the cluster for a change.
   *
   * @param deadlineNanos when the caller gives up, on the clock's {@code nanos()}
   */
  void propose(Command command, long deadlineNanos, Consumer<CommandOutcome> callback);

  /**
   * Returns what was decided about a request that came before, and shows in {@link #state}; a
   * refusal if another request came under its name; null if this node knows of none.
   *
   * @param content see {@link Command.Requested#content}
   */
  @Nullable CommandOutcome decided(RequestKey request, long content);

  /**
   * Returns at which index of the log a request was decided that came before, and shows in {@link
   * #state}; 0 if this node knows of none.
   */
  long decidedAt(RequestKey request);

  /**
   * Makes sure that {@link #state} and {@link #decided} tell of all that was decided before this
   * call.
   *
   * @param deadlineNanos when the caller gives up, on the clock's {@code nanos()}
   * @param callback told true when they do, false if no leader could confirm it in time
   */
  void confirm(long deadlineNanos, Consumer<Boolean> callback);

  /**
   * Waits until the other members know all that {@link #state} shows now, and go by it. Those that
   * are down are not waited for.
   *
   * @param deadlineNanos when the caller gives up, on the clock's {@code nanos()}; two thirds of
   *     that time are taken at most, and no more than two seconds
   * @param callback told those that had not said so by then
   */
  void spread(long deadlineNanos, Consumer<Set<NodeId>> callback);

  /**
   * Returns why the cluster's state, as this node knows it, may be old: this node does not hear
   * what is decided. Empty if it does.
   */
  String outOfTouch();

  /** What this node waits for before it has joined a cluster. */
  String waitingFor();

  /** What can be done with the partitions, as this node sees it. */
  HealthCount health();

  /** What this node says of itself. */
  Report report();

  /** What this node knows of how far a change of the topology is, beside its state. */
  ChangeProgress changeProgress();

  /** Takes note that a cut is still wanted, so that it does not end by itself. */
  void keepCut(long cut);

  /** For how long this node has heard of no command that reads the newest cut, or keeps it. */
  CutUnheard cutUnheard();

  /** About how many bytes one replica of a partition takes, judged by those here; 0: not known. */
  long bytesPerReplica();

  /**
   * For how long nothing was heard of the command that reads a cut.
   *
   * @param millis negative if it never was heard here
   * @param maxMillis if it is not heard anywhere for so long, the cut ends
   */
  record CutUnheard(long millis, long maxMillis) {}

  /**
   * How a member looks from here.
   *
   * @param live whether it answers
   * @param writable whether it takes writes
   * @param suspected whether it is not counted on though it is connected
   * @param silentMillis since it was last heard; 0 for this node, and if it never was
   * @param phi evidence that it is gone
   * @param lagMillis how long it has owed an answer to a write, or been owed a hint
   * @param breakerOpen whether others are asked first, since it does not cope
   * @param owed what is kept for it
   */
  record Seen(
      boolean live,
      boolean writable,
      boolean suspected,
      long silentMillis,
      double phi,
      long lagMillis,
      boolean breakerOpen,
      Owed owed) {
    /** One that nothing is known of. */
    public static final Seen NOTHING =
        new Seen(false, false, false, 0, 0, 0, false, new Owed(0, 0, false));
  }

  /**
   * What this node keeps for another.
   *
   * @param repairs partitions of it that must be compared
   * @param paused whether nothing is delivered to it, as an operator asked
   */
  record Owed(long hints, int repairs, boolean paused) {}

  /**
   * What a node says of itself.
   *
   * @param software its version
   * @param waitingFor before it serves; empty: it serves
   * @param usage of the file system of its data directory
   * @param clockAheadMillis of the median of its live peers'
   * @param hintsPaused whether it delivers no hints, since an operator has paused that
   * @param comparisons of its partitions with other replicas
   * @param filling how far it is with partitions that it must be filled with
   * @param purging what it holds that is deleted, and what becomes of that
   * @param conflicts records of one version that met here since the start
   * @param stampsRefused records refused since the start, for no clock can have stamped them
   * @param insecure why all who reach it may do everything; empty: no such reason is known
   * @param openSecrets settings that name files of secrets which other users of its machine may
   *     read
   * @param tokenKeys what is wrong with the keys of the identity provider
   * @param certificatesReason what is to be put right about its certificates; empty: nothing
   * @param clusterSettings settings that must be equal on all nodes
   */
  record Report(
      String software,
      String waitingFor,
      StoreHealth disk,
      DiskUsage usage,
      boolean clockSkewed,
      long clockAheadMillis,
      long deadLetters,
      boolean hintsPaused,
      AntiEntropy.Standing comparisons,
      int damagedPartitions,
      Filler.Progress filling,
      Purging purging,
      List<VersionConflicts.Of> conflicts,
      long stampsRefused,
      String insecure,
      List<String> openSecrets,
      TokenKeysState tokenKeys,
      String certificatesReason,
      Map<String, String> clusterSettings) {
    public Report {
      conflicts = List.copyOf(conflicts);
      openSecrets = List.copyOf(openSecrets);
    }
  }

  /**
   * What came of the last reading of the keys of the identity provider, by which tokens are judged.
   *
   * @param reason why they could not be read; empty: they could, or no token is taken anyway
   * @param missing whether there are none since, so that no token is taken
   */
  record TokenKeysState(String reason, boolean missing) {
    /** All is well, as far as is known. */
    public static final TokenKeysState FINE = new TokenKeysState("", false);
  }

  /**
   * How full a file system is.
   *
   * @param bytes its size; 0: nothing is known
   * @param usedBytes those that are used, by the node or by others
   * @param availableBytes those that the node can still write: fewer than are not used, if the file
   *     system keeps some for the superuser
   */
  record DiskUsage(long bytes, long usedBytes, long availableBytes) {
    public static final DiskUsage UNKNOWN = new DiskUsage(0, 0, 0);

    public boolean isKnown() {
      return bytes > 0;
    }
  }

  /**
   * How the purging of a node's partitions stands.
   *
   * @param tombstones records it holds that are deleted or will expire, as far as is known
   * @param due partitions in which some of these may be taken away by now
   * @param open partitions in which a round is open
   * @param overdueMillis for how long the record that has waited longest could have been taken away
   * @param purgedAgeMillis how old deletions are that stay in the partition that was purged last; 0
   *     if none ever was
   */
  record Purging(long tombstones, int due, int open, long overdueMillis, long purgedAgeMillis) {
    public static final Purging NOTHING = new Purging(0, 0, 0, 0, 0);
  }

  /**
   * How far a change of the topology is. Only the metadata leader knows.
   *
   * @param records copied so far
   * @param bytes of these
   * @param bytesPerSecond of late
   * @param awaited nodes that are waited for
   */
  record ChangeProgress(long records, long bytes, long bytesPerSecond, List<Awaited> awaited) {
    public static final ChangeProgress NOTHING = new ChangeProgress(0, 0, 0, List.of());

    public ChangeProgress {
      awaited = List.copyOf(awaited);
    }
  }

  /**
   * A node that a change waits for.
   *
   * @param partitions that wait for it; 0 where its own removal does
   * @param sinceMillis how long the one that has waited longest has
   */
  record Awaited(NodeId node, Task task, int partitions, long sinceMillis) {

    /** What it is to do. */
    public enum Task {
      /** Take note of a step. */
      STEP,
      /** Come to hold what its partitions' new replicas must hold. */
      COPY,
      /** Bring others what they lack, before it forgets it. */
      HAND_OVER,
      /** Vote about metadata or locks until others can decide without it. */
      VOTE,
      /** Be heard, so that partitions begin to move. */
      BEGIN
    }
  }
}
