package io.quorate.replication.replica.limit;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.event.Bound;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.PrepareReply;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.ProbeReply;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadHistory;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.RelayWrite;
import io.quorate.replication.message.ReplicaMessage.RelayedWrite;
import io.quorate.replication.message.ReplicaMessage.Request;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.TreeReply;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.storage.RecordStore;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many requests of other nodes the replica carries out at a time. A disk that has become
 * slow would else gather in memory all that the others send, each of which keeps to its own bounds
 * and knows nothing of the rest.
 *
 * <p>What comes beyond is refused at once. A write that is refused is not acknowledged: its
 * coordinator stores a hint, and sends this replica nothing for a while. For hints themselves there
 * is twice the room: few come at a time, and while they are refused what is owed only grows.
 *
 * <p>A write is stored however late it comes, for it would be owed otherwise. A read that no caller
 * waits for any more is not carried out.
 *
 * <p>Pages that are asked for again, since the answer takes its time, are not read a second time
 * beside the first: a disk that is slow would be the slower for it, and be asked for more again.
 */
public final class RequestLimiter {
  private static final String FULL =
      "overloaded: other nodes have as much under way at this replica as they may";
  private static final NotNow WRITE_REFUSED = new NotNow(FULL);
  private static final Refused REFUSED = new Refused(FULL);

  private static final int ROOM_FOR_HINTS = 2;

  private final Replica replica;
  private final LongSupplier ownClock;
  private final BiConsumer<NodeId, ReplicaMessage> send;
  private final RequestLimiterConfig config;
  private final Consumer<Event> events;

  private int underWay;
  private long bytes;

  /** Pages that are being read. */
  private final Set<Asked> pages = new HashSet<>();

  /** A request of another node, by what its answer is known by there. */
  private record Asked(NodeId from, long id) {}

  /**
   * @param ownClock this node's clock, for answers
   */
  public RequestLimiter(
      Replica replica,
      LongSupplier ownClock,
      BiConsumer<NodeId, ReplicaMessage> send,
      RequestLimiterConfig config,
      Consumer<Event> events) {
    this.replica = replica;
    this.ownClock = ownClock;
    this.send = send;
    this.config = config;
    this.events = events;
  }

  /** Requests of other nodes that are not answered yet. */
  public int underWay() {
    return underWay;
  }

  /** Bytes of those that are writes. */
  public long bytes() {
    return bytes;
  }

