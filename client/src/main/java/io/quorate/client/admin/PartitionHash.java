package io.quorate.client.admin;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one node holds of a partition, read from its disk and hashed. */
public final class PartitionHash {
  private final long epoch;
  private final List<OfFactor> factors;

  private PartitionHash(long epoch, List<OfFactor> factors) {
    this.epoch = epoch;
    this.factors = List.copyOf(factors);
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static PartitionHash of(long epoch, List<OfFactor> factors) {
    return new PartitionHash(epoch, factors);
  }

  public long epoch() {
    return epoch;
  }

  /** For each replication factor in use: tenants of one have the same replicas. */
  public List<OfFactor> factors() {
    return factors;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PartitionHash that
        && epoch == that.epoch
        && factors.equals(that.factors);
  }

  @Override
  public int hashCode() {
    return Objects.hash(epoch, factors);
  }

  @Override
  public String toString() {
    return "PartitionHash[epoch=" + epoch + ", factors=" + factors + "]";
  }

  /** What is held for the tenants of one replication factor. */
  public sealed interface OfFactor {
    /** While it is altered, the one before. */
    int factor();

    /** The one after the move that alters it; else the same. */
    int nextFactor();

    /** Replicas by region; empty if they may be on any nodes. While it is altered, as before. */
    SortedMap<String, Integer> byRegion();

    /** The same after the move that alters it; else equal. */
    SortedMap<String, Integer> nextByRegion();

    /** Tombstones included. */
    long records();

    /** Of keys and records. */
    long bytes();

    /** Hexadecimal. */
    String hash();

    /** Of the newest record when the reading began; may be negative. */
    Duration newestAge();

    static Builder builder() {
      return new Builder();
    }

    /** Returns a builder that has all of this. */
    default Builder toBuilder() {
      return builder()
          .factor(factor())
          .nextFactor(nextFactor())
          .byRegion(byRegion())
          .nextByRegion(nextByRegion())
          .records(records())
          .bytes(bytes())
          .hash(hash())
          .newestAge(newestAge());
    }

    /**
     * Each part is what the method of its name tells; what is not said is nothing, or not known.
     */
    final class Builder {
      private int factor;
      private int nextFactor;
      private SortedMap<String, Integer> byRegion = Collections.emptySortedMap();
      private SortedMap<String, Integer> nextByRegion = Collections.emptySortedMap();
      private long records;
      private long bytes;
      private String hash = "";
      private Duration newestAge = Duration.ZERO;

      private Builder() {}

      public Builder factor(int factor) {
        this.factor = factor;
        return this;
      }

      public Builder nextFactor(int nextFactor) {
        this.nextFactor = nextFactor;
        return this;
      }

      public Builder byRegion(SortedMap<String, Integer> byRegion) {
        this.byRegion = Collections.unmodifiableSortedMap(new TreeMap<>(byRegion));
        return this;
      }

      public Builder nextByRegion(SortedMap<String, Integer> nextByRegion) {
        this.nextByRegion = Collections.unmodifiableSortedMap(new TreeMap<>(nextByRegion));
        return this;
      }

      public Builder records(long records) {
        this.records = records;
        return this;
      }

      public Builder bytes(long bytes) {
        this.bytes = bytes;
        return this;
      }

      public Builder hash(String hash) {
        this.hash = hash;
        return this;
      }

      public Builder newestAge(Duration newestAge) {
        this.newestAge = newestAge;
        return this;
      }

      public OfFactor build() {
        return new OfFactorValues(
            factor, nextFactor, byRegion, nextByRegion, records, bytes, hash, newestAge);
      }

      private record OfFactorValues(
          int factor,
          int nextFactor,
          SortedMap<String, Integer> byRegion,
          SortedMap<String, Integer> nextByRegion,
          long records,
          long bytes,
          String hash,
          Duration newestAge)
          implements OfFactor {}
    }
  }
}
