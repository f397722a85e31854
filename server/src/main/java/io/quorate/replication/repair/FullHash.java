package io.quorate.replication.repair;

import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.placement.Factor;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.runtime.Clock;
import io.quorate.storage.PagedReading;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * One reading of all that this node holds of a partition, hashed with SHA-256: nothing here is
 * shared with the hash trees, so that a mistake in these is found by it. The hashes of all records
 * are added up: so order does not matter.
 */
public final class FullHash {
  private static final int PAGE_RECORDS = 200;

  private final Peers.Place place;
  private final Peers peers;
  private final long beganMillis;
  private final Consumer<Outcome> callback;
  private final PagedReading<Map.Entry<Factor, Integer>> pages;
  private final List<OfFactor> done = new ArrayList<>();
  private final MessageDigest sha256;

  private long records;
  private long bytes;
  private long high;
  private long low;
  private long newestMillis;

  /** What came of it. */
  public sealed interface Outcome {}

  /**
   * What is held.
   *
   * @param beganMillis when the reading began, by the clock of this node
   */
  public record Hashed(long epoch, long beganMillis, List<OfFactor> factors) implements Outcome {
    public Hashed {
      factors = List.copyOf(factors);
    }
  }

  /** The partition took another epoch than this one before it was read to the end. */
  public record Changed(int partition, long epoch) implements Outcome {}

  /** It could not be read to the end. */
  public record Failed(String why) implements Outcome {}

  /**
   * The tenants of one factor, which have the same replicas.
   *
   * @param high first half of the hash
   * @param low second half of it
   * @param newestMillis when the newest record was written, by its version
   */
  public record OfFactor(
      Factor factor, long records, long bytes, long high, long low, long newestMillis) {}

  /**
   * @param tenants whose records are read, by factor
   */
  FullHash(
      Peers.Place place,
      SortedMap<Factor, List<Integer>> tenants,
      Peers peers,
      Clock clock,
      Consumer<Outcome> callback) {
    this.place = place;
    this.peers = peers;
    this.beganMillis = clock.wallMillis();
    this.callback = callback;
    List<Map.Entry<Factor, Integer>> all = new ArrayList<>();
    tenants.forEach((factor, ids) -> ids.forEach(id -> all.add(Map.entry(factor, id))));
    this.pages = new PagedReading<>(all);
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  void readOn() {
    Map.Entry<Factor, Integer> next = pages.tenant();
    if (next == null) {
      callback.accept(new Hashed(place.epoch(), beganMillis, done));
    } else {
      peers.readRange(place, next.getValue(), pages.after(), PAGE_RECORDS, this::onPage);
    }
  }

  private void onPage(RangeOutcome outcome) {
    if (!(outcome instanceof Records page)) {
      callback.accept(
          outcome instanceof Refused(String why)
              ? new Failed(why)
              : new Changed(place.partition(), place.epoch()));
      return;
    }
    page.entries().forEach(this::add);
    Factor factor = Invariant.present(pages.tenant(), "a page of no tenant").getKey();
    pages.turn(page.reached());
    Map.Entry<Factor, Integer> next = pages.tenant();
    if (next == null || !next.getKey().equals(factor)) {
      done.add(new OfFactor(factor, records, bytes, high, low, newestMillis));
      records = 0;
      bytes = 0;
      high = 0;
      low = 0;
      newestMillis = 0;
    }
    readOn();
  }

  private void add(RecordStore.Entry entry) {
    Key key = entry.key();
    byte[] record = entry.record().bytes();
    sha256.update(
        ByteBuffer.allocate(2 * Integer.BYTES)
            .putInt(key.tenant())
            .putInt(key.bytes().length)
            .array());
    sha256.update(key.bytes());
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest(record));
    high += hash.getLong();
    low += hash.getLong();
    records++;
    bytes += (long) key.bytes().length + record.length;
    newestMillis = Math.max(newestMillis, Hlc.millis(entry.record().version().hlc()));
  }
}
