package io.quorate.metadata;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Member;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.CommandOutcome.Unavailable;
import io.quorate.metadata.CommandOutcome.Unknown;
import io.quorate.metadata.RememberedRequests.Remembered;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.raft.Entry;
import io.quorate.raft.EntryId;
import io.quorate.raft.EntryType;
import io.quorate.raft.HardState;
import io.quorate.raft.MembershipChange;
import io.quorate.raft.Proposal;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftImage;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.ReadResult;
import io.quorate.raft.Reader;
import io.quorate.raft.Ready;
import io.quorate.raft.Role;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.runtime.Randomness;
import io.quorate.storage.RaftStore;
import io.quorate.storage.StorageFault;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This node's part in the metadata group: votes, leads or learns; folds what is committed into the
 * cluster's state, and publishes it. Takes commands on any node. Lives on one lane.
 *
 * <p>A state is published only after a snapshot of it is durable. Raft does not remember what was
 * committed, so a node that restarts alone begins with its snapshot: were that older than what it
 * had acted upon, it would serve epochs that it once refused. One rule for all changes is simple,
 * and costs next to nothing at rest; while partitions move it is a snapshot of all with each step.
 *
 * <p>What the group decides may be more than this version can read, or fold in. Then the node takes
 * no further part, as if it were cut off from the group: it is {@link Standstill stuck}. It does
 * not end, for all nodes would end by one entry of the log, and with them the data plane.
 */
public final class MetadataGroup {
  /** One attempt to tell the cluster of this start; there is always another. */
  private static final long ANNOUNCE_NANOS = 5_000_000_000L;

  /** Between two attempts of a leader that is to leave the cluster. */
  private static final long HAND_OVER_NANOS = 3_000_000_000L;

  private final NodeStarted thisStart;
  private final MetadataConfig config;
  private final Lane lane;
  private final Clock clock;
  private final Network<byte[]> network;
  private final MetadataListener listener;
  private final Raft raft;
  private final RaftDriver driver;
  private final ProposalRules rules;
  private final ProposalChecks checks;
  private final Proposals proposals;
  private final Confirmations confirmations;
  private final Silence silence = new Silence();
  private final SnapshotReader snapshots;
  private final Standstill standstill;

  /** Everything applied. */
  private MetadataState state;

  /** What others were told; durable. Never newer than {@link #state}. */
  private ClusterState published;

  /** To be published once the snapshot at {@link #publishAtIndex} is durable. */
  private @Nullable ClusterState publishNext;

  private long publishAtIndex;

  /** Everything up to here is applied, and what it changed is published. */
  private long settledIndex;

  /** Decisions about commands of this node that are not settled yet, by index. */
  private final Deque<Undelivered> undelivered = new ArrayDeque<>();

  /** Whether the cluster's state tells of this start. */
  private boolean announced;

  private boolean announcing;

  /** When leadership was last handed over, or that was tried; and how often. */
  private long handOverNanos;

  private int handOvers;
  private boolean stopped;

  /** Whether the group goes on without what this node has committed, and that was told. */
  private boolean abandoned;

  private record Undelivered(long index, CommandId id, Decided decision) {}

  /**
   * @param thisStart what the cluster is to know of this start of the node
   * @param image what is durable; it holds at least a genesis
   */
  public MetadataGroup(
      NodeStarted thisStart,
      RaftStore.Image image,
      MetadataConfig config,
      Lane lane,
      Clock clock,
      Randomness chance,
      Network<byte[]> network,
      RaftStore store,
      MetadataListener listener) {
    this(
        thisStart,
        image,
        config,
        lane,
        clock,
        chance,
        network,
        store,
        listener,
        ProposalRules.ALL,
        new SnapshotReader());
  }

