package io.quorate.node;

import io.quorate.metadata.ProposalRefused;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.Quoted;
import io.quorate.raft.RaftFact;
import io.quorate.raft.RaftFact.WhyNotBelieved;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.repair.Filler;
import io.quorate.runtime.Clock;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StoreHealth;
import io.quorate.version.Hlc;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens in a node, as lines for people: changes, and not each of what happens often. */
final class NodeLog {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");
  private static final double MEGABYTE = 1e6;
  private static final long SAME_LINE_EVERY_NANOS = 10_000_000_000L;

  /** Longer than for other lines, since two versions may live together for hours. */
  private static final long NOT_UNDERSTOOD_EVERY_NANOS = 60_000_000_000L;

  private final Clock clock;

  /** When a line of a kind was last written, for those that would come often. */
  private final Map<String, Long> written = new TreeMap<>();

  /** Partitions of which it was said that their damage stays. */
  private final Set<Integer> damageKept = new TreeSet<>();

  private boolean leaderKnown;
  private boolean filling;

  NodeLog(Clock clock) {
    this.clock = clock;
  }

  void leaderChanged(@Nullable NodeId leader, long term) {
    if (leader != null) {
      log.info("node {} leads the metadata group, term {}", leader, term);
    } else if (leaderKnown) {
      log.warn("no leader of the metadata group is known, term {}", term);
    }
    leaderKnown = leader != null;
  }

  void notSaved(StorageFault fault) {
    if (isDue("not saved")) {
      log.error("the metadata log cannot be written, trying again: {}", fault.message());
    }
  }

  void stuck(String why, @Nullable Throwable cause) {
    // What a leader sends may be refused as often as it sends something else.
    if (isDue(cause == null ? "lags" : "stuck")) {
      log.error("{}", why, cause);
    }
  }

  void stuckOn(NodeId member, String why) {
    if (isDue("stuck " + member)) {
      log.error("node {} cannot follow the metadata group: {}", member, Quoted.of(why));
    }
  }

  void malformed(NodeId from, String why) {
    if (isDue("malformed")) {
      log.error("dropped a message of node {} about the cluster: {}", from, why);
    }
  }

  /** One line a reason, as for messages of Raft. */
  void refused(ProposalRefused refusal) {
    if (!isDue("proposal refused " + refusal.why())) {
      return;
    }
    String why = refusal.why().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    if (refusal.why().isLie()) {
      log.error(
          "refused a change of the cluster that node {} proposes ({}): {}. Nothing was changed. If"
              + " all nodes run one version, its software or memory is at fault: restart it",
          refusal.from(),
          why,
          refusal.detail());
    } else {
      log.warn(
          "refused a change of the cluster that node {} proposes ({}): {}",
          refusal.from(),
          why,
          refusal.detail());
    }
  }

  /** What the disk does about records that cannot be read. On the storage's threads. */
  void disk(String news) {
    log.warn("{}", news);
  }

  void health(StoreHealth health) {
    if (health.isWritable()) {
      log.info("the disk takes writes again");
    } else {
      log.error("the disk takes no writes: {}", health.reason());
    }
  }

