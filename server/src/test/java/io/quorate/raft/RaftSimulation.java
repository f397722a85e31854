package io.quorate.raft;

import static java.util.Comparator.comparingLong;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A group of real machines in one thread, under a seed: first a time of faults, checked after every
 * step; then faults end (a minority may stay down) and the group must elect, commit, answer reads
 * and agree.
 */
final class RaftSimulation {
  /** Units of time in a tick, in which other events happen. */
  static final int TICK = 4;

  private static final int PATIENCE = 4_000;

  private final SplittableRandom random;
  private final SimSetting setting;
  private final SimWindows windows = new SimWindows();
  private final SimRaftEvents events = new SimRaftEvents(windows);
  private final SimNetwork network;
  private final RaftInvariants checks;
  private final SimHeard heard = new SimHeard();
  private final Map<NodeId, SimNode> nodes = new TreeMap<>();
  private final Map<NodeId, Long> workDoneAt = new HashMap<>();
  private final Map<NodeId, Long> restartAt = new TreeMap<>();
  private final Map<NodeId, Long> clockStoppedUntil = new HashMap<>();
  private final Map<Long, Runnable> heals = new TreeMap<>();

  /** The highest index committed anywhere when a read began, by the read's context. */
  private final Map<Long, Long> reads = new LinkedHashMap<>();

  /** Changes that a leader accepted and that no node has applied yet. */
  private final Map<EntryId, MembershipChange> changes = new HashMap<>();

  private @Nullable NodeId transferTarget;
  private long now;
  private long nextRead;
  private long nextProposal;
  private long readsConfirmed;
  private boolean healed;

  RaftSimulation(long seed, Mutant mutant) {
    random = new SplittableRandom(seed);
    setting = SimSetting.draw(random);
    network = new SimNetwork(random.split(), setting, windows);
    List<NodeId> voters = new ArrayList<>();
    for (int i = 1; i <= setting.voters(); i++) {
      voters.add(new NodeId(i));
    }
    EntryId first = new EntryId(1, 1);
    Snapshot genesis = new Snapshot(first, Membership.of(voters, List.of()), new byte[0]);
    checks = new RaftInvariants(first);
    for (int i = 1; i <= setting.voters() + setting.spares(); i++) {
      NodeId id = new NodeId(i);
      RaftImage image =
          i <= setting.voters()
              ? new RaftImage(HardState.INITIAL, genesis, List.of())
              : RaftImage.EMPTY;
      SplittableRandom chance = random.split();
      SimNode node =
          new SimNode(id, setting.config(), image, chance::nextInt, mutant, network::send);
      nodes.put(id, node);
      checks.onStart(id);
    }
  }

  SimWindows windows() {
    return windows;
  }

  /**
   * @throws AssertionError or {@link io.quorate.model.Invariant.BrokenInvariant} when a promise was
   *     broken
   */
  void run() {
    while (now < setting.chaosUnits()) {
      faults();
      clients();
      advance();
    }
    heal();
    live();
    long terms =
        nodes.values().stream()
            .filter(SimNode::isUp)
            .mapToLong(n -> n.raft().term())
            .max()
            .orElse(0);
    windows.enter(SimWindow.TERM_WITHOUT_LEADER, Math.max(0, terms - 1 - checks.leadersEver()));
  }

  // ---- one unit of time

  private void advance() {
    now++;
    RaftMessage message = network.next(now);
    while (message != null) {
      SimNode to = nodes.get(message.to());
      if (to != null && to.isUp()) {
        if (to.isWorking()) {
          windows.enter(SimWindow.STEPPED_WHILE_WRITING);
        }
        long commitBefore = to.raft().commitIndex();
        heard.arrived(message);
        to.raft().step(message);
        afterStep(to);
        if (to.raft().commitIndex() > commitBefore) {
          badMoment(to);
        }
      }
      message = network.next(now);
    }
    for (SimNode node : nodes.values()) {
      if (!node.isUp()) {
        continue;
      }
      boolean skewed = !healed && chance(setting.clockRate());
      boolean stopped = !healed && clockStoppedUntil.getOrDefault(node.id(), 0L) > now;
      if (!stopped && ((now + node.id().value()) % TICK == 0 ^ skewed)) {
        if (clockStoppedUntil.remove(node.id()) != null) {
          node.raft().stoodStill(); // as what counts its ticks would say
        }
        heard.ticked(node.id());
        node.raft().tick();
        afterStep(node);
      }
      work(node);
    }
  }