  MetadataGroup(
      NodeStarted thisStart,
      RaftStore.Image image,
      MetadataConfig config,
      Lane lane,
      Clock clock,
      Randomness chance,
      Network<byte[]> network,
      RaftStore store,
      MetadataListener listener,
      ProposalRules rules,
      SnapshotReader snapshots) {
    this.rules = rules;
    this.snapshots = snapshots;
    this.thisStart = thisStart;
    this.config = config;
    this.lane = lane;
    this.clock = clock;
    this.network = network;
    this.listener = listener;
    RaftStore.Snapshot stored =
        Invariant.present(image.snapshot(), "node %s has no genesis", thisStart.id());
    Snapshot snapshot = Snapshot.ofBody(stored.index(), stored.term(), stored.payload());
    state = MetadataState.decode(snapshot.state(), newestVersion());
    published = state.cluster();
    settledIndex = snapshot.index();
    standstill = new Standstill(thisStart.id(), clock);
    raft = open(image, snapshot, chance);
    driver = new RaftDriver(raft, store, stored, network, lane, config.inputsMax(), new Applying());
    checks =
        new ProposalChecks(
            thisStart.id(),
            raft,
            network,
            clock,
            config,
            silence,
            rules,
            () -> state.cluster(),
            listener::happened);
    proposals =
        new Proposals(
            thisStart.id(),
            thisStart.incarnation(),
            raft,
            network,
            clock,
            config,
            checks,
            listener::happened);
    confirmations = new Confirmations(raft, clock, config);
    handOverNanos = clock.nanos() - HAND_OVER_NANOS;
  }

  /** Without its entries, if these cannot be read: it is stuck then, and never told anything. */
  private Raft open(RaftStore.Image image, Snapshot snapshot, Randomness chance) {
    RaftImage readable;
    try {
      readable = RaftDriver.image(image);
      return raft(readable, chance); // which reads the memberships among the entries
    } catch (MalformedBytesException | Invariant.BrokenInvariant unreadable) {
      standstill.begin("its stored log of changes cannot be read: " + unreadable.getMessage());
      RaftStore.HardState stored = image.hardState();
      return raft(new RaftImage(new HardState(stored.term(), null), snapshot, List.of()), chance);
    }
  }

  private Raft raft(RaftImage image, Randomness chance) {
    return new Raft(thisStart.id(), config.raft(), image, chance::nextInt, new Reading());
  }

  public void start() {
    listener.published(published);
    if (standstill.isOver()) {
      driver.wake();
      tickLater();
    } else {
      stand(null);
    }
  }

  /** The highest version that this node reads. */
  private int newestVersion() {
    return thisStart.release().newest();
  }

  /** Takes part no more, as if the node had died; commands that wait are not answered. */
  public void stop() {
    stopped = true;
    driver.stop();
  }

  /** The newest published state. */
  public ClusterState state() {
    return published;
  }

  /** The newest durable snapshot. */
  public RaftStore.Snapshot snapshot() {
    return Invariant.present(driver.durableSnapshot(), "node %s has no snapshot", thisStart.id());
  }

  /** For tests, which hold it against Raft's promises after everything that happens. */
  Raft raft() {
    return raft;
  }

  public MetadataStatus status() {
    boolean stands = standstill.isForGood();
    return new MetadataStatus(
        stands ? Role.FOLLOWER : raft.role(),
        stands ? null : raft.leader(),
        raft.term(),
        raft.commitIndex(),
        settledIndex,
        List.copyOf(raft.membership().voters()),
        List.copyOf(raft.membership().learners()),
        standstill.why());
  }

  /** Whether a leader is known, and it has seen this start of the node. */
  public boolean isAnnounced() {
    return announced && raft.leader() != null && standstill.isOver();
  }

  /** Whether this node is stuck, and heard lately that the group goes on without it. */
  public boolean isLeftBehind() {
    return standstill.isForGood()
        ? standstill.isLeaderHeard()
        : !standstill.isOver() && raft.leader() != null;
  }

  /**
   * Changes the cluster, wherever its leader is. The callback is called once; when it hears that
   * the command was accepted, {@link #state()} shows it.
   *
   * @param deadlineNanos when the caller gives up, on the clock's {@code nanos()}
   */
  public void propose(Command command, long deadlineNanos, Consumer<CommandOutcome> callback) {
    if (standstill.isForGood()) {
      callback.accept(new Unavailable(standstill.advice()));
      return;
    }
    proposals.submit(command, deadlineNanos, callback);
    driver.wake();
  }

  /**
   * Returns what was decided about an operator's request, or a refusal if another request came
   * under its name, if this node remembers it, and {@link #state()} shows its effect; else null.
   *
   * @param content see {@link Command.Requested#content}
   */
  public @Nullable Decided decided(RequestKey request, long content) {
    Remembered before = state.requests().get(request);
    return before == null || before.index() > settledIndex
        ? null
        : before.answerTo(request, content);
  }

