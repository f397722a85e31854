package io.quorate.cluster;

import io.quorate.access.AccessChange;
import io.quorate.access.AccessRules;
import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.ChangeAccess;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.CloseForRestore;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.CreateJoinToken;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropJoinToken;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.FinishRestore;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.GiveUpRestore;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.KeepLocks;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.model.ClusterId;
import io.quorate.model.Invariant;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Loss;
import io.quorate.placement.Move;
import io.quorate.placement.Nodes;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import io.quorate.placement.Tenants;
import io.quorate.placement.planner.Planner;
import io.quorate.placement.planner.PlannerNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that the nodes of a cluster agree on, at one moment. Immutable: a command gives the next one.
 *
 * @param clusterVersion at which all nodes write: see {@link io.quorate.model.Release}
 * @param stateVersion log index of the last command that changed it; 1 after genesis
 * @param members by id
 * @param tenants by name; the default tenant is always among them
 * @param tenantIds that were ever given
 * @param partitions by number; no preference list is shorter than a tenant's factor
 * @param change what the topology is to become
 * @param recoveries of the metadata group after the loss of its majority, oldest first
 * @param losses by partition: what may be gone since nodes were given up, or readmitted although
 *     too few others were known to hold what they had; kept once acknowledged
 * @param departed nodes that were members, and will not be again
 * @param locks which nodes keep locks
 * @param access who may do what
 * @param joinTokens with which new nodes may join
 * @param cut the newest moment of which a backup was to be taken
 */
