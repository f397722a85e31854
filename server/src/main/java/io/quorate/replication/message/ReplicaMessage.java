package io.quorate.replication.message;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What nodes say to each other about records. Requests carry an id that the sender chose; the
 * answer carries the same. {@code timeoutMillis} is what is left of the client's deadline when it
 * is sent.
 */
public sealed interface ReplicaMessage {

  /** Is about records, or a request for some: for the part of a node that has their partition. */
  sealed interface AboutRecords extends ReplicaMessage {}

  /** A message to a replica of {@code partition}, planned on the replica set of {@code epoch}. */
  sealed interface Request extends AboutRecords {
    long id();

    int partition();

    long epoch();

    int timeoutMillis();
  }

  /** An answer; {@code hlc} is the replica's clock. */
  sealed interface Reply extends AboutRecords {
    long id();

    long hlc();
  }

  /** Why a record is sent. */
  enum Cause {
    /** A client's write, freshly stamped: the replica says if it holds a higher version. */
    FRESH,
    /**
     * The same under the token of a lock. The replica takes it if it knows which tokens are too low
     * for the key (docs/design/fencing.md#purge-of-marks).
     */
    FENCED,
    /**
     * A read under the token of a lock has found it: the replica says if it holds a higher version.
     */
    WRITTEN_BACK,
    /** A reader found this replica behind. */
    REPAIR,
    /** This replica was away when the record was written. */
    HINT;

    /** Whether it was stamped for this write, and never was anywhere before. */
    public boolean isFresh() {
      return this == FRESH || this == FENCED;
    }

    /** Whether the sender wants to know of a higher version. */
    public boolean asksForNewer() {
      return isFresh() || this == WRITTEN_BACK;
    }
  }

  /** Merge this record. */
  record Write(
      long id, int partition, long epoch, Key key, Record record, Cause cause, int timeoutMillis)
      implements Request {
    /** Returns the same under another id. */
    public Write withId(long other) {
      return new Write(other, partition, epoch, key, record, cause, timeoutMillis);
    }
  }

  /** Brings a {@link Write} to this replica, with others to think of. */
  sealed interface Passed extends Request {
    Write write();

    @Override
    default long id() {
      return write().id();
    }

    @Override
    default int partition() {
      return write().partition();
    }

    @Override
    default long epoch() {
      return write().epoch();
    }

    @Override
    default int timeoutMillis() {
      return write().timeoutMillis();
    }
  }

  /**
   * Merge this record, and pass it on to other replicas of your region. Each of them answers the
   * sender itself (docs/design/regions.md#relay).
   *
   * @param to at least one node, at most {@link #OTHERS_MAX}
   */
  record RelayWrite(Write write, List<NodeId> to) implements Passed {
    /** The most nodes to which one is passed on. */
    public static final int OTHERS_MAX = 64;

    public RelayWrite {
      to = List.copyOf(to);
    }
  }

  /** Merge this record, and answer {@code coordinator}, whose id it has. */
  record RelayedWrite(Write write, NodeId coordinator) implements Passed {}

  /** What became of a {@link Write}. */
  record WriteReply(long id, long hlc, WriteOutcome outcome) implements Reply {}

  /** What became of a {@link Write}. */
  sealed interface WriteOutcome {}

  /**
   * Merge these records of one tenant, which you lacked when we compared. As many writes as there
   * are records, but for the way.
   */
  record WriteRecords(
      long id,
      int partition,
      long epoch,
      int tenant,
      List<RecordStore.Entry> entries,
      int timeoutMillis)
      implements Request {
    public WriteRecords {
      entries = List.copyOf(entries);
    }
  }

  /** What became of {@link WriteRecords}. */
  record WriteRecordsReply(long id, long hlc, WritesOutcome outcome) implements Reply {}

  /** What became of {@link WriteRecords}. */
  sealed interface WritesOutcome {}

  /** What became of each, in their order. */
  record Merged(List<WriteOutcome> outcomes) implements WritesOutcome {
    public Merged {
      outcomes = List.copyOf(outcomes);
    }
  }

  /** The record is durable here. */
  record Stored() implements WriteOutcome {
    public static final Stored INSTANCE = new Stored();
  }

  /**
   * The record is durable here, and that does not count: this replica is being filled, and may lack
   * what it acknowledged before.
   */
  record StoredWhileFilling() implements WriteOutcome {
    public static final StoredWhileFilling INSTANCE = new StoredWhileFilling();
  }