  /**
   * Tells the leader what this node has found. The report is lost if there is no leader, or the
   * leader cannot be reached.
   */
  public void report(byte[] content) {
    NodeId leader = standstill.isForGood() ? null : raft.leader();
    if (thisStart.id().equals(leader)) {
      listener.reported(thisStart.id(), content);
    } else if (leader != null) {
      network.send(leader, new MetadataMessage.Report(content).encode(checks.version()));
    }
  }

  /**
   * Makes sure that {@link #state()} shows everything that was decided before this call.
   *
   * @param callback told true when it does, false if no leader could confirm it in time
   */
  public void confirm(long deadlineNanos, Consumer<Boolean> callback) {
    if (standstill.isForGood()) {
      callback.accept(false);
      return;
    }
    confirmations.submit(deadlineNanos, callback);
    driver.wake();
  }

  /** Takes a message from another member. */
  public void onMessage(NodeId from, byte[] bytes) {
    if (stopped || !driver.admits()) {
      return; // messages may be lost, and are sent again
    }
    if (standstill.isForGood()) {
      hearOnly(from, bytes);
      return;
    }
    try {
      switch (MetadataMessage.decode(bytes, newestVersion())) {
        case MetadataMessage.Raft raftMessage -> step(from, raftMessage.message());
        case MetadataMessage.Propose propose -> checks.onProposal(from, propose.command());
        case MetadataMessage.Refused refused ->
            proposals.refused(from, refused.id(), refused.kind(), refused.why());
        case MetadataMessage.Report report -> {
          if (thisStart.id().equals(raft.leader())) {
            listener.reported(from, report.content());
          }
        }
        case MetadataMessage.Stuck stuck -> listener.stuck(from, stuck.why());
      }
    } catch (Invariant.BrokenInvariant broken) {
      throw broken;
    } catch (MalformedBytesException | IllegalArgumentException malformed) {
      listener.malformed(from, String.valueOf(malformed.getMessage()));
    }
    driver.wake();
  }

  /** Takes nothing in, but notes who leads, and tells it in turn why this node does not follow. */
  private void hearOnly(NodeId from, byte[] bytes) {
    try {
      if (MetadataMessage.decode(bytes, newestVersion())
              instanceof MetadataMessage.Raft(RaftMessage message)
          && standstill.isToBeTold(from, message)) {
        network.send(from, new MetadataMessage.Stuck(standstill.why()).encode(checks.version()));
      }
    } catch (MalformedBytesException | IllegalArgumentException malformed) {
      listener.malformed(from, String.valueOf(malformed.getMessage()));
    }
  }

  private void step(NodeId from, RaftMessage message) {
    if (!message.from().equals(from)) {
      listener.malformed(from, "speaks in the name of " + message.from());
      return;
    }
    standstill.heard(message);
    raft.step(message);
  }

  private void tickLater() {
    Lane.Timer unused = lane.schedule(config.tickNanos(), this::tick);
  }

  private void tick() {
    if (stopped || standstill.isForGood()) {
      return;
    }
    if (driver.admits()) {
      raft.tick();
    }
    followMembers();
    proposals.tick();
    confirmations.tick();
    driver.wake();
    tickLater();
  }

  /** The leader makes the group that of the cluster's members, change by change. */
  private void followMembers() {
    if (raft.role() != Role.LEADER) {
      silence.forget();
      return;
    }
    silence.look(raft, clock.nanos());
    ClusterState cluster = state.cluster();
    for (MembershipChange change :
        GroupMembership.due(
            raft.membership(),
            cluster.members().values(),
            thisStart.id(),
            cluster::owns,
            silence::isSilent)) {
      if (raft.changeMembership(change) instanceof Proposal.Accepted) {
        listener.happened(MetadataEvent.GROUP_FOLLOWED_MEMBERS);
        return;
      }
    }
    handOverIfLeaving(cluster);
  }

  /** One after the other is tried, for any of them may be down; in between, commands are taken. */
  private void handOverIfLeaving(ClusterState cluster) {
    List<NodeId> heirs =
        GroupMembership.heirs(
            raft.membership(),
            cluster.members().values(),
            thisStart.id(),
            cluster::owns,
            silence::isSilent);
    if (!heirs.isEmpty() && clock.nanos() - handOverNanos >= HAND_OVER_NANOS) {
      handOverNanos = clock.nanos();
      NodeId heir = heirs.get(handOvers++ % heirs.size());
      if (raft.transferLeadership(heir) == null) {
        listener.happened(MetadataEvent.LEADER_HANDED_OVER);
      }
    }
  }

