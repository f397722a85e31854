package io.quorate.sim.fault;

import io.quorate.event.Event;
import io.quorate.locks.LockMessage;
import io.quorate.locks.Locks;
import io.quorate.locks.LocksInside;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataInside;
import io.quorate.migration.MoveReport;
import io.quorate.migration.MoveReport.Standing;
import io.quorate.migration.MoveReportCodec;
import io.quorate.model.NodeId;
import io.quorate.purge.PurgeReport;
import io.quorate.purge.PurgeReport.Holding;
import io.quorate.purge.PurgeReportCodec;
import io.quorate.raft.FutureLies;
import io.quorate.raft.Lies;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.RaftStatus;
import io.quorate.raft.Role;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.Windows;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The turns of liars, one after the other: it lies, is cut off, is let in again, and no member lies
 * for a while. Notes of each kind of lie that it was sent, that it arrived, and that it was refused
 * where a rule refuses it.
 */
final class LyingStreams {
  /**
   * How long no member lies after a liar was let in again: until then others may remember what it
   * said, and three replicas cannot bear two liars at once.
   */
  private static final long TRUTH_NANOS = 3_000_000_000L;

  private static final double RESTARTED = 0.5;

  /** The way of all messages that {@link Groups} changes. */
  private static final String CHANNEL = "metadata";

  /** What is refused by an answer to the liar: the sentence of {@code EpochAdmission}. */
  private static final String EPOCH_REFUSED = "it was planned on epoch";

  private final Reach reach;
  private final Liar strength;
  private final SimRandom random;
  private final FutureLies terms;
  private final DataLies data;
  private final NearLies near;
  private final Groups groups = new Groups();

  /** Lies that may be on their way, by identity, and what they are about; only looked up. */
  private final IdentityHashMap<Object, String> told = new IdentityHashMap<>();

  /** Nodes that have heard of a clock in the far future; only looked up. */
  private final Set<NodeId> misled = new HashSet<>();

  private @Nullable SimNode inTurn;
  private boolean lies;

  LyingStreams(Reach reach, Liar strength) {
    this.reach = reach;
    this.strength = strength;
    this.random = reach.random();
    this.terms = new FutureLies(new SplittableRandom(random.nextLong()));
    this.data = new DataLies(random);
    this.near = new NearLies(random);
  }

  void begin() {
    reach.network().addRule(byte[].class, groups);
    reach.network().addRule(ReplicaMessage.class, new Records());
    reach.cluster().liars().listen(this::happened);
    reach.every(strength.everyMillis(), this::next);
  }

  private void next() {
    SimNode node = reach.anyNode();
    NodeId id = node.knownId();
    if (inTurn == null && id != null && node.isUp()) {
      inTurn = node;
      lies = true;
      reach.struck();
      reach.cluster().liars().add(id);
      reach.later(reach.aboutMillis(strength.lastMillis()), () -> cutOff(node, id));
    }
  }

  private void cutOff(SimNode node, NodeId id) {
    lies = false;
    reach.cluster().liars().silent();
    window("cut off");
    reach.network().bar(id);
    reach.later(reach.aboutMillis(strength.cutMillis()), () -> letIn(node, id));
  }

  private void letIn(SimNode node, NodeId id) {
    if (random.chance(RESTARTED)) {
      window("restarted");
      node.crash();
      node.start();
    }
    window("let in again");
    reach.network().admit(id);
    reach.later(
        TRUTH_NANOS,
        () -> {
          told.clear();
          inTurn = null;
        });
  }

  private boolean isLying(NodeId sender) {
    SimNode node = inTurn;
    return node != null
        && lies
        && sender.equals(node.knownId())
        && !reach.isOver()
        && random.chance(strength.share());
  }

  private <M> M tell(M lie, String about) {
    told.put(lie, about);
    window(about + ", sent");
    return lie;
  }

  private void arrived(Object message) {
    String about = told.get(message);
    if (about != null) {
      window(about + ", arrived");
    }
  }

  private void window(String what) {
    reach.cluster().windows().enter("liar: " + what);
  }

  private @Nullable SimNode node(NodeId id) {
    for (SimNode each : reach.cluster().nodes()) {
      if (id.equals(each.knownId())) {
        return each;
      }
    }
    return null;
  }

  /** A node has told of something: of a lie that it refused, perhaps. */
  private void happened(Event event) {
    switch (event) {
      case RaftEvent.MessageRefused refused when isLiar(refused.from()) ->
          window(subjectOf(refused) + ", refused");
      case RaftEvent.SnapshotRefused refused when isLiar(refused.from()) ->
          window("far snapshot, refused");
      case ReplicaEvent.StampRefused refused when isLiar(refused.writer()) ->
          window("stamp, refused");
      default -> {}
    }
  }

  private boolean isLiar(NodeId node) {
    return reach.cluster().liars().isOne(node);
  }

  private static String subjectOf(RaftEvent.MessageRefused refused) {
    return switch (refused.why()) {
      case TERM_FAR_AHEAD, OTHER_GENERATION -> "far term";
      case UNREADABLE_SNAPSHOT -> "far snapshot";
      case IMPOSSIBLE -> refused.detail().contains("snapshot") ? "far snapshot" : "far term";
      default -> "what contradicts the group";
    };
  }