  /**
   * A record that has everything of the one that was sent, and more, is durable here; or two
   * different records met that carry the same stamp.
   *
   * @param version above which a fresh write is stamped again, if its model has that
   */
  record HoldsNewer(Version version) implements WriteOutcome {}

  /**
   * A fresh stamp that no replica takes any more, since a purge up to {@code promised} may take
   * away what it would have to be above, or a cut up to there was closed. Nothing was stored: it is
   * stamped again, above that.
   */
  record BelowPromise(long promised) implements WriteOutcome {}

  /**
   * A register that was not taken, since this replica has promised a higher ballot, or has accepted
   * one. It had no effect here, and never will under this ballot. Of a mark: something is held that
   * is above it, or has a later time.
   */
  record PromisedHigher(Version ballot) implements WriteOutcome, PrepareOutcome {}

  /** The request was planned on another epoch than {@code epoch}, which is served here. */
  record StaleEpoch(long epoch)
      implements WriteOutcome,
          PrepareOutcome,
          WritesOutcome,
          ReadOutcome,
          RangeOutcome,
          TreeOutcome,
          VersionsOutcome,
          ProbeOutcome {}

  /** The record was not taken, and had no effect here. */
  sealed interface NotTaken extends WriteOutcome {
    String reason();
  }

  /**
   * Not taken, and without effect here, for what there is to do: that says nothing about the
   * record, and the same may be taken later.
   */
  record NotNow(String reason) implements NotTaken {}

  /** Not taken, and without effect here. */
  record Refused(String reason)
      implements NotTaken,
          PrepareOutcome,
          WritesOutcome,
          ReadOutcome,
          RangeOutcome,
          TreeOutcome,
          VersionsOutcome,
          ProbeOutcome {}

  /**
   * Not taken, and without effect here: the partition was purged, and what is held under the key
   * does not tell which tokens are too low. The locks have to be asked
   * (docs/design/fencing.md#purge-of-marks).
   */
  record FenceForgotten() implements NotTaken, PrepareOutcome {
    public static final FenceForgotten INSTANCE = new FenceForgotten();

    @Override
    public String reason() {
      return "its partition was purged, and it does not know which tokens are stale";
    }
  }

  /**
   * Say what you hold, compared with what I know.
   *
   * @param hlc the sender's clock, which the replica's follows: what has expired by the one has
   *     expired by the other when it answers
   */
  record Read(
      long id,
      int partition,
      long epoch,
      Key key,
      @Nullable Summary known,
      boolean versionOnly,
      long hlc,
      int timeoutMillis)
      implements Request {}

  /** Answer to a {@link Read}. */
  record ReadReply(long id, long hlc, ReadOutcome outcome) implements Reply {}

  /** Answer to a {@link Read}. */
  sealed interface ReadOutcome {}

  /** Exactly the record that was named as known; or nothing, when none was. */
  record Same() implements ReadOutcome {
    public static final Same INSTANCE = new Same();
  }

  /** Another record. */
  record Held(Record record) implements ReadOutcome {}

  /** Another record, where only its summary was wanted or it is older than the known one. */
  record HeldSummary(Summary summary) implements ReadOutcome {}

  /** Nothing, though a record was named as known. */
  record Nothing() implements ReadOutcome {
    public static final Nothing INSTANCE = new Nothing();
  }

  /**
   * Say what you hold under a key, and whether you were ever offered this version. Of tenants whose
   * writes take effect at most once; stores nothing.
   *
   * @param retry whether the version may have been offered before; otherwise the replica does not
   *     look for it among those that it was offered
   */
  record Probe(
      long id,
      int partition,
      long epoch,
      Key key,
      Version version,
      boolean retry,
      int timeoutMillis)
      implements Request {}

  /** Answer to a {@link Probe}. */
  record ProbeReply(long id, long hlc, ProbeOutcome outcome) implements Reply {}

  /** Answer to a {@link Probe}. */
  sealed interface ProbeOutcome {}

  /**
   * What is durable here.
   *
   * @param held the version that lies under the key; null for nothing
   * @param promised hybrid time up to which no fresh write is taken, or has been purged
   */
  record Probed(@Nullable Version held, long promised, Offered offered) implements ProbeOutcome {}

  /** Whether a replica was offered a version: by a client's write, a hint, a repair or a copy. */
  enum Offered {
    NEVER,
    /** It lies under the key, or another one was above it. */
    ONCE,
    /** It may have been, for a replica does not remember for ever what was overwritten. */
    FORGOTTEN
  }

