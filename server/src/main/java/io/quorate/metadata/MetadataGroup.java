package io.quorate.metadata;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.RequestKey;
import io.quorate.group.RaftDriver;
import io.quorate.group.RaftTicks;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Unavailable;
import io.quorate.metadata.RememberedRequests.Remembered;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.raft.Entry;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSize;
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
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.runtime.Randomness;
import io.quorate.storage.RaftStore;
import io.quorate.storage.StorageFault;
import java.util.Collection;
import java.util.List;
import java.util.Set;
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
  private final NodeStarted thisStart;
  private final MetadataConfig config;
  private final LaneTime time;
  private final MetadataListener listener;
  private final AppliedState applied;
  private final Publication publication;
  private final Standstill standstill;
  private final Raft raft;
  private final MetadataSender sender;
  private final RaftDriver driver;
  private final RaftTicks ticks;
  private final ProposalIntake intake;
  private final Proposals proposals;
  private final Confirmations confirmations;
  private final Spreading spreading;
  private final CommittedLog committed;
  private final Divergence divergence;
  private final Reconfiguration reconfiguration;
  private final Announcement announcement;
  private final ElectionPatience patience;
  private RoundTrips roundTrips = RoundTrips.UNMEASURED;
  private boolean drained;
  private boolean stopped;

  /**
   * @param thisStart what the cluster is to know of this start of the node
   * @param chance spreads the elections of this node and others
   */
  public MetadataGroup(
      NodeStarted thisStart,
      StoredGroup stored,
      MetadataConfig config,
      LaneTime time,
      Randomness chance,
      Network<byte[]> network,
      MetadataListener listener) {
    this(thisStart, stored, config, time, chance, network, listener, GroupRules.all());
  }

  MetadataGroup(
      NodeStarted thisStart,
      StoredGroup stored,
      MetadataConfig config,
      LaneTime time,
      Randomness chance,
      Network<byte[]> network,
      MetadataListener listener,
      GroupRules rules) {
    this.thisStart = thisStart;
    this.config = config;
    this.time = time;
    this.listener = listener;
    NodeId self = thisStart.id();
    Clock clock = time.clock();
    RaftStore.Snapshot durable =
        Invariant.present(stored.image().snapshot(), "node %s has no genesis", self);
    Snapshot snapshot = Snapshot.ofBody(durable.index(), durable.term(), durable.payload());
    applied =
        new AppliedState(
            MetadataState.decode(snapshot.state(), newestVersion()), rules, listener::happened);
    publication = new Publication(applied.cluster(), snapshot.index(), this::onPublished);
    standstill = new Standstill(self, clock);
    patience = new ElectionPatience(self, config.tickNanos());
    Reader reader = new ReleaseReader(thisStart.release(), rules.snapshots(), publication);
    raft = open(stored.image(), snapshot, chance, reader);
    sender = new MetadataSender(network, applied);
    driver =
        new RaftDriver(
            raft,
            stored.store(),
            durable,
            message -> sender.send(message.to(), new MetadataMessage.Raft(message)),
            time.lane(),
            config.inputsMax(),
            new Applying());
    ticks = new RaftTicks(raft, driver::admits, clock, config.raft(), config.tickNanos());
    Silence silence = new Silence();
    CommandChecks checks = new CommandChecks(self, raft, clock, config, silence, applied);
    intake =
        new ProposalIntake(
            raft, sender, clock, rules.proposals(), checks, applied, listener::happened);
    confirmations = new Confirmations(raft, thisStart.incarnation(), clock, config);
    spreading = new Spreading(sender, clock, config, publication, confirmations);
    proposals =
        new Proposals(
            thisStart, raft, sender, clock, config, checks, confirmations, listener::happened);
    committed =
        new CommittedLog(
            thisStart.release(), applied, standstill, proposals, listener::happened, this::stand);
    divergence = new Divergence(self, raft, standstill, sender, listener);
    reconfiguration =
        new Reconfiguration(
            self,
            raft,
            clock,
            silence,
            new PreferredRegion(config.leaderRegion(), self, raft, silence),
            listener::happened);
    announcement =
        new Announcement(
            thisStart,
            proposals,
            publication,
            time,
            config.retryNanos(),
            () -> !stopped && !standstill.isForGood(),
            listener::startRejected,
            listener::announcementRefused);
  }

  /** Without its entries, if these cannot be read: it is stuck then, and never told anything. */
  private Raft open(RaftStore.Image image, Snapshot snapshot, Randomness chance, Reader reader) {
    RaftImage readable;
    try {
      readable = RaftDriver.image(image);
      return raft(readable, chance, reader); // which reads the memberships among the entries
    } catch (MalformedBytesException | Invariant.BrokenInvariant unreadable) {
      standstill.begin("its stored log of changes cannot be read", unreadable);
      RaftStore.HardState stored = image.hardState();
      return raft(
          new RaftImage(new HardState(stored.term(), null), snapshot, List.of()), chance, reader);
    }
  }

  private Raft raft(RaftImage image, Randomness chance, Reader reader) {
    return new Raft(thisStart.id(), config.raft(), image, chance::nextInt, reader);
  }

  /**
   * @param measured followed by the time after which a leader is given up
   */
  public void start(RoundTrips measured) {
    roundTrips = measured;
    start();
  }

  /** Begins to take part; waits for leaders as long as configured, wherever the nodes stand. */
  public void start() {
    listener.published(publication.published());
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

  /**
   * Whether this node is to lead no more: then it hands over whenever it leads, as soon as another
   * voter can.
   */
  public void drain(boolean drained) {
    this.drained = drained;
    handOverIfDrained();
  }

  private void handOverIfDrained() {
    if (drained && !standstill.isForGood()) {
      raft.handOver();
      driver.wake();
    }
  }

  /** Takes part no more, as if the node had died; commands that wait are not answered. */
  public void stop() {
    stopped = true;
    driver.stop();
  }

  /** The newest published state. */
  public ClusterState state() {
    return publication.published();
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
        publication.settledIndex(),
        List.copyOf(raft.membership().voters()),
        List.copyOf(raft.membership().learners()),
        standstill.why(),
        announcement.refusal());
  }

  /** How much of the log is kept; looks at each entry behind the snapshot. */
  public LogSize logSize() {
    return raft.logSize();
  }

  /** Whether a leader is known, and it has seen this start of the node. */
  public boolean isAnnounced() {
    return announcement.isMade() && raft.leader() != null && standstill.isOver();
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
    Remembered before = applied.remembered(request);
    return before == null || before.index() > publication.settledIndex()
        ? null
        : before.answerTo(request, content);
  }

  /**
   * Returns at which index of the log an operator's request was decided; 0 if {@link #decided}
   * knows of none under its name.
   */
  public long decidedAt(RequestKey request) {
    Remembered before = applied.remembered(request);
    return before == null || before.index() > publication.settledIndex() ? 0 : before.index();
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
      sender.send(leader, new MetadataMessage.Report(content));
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

  /**
   * Waits until other members know all that {@link #state()} shows now, and go by it. At cluster
   * version 1 they cannot be asked, and are not waited for.
   *
   * @param members those to wait for
   * @param deadlineNanos when the caller gives up, on the clock's {@code nanos()}; two thirds of
   *     that time are taken at most, and no more than two seconds
   * @param callback told those that had not said so by then
   */
  public void spread(Set<NodeId> members, long deadlineNanos, Consumer<Set<NodeId>> callback) {
    if (applied.writesAt() < 2) {
      callback.accept(Set.of());
    } else if (standstill.isForGood()) {
      callback.accept(members);
    } else {
      spreading.await(members, deadlineNanos, callback);
      driver.wake();
    }
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
        case MetadataMessage.Propose propose -> intake.onProposal(from, propose.command());
        case MetadataMessage.Refused refused ->
            proposals.refused(from, refused.id(), refused.kind(), refused.why());
        case MetadataMessage.Report report -> {
          if (thisStart.id().equals(raft.leader())) {
            listener.reported(from, report.content());
          }
        }
        case MetadataMessage.Stuck stuck -> listener.stuck(from, stuck.why());
        case MetadataMessage.AwaitSettled await -> {
          if (state().members().containsKey(from)) {
            spreading.onAsked(from, await.index());
          }
        }
        case MetadataMessage.Settled settled -> spreading.onSettled(from, settled.index());
      }
    } catch (Invariant.BrokenInvariant broken) {
      throw broken;
    } catch (MalformedBytesException | IllegalArgumentException malformed) {
      listener.malformed(from, String.valueOf(malformed.getMessage()));
    }
    driver.wake();
  }

  /**
   * Takes nothing in, but notes which node leads, and tells it in turn why this node does not
   * follow.
   */
  private void hearOnly(NodeId from, byte[] bytes) {
    try {
      if (MetadataMessage.decode(bytes, newestVersion())
              instanceof MetadataMessage.Raft(RaftMessage message)
          && standstill.isToBeTold(from, message)) {
        sender.send(from, new MetadataMessage.Stuck(standstill.why()));
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
    Lane.Timer unused = time.lane().schedule(config.tickNanos(), this::tick);
  }

  private void tick() {
    if (stopped || standstill.isForGood()) {
      return;
    }
    ticks.tick(electionTicks(raft.membership().voters()));
    handOverIfDrained();
    reconfiguration.tick(applied.cluster());
    proposals.tick();
    confirmations.tick();
    spreading.tick();
    driver.wake();
    tickLater();
  }

  /**
   * The shortest election time among these voters, in ticks; 0 if nothing speaks for more than is
   * configured. For other groups of the same tick, too.
   */
  public int electionTicks(Collection<NodeId> voters) {
    return patience.ticks(voters, applied.cluster().members(), roundTrips);
  }

  /** Raft's state machine. */
  private final class Applying implements RaftDriver.StateMachine {
    @Override
    public void restore(Snapshot snapshot) {
      committed.restore(snapshot);
    }

    @Override
    public void apply(Entry entry) {
      committed.apply(entry);
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
      divergence.happened(event);
    }

    @Override
    public void storeFailed(StorageFault fault) {
      listener.storeFailed(fault);
    }
  }

  private void settle() {
    if (standstill.isForGood()) {
      return;
    }
    if (publication.settle(applied.cluster(), raft.appliedIndex(), driver.durableSnapshotIndex())) {
      compact();
    }
    if (raft.appliedIndex() - raft.snapshotIndex() >= config.snapshotEvery()) {
      compact();
    }
    if (!standstill.isForGood()) {
      proposals.settled(publication.settledIndex());
      confirmations.settled(publication.settledIndex());
      spreading.settled(publication.settledIndex());
    }
  }

  /** What was folded in is so bounded that encoding does not fail; if it does, all else stays. */
  private void compact() {
    byte[] encoded;
    try {
      encoded = applied.encode();
    } catch (RuntimeException broken) {
      standstill.begin(
          "the state at %d of the log cannot be stored".formatted(raft.appliedIndex()), broken);
      stand(broken);
      return;
    }
    boolean unused = raft.compact(raft.appliedIndex(), encoded);
    driver.wake();
  }

  private void stand(@Nullable Throwable cause) {
    driver.stop();
    listener.stuck(standstill.advice(), cause);
    proposals.giveUp(standstill.advice());
    confirmations.giveUp();
    spreading.giveUp();
    listener.leaderChanged(null, raft.term());
  }

  private void onPublished(ClusterState state) {
    listener.published(state);
    if (announcement.isMade() && raft.leader() != null) {
      announcement.make(); // its name, which the cluster's version may have kept it from telling
    }
  }

  private void onLeaderChange(@Nullable NodeId leader, long term) {
    listener.leaderChanged(leader, term);
    proposals.leaderChanged();
    driver.wake();
    if (leader != null) {
      standstill.leads(leader, term);
      announcement.make();
    }
  }
}
