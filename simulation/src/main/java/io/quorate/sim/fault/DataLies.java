package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Echo;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.KeySummary;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareReply;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeReply;
import io.quorate.replication.message.ReplicaMessage.Probed;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadHistory;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.RelayWrite;
import io.quorate.replication.message.ReplicaMessage.RelayedWrite;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.TreeReply;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.replication.tree.HashTree;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.storage.RecordStore;
import io.quorate.version.CausalContext;
import io.quorate.version.Dot;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.SiblingSet;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica that lies says of records in place of what it would have said, as bugs and damaged
 * memory have it do: stamps and clocks from the far future, epochs that nothing has, answers of the
 * wrong length.
 *
 * <p>Left out are lies that no receiver can tell from the truth, with which any replica of any
 * quorum system can break it: a record that is made up with a stamp that a clock may have shown,
 * one that is withheld, a write that is acknowledged and not kept, and a request that names an
 * epoch to come, which passes the fence once that epoch is served. So an answer is made worse only
 * where it says that something is held.
 */
final class DataLies {
  private static final long DAY_MILLIS = 24L * 3_600_000;

  /** What a lie is about. */
  enum Form {
    STAMP,
    CLOCK,
    EPOCH,
    TREE,
    COUNT
  }

  /** What is said, and what is wrong with it. */
  record Lie(Form form, ReplicaMessage message) {}

  private final SimRandom random;

  DataLies(SimRandom random) {
    this.random = random;
  }

  /**
   * Makes a lie of what a node says.
   *
   * @param nowMillis what honest clocks show
   * @return null if nothing worse can be said in its place
   */
  @Nullable Lie of(ReplicaMessage said, NodeId liar, long nowMillis) {
    return switch (said) {
      case Heartbeat beat -> new Lie(Form.CLOCK, of(beat, nowMillis));
      case ReplicaMessage.Request request when random.chance(0.4) -> ofPlace(request);
      case Write write -> new Lie(Form.STAMP, farAhead(write, liar, nowMillis));
      case RelayWrite relay ->
          new Lie(Form.STAMP, new RelayWrite(farAhead(relay.write(), liar, nowMillis), relay.to()));
      case RelayedWrite relayed ->
          new Lie(
              Form.STAMP,
              new RelayedWrite(farAhead(relayed.write(), liar, nowMillis), relayed.coordinator()));
      case WriteRecords write ->
          new Lie(
              Form.STAMP,
              new WriteRecords(
                  write.id(),
                  write.partition(),
                  write.epoch(),
                  write.tenant(),
                  farAhead(write.entries(), liar, nowMillis),
                  write.timeoutMillis()));
      case Read read ->
          new Lie(
              Form.CLOCK,
              new Read(
                  read.id(),
                  read.partition(),
                  read.epoch(),
                  read.key(),
                  read.known(),
                  read.versionOnly(),
                  farClock(nowMillis),
                  read.timeoutMillis()));
      case WriteReply reply -> of(reply, liar, nowMillis);
      case ReadReply reply -> of(reply, liar, nowMillis);
      case RangeReply reply -> of(reply, liar, nowMillis);
      case VersionsReply reply -> of(reply, liar, nowMillis);
      case ProbeReply reply -> of(reply, liar, nowMillis);
      case PrepareReply reply -> of(reply, liar, nowMillis);
      case WriteRecordsReply reply -> of(reply, nowMillis);
      case TreeReply reply -> of(reply, nowMillis);
      default -> null;
    };
  }

  private Heartbeat of(Heartbeat beat, long nowMillis) {
    Echo echo = beat.echo();
    return switch (random.nextInt(4)) {
      case 0 ->
          new Heartbeat(
              farMillis(nowMillis),
              farClock(nowMillis),
              beat.writable(),
              beat.slowdownPercent(),
              beat.sentNanos(),
              echo);
      case 1 ->
          new Heartbeat(0, 0, beat.writable(), beat.slowdownPercent(), random.nextLong(), echo);
      case 2 ->
          new Heartbeat(
              beat.wallMillis(),
              farClock(nowMillis),
              random.chance(0.5),
              (int) random.between(0, Integer.MAX_VALUE - 1),
              beat.sentNanos(),
              new Echo(random.nextLong(), random.nextLong()));
      default ->
          new Heartbeat(
              farMillis(nowMillis),
              farClock(nowMillis),
              true,
              0,
              Long.MAX_VALUE,
              echo == null ? null : new Echo(echo.sentNanos(), random.nextLong()));
    };
  }

