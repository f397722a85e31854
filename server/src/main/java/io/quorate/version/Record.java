package io.quorate.version;

import io.quorate.hash.ContentHash;
import io.quorate.model.ByteFormat;
import io.quorate.model.NodeId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a replica holds under one key: version, value or tombstone, expiry, and the epoch it was
 * first written under. Kept as the bytes that are stored and sent, so that it is encoded once, by
 * the coordinator that stamped it, and only looked into afterwards.
 *
 * <p>Layout, big-endian: format (1 byte), flags (1), hlc (8), node (8), boot (4), epoch (8), then
 * rank (8), expiry (8) and latest time (8, see {@link #latestTime}) where a flag says so, then the
 * value. Format 2 is of records of {@link RecordModel#SIBLINGS}, and format 3 of those of {@link
 * RecordModel#CRDTS}: what lies behind the header is a {@link SiblingLayout} or a {@link
 * CrdtLayout}.
 *
 * <p>Format 4 is of {@link RecordModel#REGISTERS}: the version is the ballot that was accepted,
 * with the epoch as its rank, and a {@link Register} lies behind the header. On the disk of a
 * replica it may have a ballot that the replica has promised, after rank and expiry; see {@link
 * #promised}.
 *
 * <p>Format 5 is of {@link RecordModel#LAST_WRITE_WINS}, too: a record under a mark, see {@link
 * #marked}.
 */
public final class Record implements RecordHeader {
  /** Bytes of a record beside its value, at most. */
  public static final int OVERHEAD_BYTES_MAX = 54;

  private static final byte FORMAT = (byte) ByteFormat.RECORD.only();
  private static final byte SIBLINGS_FORMAT = (byte) ByteFormat.SIBLING_RECORD.only();
  private static final byte CRDT_FORMAT = (byte) ByteFormat.CRDT_RECORD.only();
  private static final byte REGISTER_FORMAT = (byte) ByteFormat.REGISTER_RECORD.only();
  private static final byte MARKED_FORMAT = (byte) ByteFormat.MARKED_RECORD.only();
  private static final int TOMBSTONE = 1;
  private static final int HAS_RANK = 2;
  private static final int HAS_EXPIRY = 4;
  private static final int HAS_PROMISE = 8;
  private static final int HAS_LATEST_TIME = 16;
  private static final int KNOWN_FLAGS = TOMBSTONE | HAS_RANK | HAS_EXPIRY;
  private static final int PROMISE_BYTES = 3 * Long.BYTES + Integer.BYTES;

  /** Of a replica that has accepted nothing. */
  private static final Version NOTHING_ACCEPTED = new Version(0, 0, new NodeId(0), 0);

  private static final int FLAGS_AT = 1;
  private static final int HLC_AT = 2;
  private static final int NODE_AT = 10;
  private static final int BOOT_AT = 18;
  private static final int EPOCH_AT = 22;
  private static final int OPTIONS_AT = 30;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final Version version;

  /** 0 until it was asked for. */
  private long contentHash;

  /** What lies behind the header; null until it was asked for, and where it is one value. */
  private @Nullable MergedState<?> parsed;

  /** What lies under the mark; null until it was asked for, and where there is none. */
  private @Nullable Record underMark;

  private Record(byte[] bytes, Version version) {
    this.bytes = bytes;
    this.version = version;
  }

  /** A value. {@code expiresAtMillis} is 0 for one that does not expire. */
  public static Record value(Version version, long epoch, long expiresAtMillis, byte[] value) {
    int flags = (version.rank() == 0 ? 0 : HAS_RANK) | (expiresAtMillis == 0 ? 0 : HAS_EXPIRY);
    return build(FORMAT, version, epoch, flags, expiresAtMillis, value);
  }

  /** The mark that a key was deleted. */
  public static Record tombstone(Version version, long epoch) {
    int flags = TOMBSTONE | (version.rank() == 0 ? 0 : HAS_RANK);
    return build(FORMAT, version, epoch, flags, 0, new byte[0]);
  }

  /** All that is held under a key with siblings, see {@link SiblingLayout}. */
  static Record siblings(SiblingSet set, long expiresAtMillis, byte[] body) {
    int flags =
        (set.siblings().isEmpty() ? TOMBSTONE : 0) | (expiresAtMillis == 0 ? 0 : HAS_EXPIRY);
    Record record = build(SIBLINGS_FORMAT, set.version(), 0, flags, expiresAtMillis, body);
    record.parsed = set;
    return record;
  }

  /** All that is held under a key whose fields are merged, see {@link CrdtLayout}. */
  static Record merged(CrdtState state, Version version, byte[] body) {
    Record record = build(CRDT_FORMAT, version, 0, state.isShown() ? 0 : TOMBSTONE, 0, body);
    record.parsed = state;
    return record;
  }

  /**
   * A register that a replica has accepted.
   *
   * @param ballot with the epoch as its rank
   */
  static Record register(Version ballot, boolean isDeleted, byte[] body) {
    int flags = (ballot.rank() == 0 ? 0 : HAS_RANK) | (isDeleted ? TOMBSTONE : 0);
    return build(REGISTER_FORMAT, ballot, ballot.rank(), flags, 0, body);
  }

  /**
   * What lies under a key once a holder of a lock is about to read it: a mark, which is a record of
   * its own, and is hashed, compared, sent and merged as any other (docs/design/fencing.md#mark).
   * All that is told of it without looking into it, but for the version and the hash, is that of
   * the record under the mark: whether there is a value, until when, and of which epoch.
   *
   * @param mark the version of what is raised if the read goes on
   * @param under of one value, and below the mark; null for nothing
   */
  public static Record marked(Version mark, @Nullable Record under) {
    if (!FenceRank.isRaised(mark.rank())) {
      throw new IllegalArgumentException("a mark with version " + mark);
    }
    if (under == null) {
      return build(MARKED_FORMAT, mark, 0, HAS_RANK | TOMBSTONE, 0, new byte[0]);
    }
    if (!under.isOfOneValue() || !mark.isAfter(under.version())) {
      throw new IllegalArgumentException("a mark with version " + mark + " above " + under);
    }
    long expiresAtMillis = under.expiresAtMillis();
    int flags =
        HAS_RANK | (under.isTombstone() ? TOMBSTONE : 0) | (expiresAtMillis == 0 ? 0 : HAS_EXPIRY);
    Record record = build(MARKED_FORMAT, mark, under.epoch(), flags, expiresAtMillis, under.bytes);
    record.underMark = under;
    return record;
  }

  /**
   * What lies under the mark of a record, or the record itself if it has none; null if nothing lies
   * under the mark.
   */
  public @Nullable Record unmarked() {
    if (!isMarked()) {
      return this;
    }
    if (underMark == null && valueLength() > 0) {
      underMark = of(copyValue());
    }
    return underMark;
  }

  /**
   * What lies under the key of a register once its replica has promised to accept nothing below a
   * ballot.
   *
   * @param held what lay there before; null for nothing
   */
  public static Record promising(@Nullable Record held, Version ballot) {
    Record before =
        held == null ? register(NOTHING_ACCEPTED, true, new byte[0]) : held.withoutPromise();
    int at = before.valueOffset();
    ByteBuffer bytes = ByteBuffer.allocate(before.bytes.length + PROMISE_BYTES);
    bytes.put(before.bytes, 0, at);
    bytes.putLong(ballot.rank()).putLong(ballot.hlc()).putLong(ballot.node().value());
    bytes.putInt(ballot.boot());
    bytes.put(before.bytes, at, before.bytes.length - at);
    bytes.put(FLAGS_AT, (byte) (before.bytes[FLAGS_AT] | HAS_PROMISE));
    return new Record(bytes.array(), before.version);
  }

  /** The record as it was accepted, without what its replica has promised since. */
  public Record withoutPromise() {
    if (!hasPromise()) {
      return this;
    }
    int at = valueOffset();
    ByteBuffer accepted = ByteBuffer.allocate(bytes.length - PROMISE_BYTES);
    accepted.put(bytes, 0, at - PROMISE_BYTES).put(bytes, at, bytes.length - at);
    accepted.put(FLAGS_AT, (byte) (bytes[FLAGS_AT] & ~HAS_PROMISE));
    return new Record(accepted.array(), version);
  }

  @Override
  public long latestTime() {
    long own = Hlc.shown(version.hlc());
    if (isMarked()) {
      Record under = unmarked();
      return under == null ? own : Hlc.later(own, under.latestTime());
    }
    return hasLatestTime() ? (long) LONG.get(bytes, valueOffset() - Long.BYTES) : own;
  }

  private boolean hasLatestTime() {
    return (bytes[FLAGS_AT] & HAS_LATEST_TIME) != 0;
  }

  /**
   * A record of one value as it is once it has taken the place of others.
   *
   * @param latestTime {@link #latestTime} of those
   */
  Record afterAll(long latestTime) {
    if (version.rank() == 0 || Long.compareUnsigned(latestTime, latestTime()) <= 0) {
      return this;
    }
    Record written = asWritten();
    int at = written.valueOffset();
    ByteBuffer later = ByteBuffer.allocate(written.bytes.length + Long.BYTES);
    later.put(written.bytes, 0, at).putLong(latestTime);
    later.put(written.bytes, at, written.bytes.length - at);
    later.put(FLAGS_AT, (byte) (written.bytes[FLAGS_AT] | HAS_LATEST_TIME));
    return new Record(later.array(), version);
  }

  /** The record without a {@link #latestTime} of others. */
  public Record asWritten() {
    Record under = isMarked() ? unmarked() : null;
    if (under != null) {
      return under.hasLatestTime() ? marked(version, under.asWritten()) : this;
    }
    if (!hasLatestTime()) {
      return this;
    }
    int at = valueOffset();
    ByteBuffer written = ByteBuffer.allocate(bytes.length - Long.BYTES);
    written.put(bytes, 0, at - Long.BYTES).put(bytes, at, bytes.length - at);
    written.put(FLAGS_AT, (byte) (bytes[FLAGS_AT] & ~HAS_LATEST_TIME));
    return new Record(written.array(), version);
  }

  /** What its replica has accepted, without what it has promised since; null for nothing. */
  public @Nullable Record accepted() {
    return isOfNothing(this) ? null : withoutPromise();
  }

  /** Whether its replica has promised a ballot above the one that it has accepted. */
  public boolean hasPromise() {
    return (bytes[FLAGS_AT] & HAS_PROMISE) != 0;
  }

  /**
   * The ballot of a register below which its replica accepts nothing: one that it has promised, or
   * else the one that it has accepted.
   */
  public Version promised() {
    if (!hasPromise()) {
      return version;
    }
    ByteBuffer at = ByteBuffer.wrap(bytes, valueOffset() - PROMISE_BYTES, PROMISE_BYTES);
    return new Version(at.getLong(), at.getLong(), new NodeId(at.getLong()), at.getInt());
  }

  /** Whether its replica has promised this ballot, or a higher one. */
  public boolean hasPromisedAsMuchAs(Version ballot) {
    return !ballot.isAfter(promised());
  }

  /** Whether a register was accepted by a lower ballot, or a record is below a mark. */
  public boolean isBelow(Version ballot) {
    return ballot.isAfter(version);
  }

  /** Whether a record tells of a promise alone, since its replica has accepted nothing. */
  static boolean isOfNothing(RecordHeader record) {
    return record.version().equals(NOTHING_ACCEPTED);
  }

  private static Record build(
      byte format, Version version, long epoch, int flags, long expiresAtMillis, byte[] value) {
    int valueAt = valueAt(flags);
    byte[] bytes = new byte[valueAt + value.length];
    bytes[0] = format;
    bytes[FLAGS_AT] = (byte) flags;
    LONG.set(bytes, HLC_AT, version.hlc());
    LONG.set(bytes, NODE_AT, version.node().value());
    INT.set(bytes, BOOT_AT, version.boot());
    LONG.set(bytes, EPOCH_AT, epoch);
    if ((flags & HAS_RANK) != 0) {
      LONG.set(bytes, OPTIONS_AT, version.rank());
    }
    if ((flags & HAS_EXPIRY) != 0) {
      LONG.set(bytes, valueAt - Long.BYTES, expiresAtMillis);
    }
    System.arraycopy(value, 0, bytes, valueAt, value.length);
    return new Record(bytes, version);
  }

  /**
   * Looks into bytes that {@link #bytes()} gave, here or on another node. They are not copied.
   *
   * @throws MalformedRecordException if they are no record of a format known here
   */
  public static Record of(byte[] bytes) {
    if (bytes.length < OPTIONS_AT || !isKnown(bytes[0])) {
      throw new MalformedRecordException(
          "a record of "
              + bytes.length
              + " bytes and format "
              + (bytes.length == 0 ? -1 : bytes[0]));
    }
    int flags = bytes[FLAGS_AT];
    if ((flags & ~knownFlags(bytes[0])) != 0 || bytes.length < valueAt(flags)) {
      throw new MalformedRecordException(
          "a record of "
              + bytes.length
              + " bytes with flags "
              + Integer.toBinaryString(flags & 0xFF));
    }
    long rank = (flags & HAS_RANK) == 0 ? 0 : (long) LONG.get(bytes, OPTIONS_AT);
    int boot = (int) INT.get(bytes, BOOT_AT);
    if (rank < 0 || boot < 0) {
      throw new MalformedRecordException("a record with rank " + rank + " and boot " + boot);
    }
    Version version =
        new Version(
            rank,
            (long) LONG.get(bytes, HLC_AT),
            new NodeId((long) LONG.get(bytes, NODE_AT)),
            boot);
    Record record = new Record(bytes, version);
    if (record.format() == Format.REGISTER) {
      if ((flags & HAS_EXPIRY) != 0) {
        throw new MalformedRecordException("a record of a register that expires");
      }
      if (record.hasPromise() && !isAfter(record, version)) {
        throw new MalformedRecordException("a record of a register above what is promised");
      }
      if (!isOfNothing(record)) {
        RegisterLayout.check(record);
      }
    } else if (record.isMarked()) {
      if (!record.isMarkedAsItShould()) {
        throw new MalformedRecordException(
            "a record of " + bytes.length + " bytes whose mark cannot be read");
      }
    } else if (record.format() == Format.ONE_VALUE) {
      if (record.hasLatestTime() && !record.isLaterAsItShould()) {
        throw new MalformedRecordException("a record whose latest time is not later than its own");
      }
    } else {
      if ((flags & HAS_RANK) != 0 || ((flags & HAS_EXPIRY) != 0 && record.expiresAtMillis() == 0)) {
        throw new MalformedRecordException("a record of parts with the flags of one value");
      }
      MergedState<?> unused = record.parsed();
    }
    return record;
  }

  private static boolean isAfter(Record promising, Version accepted) {
    try {
      return promising.promised().isAfter(accepted);
    } catch (IllegalArgumentException noVersion) {
      return false;
    }
  }

  /** Whether it is what {@link #marked} makes: there is one sequence of bytes for each. */
  private boolean isMarkedAsItShould() {
    if (valueLength() > 0 && bytes[valueOffset()] != FORMAT) {
      return false; // no mark lies under another
    }
    try {
      return equals(marked(version, unmarked()));
    } catch (IllegalArgumentException noMark) {
      return false;
    }
  }

  /** Whether it is what {@link #afterAll} makes. */
  private boolean isLaterAsItShould() {
    return !Hlc.isBeyondEnd(latestTime()) && equals(asWritten().afterAll(latestTime()));
  }

  private static boolean isKnown(int format) {
    return format >= FORMAT && format <= MARKED_FORMAT;
  }

  private static int knownFlags(int format) {
    if (format == REGISTER_FORMAT) {
      return KNOWN_FLAGS | HAS_PROMISE;
    }
    return format == FORMAT ? KNOWN_FLAGS | HAS_LATEST_TIME : KNOWN_FLAGS;
  }

  /**
   * Returns whether bytes that {@link #of} refuses may be a record of a newer version: their format
   * or a flag is not known here, and they are long enough for what is known of them. Format 0 is of
   * no version.
   */
  public static boolean isOfNewerVersion(byte[] bytes) {
    int format = bytes.length == 0 ? 0 : bytes[0] & 0xFF;
    if (!isKnown(format) || bytes.length < OPTIONS_AT) {
      return format > MARKED_FORMAT;
    }
    int flags = bytes[FLAGS_AT];
    return (flags & ~knownFlags(format)) != 0 && bytes.length >= valueAt(flags);
  }

  private static int valueAt(int flags) {
    return OPTIONS_AT
        + ((flags & HAS_RANK) == 0 ? 0 : Long.BYTES)
        + ((flags & HAS_EXPIRY) == 0 ? 0 : Long.BYTES)
        + ((flags & HAS_LATEST_TIME) == 0 ? 0 : Long.BYTES)
        + ((flags & HAS_PROMISE) == 0 ? 0 : PROMISE_BYTES);
  }

  @Override
  public Version version() {
    return version;
  }

  /** What lies behind the header of a record. */
  enum Format {
    ONE_VALUE,
    SIBLINGS,
    CRDT,
    REGISTER,
    MARKED
  }

  Format format() {
    if (bytes[0] == FORMAT) {
      return Format.ONE_VALUE;
    }
    if (bytes[0] == REGISTER_FORMAT) {
      return Format.REGISTER;
    }
    if (bytes[0] == MARKED_FORMAT) {
      return Format.MARKED;
    }
    return bytes[0] == SIBLINGS_FORMAT ? Format.SIBLINGS : Format.CRDT;
  }

  /** Whether a value, or nothing, lies behind the header. */
  boolean isOfOneValue() {
    return format() == Format.ONE_VALUE;
  }

  /** Whether it is a {@link SiblingSet}. */
  public boolean isOfSiblings() {
    return format() == Format.SIBLINGS;
  }

  /** Whether it is a {@link CrdtState}. */
  public boolean isOfFields() {
    return format() == Format.CRDT;
  }

  /** Whether it is a {@link Register}. */
  public boolean isOfRegister() {
    return format() == Format.REGISTER;
  }

  /** Whether it is a mark, with a record of one value under it or none. */
  public boolean isMarked() {
    return format() == Format.MARKED;
  }

  /** What lies behind the header. */
  ByteBuffer body() {
    return ByteBuffer.wrap(bytes, valueOffset(), valueLength());
  }

  /**
   * Returns what lies behind the header. A record keeps that once it is read: a write on its way
   * through a node is looked into several times.
   *
   * @throws MalformedRecordException if it is not what the format says, or is one value
   */
  MergedState<?> parsed() {
    MergedState<?> known = parsed;
    if (known == null) {
      known =
          switch (format()) {
            case SIBLINGS -> SiblingLayout.read(this);
            case CRDT -> CrdtLayout.read(this);
            case ONE_VALUE, REGISTER, MARKED ->
                throw new MalformedRecordException("a record that is not of parts");
          };
      parsed = known;
    }
    return known;
  }

  /**
   * Returns this record without what was read of it, for a cache that counts bytes: what was read
   * takes more memory than the bytes.
   */
  public Record unparsed() {
    if (parsed == null && underMark == null) {
      return this;
    }
    Record alone = new Record(bytes, version);
    alone.contentHash = contentHash();
    return alone;
  }

  /** Epoch of the replica set under which the record was first stamped; kept when sent again. */
  public long epoch() {
    return (long) LONG.get(bytes, EPOCH_AT);
  }

  @Override
  public boolean isTombstone() {
    return (bytes[FLAGS_AT] & TOMBSTONE) != 0;
  }

  @Override
  public long expiresAtMillis() {
    int flags = bytes[FLAGS_AT];
    int after = valueAt(flags & ~HAS_LATEST_TIME);
    return (flags & HAS_EXPIRY) == 0 ? 0 : (long) LONG.get(bytes, after - Long.BYTES);
  }

  /** Where the value begins within {@link #bytes()}; it goes to their end. */
  public int valueOffset() {
    return valueAt(bytes[FLAGS_AT]);
  }

  public int valueLength() {
    return bytes.length - valueOffset();
  }

  /** A copy of the value; empty for a tombstone. */
  public byte[] copyValue() {
    return Arrays.copyOfRange(bytes, valueOffset(), bytes.length);
  }

  /** The record as it is stored and sent; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Computed once. What a replica has promised is not part of what it shares with others. */
  @Override
  public long contentHash() {
    if (contentHash == 0) {
      contentHash = ContentHash.of(withoutPromise().bytes);
    }
    return contentHash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Record that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return (isMarked() ? "mark " : "")
        + version
        + (isTombstone() ? " deleted" : " " + valueLength() + " bytes");
  }
}
