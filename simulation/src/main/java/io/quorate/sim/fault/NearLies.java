package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.PrepareReply;
import io.quorate.replication.message.ReplicaMessage.ProbeReply;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.version.Hlc;
import io.quorate.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * What a replica that lies says of clocks, epochs and versions that are only a little ahead, so
 * that other nodes believe it. A clock that is believed moves no other clock by more than {@link
 * #AHEAD_MILLIS_MAX}; an epoch that is believed costs the request that hears of it; and above a
 * version that is believed a write is stamped again, so that its key is ahead of all clocks for as
 * long.
 *
 * <p>Left out is what {@link DataLies} leaves out: a record that is made up with a stamp that a
 * clock may have shown.
 */
final class NearLies {
  /** What clocks may differ by, in ms: {@code LivenessConfig.DEFAULT}. */
  static final long AHEAD_MILLIS_MAX = 500;

  private static final int EPOCHS_AHEAD_MAX = 30;
  private static final long VERSION_MILLIS_MAX = 3_600_000;

  private final SimRandom random;

  NearLies(SimRandom random) {
    this.random = random;
  }

  /** What a lie is about. */
  enum Form {
    CLOCK_AHEAD,
    EPOCH_AHEAD,
    VERSION_AHEAD
  }

  /** What is said, and what is wrong with it. */
  record Lie(Form form, ReplicaMessage message) {}

  /**
   * Makes a lie of what a node says.
   *
   * @param nowMillis what honest clocks show
   * @return null if it says nothing of clocks, epochs or versions
   */
  @Nullable Lie of(ReplicaMessage said, NodeId liar, long nowMillis) {
    boolean epoch = random.chance(0.4);
    Version ahead = ahead(liar, nowMillis);
    StaleEpoch stale = new StaleEpoch(random.between(1, EPOCHS_AHEAD_MAX));
    return switch (said) {
      case Heartbeat beat -> clock(of(beat));
      case Read read ->
          clock(
              new Read(
                  read.id(),
                  read.partition(),
                  read.epoch(),
                  read.key(),
                  read.known(),
                  read.versionOnly(),
                  ahead(read.hlc()),
                  read.timeoutMillis()));
      case WriteReply(long id, long hlc, Stored stored) when random.chance(0.4) ->
          version(new WriteReply(id, hlc, new HoldsNewer(ahead)));
      case PrepareReply reply when random.chance(0.4) ->
          version(new PrepareReply(reply.id(), reply.hlc(), new PromisedHigher(ahead)));
      case WriteReply reply when epoch -> epoch(new WriteReply(reply.id(), reply.hlc(), stale));
      case WriteReply reply ->
          clock(new WriteReply(reply.id(), ahead(reply.hlc()), reply.outcome()));
      case ReadReply reply when epoch -> epoch(new ReadReply(reply.id(), reply.hlc(), stale));
      case ReadReply reply -> clock(new ReadReply(reply.id(), ahead(reply.hlc()), reply.outcome()));
      case ProbeReply reply when epoch -> epoch(new ProbeReply(reply.id(), reply.hlc(), stale));
      case ProbeReply reply ->
          clock(new ProbeReply(reply.id(), ahead(reply.hlc()), reply.outcome()));
      case PrepareReply reply when epoch -> epoch(new PrepareReply(reply.id(), reply.hlc(), stale));
      case PrepareReply reply ->
          clock(new PrepareReply(reply.id(), ahead(reply.hlc()), reply.outcome()));
      case WriteRecordsReply reply when epoch ->
          epoch(new WriteRecordsReply(reply.id(), reply.hlc(), stale));
      case WriteRecordsReply reply ->
          clock(new WriteRecordsReply(reply.id(), ahead(reply.hlc()), reply.outcome()));
      default -> null;
    };
  }

  private Heartbeat of(Heartbeat beat) {
    long millis = random.between(1, AHEAD_MILLIS_MAX);
    return new Heartbeat(
        beat.wallMillis() + millis,
        Hlc.of(Hlc.millis(beat.hlc()) + millis, 0),
        beat.writable(),
        beat.slowdownPercent(),
        beat.sentNanos(),
        beat.echo());
  }

  private long ahead(long hlc) {
    return Hlc.of(Hlc.millis(hlc) + random.between(1, AHEAD_MILLIS_MAX), 0);
  }

  /** Less ahead than stamps may be, and more than clocks differ. */
  private Version ahead(NodeId liar, long nowMillis) {
    return new Version(0, Hlc.of(nowMillis + random.between(1, VERSION_MILLIS_MAX), 0), liar, 1);
  }

  private static Lie clock(ReplicaMessage message) {
    return new Lie(Form.CLOCK_AHEAD, message);
  }

  private static Lie epoch(ReplicaMessage message) {
    return new Lie(Form.EPOCH_AHEAD, message);
  }

  private static Lie version(ReplicaMessage message) {
    return new Lie(Form.VERSION_AHEAD, message);
  }
}
