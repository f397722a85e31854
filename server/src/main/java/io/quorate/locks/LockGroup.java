package io.quorate.locks;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.event.Event;
import io.quorate.group.RaftDriver;
import io.quorate.group.RaftTicks;
import io.quorate.locks.LockAnswer.Elsewhere;
import io.quorate.locks.LockAnswer.Granted;
import io.quorate.locks.LockAnswer.IsHeld;
import io.quorate.locks.LockAnswer.Kind;
import io.quorate.locks.LockAnswer.Queued;
import io.quorate.locks.LockAnswer.Refused;
import io.quorate.locks.LockAnswer.Released;
import io.quorate.locks.LockAnswer.Verified;
import io.quorate.locks.LockCommand.Lapse;
import io.quorate.model.NodeId;
import io.quorate.raft.Entry;
import io.quorate.raft.EntryType;
import io.quorate.raft.Proposal;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.ReadResult;
import io.quorate.raft.Reader;
import io.quorate.raft.Ready;
import io.quorate.raft.Role;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Randomness;
import io.quorate.storage.RaftStore;
import io.quorate.storage.StorageFault;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * This node's part in the group that keeps locks: votes, follows, or leads. A leader answers
 * requests; one node asks for another. Lives on the metadata lane.
 *
 * <p>The log has what was granted and what ended. How long a holder may go on is in {@link Leases},
 * at the leader alone: a renewal is answered when a majority has confirmed, after it came, that the
 * leader still leads, and changes nothing but memory. A later leader begins after that, and takes
 * each lock for held for all of its time: so a lock that was renewed is never free too early.
 */
final class LockGroup {
  private static final int RECONFIGURE_TICKS = 2;

  private static final int WAITERS_TICKS = 20;

  private final NodeId self;
  private final LockConfig config;
  private final LockRules rules;
  private final LaneTime time;
  private final BiConsumer<Asker, LockAnswer> answers;
  private final Consumer<Event> events;
  private final Raft raft;
  private final RaftDriver driver;
  private final RaftTicks raftTicks;
  private final Leases leases;
  private final LeaderViews views;
  private final Confirmations confirmations;
  private final Reconfiguration reconfiguration;
  private final Locks.Cluster cluster;
  private LockTable table;

  /** Where the log is applied up to. */
  private long appliedIndex;

  private long bytesSinceSnapshot;
  private long snapshotBytes;
  private boolean leading;
  private boolean stopped;
  private boolean drained;
  private int ticks;

  /** Requests whose commands are in the log of this leader, and not applied. */
  private final Set<Asker> inLog = new HashSet<>();

  private final LineWatch line;
  private final LockWatches watches;

  LockGroup(
      NodeId self,
      RaftStore store,
      RaftStore.Image image,
      LockConfig config,
      LockRules rules,
      LaneTime time,
      Randomness chance,
      Consumer<RaftMessage> network,
      Locks.Cluster cluster,
      BiConsumer<Asker, LockAnswer> answers,
      Consumer<Event> events) {
    this.self = self;
    this.config = config;
    this.rules = rules;
    this.time = time;
    this.answers = answers;
    this.events = events;
    this.cluster = cluster;
    this.leases = new Leases(rules);
    this.views = new LeaderViews(leases, events);
    this.line = new LineWatch(config.waiterNanos());
    this.watches = new LockWatches(config.waiterNanos());
    RaftStore.Snapshot durable = image.snapshot();
    table = new LockTable(rules);
    if (durable != null) {
      Snapshot snapshot = Snapshot.ofBody(durable.index(), durable.term(), durable.payload());
      table = LockTable.decode(snapshot.state(), rules);
      appliedIndex = snapshot.index();
      snapshotBytes = snapshot.state().length;
    }
    raft = new Raft(self, config.raft(), RaftDriver.image(image), chance::nextInt, new Reading());
    driver =
        new RaftDriver(
            raft, store, durable, network, time.lane(), config.inputsMax(), new Applying());
    raftTicks =
        new RaftTicks(raft, driver::admits, time.clock(), config.raft(), config.tickNanos());
    confirmations = new Confirmations(raft, time.lane(), driver::wake);
    reconfiguration = new Reconfiguration(self, raft, rules, time, cluster, events);
  }

