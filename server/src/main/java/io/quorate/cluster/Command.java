package io.quorate.cluster;

import io.quorate.access.AccessChange;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Cut;
import io.quorate.placement.Level;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.TenantSettings;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A change of the cluster, as data. All that it needs is inside, so that folding it in again, on
 * another node or after a restart, gives the same state. Nothing is checked here: {@link
 * ClusterState#apply} answers bad values with a reason.
 */
public sealed interface Command {

  /**
   * A member is up, under this incarnation, at this address, and runs this release.
   *
   * @param name that its operator gave it; empty for none. It reaches others in clusters of version
   *     2 on only
   * @param clientAddress under which clients reach it, if that is another address; empty if not. It
   *     reaches others in clusters of version 2 on only
   */
  record NodeStarted(
      NodeId id,
      String address,
      String region,
      String zone,
      double weight,
      int incarnation,
      Release release,
      String name,
      String clientAddress)
      implements Command {

    /** Of a node that clients reach as other nodes do. */
    public NodeStarted(
        NodeId id,
        String address,
        String region,
        String zone,
        double weight,
        int incarnation,
        Release release,
        String name) {
      this(id, address, region, zone, weight, incarnation, release, name, "");
    }

    /** Of a node without a name, which clients reach as other nodes do. */
    public NodeStarted(
        NodeId id,
        String address,
        String region,
        String zone,
        double weight,
        int incarnation,
        Release release) {
      this(id, address, region, zone, weight, incarnation, release, "");
    }

    @Override
    public String toString() {
      return "NodeStarted[id=%s, address=%s, region=%s, zone=%s, weight=%s, incarnation=%s, release=%s, name=%s%s]"
          .formatted(
              id,
              address,
              region,
              zone,
              weight,
              incarnation,
              release,
              name,
              clientAddress.isEmpty() ? "" : ", clientAddress=" + clientAddress);
    }

    /** As the first cluster version knows it. */
    NodeStarted plain() {
      return new NodeStarted(id, address, region, zone, weight, incarnation, release);
    }
  }

  /**
   * Creates a tenant. Accepted without change if there is one with equal settings.
   *
   * @param replicationFactor unsaid for the cluster's default
   */
  record CreateTenant(String name, ReplicationFactor replicationFactor, TenantSettings settings)
      implements Command {

    /** With replicas on any nodes; 0 for the cluster's default. */
    public CreateTenant(String name, int replicationFactor, TenantSettings settings) {
      this(name, ReplicationFactor.of(replicationFactor), settings);
    }

    /** Of which nothing else is said. */
    public CreateTenant(
        String name,
        int replicationFactor,
        @Nullable Level readLevel,
        @Nullable Level writeLevel,
        long defaultTtlMillis) {
      this(name, replicationFactor, TenantSettings.of(readLevel, writeLevel, defaultTtlMillis));
    }
  }

  /** A partition, at the epoch that the author of the command knew when it decided about it. */
  record AtEpoch(int partition, long epoch) {}

  /**
   * From now on no replica of these partitions takes a fresh stamp up to {@code mark}: a purge
   * round begins, or is looked at again. Holds for those that are still at the epoch given.
   *
   * @param mark a hybrid time, not below what was promised before
   */
  record PromisePurge(List<AtEpoch> partitions, long mark) implements Command {
    public PromisePurge {
      partitions = List.copyOf(partitions);
    }
  }

  /**
   * All replicas of these partitions hold the same up to {@code mark}, which was promised: what is
   * deleted there is gone. Holds for those that are still at the epoch given.
   */
  record ConfirmPurge(List<AtEpoch> partitions, long mark) implements Command {
    public ConfirmPurge {
      partitions = List.copyOf(partitions);
    }
  }

  /**
   * A backup of some tenants is to be one moment over all of their keys: replicas keep what they
   * held up to then (docs/design/cuts.md). The cut's id is the log index of this command.
   *
   * @param tenants by name
   * @param time a hybrid time that the clocks of nodes have yet to come to
   */
  record BeginCut(SortedSet<String> tenants, long time) implements Command {
    public BeginCut {
      tenants = Collections.unmodifiableSortedSet(new TreeSet<>(tenants));
    }
  }

  /**
   * The same as of a moment that has passed, of tenants whose replicas keep what was replaced since
   * (docs/design/history.md): they fix their images at once.
   *
   * @param tenants by name
   * @param time a hybrid time that the clocks of nodes are past
   */
  record BeginPastCut(SortedSet<String> tenants, long time) implements Command {
    public BeginPastCut {
      tenants = Collections.unmodifiableSortedSet(new TreeSet<>(tenants));
    }
  }

  /** The clock of some node was past the cut's time when it began to keep: it is a later one. */
  record RearmCut(long id, long time) implements Command {}

  /** The time of the cut has passed, and all nodes that are up keep: replicas fix their images. */
  record CloseCut(long id) implements Command {}

  /**
   * Enough replicas of every partition have an image of it: the backup can be read.
   *
   * @param counted by partition: which replicas
   */
  record SealCut(long id, List<SortedSet<NodeId>> counted) implements Command {
    public SealCut {
      counted =
          counted.stream()
              .map(each -> Collections.unmodifiableSortedSet(new TreeSet<>(each)))
              .toList();
    }
  }

  /**
   * Nothing is kept for this cut any more.
   *
   * @param cause what exactly the reason is
   * @param reason why it did not come about; empty if it was read, or is not read any more
   */
  record EndCut(long id, Cut.Cause cause, String reason) implements Command {
    /** Ends one for a reason that no program does anything about. */
    public EndCut(long id, String reason) {
      this(id, Cut.Cause.OTHER, reason);
    }
  }

  /**
   * Replaces the settings of a tenant.
   *
   * @param replicationFactor unsaid: as it is. Partitions come to another one by and by, as they
   *     move
   */
  record AlterTenant(String name, TenantSettings settings, ReplicationFactor replicationFactor)
      implements Command {

    /** With replicas on any nodes; 0: as they are. */
    public AlterTenant(String name, TenantSettings settings, int replicationFactor) {
      this(name, settings, ReplicationFactor.of(replicationFactor));
    }

    /** The factor stays as it is. */
    public AlterTenant(String name, TenantSettings settings) {
      this(name, settings, ReplicationFactor.UNSAID);
    }

    /** All else stays as it is. */
    public AlterTenant(
        String name,
        @Nullable Level readLevel,
        @Nullable Level writeLevel,
        @Nullable Long defaultTtlMillis) {
      this(name, TenantSettings.of(readLevel, writeLevel, defaultTtlMillis));
    }
  }

  /**
   * There is no such tenant any more, and its records go; its name may be given again.
   *
   * @param id of the tenant that is meant; 0: whichever has the name
   */
  record DropTenant(String name, int id) implements Command {
    public DropTenant(String name) {
      this(name, 0);
    }
  }

  /**
   * All records of a tenant go; the tenant stays as it is.
   *
   * @param id of the tenant that is meant, whose records go once; 0: whichever has the name
   */
  record TruncateTenant(String name, int id) implements Command {
    public TruncateTenant(String name) {
      this(name, 0);
    }
  }

  /**
   * Closes a tenant that exists to clients, for a restore that may go into it if it holds no key
   * (docs/design/backup.md#into-empty). All partitions get new epochs.
   *
   * @param replicationFactor that it is to have in the end; unsaid: as it is
   * @param settings that it is to have in the end, with {@code RESTORING} and {@code RESTORED_FROM}
   */
  record CloseForRestore(String name, ReplicationFactor replicationFactor, TenantSettings settings)
      implements Command {}

  /**
   * A tenant that was closed for a restore holds no key, and goes on under another id.
   *
   * @param hlc {@code RESTORING} of the tenant that was looked at
   * @param lookedAt all partitions, in order, under the epochs at which all of their replicas were
   *     looked at; refused under others
   */
  record TakeForRestore(String name, long hlc, List<AtEpoch> lookedAt) implements Command {
    public TakeForRestore {
      lookedAt = List.copyOf(lookedAt);
    }
  }

  /**
   * A tenant is opened to clients, with all that was restored into it. Nothing changes if that has
   * happened already.
   *
   * @param tenantId that the tenant has had since it was created or taken for this restore; refused
   *     if it has another one, as after the restore was given up
   * @param replicationFactor that it is to have from now on if it was there before the restore;
   *     unsaid: as it is
   * @param settings likewise; none that a restore gives, or that is given at creation only
   */
  record FinishRestore(
      String name, int tenantId, ReplicationFactor replicationFactor, TenantSettings settings)
      implements Command {}

  /**
   * The tenant is as it was before a restore of it was begun.
   *
   * @param hlc {@code RESTORING} of the tenant; 0: whatever that is
   */
  record GiveUpRestore(String name, long hlc) implements Command {}

  /**
   * An operator says that a member has lost its disk, and that a node which starts with an empty
   * one at its address takes its place.
   *
   * @param acceptDataLoss even where too few other replicas are known to hold what it held
   */
  record Readmit(NodeId node, boolean acceptDataLoss) implements Command {}

  /**
   * A new node stands at the address of one that is to be readmitted, and takes its place.
   *
   * @param lost the node that was there
   * @param id the new one
   */
  record NodeReplaced(
      NodeId lost,
      NodeId id,
      String address,
      String region,
      String zone,
      double weight,
      Release release)
      implements Command {}

  /**
   * What a node holds of a partition is damaged: it is to be filled from the others.
   *
   * @param epoch of the partition, as the node found out
   */
  record Refill(NodeId node, int partition, long epoch) implements Command {}

  /** A node that was being filled holds what a majority of the other replicas held. */
  record Filled(NodeId node, List<Place> places) implements Command {
    public Filled {
      places = List.copyOf(places);
    }

    /** A partition, under the epoch that the node was compared with the others under. */
    public record Place(int partition, long epoch) {}
  }

  /**
   * A node that belongs to no cluster asks to become a member.
   *
   * @param spare whether it is given no partitions before an operator says so
   * @param token that it joins with; null if it needs none
   */
  record Join(
      NodeId id,
      String address,
      String region,
      String zone,
      double weight,
      boolean spare,
      Release release,
      JoinTokens.@Nullable Use token)
      implements Command {

    /** Without a token. */
    public Join(
        NodeId id,
        String address,
        String region,
        String zone,
        double weight,
        boolean spare,
        Release release) {
      this(id, address, region, zone, weight, spare, release, null);
    }

    @Override
    public String toString() {
      return "Join[id=%s, address=%s, region=%s, zone=%s, weight=%s, spare=%s, release=%s%s]"
          .formatted(
              id,
              address,
              region,
              zone,
              weight,
              spare,
              release,
              token == null ? "" : ", token=" + token.id());
    }
  }

  /**
   * An operator has a token made with which new nodes may join: see {@link JoinToken}.
   *
   * @param nowMillis since 1970, by the clock of the node that made it
   */
  record CreateJoinToken(String id, String hash, long expiresMillis, int uses, long nowMillis)
      implements Command {

    /**
     * @throws IllegalArgumentException if there is no such token; says why
     */
    JoinToken token() {
      return new JoinToken(id, hash, expiresMillis, uses);
    }
  }

  /** No node joins with this token any more. */
  record DropJoinToken(String id) implements Command {}

  /**
   * An operator's request for a change of the topology. A retry of a request does not make a second
   * change: what was decided about the first is remembered, and is the answer to the others.
   *
   * @param request names it; {@link RequestKey#NONE} if it is not to be remembered
   * @param content 64 bits of a hash of the request as its author wrote it, without its name: tells
   *     a retry from another request under the same name
   * @param expectedStateVersion the request is refused if a change of the topology was accepted
   *     after this version of the state; 0: whatever was accepted
   * @param limits set together with the change, or not at all if it is refused; null: they stay
   * @param change what is asked for: see {@link CommandRules} for what may be
   */
  record Requested(
      RequestKey request,
      long content,
      long expectedStateVersion,
      @Nullable LimitChange limits,
      Command change)
      implements Command {
    public Requested {
      if (change instanceof Requested) {
        throw new IllegalArgumentException("a request holds a change, and this one a request");
      }
    }

    /** Limits stay as they are. */
    public Requested(RequestKey request, long content, long expectedStateVersion, Command change) {
      this(request, content, expectedStateVersion, null, change);
    }
  }

  /** Returns what is asked for, with or without a request around it. */
  default Command bare() {
    return this instanceof Requested requested ? requested.change() : this;
  }

  /** Gives a member without partitions, or one that was to leave, its share. */
  record AddNode(NodeId node) implements Command {}

  /** Moves the partitions of a member to others; then it leaves. */
  record RemoveNode(NodeId node) implements Command {}

  /**
   * Members are gone for good, and leave; partitions that lost their majority with them go on with
   * what is left.
   *
   * @param acceptDataLoss even where that is so
   */
  record GiveUpNodes(SortedSet<NodeId> nodes, boolean acceptDataLoss) implements Command {
    public GiveUpNodes {
      nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
    }
  }

  /** An operator has taken note of what may be lost: reads need not say so any more. */
  record AcknowledgeLoss() implements Command {}

  /** Gives a spare member what another one has, which leaves. */
  record ReplaceNode(NodeId node, NodeId by) implements Command {}

  /** A member stands elsewhere from now on; in the region, or zone, that it is in, if empty. */
  record MoveNode(NodeId node, String region, String zone) implements Command {}

  /** Spreads the partitions again over the members as they are. */
  record Rebalance() implements Command {}

  /** Cancels the change: moves that can be undone are undone, and the others are finished. */
  record CancelChange() implements Command {}

  /**
   * How fast partitions move. What is null stays as it is where the command is folded in: its
   * author may not have heard yet what others said.
   */
  record LimitChange(
      @Nullable Integer parallel,
      @Nullable Long bytesPerSecond,
      @Nullable Boolean paused,
      @Nullable Boolean blocksWrites)
      implements Command {

    /** All of them. */
    public LimitChange(Change.Limits limits) {
      this(limits.parallel(), limits.bytesPerSecond(), limits.paused(), limits.blocksWrites());
    }

    /**
     * @throws IllegalArgumentException if there are no such limits; says why
     */
    Change.Limits applyTo(Change.Limits now) {
      return new Change.Limits(
          parallel == null ? now.parallel() : parallel,
          bytesPerSecond == null ? now.bytesPerSecond() : bytesPerSecond,
          paused == null ? now.paused() : paused,
          blocksWrites == null ? now.blocksWrites() : blocksWrites);
    }
  }

  /**
   * Sets the target lists of partitions; those not named stay where they are, or keep the target
   * that they have.
   *
   * @param wishedAt the wish that this was planned for; it has no effect after another
   */
  record PlanChange(long wishedAt, SortedMap<Integer, List<NodeId>> targets) implements Command {
    public PlanChange {
      targets = Collections.unmodifiableSortedMap(new TreeMap<>(targets));
    }
  }

  /** Partitions take a step on the ladder; those that are not at the epoch given stay. */
  record StepMoves(List<MoveStep> steps) implements Command {
    public StepMoves {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A step of one partition.
   *
   * @param epoch of the partition, as it was decided on
   * @param excused replicas marked down that did not get what they must have; they are filled
   *     later. With {@link Kind#CUT_OVER} only
   */
  record MoveStep(int partition, long epoch, Kind kind, SortedSet<NodeId> excused) {
    public MoveStep {
      excused = Collections.unmodifiableSortedSet(new TreeSet<>(excused));
    }

    public MoveStep(int partition, long epoch, Kind kind) {
      this(partition, epoch, kind, Collections.emptySortedSet());
    }

    /** Which one. */
    public enum Kind {
      /** Sets out towards its target. */
      BEGIN,
      /** The new replicas hold what they must: reads ask them. */
      CUT_OVER,
      /** It has arrived, or is back. */
      FINISH,
      /** What was left behind is handed over and gone. */
      END
    }
  }

  /** A node does not answer, and changes do not wait for it; or it is up to date again. */
  record MarkDown(NodeId node, boolean down) implements Command {}

  /**
   * The cluster is to work at this version from now on: all of its nodes can. It does not go back.
   */
  record RaiseClusterVersion(int version) implements Command {}

  /**
   * These nodes keep locks: the group is founded, or its leader is about to change who votes
   * (docs/design/locks.md). Without effect if they do not {@link LockKeepers#follow follow} those
   * that are recorded.
   */
  record KeepLocks(LockKeepers keepers) implements Command {}

  /** A node that was to leave has nothing any more, and is no member from now on. */
  record NodeLeft(NodeId node) implements Command {}

  /** An operator changes who may do what. */
  record ChangeAccess(AccessChange change) implements Command {}
}
