package io.quorate.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Member;
import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.HealthCount;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Tenant;
import io.quorate.raft.Role;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.replica.VersionConflicts;
import io.quorate.storage.StoreHealth;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Node A of a cluster, which folds what is proposed into its state at once. */
public final class FakeAdmin implements ClusterAdmin {
  public static final NodeId A = new NodeId(1);
  public static final NodeId B = new NodeId(2);
  public static final NodeId C = new NodeId(3);

  /** Three members, two partitions, one replica each of three. */
  public static ClusterState threeMembers() {
    TreeMap<NodeId, Member> members = new TreeMap<>();
    for (NodeId id : List.of(C, A, B)) {
      members.put(
          id,
          new Member(
              id,
              "10.0.0." + id.value() + ":7400",
              "r",
              "z",
              1.0,
              4,
              Releases.THIS,
              Member.State.ACTIVE,
              false,
              id.equals(A) ? "upper" : ""));
    }
    TreeMap<String, Tenant> tenants = new TreeMap<>();
    tenants.put("default", new Tenant(1, "default", 3, Level.QUORUM, Level.QUORUM, 0));
    return new ClusterState(
        new ClusterId(0xC1),
        Releases.THIS.newest(),
        9,
        members,
        tenants,
        2,
        List.of(
            new PartitionPlacement(1, List.of(C, A, B)),
            new PartitionPlacement(5, List.of(A, B, C))));
  }

  public volatile long upgradeOpenMillis;
  public volatile long hybridTime;
  public volatile @Nullable ClusterState state;

  /** What it knows of the cluster, where that is not the newest. */
  public volatile @Nullable ClusterState stale;

  public final Set<NodeId> down = ConcurrentHashMap.newKeySet();
  public volatile @Nullable CommandOutcome instead;

  /** Why it cannot follow the metadata group; empty if it can. */
  public volatile String stuck = "";

  /** Why the cluster does not take what it announces; empty if it does. */
  public volatile String announcementRefused = "";

  @Override
  public NodeId self() {
    return A;
  }

  @Override
  public @Nullable ClusterState state() {
    ClusterState known = stale;
    return known == null ? state : known;
  }

  @Override
  public @Nullable MetadataStatus metadata() {
    return new MetadataStatus(
        Role.FOLLOWER, B, 7, 20, 19, List.of(A, B), List.of(C), stuck, announcementRefused);
  }

  @Override
  public long hybridTime() {
    return hybridTime;
  }

  @Override
  public long upgradeOpenMillis() {
    return upgradeOpenMillis;
  }

  @Override
  public Seen seen(NodeId node) {
    boolean live = !down.contains(node);
    return new Seen(
        live,
        !node.equals(B),
        false,
        node.equals(A) ? 0 : 40,
        live ? 0.5 : 9,
        node.equals(C) ? 700 : 0,
        node.equals(C),
        node.equals(C) ? new Owed(12, 3, true) : new Owed(0, 0, false));
  }

  @Override
  public HealthCount health() {
    ClusterState now = state;
    return now == null
        ? HealthCount.NONE
        : HealthCount.of(now.placements(), "", node -> !down.contains(node));
  }

  @Override
  public Report report() {
    return new Report(
        "1.2",
        reportedWaitingFor,
        new StoreHealth(StoreHealth.State.FULL, "no space"),
        usage,
        true,
        -600,
        5,
        false,
        new AntiEntropy.Standing(8, 2, 3_000_000_000L, 0, 0),
        4,
        new Filler.Progress(3, 16, 1_000, 5_000_000, 2_000_000),
        new Purging(70, 2, 1, 90_000, 3_700_000),
        List.of(new VersionConflicts.Of(new NodeId(7), 3, 2)),
        6,
        "takes all",
        List.of("tls.key"),
        new TokenKeysState("no answer", true),
        "tls.certificate expires soon",
        Map.of("cluster.partitions", "2"));
  }

  public volatile String outOfTouch = "";

  /** What its report says of the file system. */
  public volatile DiskUsage usage = new DiskUsage(100, 97, 1);

  /** What its report says that it waits for; empty if it serves. */
  public volatile String reportedWaitingFor = "";