  void start() {
    driver.wake();
    tickLater();
  }

  void stop() {
    stopped = true;
    driver.stop();
  }

  /** Whether this node is to lead no more: then it hands over whenever it leads. */
  void drain(boolean drained) {
    this.drained = drained;
    handOverIfDrained();
  }

  private void handOverIfDrained() {
    if (drained) {
      raft.handOver();
      driver.wake();
    }
  }

  /** For tests. */
  Raft raft() {
    return raft;
  }

  LockTable table() {
    return table;
  }

  boolean isLeading() {
    return leading && raft.role() == Role.LEADER;
  }

  boolean hasOtherVoters() {
    return raft.membership().voters().size() > 1;
  }

  /** The leader, as far as this node knows; null also if it has no part in the group. */
  @Nullable NodeId leader() {
    return raft.leader();
  }

  /** The generation that its log is of: a later one begins when the group is founded again. */
  long generation() {
    return raft.generation();
  }

  void onRaft(NodeId from, RaftMessage message) {
    if (!stopped && driver.admits() && message.from().equals(from)) {
      raft.step(message);
      driver.wake();
    }
  }

  // ---- requests

  /** Answers a request, at once or later; an asker that hears nothing asks again. */
  void serve(Asker asker, LockRequest request) {
    if (stopped) {
      return;
    }
    if (!isLeading()) {
      NodeId leader = raft.leader();
      answers.accept(asker, new Elsewhere(self.equals(leader) ? null : leader));
      return;
    }
    String refusal = request.refusal();
    if (refusal != null) {
      answers.accept(asker, new Refused(Kind.INVALID, refusal));
      return;
    }
    switch (request) {
      case LockRequest.Acquire acquire -> acquire(asker, acquire);
      case LockRequest.Release release ->
          propose(
              asker,
              new LockCommand.Release(release.name(), release.owner(), release.token(), asker));
      case LockRequest.Renew renew -> {
        long asked = time.clock().nanos();
        ask(asker, now -> views.renew(table, renew.owners(), asked, now));
      }
      case LockRequest.Show show -> ask(asker, now -> show(asker, show, now));
      case LockRequest.List list -> ask(asker, now -> views.listed(table, list, now));
      case LockRequest.Verify verify ->
          ask(asker, now -> new Verified(table.heldAlone(verify.token())));
    }
    driver.wake();
  }

  private void acquire(Asker asker, LockRequest.Acquire acquire) {
    if (table.waits(acquire.name(), acquire.owner(), asker)) {
      line.seen(asker, time.clock().nanos());
      answers.accept(asker, new Queued());
    } else if (line.isReplaced(asker) && table.waits(acquire.name(), acquire.owner())) {
      answers.accept(asker, new Queued()); // until its node hears that its caller is elsewhere
    } else {
      propose(
          asker,
          new LockCommand.Acquire(
              acquire.name(),
              acquire.owner(),
              acquire.ttlMillis(),
              acquire.mode(),
              acquire.waitMillis() > 0,
              asker));
    }
  }

  private LockAnswer show(Asker asker, LockRequest.Show show, long nowNanos) {
    if (show.waitMillis() == 0 || table.changed(show.name()) != show.seen()) {
      return views.shown(table, show.name(), nowNanos);
    }
    return watches.add(show.name(), asker, nowNanos)
        ? new Queued()
        : new Refused(
            Kind.TOO_MANY,
            "%d requests wait for changes of locks, which is as many as can"
                .formatted(LockLimits.WATCHING_MAX));
  }

  /** Who holds a lock has changed: all that waited for it are told. */
  private void tellWatches() {
    watches.tell(
        (name, askers) -> {
          LockAnswer shown = views.shown(table, name, time.clock().nanos());
          for (Asker asker : askers) {
            events.accept(LockEvent.WATCH_TOLD);
            answers.accept(asker, shown);
          }
        });
  }