  /** What Raft asks of a leader's messages before it takes them over. */
  private final class Reading implements Reader {
    @Override
    public @Nullable String refusalOf(Snapshot snapshot) {
      return snapshots.refusalOf(snapshot, published, thisStart.release());
    }

    @Override
    public @Nullable String refusalOf(Entry entry) {
      try {
        NumberedCommand unused = NumberedCommand.decode(entry.payload(), newestVersion());
        return null;
      } catch (MalformedBytesException unreadable) {
        return String.valueOf(unreadable.getMessage());
      }
    }
  }

  /** Raft's state machine. */
  private final class Applying implements RaftDriver.StateMachine {
    @Override
    public void restore(Snapshot snapshot) {
      int versionBefore = state.cluster().clusterVersion();
      state = snapshots.take(snapshot);
      tellIfRaisedSince(versionBefore);
      standstill.restored();
      for (CommandId id : proposals.awaited()) {
        Decided decision = state.recent().decision(id);
        if (decision != null) {
          listener.happened(MetadataEvent.DECIDED_BY_SNAPSHOT);
          undelivered.add(new Undelivered(snapshot.index(), id, decision));
        }
      }
    }

    @Override
    public void apply(Entry entry) {
      if (standstill.isForGood()) {
        return;
      }
      standstill.applied(entry.index());
      if (entry.type() != EntryType.NORMAL) {
        return;
      }
      NumberedCommand command;
      try {
        command = NumberedCommand.decode(entry.payload(), newestVersion());
      } catch (MalformedBytesException unreadable) {
        standStill("entry %s of the log cannot be read".formatted(entry.id()), unreadable);
        return;
      }
      fold(command, entry);
    }

    private void fold(NumberedCommand command, Entry entry) {
      if (state.recent().decision(command.id()) != null) {
        listener.happened(MetadataEvent.COMMAND_CAME_TWICE);
      } else if (rules.earlier(command, state.requests()) != null) {
        listener.happened(MetadataEvent.REQUEST_CAME_AGAIN);
      }
      int versionBefore = state.cluster().clusterVersion();
      Decided decision;
      try {
        decision = state.apply(command, entry.index(), rules);
      } catch (RuntimeException broken) {
        // The state is as it was. Ending the process would end all nodes, at each of their starts.
        standStill("entry %s of the log cannot be folded in".formatted(entry.id()), broken);
        return;
      }
      tellIfRaisedSince(versionBefore);
      String tooNew = ClusterVersionRule.refusalOf(state.cluster(), thisStart.release());
      if (tooNew != null) {
        // It went back to an earlier release after it had said that it runs a later one.
        standStill(tooNew);
        return;
      }
      if (proposals.awaits(command.id())) {
        undelivered.add(new Undelivered(entry.index(), command.id(), decision));
      }
    }

    private void tellIfRaisedSince(int versionBefore) {
      if (state.cluster().clusterVersion() > versionBefore) {
        listener.happened(MetadataEvent.CLUSTER_VERSION_RAISED);
      }
    }

    @Override
    public void answer(ReadResult read) {
      if (!standstill.isForGood()) {
        confirmations.answer(read);
      }
    }

    @Override
    public void workDone(Ready ready) {
      ready.events().forEach(this::happened);
      if (standstill.isForGood()) {
        return;
      }
      settle();
      if (ready.softState() != null) {
        onLeaderChange(ready.softState().leader(), ready.softState().term());
      }
    }

    private void happened(RaftEvent event) {
      listener.happened(event);
      if (event instanceof RaftEvent.LogAbandoned(var recovery, var committed) && !abandoned) {
        abandoned = true;
        listener.abandoned(LostMajority.abandoned(thisStart.id(), recovery, committed));
      }
      if (event instanceof RaftEvent.SnapshotRefused(NodeId from, EntryId last, String why)) {
        lag(from, "the snapshot at %s of leader %s: %s".formatted(last, from, why));
      }
      if (event instanceof RaftEvent.EntryRefused(NodeId from, EntryId id, String why)) {
        lag(from, "entry %s of leader %s cannot be read: %s".formatted(id, from, why));
      }
    }

