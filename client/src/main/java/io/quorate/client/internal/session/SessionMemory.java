package io.quorate.client.internal.session;

import io.quorate.client.Version;
import io.quorate.hash.PartitionHash;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The versions that a session has written and read, within a bound: what its next requests must not
 * fall below (docs/design/sessions.md).
 *
 * <p>Up to 64 keys have an entry of their own, with the exact version. Of the others only the
 * highest time in each partition is kept, the floor. A key loses its entry only once a quorum holds
 * its version: below a floor reads are carried out at QUORUM, and a quorum could miss a version
 * that fewer replicas hold. Where no entry may go, more than 64 stay, up to twice as many; {@link
 * #promotable} names a key that is to be read at QUORUM so that its entry may go.
 *
 * <p>Keys are known by a hash of 64 bits. Safe for many threads at once.
 */
public class SessionMemory {
  /** How much one memory keeps. */
  public static final class Bounds {
    /** What sessions have. */
    public static final Bounds DEFAULT = new Bounds(64, 64);

    final int exact;
    final int floors;

    /**
     * @param exact keys with an entry, past which entries are to go; twice as many there may be
     * @param floors partitions with a floor, past which there is one floor for all
     */
    public Bounds(int exact, int floors) {
      this.exact = exact;
      this.floors = floors;
    }
  }

  /** A key, as it is asked for. Not compared; the array is not copied. */
  public static final class Name {
    private final String tenant;
    private final byte[] key;

    public Name(String tenant, byte[] key) {
      this.tenant = tenant;
      this.key = key;
    }

    public String tenant() {
      return tenant;
    }

    public byte[] key() {
      return key;
    }

    /** Returns the name with an array of its own, which stays as it is. */
    private Name copy() {
      return new Name(tenant, key.clone());
    }

    long hash() {
      return PartitionHash.hash(tenant.hashCode(), key);
    }
  }

  /** What a read must not fall below: a version, a floor, or both. */
  public static final class Least {
    private final @Nullable Version version;
    private final long floor;

    private Least(@Nullable Version version, long floor) {
      this.version = version;
      this.floor = floor;
    }

    /** The version that the key had; null: none is known. */
    public @Nullable Version version() {
      return version;
    }

    /** Hybrid time that no other version of the key that was seen is above; 0: there is none. */
    public long floor() {
      return floor;
    }
  }

  /** What was seen of one key. */
  static final class Entry {
    final int partition;
    final Version version;
    final boolean onQuorum;

    /**
     * What holds beside the version: another session, which had no entry of this key, may have seen
     * a later version up to this time. Of no meaning if it is below the version.
     */
    final long floor;

    /** With its own copy of the key. Null in an entry that came with a token. */
    final @Nullable Name name;

    Entry(int partition, Version version, boolean onQuorum, long floor, @Nullable Name name) {
      this.partition = partition;
      this.version = version;
      this.onQuorum = onQuorum;
      this.floor = Long.compareUnsigned(floor, version.hlc()) >= 0 ? floor : 0;
      this.name = name;
    }

    /** Returns the later of two; of one version, what is known by either. */
    Entry and(Entry other) {
      int order = version.compareTo(other.version);
      Entry last = order >= 0 ? this : other;
      return new Entry(
          last.partition,
          last.version,
          order == 0 ? onQuorum || other.onQuorum : last.onQuorum,
          later(floor, other.floor),
          name == null ? other.name : name);
    }

    /** Returns this for a session that may have seen a later version, up to a time. */
    Entry above(long time) {
      return new Entry(partition, version, onQuorum, later(floor, time), name);
    }
  }

  /**
   * The floor where a version was seen that has a rank, under the token of a lock: what lies below
   * such a version may have any time, for the clocks of nodes differ.
   */
  private static final long ABOVE_ALL_TIMES = -1;

  private final Bounds bounds;

  /** By hash of the key; ordered, so that equal memories have equal tokens. */
  private final TreeMap<Long, Entry> exact = new TreeMap<>();

  /** Highest hybrid time of what has no entry any more, by partition. */
  private final TreeMap<Integer, Long> floors = new TreeMap<>();

  /** The same of all partitions that are not among {@link #floors}; 0: nothing. */
  private long floorOfOthers;

  /** Highest hybrid time of anything seen. */
  private long highest;

  /** Hash of the key that {@link #promotable} returned last; null: of none yet. */
  private @Nullable Long lastPromotable;

  public SessionMemory() {
    this(Bounds.DEFAULT);
  }

  public SessionMemory(Bounds bounds) {
    this.bounds = bounds;
  }

  /**
   * Returns what a read of a key must not fall below; null if there is nothing.
   *
   * @param partition of the key; -1 if that is not known
   */
  public synchronized @Nullable Least least(Name key, int partition) {
    Entry entry = exact.get(key.hash());
    if (entry != null) {
      return new Least(entry.version, entry.floor);
    }
    long floor = floor(partition);
    return floor == 0 ? null : new Least(null, floor);
  }

  private long floor(int partition) {
    return floor(floors, floorOfOthers, partition);
  }

  static long floor(Map<Integer, Long> floors, long ofOthers, int partition) {
    if (partition >= 0) {
      return later(ofOthers, floors.getOrDefault(partition, 0L));
    }
    long highest = ofOthers;
    for (long each : floors.values()) {
      highest = later(highest, each);
    }
    return highest;
  }

  /** Returns the highest hybrid time of a version that was seen; 0: none was. */
  public synchronized long highest() {
    return highest;
  }

  /**
   * A version of a key was written or read.
   *
   * @param key its array may be written again after this call
   * @param onQuorum whether a quorum is known to hold it
   */
  public synchronized void saw(Name key, int partition, Version version, boolean onQuorum) {
    highest = later(highest, version.hlc());
    long hash = key.hash();
    Entry known = exact.get(hash);
    Name name = known == null || known.name == null ? key.copy() : known.name;
    Entry seen = new Entry(partition, version, onQuorum, 0, name);
    exact.put(hash, known == null ? seen : known.and(seen));
    trim();
  }

  /**
   * A version of a key was written or read that no later request has to name; its time counts. What
   * was seen of the key before, when its tenant was another one or was not known, counts no more.
   */
  public synchronized void sawTime(Name key, long hlc) {
    highest = later(highest, hlc);
    exact.remove(key.hash());
  }

  /**
   * A read that must not fall below a version found nothing: that version is purged everywhere.
   *
   * @param least the version; what was seen since then stays
   */
  public synchronized void sawNothing(Name key, Version least) {
    exact.computeIfPresent(
        key.hash(), (hash, entry) -> entry.version.compareTo(least) <= 0 ? null : entry);
  }

  /** Takes entries away that are too many and may go, those of the oldest versions first. */
  private void trim() {
    while (exact.size() > bounds.exact) {
      Long hash = null;
      Entry lowest = null;
      for (Map.Entry<Long, Entry> each : exact.entrySet()) {
        Entry entry = each.getValue();
        if (mayGo(entry.onQuorum)
            && (lowest == null || entry.version.compareTo(lowest.version) < 0)) {
          hash = each.getKey();
          lowest = entry;
        }
      }
      if (lowest == null || staysForNow(lowest)) {
        return;
      }
      exact.remove(hash);
      if (keepsFloors()) {
        Version version = lowest.version;
        raise(lowest.partition, version.rank() == 0 ? version.hlc() : ABOVE_ALL_TIMES);
      }
    }
  }

  /**
   * Whether an entry that may go waits for others to be promoted, which go first then: the floor
   * above all times has its price for every key of the partition. Not for long: half as many again
   * stay, so that the token does not get too long.
   */
  private boolean staysForNow(Entry entry) {
    return entry.version.rank() != 0
        && exact.size() <= bounds.exact + bounds.exact / 2
        && exact.values().stream().anyMatch(each -> each.version.rank() == 0);
  }

  /**
   * Whether an entry may go: only if a quorum holds its version, for a read at QUORUM, which is
   * what a floor leads to, can miss what fewer hold (docs/design/sessions.md#promote).
   */
  protected boolean mayGo(boolean onQuorum) {
    return onQuorum;
  }

  /** Whether what has lost its entry is remembered in a floor (docs/design/sessions.md#floor). */
  protected boolean keepsFloors() {
    return true;
  }

  private void raise(int partition, long hlc) {
    if (partition < 0) {
      floorOfOthers = later(floorOfOthers, hlc);
      return;
    }
    floors.merge(partition, hlc, SessionMemory::later);
    if (floors.size() > bounds.floors) {
      floors.values().forEach(each -> floorOfOthers = later(floorOfOthers, each));
      floors.clear();
    }
  }

  /**
   * Returns a key that is to be read at QUORUM, with its version as the least, and then seen: its
   * entry may go then. Null if there is none, or not too many have an entry.
   *
   * <p>Returns one after the other, and then the first one again: a key that cannot be read at
   * QUORUM does not keep the others from it.
   */
  public synchronized @Nullable Name promotable() {
    if (exact.size() <= bounds.exact) {
      return null;
    }
    Long last = lastPromotable;
    Name next = last == null ? null : promotable(exact.tailMap(last, false));
    return next == null ? promotable(exact) : next;
  }

  private @Nullable Name promotable(SortedMap<Long, Entry> among) {
    for (Map.Entry<Long, Entry> each : among.entrySet()) {
      Entry entry = each.getValue();
      if (!entry.onQuorum && entry.name != null) {
        lastPromotable = each.getKey();
        return entry.name;
      }
    }
    return null;
  }

  /** Whether a key that has no entry can have none either: too many others must keep theirs. */
  public synchronized boolean isFullFor(Name key) {
    return exact.size() >= 2 * bounds.exact && !exact.containsKey(key.hash());
  }

  /** Returns all of it as text that may stand in a URL or a header. */
  public synchronized String token() {
    return SessionToken.write(exact, floors, floorOfOthers, highest);
  }

  /**
   * Adds what another session has seen, as its token tells.
   *
   * @throws IllegalArgumentException if it is no token, or both together name too many keys; the
   *     message says which
   */
  public synchronized void merge(String token) {
    SessionToken told = SessionToken.read(token);
    long kept =
        told.exact.entrySet().stream()
            .filter(each -> !each.getValue().onQuorum && !exact.containsKey(each.getKey()))
            .count();
    long own = exact.values().stream().filter(each -> !each.onQuorum).count();
    if (own + kept > 2L * bounds.exact) {
      throw new IllegalArgumentException(
          "the sessions together have written or read %d keys at levels below QUORUM of late, and a token names at most %d: this session is unchanged; read at QUORUM what the other session wrote"
              .formatted(own + kept, 2 * bounds.exact));
    }
    exact.replaceAll(
        (hash, entry) ->
            told.exact.containsKey(hash) ? entry : entry.above(told.floor(entry.partition)));
    told.exact.forEach(
        (hash, entry) -> {
          Entry known = exact.get(hash);
          exact.put(hash, known == null ? entry.above(floor(entry.partition)) : known.and(entry));
        });
    told.floors.forEach(this::raise);
    floorOfOthers = later(floorOfOthers, told.floorOfOthers);
    highest = later(highest, told.highest);
    trim();
  }

  static long later(long one, long other) {
    return Long.compareUnsigned(one, other) > 0 ? one : other;
  }
}