  /** Another epoch or partition than there is, and as much time as there is. */
  private @Nullable Lie ofPlace(ReplicaMessage.Request request) {
    long epoch = farEpoch(request.epoch());
    int partition = random.chance(0.2) ? random.nextInt(Integer.MAX_VALUE) : request.partition();
    int millis = Integer.MAX_VALUE;
    ReplicaMessage lie =
        switch (request) {
          case Write write -> elsewhere(write, partition, epoch);
          case RelayWrite relay ->
              new RelayWrite(elsewhere(relay.write(), partition, epoch), relay.to());
          case RelayedWrite relayed ->
              new RelayedWrite(elsewhere(relayed.write(), partition, epoch), relayed.coordinator());
          case WriteRecords write ->
              new WriteRecords(
                  write.id(), partition, epoch, write.tenant(), write.entries(), millis);
          case Read read ->
              new Read(
                  read.id(),
                  partition,
                  epoch,
                  read.key(),
                  read.known(),
                  read.versionOnly(),
                  read.hlc(),
                  millis);
          case Probe probe ->
              new Probe(
                  probe.id(),
                  partition,
                  epoch,
                  probe.key(),
                  probe.version(),
                  probe.retry(),
                  millis);
          case Prepare prepare ->
              new Prepare(
                  prepare.id(),
                  partition,
                  epoch,
                  prepare.key(),
                  prepare.ballot(),
                  prepare.mark(),
                  millis);
          case ReadRange read -> new ReadRange(read.id(), epoch, read.range(), millis);
          case ReadImage read -> new ReadImage(read.id(), read.cut(), epoch, read.range(), millis);
          case ReadHistory read ->
              new ReadHistory(
                  read.id(),
                  partition,
                  epoch,
                  read.tenant(),
                  read.from(),
                  read.versionsMax(),
                  read.bytesMax(),
                  millis);
          case ReadRecords read ->
              new ReadRecords(read.id(), partition, epoch, read.keys(), read.bytesMax(), millis);
          case CompareTree compare ->
              new CompareTree(
                  compare.id(), partition, epoch, compare.factor(), compare.root(), millis);
          case ReadVersions read ->
              new ReadVersions(read.id(), epoch, read.range(), read.leaves(), millis);
        };
    return new Lie(Form.EPOCH, lie);
  }

  private static Write elsewhere(Write write, int partition, long epoch) {
    return new Write(
        write.id(),
        partition,
        epoch,
        write.key(),
        write.record(),
        write.cause(),
        Integer.MAX_VALUE);
  }

  private Lie of(WriteReply reply, NodeId liar, long nowMillis) {
    boolean holds = reply.outcome() instanceof Stored || reply.outcome() instanceof HoldsNewer;
    return switch (random.nextInt(4)) {
      case 0 -> clock(new WriteReply(reply.id(), farClock(nowMillis), reply.outcome()));
      case 1 -> epoch(new WriteReply(reply.id(), reply.hlc(), new StaleEpoch(farEpoch(1))));
      case 2 ->
          stamp(new WriteReply(reply.id(), reply.hlc(), new BelowPromise(farClock(nowMillis))));
      default ->
          holds
              ? stamp(
                  new WriteReply(
                      reply.id(), reply.hlc(), new HoldsNewer(farVersion(liar, nowMillis))))
              : clock(new WriteReply(reply.id(), farClock(nowMillis), reply.outcome()));
    };
  }

  private Lie of(ProbeReply reply, NodeId liar, long nowMillis) {
    return switch (reply.outcome()) {
      case Probed probed when random.chance(0.7) ->
          stamp(
              new ProbeReply(
                  reply.id(),
                  reply.hlc(),
                  random.chance(0.5)
                      ? new Probed(farVersion(liar, nowMillis), probed.promised(), probed.offered())
                      : new Probed(probed.held(), farClock(nowMillis), probed.offered())));
      default ->
          random.chance(0.5)
              ? epoch(new ProbeReply(reply.id(), reply.hlc(), new StaleEpoch(farEpoch(1))))
              : clock(new ProbeReply(reply.id(), farClock(nowMillis), reply.outcome()));
    };
  }

  private Lie of(PrepareReply reply, NodeId liar, long nowMillis) {
    return switch (random.nextInt(3)) {
      case 0 ->
          stamp(
              new PrepareReply(
                  reply.id(), reply.hlc(), new PromisedHigher(farVersion(liar, nowMillis))));
      case 1 -> epoch(new PrepareReply(reply.id(), reply.hlc(), new StaleEpoch(farEpoch(1))));
      default -> clock(new PrepareReply(reply.id(), farClock(nowMillis), reply.outcome()));
    };
  }

  private Lie of(WriteRecordsReply reply, long nowMillis) {
    return reply.outcome() instanceof Merged merged && random.chance(0.7)
        ? new Lie(
            Form.COUNT,
            new WriteRecordsReply(
                reply.id(), reply.hlc(), new Merged(otherCount(merged.outcomes()))))
        : clock(new WriteRecordsReply(reply.id(), farClock(nowMillis), reply.outcome()));
  }

  private <T> List<T> otherCount(List<T> all) {
    if (random.chance(0.5) || all.isEmpty()) {
      return all.subList(0, Math.max(0, all.size() - 1));
    }
    List<T> more = new ArrayList<>(all);
    more.add(all.getFirst());
    return more;
  }