  /**
   * Promise to accept nothing below this ballot under a key, and say what you have accepted
   * (docs/design/linearizable.md). Of records of which the last write wins: put this mark before
   * what you hold, and say what that is (docs/design/fencing.md#raise-of-records).
   *
   * @param mark {@link Mark#NONE} for a ballot
   */
  record Prepare(
      long id, int partition, long epoch, Key key, Version ballot, Mark mark, int timeoutMillis)
      implements Request {
    /** Of a register. */
    public Prepare(long id, int partition, long epoch, Key key, Version ballot, int timeoutMillis) {
      this(id, partition, epoch, key, ballot, Mark.NONE, timeoutMillis);
    }
  }

  /** Whether what is prepared is a mark, and what is known of its token. */
  enum Mark {
    NONE,
    /** A mark, of whose token nothing is known. */
    UNASKED,
    /** A mark, of whose token the locks have said under the same epoch that it is held. */
    HELD
  }

  /** Answer to a {@link Prepare}. */
  record PrepareReply(long id, long hlc, PrepareOutcome outcome) implements Reply {}

  /** Answer to a {@link Prepare}. */
  sealed interface PrepareOutcome {}

  /**
   * The promise is durable here, or the mark.
   *
   * @param accepted by the highest ballot, or what lies under the mark; null for nothing
   */
  record Promised(@Nullable Record accepted) implements PrepareOutcome {}

  /** Give me a page of your records. */
  record ReadRange(long id, long epoch, RecordStore.Range range, int timeoutMillis)
      implements Request {
    @Override
    public int partition() {
      return range.partition();
    }
  }

  /**
   * Give me a page of your image of a partition, as of a cut (docs/design/cuts.md#images).
   *
   * @param cut its id
   * @param epoch not compared with the one that is served: an image stays as it is
   * @param range keys of a tenant that begin with a prefix, from the first to the last
   */
  record ReadImage(long id, long cut, long epoch, RecordStore.Range range, int timeoutMillis)
      implements Request {
    @Override
    public int partition() {
      return range.partition();
    }
  }

  /**
   * Give me a page of the versions that you keep of a tenant since they were replaced
   * (docs/design/history.md#copied).
   *
   * @param from where the page begins, as the page before has said; empty for the first
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record ReadHistory(
      long id,
      int partition,
      long epoch,
      int tenant,
      byte[] from,
      int versionsMax,
      int bytesMax,
      int timeoutMillis)
      implements Request {}

  /**
   * Give me your records of these keys of one tenant. Those are answered up to the key that the
   * answer says it reached, in the order in which they are asked for.
   *
   * @param bytesMax stop after about this many bytes of keys and records
   */
  record ReadRecords(
      long id, int partition, long epoch, List<Key> keys, int bytesMax, int timeoutMillis)
      implements Request {
    public ReadRecords {
      keys = List.copyOf(keys);
    }
  }

  /**
   * Answer to a {@link ReadRange}, {@link ReadRecords}, {@link ReadImage} or {@link ReadHistory}.
   */
  record RangeReply(long id, long hlc, RangeOutcome outcome) implements Reply {}

  /**
   * Answer to a {@link ReadRange}, {@link ReadRecords}, {@link ReadImage} or {@link ReadHistory}.
   */
  sealed interface RangeOutcome {}

  /**
   * A page of records in the order of the range, tombstones included.
   *
   * @param reached all keys up to this one in that order were looked at; null if all of the range
   *     were
   */
  record Records(List<RecordStore.Entry> entries, @Nullable Key reached) implements RangeOutcome {
    public Records {
      entries = List.copyOf(entries);
    }
  }

  /**
   * There is no image of that cut here, nor will there be one again: the process was started since,
   * or the image was given up.
   */
  record NoImage(String reason) implements RangeOutcome {}

  /**
   * A page of the versions that the replica keeps of a tenant.
   *
   * @param since the mark of the replica's history after the page was read; {@link Hlc#END} or
   *     later if it keeps none of that tenant
   * @param next where the next page begins; empty if there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record KeptVersions(int tenant, long since, List<HistoryStore.Kept> versions, byte[] next)
      implements RangeOutcome {
    public KeptVersions {
      versions = List.copyOf(versions);
    }
  }

  /**
   * Do you hold the same as I do?
   *
   * @param factor of the tenants that are compared
   * @param root of the sender's hash tree
   */
  record CompareTree(
      long id, int partition, long epoch, Factor factor, long root, int timeoutMillis)
      implements Request {}

  /** Answer to a {@link CompareTree}. */
  record TreeReply(long id, long hlc, TreeOutcome outcome) implements Reply {}

  /** Answer to a {@link CompareTree}. */
  sealed interface TreeOutcome {}