  /** Drops a request to acquire that was given up. */
  void withdraw(Asker asker, String name, String owner) {
    if (!stopped && isLeading()) {
      Proposal unused = raft.propose(new LockCommand.Withdraw(name, owner, asker).encode());
      driver.wake();
    }
  }

  private void propose(Asker asker, LockCommand command) {
    if (inLog.contains(asker)) {
      return; // asked again, before the log has decided
    }
    if (raft.propose(command.encode()) instanceof Proposal.Accepted) {
      inLog.add(asker);
    }
  }

  /**
   * Answers once a majority has confirmed, after this call, that this node leads.
   *
   * @param answer of the time at which it is made
   */
  private void ask(Asker asker, LongFunction<LockAnswer> answer) {
    Runnable then =
        () -> {
          if (leading && !stopped) {
            answers.accept(asker, answer.apply(time.clock().nanos()));
          }
        };
    if (rules.confirmsLeadership()) {
      confirmations.ask(then);
    } else {
      then.run();
    }
  }

  // ---- time

  private void tickLater() {
    Lane.Timer unused = time.lane().schedule(config.tickNanos(), this::tick);
  }

  private void tick() {
    if (stopped) {
      return;
    }
    ticks++;
    raftTicks.tick(cluster.electionTicks(raft.membership().voters()));
    handOverIfDrained();
    if (isLeading()) {
      expire();
      if (ticks % RECONFIGURE_TICKS == 0) {
        reconfiguration.look();
      }
      if (ticks % WAITERS_TICKS == 0) {
        line.look(
            table,
            time.clock().nanos(),
            (name, waiter) -> withdraw(waiter.asker(), name, waiter.owner()));
        watches.look(time.clock().nanos());
      }
    }
    driver.wake();
    tickLater();
  }

  private void expire() {
    List<Lapse> lapses = leases.lapsed(time.clock().nanos());
    if (!lapses.isEmpty()
        && raft.propose(new LockCommand.Expire(lapses).encode()) instanceof Proposal.Accepted) {
      leases.expiring(lapses);
    }
  }

  // ---- what the log says

  private void leads() {
    leading = true;
    leases.begin(table, time.clock().nanos());
    if (table.held() > 0) {
      events.accept(LockEvent.LEASES_EXTENDED);
    }
  }

  private void leadsNoMore() {
    leading = false;
    leases.clear();
    inLog.clear();
    line.clear();
    watches.clear();
    confirmations.clear();
  }

  private void compactIfLarge() {
    if (bytesSinceSnapshot >= Math.max(config.snapshotBytes(), snapshotBytes)) {
      byte[] state = table.encode();
      if (raft.compact(raft.appliedIndex(), state)) {
        events.accept(LockEvent.COMPACTED);
      }
      bytesSinceSnapshot = 0;
      snapshotBytes = state.length;
      driver.wake();
    }
  }

  private void tell(LockEvent event) {
    if (leading) {
      events.accept(event);
    }
  }

  /** What commands come to; only a leader tells anybody. */
  private final class Telling implements LockTable.Effects {
    private void answer(Asker asker, LockAnswer answer) {
      if (leading) {
        inLog.remove(asker);
        boolean unused = line.answered(asker);
        answers.accept(asker, answer);
      }
    }

    @Override
    public void granted(String name, Hold hold, Asker asker) {
      if (leading) {
        leases.granted(name, hold, time.clock().nanos());
      }
      boolean again = hold.creator() == null;
      if (!again) {
        watches.changes(name);
      }
      boolean waited = line.answered(asker);
      tell(
          again
              ? LockEvent.ACQUIRED_AGAIN
              : waited ? LockEvent.GRANTED_AFTER_WAIT : LockEvent.GRANTED);
      if (!again && table.holders(name) > 1) {
        tell(LockEvent.GRANTED_BESIDE_OTHERS);
      }
      answer(asker, new Granted(hold.token(), hold.ttlMillis()));
    }