  /** How far it is with the partitions that it must be filled with; told again and again. */
  void filling(Filler.Progress progress) {
    if (progress.partitions() > 0 && isDue("filling")) {
      log.info(
          "being filled: {} of {} partitions are left; {} records, {} MB so far, {} MB/s",
          progress.partitions(),
          progress.most(),
          progress.records(),
          megabytes(progress.bytes()),
          megabytes(progress.bytesPerSecond()));
    } else if (filling && progress.partitions() == 0) {
      log.info(
          "filled: no partition is left; {} records, {} MB in all",
          progress.records(),
          megabytes(progress.bytes()));
    }
    filling = progress.partitions() > 0;
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / MEGABYTE);
  }

  void happened(RaftFact fact) {
    log.debug("raft: {}", fact);
    if (fact instanceof RaftFact.MessageRefused(var from, var why, var detail)) {
      refused(from, why, detail);
    }
  }

  /** One line a reason, for a member that goes wrong sends many. */
  private void refused(NodeId from, WhyNotBelieved why, String detail) {
    if (!isDue("raft refused " + why)) {
      return;
    }
    if (why == WhyNotBelieved.CONTRADICTS_COMMITTED) {
      log.error(
          "node {} and this one disagree on what the metadata group decided: {}. The message was"
              + " refused, and this node keeps what it has. If no leader is known here from now on,"
              + " compare 'quorate metadata inspect' of the stopped nodes, and readmit the one"
              + " whose log the others do not share",
          from,
          detail);
    } else {
      log.warn(
          "refused a message of node {} to the metadata group ({}): {}. Its software or memory is"
              + " at fault if this goes on: restart it",
          from,
          why.name().toLowerCase(Locale.ROOT).replace('_', ' '),
          detail);
    }
  }

  void happened(Fact fact) {
    switch (fact) {
      case Fact.Liveness(NodeId node, boolean live) -> {
        if (live) {
          log.info("node {} is up", node);
        } else {
          log.warn("node {} is not heard any more", node);
        }
      }
      case Fact.ClockSkewed(long skewMillis) -> {
        if (isDue("clock")) {
          log.error(
              "this node's clock is {} ms {} most others': it takes no writes until its clock is"
                  + " right",
              Math.abs(skewMillis),
              skewMillis < 0 ? "behind" : "ahead of");
        }
      }
      case Fact.BreakerOpened(NodeId replica) ->
          log.warn("node {} is up and does not cope: others are asked first", replica);
      case Fact.BreakerClosed(NodeId replica) -> log.info("node {} copes again", replica);
      case Fact.FellBehind(NodeId replica, long millis) ->
          log.warn(
              "node {} lags {} ms behind the writes of this node: others are asked first",
              replica,
              millis);
      case Fact.CaughtUp(NodeId replica) -> log.info("node {} does not lag any more", replica);
      case Fact.WriteSpared(NodeId replica) -> {
        if (isDue("spared " + replica)) {
          log.warn("node {} owes too many answers: it gets hints in place of writes", replica);
        }
      }
      case Fact.StoodStill(long millis) -> {
        if (isDue("stood still")) {
          log.warn("this node stood still for {} ms; it blames no other for that time", millis);
        }
      }
      case Fact.MarkedDown(NodeId node, boolean down) -> {
        if (down) {
          log.warn("node {} is given up for now: partitions move without it", node);
        } else {
          log.info("node {} is up to date: moves of partitions wait for it again", node);
        }
      }
      case Fact.BarrierOverdue(NodeId node, int partitions) ->
          log.error(
              "node {} is up and does not take note that {} partitions have moved a step: see what"
                  + " it is busy with, or stop it; the moves wait for it",
              node,
              partitions);
      case Fact.ReadFailed(String why) -> {
        if (isDue("read failed")) {
          log.error("a record of this node cannot be read, other replicas answer for it: {}", why);
        }
      }
      case Fact.PartitionDamaged(int partition, String why) -> {
        damageKept.remove(partition);
        log.error(
            "partition {} is out of service on this node, to be filled again from others: its"
                + " disk does not give back all of it ({})",
            partition,
            why);
      }
      case Fact.DamageDropped(int partition) -> {
        damageKept.remove(partition);
        log.info(
            "what was damaged of partition {} is off the disk; it is filled from others",
            partition);
      }
      case Fact.DamageGone(int partition) -> {
        damageKept.remove(partition);
        log.warn("partition {} can be read again, and is back in service", partition);
      }
      case Fact.DamageKept(int partition) -> {
        // Looked at again and again; it is news once, and alerts and the doctor go on to say it.
        if (damageKept.add(partition)) {
          log.error(
              "partition {} stays damaged and out of service: not enough other replicas are known"
                  + " to hold, and show, what is to replace it; see 'quorate doctor'",
              partition);
        }
      }
      case Fact.VersionConflict(NodeId writer, int boot) -> {
        if (isDue("version conflict " + writer)) {
          log.error(
              "two records that differ have one version, stamped by node {} at its start {}: two"
                  + " processes ran with copies of its data directory, or its machine was set back."
                  + " One of the records is kept, the same on all replicas. See 'quorate doctor'",
              writer,
              boot);
        }
      }
      case Fact.StampRefused(NodeId writer, long hlc) -> {
        if (isDue("stamp refused " + writer)) {
          log.error(
              "refused a record that node {} stamped at {}, far ahead of all clocks"
                  + " (health.stamp_bound): look after the clock of that node, see 'quorate"
                  + " doctor'",
              writer,
              Hlc.toString(hlc));
        }
      }
      case Fact.HintsOverflowed(NodeId target, int partition) -> {
        if (isDue("hints overflowed")) {
          log.warn(
              "there are too many hints for node {}: partition {} is compared with it once it is"
                  + " back, and so are others",
              target,
              partition);
        }
      }
      case Fact.DeadLettered(NodeId target, int partition, Key key, String reason) -> {
        if (isDue("dead letter")) {
          log.warn(
              "node {} refuses a record of partition {} again and again ({}): see 'quorate hints"
                  + " deadletters list'",
              target,
              partition,
              reason);
        }
      }
      case Fact.HintsLost(int marks) ->
          log.warn(
              "the hints on this disk were damaged, and are gone: {} partitions of other nodes are"
                  + " compared instead, and pauses of hints are over. Look after the device",
              marks);
      case Fact.HintGivenUp(NodeId target, int partition) -> {
        if (isDue("hint given up")) {
          log.warn(
              "node {} refuses a record that it lacks: partition {} is compared with it",
              target,
              partition);
        }
      }
      case Fact.PotentiallyStaleTenant(String tenant) ->
          log.warn(
              "the levels of tenant '{}' let its reads miss acknowledged writes (R + W at most N)",
              tenant);
      case Fact.Overloaded(String bound) -> {
        if (isDue(bound)) {
          log.warn("overloaded: the bound of {} was hit, and requests are refused", bound);
        }
      }
      case Fact.NotUnderstood unclear -> notUnderstood(unclear);
      default -> log.trace("{}", fact);
    }
  }

  private void notUnderstood(Fact.NotUnderstood unclear) {
    NodeId other = unclear.other();
    if (!isDue("not understood " + unclear.what() + other, NOT_UNDERSTOOD_EVERY_NANOS)) {
      return;
    }
    switch (unclear.what()) {
      case ITS_REQUEST ->
          log.warn(
              "node {} sends requests that this version does not know (kind {}). They are refused,"
                  + " and nothing is done for them until this node is upgraded",
              other,
              unclear.kind());
      case ITS_ANSWER ->
          log.warn(
              "node {} gives answers that this version does not know (kind {}). None of them counts"
                  + " as a success until this node is upgraded",
              other,
              unclear.kind());
      case OWN_REQUEST ->
          log.warn(
              "node {} does not know requests of this version (kind {}). It refuses them, and does"
                  + " nothing for them until it is upgraded",
              other,
              unclear.kind());
    }
  }

  private boolean isDue(String kind) {
    return isDue(kind, SAME_LINE_EVERY_NANOS);
  }

  private boolean isDue(String kind, long everyNanos) {
    long now = clock.nanos();
    Long before = written.get(kind);
    if (before != null && now - before < everyNanos) {
      return false;
    }
    written.put(kind, now);
    return true;
  }
}