    private void lag(NodeId leader, String what) {
      standstill.lag(leader, raft.status().term(), what, raft.lastIndex());
      listener.stuck(standstill.advice(), null);
      network.send(leader, new MetadataMessage.Stuck(standstill.why()).encode(checks.version()));
    }

    @Override
    public void storeFailed(StorageFault fault) {
      listener.storeFailed(fault);
    }

    @Override
    public int version() {
      return checks.version();
    }
  }

  private void settle() {
    if (standstill.isForGood()) {
      return;
    }
    if (publishNext != null && driver.durableSnapshotIndex() >= publishAtIndex) {
      publish(publishNext, publishAtIndex);
      publishNext = null;
    }
    if (state.cluster().stateVersion() == published.stateVersion()) {
      settledIndex = Math.max(settledIndex, raft.appliedIndex());
    } else if (driver.durableSnapshotIndex() >= state.cluster().stateVersion()) {
      publish(state.cluster(), raft.appliedIndex()); // a leader's snapshot: durable already
    } else if (publishNext == null) {
      publishNext = state.cluster();
      publishAtIndex = raft.appliedIndex();
      compact();
    }
    if (raft.appliedIndex() - raft.snapshotIndex() >= config.snapshotEvery()) {
      compact();
    }
    if (!standstill.isForGood()) {
      deliver();
    }
  }

  /** What was folded in is so bounded that encoding does not fail; if it does, all else stays. */
  private void compact() {
    byte[] encoded;
    try {
      encoded = state.encode();
    } catch (RuntimeException broken) {
      standStill(
          "the state at %d of the log cannot be stored".formatted(raft.appliedIndex()), broken);
      return;
    }
    boolean unused = raft.compact(raft.appliedIndex(), encoded);
    driver.wake();
  }

  private void standStill(String what, RuntimeException cause) {
    standstill.begin(what + ": " + cause.getMessage());
    stand(cause);
  }

  private void standStill(String why) {
    standstill.begin(why);
    stand(null);
  }

  private void stand(@Nullable Throwable cause) {
    driver.stop();
    listener.stuck(standstill.advice(), cause);
    proposals.giveUp(standstill.advice());
    confirmations.giveUp();
    listener.leaderChanged(null, raft.term());
  }

  private void publish(ClusterState next, long index) {
    Invariant.hold(
        next.stateVersion() > published.stateVersion(),
        "state %d after state %d",
        next.stateVersion(),
        published.stateVersion());
    published = next;
    settledIndex = Math.max(settledIndex, index);
    listener.published(next);
    if (announced && raft.leader() != null) {
      announce(); // its name, which the cluster's version may have kept it from telling
    }
  }

  private void deliver() {
    while (!undelivered.isEmpty() && undelivered.peek().index() <= settledIndex) {
      Undelivered next = undelivered.remove();
      proposals.decided(next.id(), next.decision());
    }
    confirmations.settled(settledIndex);
  }

  private void onLeaderChange(@Nullable NodeId leader, long term) {
    listener.leaderChanged(leader, term);
    proposals.leaderChanged();
    driver.wake();
    if (leader != null) {
      standstill.leads(leader, term);
      announce();
    }
  }

  /** Whether the cluster's state has all of this start that its version has room for. */
  private boolean isTold() {
    Member member = published.members().get(thisStart.id());
    announced =
        member != null
            && member.incarnation() == thisStart.incarnation()
            && member.address().equals(thisStart.address());
    boolean named =
        published.clusterVersion() < Member.NAMED_FROM_VERSION
            || (member != null && member.name().equals(thisStart.name()));
    return announced && named;
  }

  /** Tells the cluster that this node runs, until the cluster's state says so. */
  private void announce() {
    if (isTold() || announcing) {
      return;
    }
    announcing = true;
    proposals.submit(
        thisStart,
        clock.nanos() + ANNOUNCE_NANOS,
        outcome -> {
          announcing = false;
          switch (outcome) {
            case Accepted accepted -> {
              if (!isTold()) {
                announceLater(); // a leader that lags wrote it at the version before
              }
            }
            case Rejected rejected -> listener.startRejected(rejected.reason());
            case Unavailable notSent -> announceLater();
            case Unknown notHeard -> announceLater();
          }
        });
  }

  private void announceLater() {
    Lane.Timer unused =
        lane.schedule(
            config.retryNanos(),
            () -> {
              if (!stopped && !standstill.isForGood()) {
                announce();
              }
            });
  }
}