  /**
   * Exactly the same.
   *
   * @param offered the highest hybrid time of a version of this partition that the replica was ever
   *     offered, of tenants whose writes take effect at most once; 0 for none
   */
  record SameTree(long offered) implements TreeOutcome {
    public static final SameTree INSTANCE = new SameTree(0);

    public static SameTree of(long offered) {
      return offered == 0 ? INSTANCE : new SameTree(offered);
    }
  }

  /**
   * Something else: this.
   *
   * @param offered see {@link SameTree}
   */
  record OtherTree(HashTree tree, long offered) implements TreeOutcome {
    /** Of a replica that was offered nothing that matters. */
    public OtherTree(HashTree tree) {
      this(tree, 0);
    }
  }

  /** The replica has not read all that it holds yet. */
  record NoTree() implements TreeOutcome {
    public static final NoTree INSTANCE = new NoTree();
  }

  /**
   * Which versions do you hold of the keys in this range?
   *
   * @param leaves of the hash tree; keys in others are passed over
   */
  record ReadVersions(
      long id, long epoch, RecordStore.Range range, BitSet leaves, int timeoutMillis)
      implements Request {
    @Override
    public int partition() {
      return range.partition();
    }
  }

  /** Answer to a {@link ReadVersions}. */
  record VersionsReply(long id, long hlc, VersionsOutcome outcome) implements Reply {}

  /** Answer to a {@link ReadVersions}. */
  sealed interface VersionsOutcome {}

  /**
   * What is held, by key.
   *
   * @param reached all keys up to this one were looked at; null if all of the range were
   */
  record Versions(List<KeySummary> held, @Nullable Key reached) implements VersionsOutcome {
    public Versions {
      held = List.copyOf(held);
    }
  }

  /** A key and what lies under it. */
  record KeySummary(Key key, Summary summary) {}

  /** A client's operation for a node that is a replica of its key. */
  record Forward(long id, Operation operation, int timeoutMillis) implements AboutRecords {}

  /** Answer to a {@link Forward}. */
  record Forwarded(long id, Outcome outcome) implements AboutRecords {}

  /** What a request asks for, and so what its answers are about. */
  enum Asked {
    WRITE,
    WRITE_RECORDS,
    READ,
    /** A range, or some keys: the answers are of one kind. */
    READ_RANGE,
    COMPARE_TREE,
    READ_VERSIONS,
    PROBE,
    PREPARE,
    FORWARD,
    /** Something that this version does not ask for. */
    OTHER
  }

  /**
   * A request of a kind, or with a value, that this version does not know. It is answered by {@link
   * NotUnderstood}.
   *
   * @param id 0 if it has none, and so awaits no answer
   * @param kind its number on the wire
   */
  record UnknownRequest(long id, int kind, Asked asked) implements AboutRecords {}

  /**
   * An answer of a kind, or with an outcome, that this version does not know. It never counts as a
   * success.
   *
   * @param id of the request; 0 if it has none
   * @param kind its number on the wire
   */
  record UnknownReply(long id, int kind, Asked asked) implements AboutRecords {}

  /**
   * Answer to a request that the other node does not understand: nothing was done there. It runs an
   * older version, so the same may be understood later.
   *
   * @param kind number of the request on the wire
   */
  record NotUnderstood(long id, int kind, Asked asked) implements AboutRecords {}

  /**
   * I live, and this is my clock.
   *
   * @param writable whether the sender takes writes
   * @param slowdownPercent what the sender's clients feel of work that none of them waits for
   * @param sentNanos the sender's monotonic clock, which means nothing to others
   * @param echo of the last heartbeat that the sender heard of the receiver; null if it heard none
   * @param diskMark the mark of the sender's disk; 0 if it tells none
   */
  record Heartbeat(
      long wallMillis,
      long hlc,
      boolean writable,
      int slowdownPercent,
      long sentNanos,
      @Nullable Echo echo,
      long diskMark)
      implements ReplicaMessage {
    /** Of a node that tells no mark of its disk. */
    public Heartbeat(
        long wallMillis,
        long hlc,
        boolean writable,
        int slowdownPercent,
        long sentNanos,
        @Nullable Echo echo) {
      this(wallMillis, hlc, writable, slowdownPercent, sentNanos, echo, 0);
    }
  }

  /**
   * Gives a heartbeat's time back to its sender, which so learns how long the way there and back
   * was.
   *
   * @param sentNanos of that heartbeat
   * @param heldNanos from when it was heard until it is given back
   */
  record Echo(long sentNanos, long heldNanos) {}
}
