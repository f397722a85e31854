package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How far the repair of one node is. */
public sealed interface RepairProgress {
  RepairProgress NOTHING = RepairProgress.builder().build();

  /** Of a partition and another replica that the node compares. */
  int pairs();

  /** Of these, the ones that are equal now. */
  int done();

  /** Keys of which the two held different records. */
  long differences();

  /** Brought to the replicas that lacked them. */
  long records();

  /** Of these. */
  long bytes();

  /** Pairs that were given up. */
  List<Failed> failed();

  /** Whether there is no more to come. */
  boolean over();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .pairs(pairs())
        .done(done())
        .differences(differences())
        .records(records())
        .bytes(bytes())
        .failed(failed())
        .over(over());
  }

  /** A comparison that was given up. */
  final class Failed {
    private final int partition;
    private final String other;
    private final String reason;

    private Failed(int partition, String other, String reason) {
      this.partition = partition;
      this.other = other;
      this.reason = reason;
    }

    /** Returns one with these parts; each is what the method of its name tells. */
    public static Failed of(int partition, String other, String reason) {
      return new Failed(partition, other, reason);
    }

    public int partition() {
      return partition;
    }

    /** Id of the other replica. */
    public String other() {
      return other;
    }

    public String reason() {
      return reason;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Failed that
          && partition == that.partition
          && other.equals(that.other)
          && reason.equals(that.reason);
    }

    @Override
    public int hashCode() {
      return Objects.hash(partition, other, reason);
    }

    @Override
    public String toString() {
      return "Failed[partition=" + partition + ", other=" + other + ", reason=" + reason + "]";
    }
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private int pairs;
    private int done;
    private long differences;
    private long records;
    private long bytes;
    private List<Failed> failed = List.of();
    private boolean over;

    private Builder() {}

    public Builder pairs(int pairs) {
      this.pairs = pairs;
      return this;
    }

    public Builder done(int done) {
      this.done = done;
      return this;
    }

    public Builder differences(long differences) {
      this.differences = differences;
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

    public Builder failed(List<Failed> failed) {
      this.failed = failed;
      return this;
    }

    public Builder over(boolean over) {
      this.over = over;
      return this;
    }

    public RepairProgress build() {
      return new RepairProgressValues(pairs, done, differences, records, bytes, failed, over);
    }

    private record RepairProgressValues(
        int pairs,
        int done,
        long differences,
        long records,
        long bytes,
        List<Failed> failed,
        boolean over)
        implements RepairProgress {
      RepairProgressValues {
        failed = List.copyOf(failed);
      }
    }
  }
}