  @Override
  public String outOfTouch() {
    return outOfTouch;
  }

  @Override
  public String waitingFor() {
    return "other nodes have not answered yet";
  }

  @Override
  public void propose(Command command, long deadlineNanos, Consumer<CommandOutcome> callback) {
    proposeDeadlineNanos = deadlineNanos;
    CommandOutcome told = instead;
    ClusterState before = state;
    if (told != null) {
      callback.accept(told);
      return;
    }
    RequestKey request = command instanceof Requested of ? of.request() : RequestKey.NONE;
    long content = command instanceof Requested of ? of.content() : 0;
    CommandOutcome earlier = remembered(request, content);
    if (earlier != null) {
      callback.accept(earlier);
    } else if (before != null) {
      CommandOutcome outcome =
          switch (before.apply(command, before.stateVersion() + 1)) {
            case Decision.Accepted accepted -> {
              state = accepted.next();
              yield new CommandOutcome.Accepted(accepted.warnings(), accepted.next().change().id());
            }
            case Decision.Rejected(RefusalKind kind, String reason) ->
                new CommandOutcome.Rejected(kind, reason);
          };
      if (!request.equals(RequestKey.NONE)) {
        requests.put(request, new Remembered(content, before.stateVersion() + 1, outcome));
      }
      callback.accept(outcome);
    }
  }

  private record Remembered(long content, long index, CommandOutcome outcome) {}

  /** Decisions about requests; all are kept. */
  private final Map<RequestKey, Remembered> requests = new ConcurrentHashMap<>();

  private @Nullable CommandOutcome remembered(RequestKey request, long content) {
    Remembered before = requests.get(request);
    if (before == null || before.content() == content) {
      return before == null ? null : before.outcome();
    }
    return new CommandOutcome.Rejected(RefusalKind.FAILED_PRECONDITION, "used for another request");
  }

  @Override
  public @Nullable CommandOutcome decided(RequestKey request, long content) {
    return stale == null ? remembered(request, content) : null;
  }

  @Override
  public long decidedAt(RequestKey request) {
    Remembered before = stale == null ? requests.get(request) : null;
    return before == null ? 0 : before.index();
  }

  /** Whether a leader can be asked what was decided. */
  public volatile boolean confirms = true;

  /** When the last proposal would have been given up. */
  public volatile long proposeDeadlineNanos;

  /** When the last one who wanted to be sure would have given up. */
  public volatile long confirmDeadlineNanos;

  @Override
  public void confirm(long deadlineNanos, Consumer<Boolean> callback) {
    confirmDeadlineNanos = deadlineNanos;
    if (confirms) {
      stale = null;
    }
    callback.accept(confirms);
  }

  /** Those that do not hear what is decided. */
  public final Set<NodeId> unaware = ConcurrentHashMap.newKeySet();

  /** Whether others hear at once what is decided; else with the next {@link #spread()}. */
  public volatile boolean spreads = true;

  private final Queue<Consumer<Set<NodeId>>> unspread = new ConcurrentLinkedQueue<>();

  @Override
  public void spread(long deadlineNanos, Consumer<Set<NodeId>> callback) {
    unspread.add(callback);
    if (spreads) {
      spread();
    }
  }

  /** The others but for those that do not hear of it know what was decided. */
  public void spread() {
    for (Consumer<Set<NodeId>> each = unspread.poll(); each != null; each = unspread.poll()) {
      each.accept(Set.copyOf(unaware));
    }
  }

  public volatile ChangeProgress progress = ChangeProgress.NOTHING;

  @Override
  public ChangeProgress changeProgress() {
    return progress;
  }

  /** As it is told. */
  public volatile long cutUnheardMillis = -1;

  /** The cuts that it was asked to keep, in order. */
  public final List<Long> keptCuts = new CopyOnWriteArrayList<>();

  @Override
  public void keepCut(long cut) {
    keptCuts.add(cut);
  }

  @Override
  public CutUnheard cutUnheard() {
    return new CutUnheard(cutUnheardMillis, 90_000);
  }

  @Override
  public long bytesPerReplica() {
    return 1_000;
  }
}
