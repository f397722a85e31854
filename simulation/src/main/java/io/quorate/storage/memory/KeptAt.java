package io.quorate.storage.memory;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.storage.HistoryStore;
import io.quorate.version.Version;
import java.nio.ByteBuffer;
import java.util.Comparator;

/**
 * Where a version lies that was replaced: by place, and within it by bucket and version.
 *
 * @param until hybrid time of what took its place
 */
record KeptAt(Place place, long bucketEnd, Version version, long until)
    implements Comparable<KeptAt> {
  private static final Comparator<KeptAt> ORDER =
      Comparator.comparing(KeptAt::place)
          .thenComparingLong(KeptAt::bucketEnd)
          .thenComparing((one, other) -> Long.compareUnsigned(one.hlc(), other.hlc()))
          .thenComparing((one, other) -> Long.compareUnsigned(one.until, other.until))
          .thenComparing(at -> at.version.node())
          .thenComparingInt(at -> at.version.boot())
          .thenComparingLong(at -> at.version.rank());

  private static final Version LEAST = new Version(0, 0, new NodeId(0), 0);

  static KeptAt of(int partition, Key key, long bucketEnd, Version version, long until) {
    return new KeptAt(new Place(partition, key), bucketEnd, version, until);
  }

  /** What {@link #positionInPlace} gave. */
  static KeptAt read(HistoryStore.Place place, byte[] position) {
    ByteBuffer in = ByteBuffer.wrap(position);
    long bucketEnd = in.getLong();
    long until = in.getLong();
    long hlc = in.getLong();
    NodeId node = new NodeId(in.getLong());
    int boot = in.getInt();
    long rank = in.getLong();
    byte[] key = new byte[in.remaining()];
    in.get(key);
    Version version = new Version(rank, hlc, node, boot);
    return of(place.partition(), new Key(place.tenant(), key), bucketEnd, version, until);
  }

  /** Where it lies among all that is kept of its tenant in its partition. */
  byte[] positionInPlace() {
    byte[] key = place.key().bytes();
    return ByteBuffer.allocate(5 * Long.BYTES + Integer.BYTES + key.length)
        .putLong(bucketEnd)
        .putLong(until)
        .putLong(version.hlc())
        .putLong(version.node().value())
        .putInt(version.boot())
        .putLong(version.rank())
        .put(key)
        .array();
  }

  /** Below all that is kept under a key, and above all under those before it. */
  static KeptAt before(Place place) {
    return new KeptAt(place, Long.MIN_VALUE, LEAST, 0);
  }

  /** Below all that is kept of a tenant in a partition. */
  static KeptAt before(int partition, int tenant) {
    return before(new Place(partition, new Key(tenant, new byte[0])));
  }

  /** Whether it lay under its key at a time. */
  boolean isValidAt(long asOf) {
    return Long.compareUnsigned(hlc(), asOf) <= 0 && Long.compareUnsigned(until, asOf) > 0;
  }

  boolean isOf(int partition, int tenant) {
    return place.partition() == partition && place.key().tenant() == tenant;
  }

  private long hlc() {
    return version.hlc();
  }

  @Override
  public int compareTo(KeptAt that) {
    return ORDER.compare(this, that);
  }
}