  /** Lets the node do what its machine says; writing takes time, and more may come in meanwhile. */
  private void work(SimNode node) {
    while (node.isUp()) {
      if (node.isWorking()) {
        if (workDoneAt.getOrDefault(node.id(), 0L) > now) {
          return;
        }
        long savedTerm = node.savedTerm();
        Ready done = node.finish();
        onDone(node, done);
        afterStep(node);
        checks.afterApply(node.id(), node.machine().index(), node.machine().digest());
        crashIfVoted(node, done, savedTerm);
        if (!node.isUp()) {
          return;
        }
      }
      Ready begun = node.begin();
      if (begun == null) {
        return;
      }
      int delay =
          begun.persist().isEmpty() ? 0 : random.nextInt(1 + (healed ? 1 : setting.diskDelayMax()));
      workDoneAt.put(node.id(), now + delay);
      if (!begun.persist().entries().isEmpty()) {
        badMoment(node);
      }
    }
  }

  private void afterStep(SimNode node) {
    checks.afterStep(node.raft());
    heard.afterStep(node.raft());
  }

  private void onDone(SimNode node, Ready done) {
    for (ReadResult read : done.reads()) {
      Long committedBefore = reads.remove(read.context());
      switch (read) {
        case ReadResult.Confirmed confirmed when committedBefore != null -> {
          checks.afterRead(node.id(), confirmed.index(), committedBefore);
          readsConfirmed++;
          windows.enter(
              node.raft().role() == Role.LEADER
                  ? SimWindow.READ_CONFIRMED_ON_LEADER
                  : SimWindow.READ_CONFIRMED_ON_FOLLOWER);
        }
        case ReadResult.Confirmed confirmed -> {}
        case ReadResult.Lost lost -> windows.enter(SimWindow.READ_LOST);
      }
    }
    events.count(node, done);
    for (Entry entry : done.committed()) {
      MembershipChange change = changes.remove(entry.id());
      if (change != null) {
        windows.enter(
            switch (change) {
              case MembershipChange.AddLearner add -> SimWindow.LEARNER_ADDED;
              case MembershipChange.Promote promote -> SimWindow.LEARNER_PROMOTED;
              case MembershipChange.Demote demote -> SimWindow.VOTER_DEMOTED;
              case MembershipChange.Remove remove -> SimWindow.MEMBER_REMOVED;
            });
      }
    }
    if (done.softState() != null
        && done.softState().role() == Role.LEADER
        && node.id().equals(transferTarget)) {
      windows.enter(SimWindow.TRANSFER_DONE);
      transferTarget = null;
    }
  }

  // ---- faults

  private void faults() {
    Runnable due = heals.remove(now);
    if (due != null) {
      due.run();
    }
    for (SimNode node : nodes.values()) {
      Long restart = restartAt.get(node.id());
      if (restart != null && restart <= now) {
        restart(node);
      }
    }
    if (chance(setting.crashRate())) {
      crash(any());
    }
    SimNode leader = leader();
    if (leader != null && chance(setting.leaderCrashRate())) {
      crash(leader);
    }
    if (chance(setting.cutRate())) {
      cutSomething();
    }
    if (chance(setting.clockRate() / 8)) {
      clockStoppedUntil.put(any().id(), now + random.nextInt(2 * setting.cutMax()));
      windows.enter(SimWindow.CLOCK_STOPPED);
    }
    SimNode oldLeader = leaderOfLowestTerm();
    if (oldLeader != leader()) {
      windows.enter(SimWindow.TWO_LEADERS_OF_DIFFERENT_TERMS);
      if (oldLeader != null && random.nextInt(3) == 0) {
        read(oldLeader);
      }
    }
  }

  private void badMoment(SimNode node) {
    if (!healed && node.raft().role() == Role.LEADER && chance(setting.badMomentRate())) {
      crash(node);
    }
  }

  private void crashIfVoted(SimNode node, Ready done, long savedTerm) {
    for (RaftMessage message : done.messages()) {
      if (message instanceof RaftMessage.VoteReply vote
          && vote.granted()
          && node.isUp()
          && !healed
          && chance(setting.voteCrashRate())) {
        if (vote.term() == savedTerm) {
          windows.enter(SimWindow.CRASHED_AFTER_A_VOTE_IN_A_KNOWN_TERM);
        }
        crash(node);
        rival(vote);
      }
    }
  }