  /** Lies to the metadata group, and to the group that keeps locks. */
  private final class Groups implements SimRule<byte[]> {
    @Override
    public byte[] onSend(Sent<byte[]> sent) {
      if (!isLying(sent.from())) {
        return sent.message();
      }
      byte[] lie =
          LockMessage.is(sent.message())
              ? aboutLocks(sent.from(), sent.to())
              : aboutMetadata(sent.from(), sent.to());
      return lie == null ? sent.message() : lie;
    }

    /** Says something though the liar has nothing to say, for followers hardly ever speak. */
    void speakUp(NodeId from, NodeId to) {
      byte[] lie = random.chance(0.3) ? aboutLocks(from, to) : aboutMetadata(from, to);
      if (lie != null) {
        reach.network().forge(from, to, CHANNEL, lie);
      }
    }

    private byte @Nullable [] aboutLocks(NodeId from, NodeId to) {
      SimNode receiver = node(to);
      Locks locks = receiver == null ? null : receiver.locks();
      Raft raft = locks == null ? null : LocksInside.raft(locks);
      if (locks == null || raft == null) {
        return null;
      }
      Lie lie = of(from, to, raft, LocksInside.state(locks));
      return tell(LocksInside.bytes(lie.message), lie.about + " of locks");
    }

    private byte @Nullable [] aboutMetadata(NodeId from, NodeId to) {
      SimNode receiver = node(to);
      MetadataGroup group = receiver == null ? null : receiver.metadata();
      if (group == null) {
        return null;
      }
      Raft raft = MetadataInside.raft(group);
      if (raft.role() == Role.LEADER && random.chance(0.3)) {
        return tell(MetadataInside.report(report()), "far report");
      }
      Lie lie = of(from, to, raft, MetadataInside.state(group));
      return tell(MetadataInside.bytes(lie.message), lie.about);
    }

    private record Lie(String about, RaftMessage message) {}

    private Lie of(NodeId from, NodeId to, Raft receiver, byte[] state) {
      RaftStatus status = receiver.status();
      Lies.Guess guess = new Lies.Guess(status.term(), status.last(), status.snapshot());
      if (random.chance(0.4)) {
        byte[] readable = random.chance(0.6) ? state : null;
        return new Lie(
            "far snapshot", terms.snapshot(from, to, guess, status.membership(), readable));
      }
      return random.chance(0.6)
          ? new Lie("far term", terms.farTerm(from, to, guess))
          : new Lie("term ahead", terms.termAhead(from, to, guess));
    }

    /** Of states and epochs that there are not, for all partitions and one that there is not. */
    private byte[] report() {
      List<Standing> standings = new ArrayList<>();
      List<Holding> holdings = new ArrayList<>();
      for (int partition = 0; partition <= SimCluster.PARTITIONS; partition++) {
        long epoch = random.chance(0.5) ? Long.MAX_VALUE : 1L << random.between(31, 62);
        standings.add(new Standing(partition, epoch, true, true, epoch, epoch, 0));
        List<Long> groups = new ArrayList<>();
        for (int group = 0; group < Holding.GROUPS; group++) {
          groups.add(random.nextLong());
        }
        holdings.add(new Holding(partition, epoch, (int) random.between(1, 3), groups));
      }
      return random.chance(0.5)
          ? MoveReportCodec.encode(new MoveReport(Long.MAX_VALUE, standings))
          : PurgeReportCodec.encode(new PurgeReport(List.of(0, Integer.MAX_VALUE), holdings));
    }

    @Override
    public void onArrival(NodeId from, NodeId to, byte[] message) {
      arrived(message);
    }
  }

  /** Lies to the others' data planes. */
  private final class Records implements SimRule<ReplicaMessage> {
    @Override
    public ReplicaMessage onSend(Sent<ReplicaMessage> sent) {
      if (sent.message() instanceof Heartbeat beat) {
        reach.cluster().checkClock(sent.from(), beat.hlc());
        if (misled.contains(sent.from())) {
          window("clock, not followed");
        }
      }
      if (sent.message() instanceof WriteReply(long id, long hlc, Refused(String why))
          && why.startsWith(EPOCH_REFUSED)
          && isLiar(sent.to())) {
        window("epoch, refused");
      }
      if (!isLying(sent.from())) {
        return sent.message();
      }
      if (sent.message() instanceof Heartbeat) {
        groups.speakUp(sent.from(), sent.to());
      }
      if (random.chance(0.3)) {
        NearLies.Lie lie = near.of(sent.message(), sent.from(), reach.nowMillis());
        return lie == null ? sent.message() : tell(lie.message(), Windows.words(lie.form()));
      }
      DataLies.Lie lie = data.of(sent.message(), sent.from(), reach.nowMillis());
      return lie == null ? sent.message() : tell(lie.message(), Windows.words(lie.form()));
    }

    @Override
    public void onArrival(NodeId from, NodeId to, ReplicaMessage message) {
      arrived(message);
      if (message instanceof Heartbeat && "clock".equals(told.get(message))) {
        misled.add(to);
      }
    }
  }
}