    @Override
    public void isHeld(String name, Hold by, Asker asker) {
      tell(LockEvent.IS_HELD);
      answer(asker, new IsHeld(by.owner(), by.token()));
    }

    @Override
    public void refused(Kind kind, String why, Asker asker) {
      tell(LockEvent.REFUSED);
      answer(asker, new Refused(kind, why));
    }

    @Override
    public void queued(String name, Waiter waiter) {
      tell(LockEvent.QUEUED);
      if (leading) {
        inLog.remove(waiter.asker());
        line.seen(waiter.asker(), time.clock().nanos());
        answers.accept(waiter.asker(), new Queued());
      }
    }

    @Override
    public void replaced(Asker asker) {
      if (leading) {
        line.replaced(asker);
      }
    }

    @Override
    public void released(boolean wasHeld, Asker asker) {
      tell(wasHeld ? LockEvent.RELEASED : LockEvent.RELEASED_BEFORE);
      answer(asker, new Released(wasHeld));
    }

    @Override
    public void ended(String name, Hold hold) {
      leases.ended(hold);
      watches.changes(name);
    }
  }

  /** Raft's state machine. */
  private final class Applying implements RaftDriver.StateMachine {
    private final Telling effects = new Telling();

    @Override
    public void restore(Snapshot snapshot) {
      table = LockTable.decode(snapshot.state(), rules);
      appliedIndex = snapshot.index();
      snapshotBytes = snapshot.state().length;
      bytesSinceSnapshot = 0;
    }

    @Override
    public void apply(Entry entry) {
      appliedIndex = entry.index();
      bytesSinceSnapshot += entry.payload().length + Long.BYTES;
      if (entry.type() != EntryType.NORMAL || stopped) {
        return;
      }
      LockCommand command;
      try {
        command = LockCommand.decode(entry.payload());
      } catch (MalformedBytesException unreadable) {
        events.accept(LockEvent.STUCK); // as if this node had died, for this group
        stop();
        return;
      }
      switch (command) {
        case LockCommand.Expire expire -> expire.lapses().forEach(each -> tell(LockEvent.EXPIRED));
        case LockCommand.Withdraw withdraw -> tell(LockEvent.WITHDRAWN);
        default -> {}
      }
      table.apply(command, entry.index(), effects);
      tellWatches();
    }

    @Override
    public void answer(ReadResult read) {
      confirmations.onRead(read);
    }

    @Override
    public void workDone(Ready ready) {
      for (RaftEvent event : ready.events()) {
        if (event instanceof RaftEvent.SnapshotRestored) {
          events.accept(LockEvent.SNAPSHOT_TAKEN);
        }
      }
      if (ready.softState() != null) {
        boolean now = ready.softState().role() == Role.LEADER;
        if (now && !leading) {
          leads();
        } else if (!now && leading) {
          leadsNoMore();
        }
      }
      confirmations.applied(appliedIndex);
      compactIfLarge();
    }

    @Override
    public void storeFailed(StorageFault fault) {
      // It is tried again; the metadata group, on the same disk, says so.
    }
  }

  /** What of a leader's messages can be read here. */
  private final class Reading implements Reader {
    @Override
    public @Nullable String refusalOf(Snapshot snapshot) {
      try {
        LockTable unused = LockTable.decode(snapshot.state(), rules);
        return null;
      } catch (MalformedBytesException | IllegalArgumentException unreadable) {
        return String.valueOf(unreadable.getMessage());
      }
    }

    @Override
    public @Nullable String refusalOf(Entry entry) {
      try {
        LockCommand unused = LockCommand.decode(entry.payload());
        return null;
      } catch (MalformedBytesException | IllegalArgumentException unreadable) {
        return String.valueOf(unreadable.getMessage());
      }
    }

    /** The lock's holders of before are fenced by higher tokens; nothing else hangs on them. */
    @Override
    public boolean takesLosses() {
      return true;
    }
  }
}