  private Lie of(ReadReply reply, NodeId liar, long nowMillis) {
    return switch (reply.outcome()) {
      case Held(Record record) when random.chance(0.7) ->
          stamp(
              new ReadReply(reply.id(), reply.hlc(), new Held(farAhead(record, liar, nowMillis))));
      case HeldSummary summary when random.chance(0.7) ->
          stamp(
              new ReadReply(reply.id(), reply.hlc(), new HeldSummary(farSummary(liar, nowMillis))));
      default ->
          random.chance(0.5)
              ? epoch(new ReadReply(reply.id(), reply.hlc(), new StaleEpoch(farEpoch(1))))
              : clock(new ReadReply(reply.id(), farClock(nowMillis), reply.outcome()));
    };
  }

  private Lie of(RangeReply reply, NodeId liar, long nowMillis) {
    return reply.outcome() instanceof Records page
            && !page.entries().isEmpty()
            && random.chance(0.7)
        ? stamp(
            new RangeReply(
                reply.id(),
                reply.hlc(),
                new Records(farAhead(page.entries(), liar, nowMillis), page.reached())))
        : epoch(new RangeReply(reply.id(), reply.hlc(), new StaleEpoch(farEpoch(1))));
  }

  private Lie of(VersionsReply reply, NodeId liar, long nowMillis) {
    return reply.outcome() instanceof Versions page && !page.held().isEmpty()
        ? stamp(
            new VersionsReply(
                reply.id(),
                reply.hlc(),
                new Versions(
                    page.held().stream()
                        .map(each -> new KeySummary(each.key(), farSummary(liar, nowMillis)))
                        .toList(),
                    page.reached())))
        : clock(new VersionsReply(reply.id(), farClock(nowMillis), reply.outcome()));
  }

  /** Says that everything differs. The lie that nothing differs would be believed. */
  private Lie of(TreeReply reply, long nowMillis) {
    if (random.chance(0.3)) {
      return clock(new TreeReply(reply.id(), farClock(nowMillis), reply.outcome()));
    }
    long[] leaves = new long[HashTree.LEAVES];
    for (int i = 0; i < leaves.length; i++) {
      leaves[i] = random.nextLong();
    }
    return new Lie(
        Form.TREE, new TreeReply(reply.id(), reply.hlc(), new OtherTree(HashTree.of(leaves))));
  }

  private static Lie clock(ReplicaMessage message) {
    return new Lie(Form.CLOCK, message);
  }

  private static Lie epoch(ReplicaMessage message) {
    return new Lie(Form.EPOCH, message);
  }

  private static Lie stamp(ReplicaMessage message) {
    return new Lie(Form.STAMP, message);
  }

  private Write farAhead(Write write, NodeId liar, long nowMillis) {
    return new Write(
        write.id(),
        write.partition(),
        write.epoch(),
        write.key(),
        farAhead(write.record(), liar, nowMillis),
        write.cause(),
        write.timeoutMillis());
  }

  /** Returns the value under a stamp that would outlast all others. */
  private Record farAhead(Record record, NodeId liar, long nowMillis) {
    if (record.isOfSiblings() && random.chance(0.7)) {
      Dot dot = new Dot(Hlc.of(farMillis(nowMillis), 0), new Dot.Actor(liar, 1, 0));
      WriteId id = new WriteId(random.nextLong(), 1, 1);
      return SiblingSet.of(record).write(dot, id, CausalContext.NONE, new byte[0], 0).toRecord();
    }
    // Of siblings this makes a record that is not of their model.
    Version version = farVersion(liar, nowMillis);
    return record.isTombstone()
        ? Record.tombstone(version, record.epoch())
        : Record.value(version, record.epoch(), record.expiresAtMillis(), record.copyValue());
  }

  private List<RecordStore.Entry> farAhead(
      List<RecordStore.Entry> entries, NodeId liar, long nowMillis) {
    return entries.stream()
        .map(each -> new RecordStore.Entry(each.key(), farAhead(each.record(), liar, nowMillis)))
        .toList();
  }

  private Version farVersion(NodeId liar, long nowMillis) {
    return new Version(0, farClock(nowMillis), liar, 1);
  }

  private Summary farSummary(NodeId liar, long nowMillis) {
    return new Summary(farVersion(liar, nowMillis), random.nextLong());
  }

  /** Two days ahead at least, which is further than any clock of a run is off and stamps may be. */
  private long farMillis(long nowMillis) {
    return switch (random.nextInt(3)) {
      case 0 -> nowMillis + random.between(2 * DAY_MILLIS, 4 * DAY_MILLIS);
      case 1 -> nowMillis + 1_000 * 365 * DAY_MILLIS;
      default -> Hlc.millis(Hlc.END) - 1 - random.nextInt(3);
    };
  }

  private long farClock(long nowMillis) {
    return switch (random.nextInt(4)) {
      case 0 -> Hlc.END + random.nextInt(3);
      case 1 -> -1L - random.nextInt(3);
      default -> Hlc.of(farMillis(nowMillis), random.nextInt(1 << 16));
    };
  }

  /** None that the partition ever comes to. */
  private long farEpoch(long epoch) {
    return switch (random.nextInt(3)) {
      case 0 -> epoch + (1L << 31);
      case 1 -> Long.MAX_VALUE;
      default -> (1L << 40) + (random.nextLong() >>> 2);
    };
  }
}
