package io.quorate.raft;

import io.quorate.model.NodeId;
import io.quorate.raft.RaftEvent.WhyNotBelieved;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Three honest voters, and a fourth that only lies; messages may be forged in the names of honest
 * members, or not. Time advances in ticks.
 */
final class WildGroup {
  private static final int HONEST = 3;
  private static final NodeId LIAR = new NodeId(4);
  private static final NodeId STRANGER = new NodeId(9);
  private static final EntryId FORMED = new EntryId(1, 1);

  /** Nodes whose terms have diverged agree on one within this time. */
  private static final int PATIENCE_TICKS = 600;

  private final SplittableRandom random;
  private final RaftConfig config;
  private final List<Member> members = new ArrayList<>();
  private final Deque<RaftMessage> flying = new ArrayDeque<>();
  private final @Nullable RaftInvariants checks;
  private final Map<WhyNotBelieved, Long> refused = new EnumMap<>(WhyNotBelieved.class);

  /** One honest node and its disk. */
  private final class Member {
    final NodeId id;
    final SplittableRandom chance;
    final SimDisk disk;
    Raft raft;

    Member(NodeId id, Snapshot genesis) {
      this.id = id;
      this.chance = random.split();
      this.disk = new SimDisk(new RaftImage(HardState.INITIAL, genesis, List.of()));
      this.raft = started();
    }

    Raft started() {
      if (checks != null) {
        checks.onStart(id);
      }
      return new Raft(id, config, disk.image(), chance::nextInt);
    }

    void work() {
      while (raft.hasReady()) {
        Ready ready = raft.ready();
        disk.save(ready.persist());
        flying.addAll(ready.messages());
        for (RaftEvent event : ready.events()) {
          if (event instanceof RaftEvent.MessageRefused no) {
            refused.merge(no.why(), 1L, Long::sum);
          }
        }
        raft.advance();
        check();
      }
    }

    void check() {
      if (checks != null) {
        checks.afterStep(raft);
      }
    }
  }

  /**
   * @param checked whether the promises of Raft must hold: not if messages are forged in the names
   *     of honest members
   */
  WildGroup(SplittableRandom random, boolean checked) {
    this.random = random;
    this.config =
        new RaftConfig(
            10, 2, random.nextInt(4) > 0, 1 << 20, 200, 4, 1 << 20, 200, 40, 10_000, 10, 5, 10);
    List<NodeId> voters = new ArrayList<>();
    for (int i = 1; i <= HONEST; i++) {
      voters.add(new NodeId(i));
    }
    voters.add(LIAR);
    Snapshot genesis = new Snapshot(FORMED, Membership.of(voters, List.of()), new byte[0]);
    checks = checked ? new RaftInvariants(FORMED) : null;
    for (int i = 1; i <= HONEST; i++) {
      members.add(new Member(new NodeId(i), genesis));
    }
  }

  Map<WhyNotBelieved, Long> refused() {
    return refused;
  }

  // ---- any message, in any node's name

  /** No message, whatever is in it, may do more than change what this node believes. */
  void sufferAnything(int ticks) {
    List<NodeId> names = new ArrayList<>(members.stream().map(member -> member.id).toList());
    names.add(LIAR);
    names.add(STRANGER);
    WildMessages wild = new WildMessages(random, names, true);
    for (int i = 0; i < ticks; i++) {
      tick();
      for (int left = random.nextInt(6); left > 0; left--) {
        Member to = any();
        NodeId from = names.get(random.nextInt(names.size()));
        EntryId last = to.raft.log().last();
        step(to, wild.madeUp(from, to.id, to.raft.term(), last.index()));
      }
      if (random.nextInt(40) == 0) {
        Member again = any();
        again.raft = again.started();
      }
    }
  }

  // ---- lies, in the liar's own name

  void sufferLies(int ticks) {
    Lies lies = new Lies(random);
    for (int i = 0; i < ticks; i++) {
      tick();
      for (int left = random.nextInt(8) - 4; left > 0; left--) {
        Member to = any();
        NodeId from = random.nextInt(4) == 0 ? STRANGER : LIAR;
        Raft raft = to.raft;
        Lies.Guess guess = new Lies.Guess(raft.term(), raft.log().last(), raft.log().committed());
        RaftMessage lie = lies.next(from, to.id, guess);
        step(to, RaftMessageCodec.decode(RaftMessageCodec.encode(lie)));
      }
      if (random.nextInt(60) == 0) {
        Member again = any();
        again.raft = again.started();
        again.check();
      }
    }
  }

  /** The lies are over: a leader, and an entry on all. */
  void mustAgree() {
    for (int i = 0; i < PATIENCE_TICKS; i++) {
      tick();
      long committed = members.stream().mapToLong(m -> m.raft.commitIndex()).min().orElse(0);
      Member leader = leader();
      if (leader != null && leader.raft.log().termAt(committed) == leader.raft.term()) {
        return;
      }
    }
    StringBuilder state = new StringBuilder();
    members.forEach(member -> state.append("\n  ").append(member.raft.status()));
    throw new AssertionError(
        "not all agree %d ticks after the last lie%s".formatted(PATIENCE_TICKS, state));
  }

  // ---- one tick

  private void tick() {
    for (Member member : members) {
      member.raft.tick();
      member.check();
      member.work();
    }
    if (random.nextInt(3) == 0) {
      any().raft.propose(new byte[] {(byte) random.nextInt(100), 1});
    }
    if (random.nextInt(30) == 0) {
      Member member = any();
      member.raft.compact(member.raft.appliedIndex(), new byte[random.nextInt(100)]);
    }
    if (random.nextInt(10) == 0) {
      any().raft.readIndex(random.nextInt(100));
    }
    members.forEach(Member::work);
    for (int left = flying.size(); left > 0; left--) {
      RaftMessage message = flying.remove();
      for (Member member : members) {
        if (member.id.equals(message.to()) && random.nextInt(50) > 0) {
          step(member, message);
        }
      }
    }
  }

  private void step(Member to, RaftMessage message) {
    try {
      to.raft.step(message);
      to.check();
      to.work();
    } catch (RuntimeException | AssertionError thrown) {
      throw new AssertionError("%s at %s".formatted(message, to.raft.status()), thrown);
    }
  }

  private Member any() {
    return members.get(random.nextInt(members.size()));
  }

  private @Nullable Member leader() {
    Member leader = null;
    for (Member member : members) {
      boolean leads = member.raft.role() == Role.LEADER;
      if (leads && (leader == null || member.raft.term() > leader.raft.term())) {
        leader = member;
      }
    }
    return leader;
  }
}