public record ClusterState(
    ClusterId clusterId,
    int clusterVersion,
    long stateVersion,
    SortedMap<NodeId, Member> members,
    SortedMap<String, Tenant> tenants,
    TenantIds tenantIds,
    List<PartitionPlacement> partitions,
    Change change,
    List<GroupRecovery> recoveries,
    SortedMap<Integer, Loss> losses,
    Departed departed,
    LockKeepers locks,
    AccessRules access,
    JoinTokens joinTokens,
    Cut cut) {

  public static final int PARTITIONS_MAX = 65_536;

  /** Clusters have locks from this version on. */
  public static final int LOCKS_FROM_VERSION = 2;

  /** Clusters have users, roles and grants from this version on. */
  public static final int ACCESS_FROM_VERSION = 2;

  /** Clusters have join tokens from this version on. */
  public static final int JOIN_TOKENS_FROM_VERSION = 2;

  /** Tenants are dropped and truncated from this version on. */
  public static final int DROPPING_FROM_VERSION = 2;

  /** Backups are taken of one moment from this version on. */
  public static final int CUTS_FROM_VERSION = 2;

  /**
   * From this version on tenants keep a factor above {@link Genesis#LIST_LENGTH_MAX}, to which they
   * were altered, also where all partitions have lost writes; and none is created that is larger
   * than lists that stay as long as they are.
   */
  private static final int FACTORS_KEPT_FROM_VERSION = 2;

  /** No node joins a cluster that has this many members. */
  public static final int MEMBERS_MAX = 1_000;

  /** Of a cluster that never changed. */
  public ClusterState(
      ClusterId clusterId,
      int clusterVersion,
      long stateVersion,
      SortedMap<NodeId, Member> members,
      SortedMap<String, Tenant> tenants,
      int nextTenantId,
      List<PartitionPlacement> partitions) {
    this(
        clusterId,
        clusterVersion,
        stateVersion,
        members,
        tenants,
        TenantIds.below(nextTenantId),
        partitions,
        Change.NONE,
        List.of(),
        Collections.emptySortedMap(),
        Departed.NOBODY);
  }

  /** Of a cluster that has no group for locks, no users and no cut yet. */
  public ClusterState(
      ClusterId clusterId,
      int clusterVersion,
      long stateVersion,
      SortedMap<NodeId, Member> members,
      SortedMap<String, Tenant> tenants,
      TenantIds tenantIds,
      List<PartitionPlacement> partitions,
      Change change,
      List<GroupRecovery> recoveries,
      SortedMap<Integer, Loss> losses,
      Departed departed) {
    this(
        clusterId,
        clusterVersion,
        stateVersion,
        members,
        tenants,
        tenantIds,
        partitions,
        change,
        recoveries,
        losses,
        departed,
        LockKeepers.NONE,
        AccessRules.NONE,
        JoinTokens.NONE,
        Cut.NONE);
  }

  /**
   * @throws IllegalArgumentException if the parts do not fit each other
   */
  public ClusterState {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    tenants = Collections.unmodifiableSortedMap(new TreeMap<>(tenants));
    partitions = List.copyOf(partitions);
    recoveries = List.copyOf(recoveries);
    losses = Collections.unmodifiableSortedMap(new TreeMap<>(losses));
    StateRules.check(
        !locks.isFounded() || clusterVersion >= LOCKS_FROM_VERSION,
        "locks in a cluster at version %d",
        clusterVersion);
    StateRules.check(
        access.equals(AccessRules.NONE) || clusterVersion >= ACCESS_FROM_VERSION,
        "users or roles in a cluster at version %d",
        clusterVersion);
    StateRules.check(
        joinTokens.equals(JoinTokens.NONE) || clusterVersion >= JOIN_TOKENS_FROM_VERSION,
        "join tokens in a cluster at version %d",
        clusterVersion);
    StateRules.checkCut(cut, clusterVersion, stateVersion, partitions.size());
    StateRules.check(stateVersion >= 1, "state version %d: it counts from 1", stateVersion);
    StateRules.check(
        !partitions.isEmpty() && partitions.size() <= PARTITIONS_MAX,
        "%d partitions: give 1 to %d",
        partitions.size(),
        PARTITIONS_MAX);
    StateRules.check(
        change.id() >= 0 && change.id() <= stateVersion,
        "change %d of the topology in state %d",
        change.id(),
        stateVersion);
    StateRules.checkMembers(members, clusterVersion);
    StateRules.checkLists(members.keySet(), partitions, change);
    StateRules.check(
        losses.isEmpty() || (losses.firstKey() >= 0 && losses.lastKey() < partitions.size()),
        "losses of partitions %s, of which there are %d",
        losses.keySet(),
        partitions.size());
    StateRules.check(
        tenantIds.dropped().isEmpty() || clusterVersion >= DROPPING_FROM_VERSION,
        "dropped tenants in a cluster at version %d",
        clusterVersion);
    StateRules.checkTenants(tenants, tenantIds);
    StateRules.checkFactors(
        tenants,
        partitions,
        shortest(
            partitions,
            change,
            losses.keySet(),
            clusterVersion >= FACTORS_KEPT_FROM_VERSION
                ? Planner.LIST_LENGTH_MAX
                : Genesis.LIST_LENGTH_MAX),
        losses.keySet(),
        members);
  }

  /**
   * Folds a command in.
   *
   * @param index its place in the log: larger than that of any command folded in before
   */
  public Decision apply(Command command, long index) {
    Invariant.hold(index > stateVersion, "command %d folded into state %d", index, stateVersion);
    String refusal = CommandRules.refusalOf(command, clusterVersion);
    if (refusal != null) {
      return new Rejected(RefusalKind.INVALID, refusal);
    }
    Decision decision =
        CutSteps.voided(this, Moves.limited(this, decide(command, index), index), index);
    return Requests.numbered(this, command, decision, index);
  }

  private Decision decide(Command command, long index) {
    try {
      return switch (command) {
        case NodeStarted started -> NodeStarts.note(this, started, index);
        case CreateTenant create -> Creating.create(this, create, index);
        case AlterTenant alter -> Alterations.alter(this, alter, index);
        case DropTenant(String name, int id) -> Dropping.drop(this, name, id, index);
        case TruncateTenant(String name, int id) -> Dropping.truncate(this, name, id, index);
        case CloseForRestore close -> RestoringInto.close(this, close, index);
        case TakeForRestore take -> RestoringInto.take(this, take, index);
        case FinishRestore finish -> RestoringInto.finish(this, finish, index);
        case GiveUpRestore giveUp -> RestoringInto.giveUp(this, giveUp, index);
        case PromisePurge(var wanted, long mark) -> PurgeRound.promise(this, wanted, mark, index);
        case ConfirmPurge(var wanted, long mark) -> PurgeRound.confirm(this, wanted, mark, index);
        case BeginCut begin -> CutSteps.begin(this, begin, index);
        case BeginPastCut begin -> CutSteps.begin(this, begin, index);
        case RearmCut(long id, long time) -> CutSteps.rearm(this, id, time, index);
        case CloseCut(long id) -> CutSteps.close(this, id, index);
        case SealCut seal -> CutSteps.seal(this, seal, index);
        case EndCut end -> CutSteps.end(this, end, index);
        case Readmit readmit -> Readmission.allow(this, readmit, index);
        case NodeReplaced replaced -> Readmission.replace(this, replaced, index);
        case Refill refill -> Readmission.refill(this, refill, index);
        case Filled filled -> Readmission.filled(this, filled, index);
        case Requested requested -> Requests.decide(this, requested, index);
        case Join join -> Wishes.join(this, join, index);
        case AddNode(NodeId node) -> Wishes.add(this, node, index);
        case GiveUpNodes give -> GivingUp.of(this, give, index);
        case AcknowledgeLoss note -> GivingUp.acknowledge(this, index);
        case RemoveNode(NodeId node) -> Wishes.remove(this, node, index);
        case ReplaceNode(NodeId node, NodeId by) -> Wishes.replace(this, node, by, index);
        case MoveNode(NodeId node, String region, String zone) ->
            Wishes.place(this, node, region, zone, index);
        case Rebalance again -> new Accepted(with(change.wished(index), index), List.of());
        case CancelChange cancel -> Moves.cancel(this, index);
        case LimitChange delta ->
            new Accepted(with(change.with(delta.applyTo(change.limits())), index), List.of());
        case PlanChange plan -> Moves.plan(this, plan, index);
        case StepMoves(var steps) -> Moves.step(this, steps, index);
        case MarkDown(NodeId node, boolean down) -> Wishes.mark(this, node, down, index);
        case NodeLeft(NodeId node) -> Wishes.left(this, node, index);
        case RaiseClusterVersion(int version) -> Upgrades.raise(this, version, index);
        case KeepLocks(LockKeepers wanted) -> onKeepLocks(wanted, index);
        case ChangeAccess(AccessChange wanted) -> onChangeAccess(wanted, index);
        case CreateJoinToken create ->
            new Accepted(
                with(joinTokens.with(create.token(), create.nowMillis()), index), List.of());
        case DropJoinToken(String id) ->
            new Accepted(with(joinTokens.without(id), index), List.of());
      };
    } catch (IllegalArgumentException refused) {
      // Values refuse what they cannot hold, with the sentence that the asker is to read.
      return new Rejected(String.valueOf(refused.getMessage()));
    }
  }

  /** What comes late, or was asked for by several nodes, changes nothing. */
  private Decision onKeepLocks(LockKeepers wanted, long index) {
    if (!wanted.follow(locks, members.keySet())) {
      return new Accepted(this, List.of());
    }
    for (NodeId node : wanted.next()) {
      StateRules.check(
          members.containsKey(node) || locks.mayVote(node),
          "node %s is to keep locks, and is no member",
          node);
    }
    return new Accepted(next(index).locks(wanted).build(), List.of());
  }

  private Decision onChangeAccess(AccessChange wanted, long index) {
    AccessRules changed = access.with(wanted);
    return new Accepted(
        changed.equals(access) ? this : next(index).access(changed).build(), List.of());
  }

  /** Begins the state that this one is followed by, after the command at this place in the log. */
  NextState next(long index) {
    return new NextState(this, index);
  }

  ClusterState with(JoinTokens newJoinTokens, long index) {
    return next(index).joinTokens(newJoinTokens).build();
  }

  ClusterState with(Cut newCut, List<PartitionPlacement> newPartitions, long index) {
    return next(index).cut(newCut).partitions(newPartitions).build();
  }

  ClusterState withTenant(Tenant tenant, long index) {
    return withTenant(tenant, tenantIds, index);
  }

  ClusterState withTenant(Tenant tenant, TenantIds newIds, long index) {
    SortedMap<String, Tenant> changed = new TreeMap<>(tenants);
    changed.put(tenant.name(), tenant);
    return withTenants(changed, newIds, index);
  }

  ClusterState withTenants(SortedMap<String, Tenant> newTenants, long index) {
    return withTenants(newTenants, tenantIds, index);
  }

  ClusterState withTenants(SortedMap<String, Tenant> newTenants, TenantIds newIds, long index) {
    return next(index).tenants(newTenants, newIds).build();
  }

  ClusterState with(
      SortedMap<NodeId, Member> newMembers, List<PartitionPlacement> newPartitions, long index) {
    return with(newMembers, newPartitions, change, index);
  }

  ClusterState with(
      SortedMap<NodeId, Member> newMembers,
      List<PartitionPlacement> newPartitions,
      Change newChange,
      long index) {
    return next(index).members(newMembers).partitions(newPartitions).change(newChange).build();
  }

  ClusterState with(SortedMap<Integer, Loss> newLosses, long index) {
    return next(index).losses(newLosses).build();
  }

  ClusterState atVersion(int newClusterVersion, long index) {
    return next(index).clusterVersion(newClusterVersion).build();
  }

  ClusterState with(Change newChange, long index) {
    return next(index).change(newChange).build();
  }

  /**
   * The state to go on with when the metadata group lost its majority, and this is what a survivor
   * knew.
   *
   * @param firstNumber from which on everything is counted; no node can have come so far before
   * @throws IllegalArgumentException if it is not above all that is counted here
   */
  public ClusterState recovered(GroupRecovery recovery, long firstNumber) {
    return Recovering.from(this, recovery, firstNumber);
  }

  /** The different ones that tenants have: mostly few, however many tenants there are. */
  public Set<Replication> replications() {
    return Replication.of(tenants.values());
  }

  /**
   * What lists must have for what tenants are to have in the end: as many nodes have to be left for
   * replicas. More that some partitions still have, or are leaving, does not count, for it ends by
   * itself and must not keep others from being planned.
   */
  public ListNeeds needsToBe() {
    return ListNeeds.of(replications().stream().map(Replication::goal).toList());
  }

  /** Where nodes stand, as far as tenants are replicated by region. */
  public Regions regions() {
    if (tenants.values().stream().noneMatch(each -> each.replication().isByRegion())) {
      return Regions.UNDIVIDED;
    }
    Map<NodeId, String> regions = new TreeMap<>();
    members.forEach((id, member) -> regions.put(id, member.region()));
    return Regions.of(regions);
  }

  /**
   * The largest factor that a tenant may have: the length of the shortest preference list, or of
   * those that will be, once nodes that are to leave have none any more.
   */
  public int replicationFactorMax() {
    int toOwn = (int) members.values().stream().filter(Member::isToOwn).count();
    boolean mayGrow = clusterVersion < FACTORS_KEPT_FROM_VERSION || isChanging();
    Set<Integer> lossy =
        losses.size() < partitions.size() || mayGrow ? losses.keySet() : Collections.emptySet();
    return Math.min(shortest(partitions, change, lossy, Genesis.LIST_LENGTH_MAX), toOwn);
  }

  /**
   * Partitions that lost most of their replicas have short lists until the ladder has brought them
   * back; they do not count, nor does it matter to a tenant that is created meanwhile.
   *
   * @param ifAllLossy the length that counts if all partitions have lost so much, unless they have
   *     targets that are shorter
   */
  private static int shortest(
      List<PartitionPlacement> partitions, Change change, Set<Integer> lossy, int ifAllLossy) {
    int shortest = lossy.size() == partitions.size() ? ifAllLossy : Integer.MAX_VALUE;
    for (int number = 0; number < partitions.size(); number++) {
      if (lossy.contains(number)) {
        continue;
      }
      PartitionPlacement partition = partitions.get(number);
      Move move = partition.move();
      shortest = Math.min(shortest, partition.preferenceList().size());
      if (move != null && move.isDual()) {
        shortest = Math.min(shortest, move.other().size());
      }
    }
    for (List<NodeId> target : change.targets().values()) {
      shortest = Math.min(shortest, target.size());
    }
    return shortest;
  }

  /** The highest version that all members can work at: what the cluster's may be raised to. */
  public int highestClusterVersion() {
    return Upgrades.highestVersion(members.values());
  }

  /** The nodes that are to have replicas, for the planner. */
  public List<PlannerNode> ownersToBe() {
    return members.values().stream().filter(Member::isToOwn).map(Member::forPlanner).toList();
  }

  /** Whether a node has anything of any partition, or is to have. */
  public boolean owns(NodeId node) {
    return Wishes.owns(this, node);
  }

  /**
   * Partitions that have yet to set out, if perhaps once more: to another list, or to another
   * factor of some tenant.
   */
  public SortedSet<Integer> awaitingMove() {
    SortedSet<Integer> awaiting = new TreeSet<>(change.targets().keySet());
    List<Replication> altered = replications().stream().filter(Replication::isAltered).toList();
    for (int number = 0; !altered.isEmpty() && number < partitions.size(); number++) {
      long through = partitions.get(number).goesThrough();
      if (altered.stream().anyMatch(each -> !each.at(through).equals(each.goal()))) {
        awaiting.add(number);
      }
    }
    return awaiting;
  }

  /** Partitions that have not arrived: those that have yet to set out, and those under way. */
  public SortedSet<Integer> yetToArrive() {
    SortedSet<Integer> left = awaitingMove();
    for (int number = 0; number < partitions.size(); number++) {
      if (partitions.get(number).isDual()) {
        left.add(number);
      }
    }
    return left;
  }

  /** The list that a partition has in the end, as far as that is planned. */
  public List<NodeId> goal(int partition) {
    return change.targets().getOrDefault(partition, partitions.get(partition).goesTo());
  }

  /** Whether any partition is on the move, or is to be. */
  public boolean isChanging() {
    return change.needsPlan()
        || !awaitingMove().isEmpty()
        || partitions.stream().anyMatch(partition -> partition.move() != null);
  }

  static int defaultReplicationFactor(int replicationFactorMax) {
    return Math.min(TenantRules.DEFAULT_REPLICATION_FACTOR, replicationFactorMax);
  }

  /** By partition: from which epoch on it can be trusted, where a loss is not acknowledged yet. */
  private Map<Integer, Long> unnoted() {
    Map<Integer, Long> epochs = new TreeMap<>();
    losses.forEach(
        (partition, loss) -> {
          if (!loss.acknowledged()) {
            epochs.put(partition, loss.epoch());
          }
        });
    return epochs;
  }

  /** What coordinators, replicas and clients need to know of this state. */
  public Placements placements() {
    Map<NodeId, Placements.Member> nodes = new TreeMap<>();
    members.forEach((id, member) -> nodes.put(id, member.forPlacements()));
    return new Placements(
        clusterVersion,
        stateVersion,
        Nodes.of(nodes),
        Tenants.of(tenants, tenantIds.dropped()),
        partitions,
        change.limits().bytesPerSecond(),
        unnoted(),
        cut);
  }
}