  /** Carries a request out and answers it, or answers that there is no room. */
  public void onRequest(NodeId from, Request request) {
    switch (request) {
      case Write write ->
          this.<WriteOutcome>carryOut(
              write,
              size(write),
              answer -> replica.write(write, answer),
              outcome -> send.accept(from, new WriteReply(write.id(), hlc(), outcome)),
              WRITE_REFUSED);
      case RelayWrite relay ->
          this.<WriteOutcome>carryOut(
              relay.write(),
              size(relay.write()),
              answer -> {
                passOn(from, relay); // they need not wait for the disk here
                replica.write(relay.write(), answer);
              },
              outcome -> send.accept(from, new WriteReply(relay.id(), hlc(), outcome)),
              WRITE_REFUSED);
      case RelayedWrite relayed ->
          this.<WriteOutcome>carryOut(
              relayed.write(),
              size(relayed.write()),
              answer -> replica.write(relayed.write(), answer),
              outcome ->
                  send.accept(relayed.coordinator(), new WriteReply(relayed.id(), hlc(), outcome)),
              WRITE_REFUSED);
      case WriteRecords write ->
          this.<WritesOutcome>carryOut(
              write,
              size(write),
              answer -> replica.writeAll(write, answer),
              outcome -> send.accept(from, new WriteRecordsReply(write.id(), hlc(), outcome)),
              REFUSED);
      case ReadRecords read ->
          this.<RangeOutcome>readPage(
              new Asked(from, read.id()),
              read,
              answer -> replica.readRecords(read, answer),
              outcome -> send.accept(from, new RangeReply(read.id(), hlc(), outcome)),
              REFUSED);
      case Read read ->
          this.<ReadOutcome>carryOut(
              read,
              0,
              answer -> replica.read(read, answer),
              outcome -> send.accept(from, new ReadReply(read.id(), hlc(), outcome)),
              REFUSED);
      case Probe probe ->
          this.<ProbeOutcome>carryOut(
              probe,
              0,
              answer -> replica.probe(probe, answer),
              outcome -> send.accept(from, new ProbeReply(probe.id(), hlc(), outcome)),
              REFUSED);
      case Prepare prepare ->
          this.<PrepareOutcome>carryOut(
              prepare,
              0,
              answer -> replica.prepare(prepare, answer),
              outcome -> send.accept(from, new PrepareReply(prepare.id(), hlc(), outcome)),
              REFUSED);
      case ReadRange range ->
          this.<RangeOutcome>readPage(
              new Asked(from, range.id()),
              range,
              answer -> replica.readRange(range, answer),
              outcome -> send.accept(from, new RangeReply(range.id(), hlc(), outcome)),
              REFUSED);
      case ReadImage image ->
          this.<RangeOutcome>readPage(
              new Asked(from, image.id()),
              image,
              answer -> replica.readImage(image, answer),
              outcome -> send.accept(from, new RangeReply(image.id(), hlc(), outcome)),
              REFUSED);
      case ReadHistory history ->
          this.<RangeOutcome>readPage(
              new Asked(from, history.id()),
              history,
              answer -> replica.readHistory(history, answer),
              outcome -> send.accept(from, new RangeReply(history.id(), hlc(), outcome)),
              REFUSED);
      case CompareTree compare ->
          this.<TreeOutcome>carryOut(
              compare,
              0,
              answer -> replica.compareTree(compare, answer),
              outcome -> send.accept(from, new TreeReply(compare.id(), hlc(), outcome)),
              REFUSED);
      case ReadVersions read ->
          this.<VersionsOutcome>readPage(
              new Asked(from, read.id()),
              read,
              answer -> replica.readVersions(read, answer),
              outcome -> send.accept(from, new VersionsReply(read.id(), hlc(), outcome)),
              REFUSED);
    }
  }

  /** The others judge for themselves by its epoch: this one may have applied another. */
  private void passOn(NodeId coordinator, RelayWrite relay) {
    for (NodeId other : relay.to()) {
      send.accept(other, new RelayedWrite(relay.write(), coordinator));
    }
  }

  private <T> void readPage(
      Asked asked, Request request, Consumer<Consumer<T>> begin, Consumer<T> answer, T refusal) {
    if (!pages.add(asked)) {
      events.accept(ReplicaEvent.Window.PAGE_ASKED_FOR_AGAIN);
      return; // it is answered once
    }
    carryOut(
        request,
        0,
        begin,
        outcome -> {
          pages.remove(asked);
          answer.accept(outcome);
        },
        refusal);
  }

  private <T> void carryOut(
      Request request, long size, Consumer<Consumer<T>> begin, Consumer<T> answer, T refusal) {
    Event full = full(size, isHint(request) ? ROOM_FOR_HINTS : 1);
    if (full != null) {
      events.accept(full);
      answer.accept(refusal);
      return;
    }
    underWay++;
    bytes += size;
    begin.accept(
        outcome -> {
          underWay--;
          bytes -= size;
          answer.accept(outcome);
        });
  }

  /** Which bound is hit; null if there is room. One request may always be, however large. */
  private @Nullable Event full(long size, int times) {
    if (underWay >= times * config.requestsMax()) {
      return Bound.REPLICA_REQUESTS.overloaded();
    }
    return size > 0 && bytes > 0 && bytes + size > times * config.bytesMax()
        ? Bound.REPLICA_BYTES.overloaded()
        : null;
  }

  private static boolean isHint(Request request) {
    return request instanceof Write write && write.cause() == Cause.HINT;
  }

  private static long size(Write write) {
    return write.key().bytes().length + (long) write.record().bytes().length;
  }

  private static long size(WriteRecords write) {
    long bytes = 0;
    for (RecordStore.Entry entry : write.entries()) {
      bytes += entry.key().bytes().length + (long) entry.record().bytes().length;
    }
    return bytes;
  }

  private long hlc() {
    return ownClock.getAsLong();
  }
}