  /** The timer of another node that does not know the term yet runs out just then. */
  private void rival(RaftMessage.VoteReply vote) {
    for (SimNode node : nodes.values()) {
      boolean free = node.isUp() && !node.id().equals(vote.to());
      if (free && node.raft().role() != Role.LEADER && node.raft().term() == vote.term() - 1) {
        node.raft().campaign();
        afterStep(node);
        work(node);
      }
    }
  }

  private void crash(SimNode node) {
    if (node.isUp()) {
      if (node.crash(random.nextBoolean())) {
        windows.enter(SimWindow.CRASHED_WHILE_WRITING);
      }
      restartAt.put(node.id(), now + 1 + random.nextInt(setting.downMax()));
    }
  }

  private void restart(SimNode node) {
    restartAt.remove(node.id());
    node.start();
    heard.started(node.id());
    checks.onStart(node.id());
    checks.afterStep(node.raft());
    checks.afterApply(node.id(), node.machine().index(), node.machine().digest());
  }

  private void cutSomething() {
    NodeId one = any().id();
    boolean oneWay = random.nextInt(3) == 0;
    boolean incoming = random.nextBoolean();
    NodeId only = random.nextInt(3) == 0 ? any().id() : null;
    for (NodeId other : nodes.keySet()) {
      if (only == null || only.equals(other)) {
        setLinks(one, other, oneWay, incoming, true);
      }
    }
    windows.enter(oneWay ? SimWindow.LINK_CUT_ONE_WAY : SimWindow.NODE_CUT_OFF);
    long until = now + 1 + random.nextInt(setting.cutMax());
    Runnable before = heals.get(until);
    heals.put(
        until,
        () -> {
          if (before != null) {
            before.run();
          }
          nodes.keySet().forEach(other -> setLinks(one, other, false, false, false));
        });
  }

  private void setLinks(NodeId one, NodeId other, boolean oneWay, boolean incoming, boolean cut) {
    if (!oneWay || !incoming) {
      setLink(one, other, cut);
    }
    if (!oneWay || incoming) {
      setLink(other, one, cut);
    }
  }

  private void setLink(NodeId from, NodeId to, boolean cut) {
    if (cut) {
      network.cut(from, to);
    } else {
      network.heal(from, to);
    }
  }

  // ---- clients and operators

  private void clients() {
    if (chance(setting.proposeRate())) {
      propose(any());
    }
    if (chance(setting.readRate())) {
      read(any());
    }
    if (chance(setting.compactRate())) {
      compact(any());
    }
    SimNode leader = leader();
    if (leader == null) {
      return;
    }
    if (chance(setting.proposeRate())) {
      propose(leader);
    }
    if (leader.isUp() && chance(setting.transferRate())) {
      NodeId target = any().id();
      if (leader.raft().transferLeadership(target) == null) {
        transferTarget = target;
      }
      afterStep(leader);
      work(leader);
    }
    if (leader.isUp() && chance(setting.membershipRate())) {
      change(leader, anyChange());
      afterStep(leader);
      work(leader);
    }
  }

  private void change(SimNode leader, MembershipChange change) {
    Membership before = leader.raft().membership();
    boolean isNeeded =
        before.isVoter(change.node())
            && before.refusalOf(change) == null
            && !heard.isMajorityThere(
                leader.raft(), before.after(change), setting.config().answerTicks());
    boolean isDue = leader.raft().hasSettledMembership();
    switch (leader.raft().changeMembership(change)) {
      case Proposal.Accepted it -> {
        if (isNeeded) {
          throw RaftInvariants.violation(
              "needed voters: %s did %s though no majority of those left was there",
              leader.id(), change);
        }
        changes.put(it.id(), change);
      }
      case Proposal.Refused refused when isNeeded && isDue ->
          windows.enter(SimWindow.NEEDED_VOTER_KEPT);
      case Proposal.Refused refused -> {}
      case Proposal.NotLeader not -> {}
    }
  }

  private void propose(SimNode node) {
    if (node.isUp()) {
      byte[] payload = new byte[4 + random.nextInt(30)];
      payload[0] = (byte) nextProposal;
      payload[1] = (byte) (nextProposal >> 8);
      nextProposal++;
      node.raft().propose(payload);
      afterStep(node);
      work(node);
    }
  }

  private void read(SimNode node) {
    if (node.isUp()) {
      long context = nextRead++;
      reads.put(context, checks.highestCommitted());
      node.raft().readIndex(context);
      afterStep(node);
      work(node);
    }
  }

  private void compact(SimNode node) {
    if (node.isUp() && !node.isWorking() && node.machine().index() > 1) {
      boolean done = node.raft().compact(node.machine().index(), node.machine().state());
      if (done) {
        windows.enter(SimWindow.COMPACTED);
      }
      afterStep(node);
      work(node);
    }
  }

  private MembershipChange anyChange() {
    NodeId node = any().id();
    return switch (random.nextInt(6)) {
      case 0, 1 -> new MembershipChange.AddLearner(node);
      case 2, 3 -> new MembershipChange.Promote(node);
      case 4 -> new MembershipChange.Demote(node);
      default -> new MembershipChange.Remove(node);
    };
  }

  private boolean chance(int rate) {
    return rate > 0 && random.nextInt(10_000) < rate;
  }

  private SimNode any() {
    List<SimNode> all = new ArrayList<>(nodes.values());
    return all.get(random.nextInt(all.size()));
  }

  /** Returns the leader of the highest term, if several believe that they lead. */
  private @Nullable SimNode leader() {
    return leaders().max(comparingLong(node -> node.raft().term())).orElse(null);
  }

  private @Nullable SimNode leaderOfLowestTerm() {
    return leaders().min(comparingLong(node -> node.raft().term())).orElse(null);
  }

  private Stream<SimNode> leaders() {
    return nodes.values().stream().filter(n -> n.isUp() && n.raft().role() == Role.LEADER);
  }

  // ---- after the faults

  private void heal() {
    healed = true;
    network.becomeKind();
    for (SimNode node : nodes.values()) {
      if (!node.isUp()) {
        restart(node);
      }
    }
    List<SimNode> down = new ArrayList<>();
    for (int tries = random.nextInt(4); tries > 0; tries--) {
      SimNode candidate = any();
      down.add(candidate);
      if (!allHaveMajorityWithout(down)) {
        down.remove(candidate);
      }
    }
    for (SimNode node : down) {
      if (node.isUp()) {
        node.crash(random.nextBoolean());
        windows.enter(SimWindow.HEALED_WITH_NODES_DOWN);
      }
    }
  }

  /** Whether every membership that might be in force keeps a majority. */
  private boolean allHaveMajorityWithout(List<SimNode> down) {
    for (SimNode node : nodes.values()) {
      RaftLog log = node.raft().log();
      for (long index = log.commit(); index <= log.lastIndex(); index++) {
        Membership membership = log.membershipAt(index);
        long left =
            membership.voters().stream()
                .filter(voter -> down.stream().noneMatch(gone -> gone.id().equals(voter)))
                .count();
        if (left < membership.majority() && !membership.voters().isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Within bounded time: a leader, a new entry on all its live members, a read. */
  private void live() {
    long deadline = now + PATIENCE;
    long target = Long.MAX_VALUE;
    long confirmedBefore = readsConfirmed;
    while (now < deadline) {
      advance();
      SimNode leader = leader();
      if (leader == null || now % (5 * TICK) != 0) {
        continue;
      }
      if (target == Long.MAX_VALUE || leader.raft().log().lastIndex() < target) {
        Proposal proposal = leader.raft().propose(new byte[] {7});
        target = proposal instanceof Proposal.Accepted it ? it.id().index() : Long.MAX_VALUE;
      }
      read(leader);
      if (readsConfirmed > confirmedBefore && allApplied(leader, target)) {
        return;
      }
    }
    StringBuilder state = new StringBuilder();
    nodes.values().stream()
        .filter(SimNode::isUp)
        .forEach(node -> state.append("\n  ").append(node.raft().status()));
    throw RaftInvariants.violation(
        "liveness: %d units after the last fault not all agree on index %d%s",
        PATIENCE, target, state);
  }

  private boolean allApplied(SimNode leader, long target) {
    for (NodeId member : leader.raft().membership().members()) {
      SimNode node = nodes.get(member);
      if (node != null && node.isUp() && node.machine().index() < target) {
        return false;
      }
    }
    return true;
  }
}
