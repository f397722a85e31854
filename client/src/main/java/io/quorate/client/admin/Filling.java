package io.quorate.client.admin;

/** How far a node is with the partitions of which it does not hold yet what it must. */
public sealed interface Filling {
  Filling NONE = Filling.builder().build();

  /** That are left. */
  int partitions();

  /** How many there were. */
  int totalPartitions();

  /** That it was brought since it started. */
  long records();

  /** Of these. */
  long bytes();

  /** Of late. */
  long bytesPerSecond();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .partitions(partitions())
        .totalPartitions(totalPartitions())
        .records(records())
        .bytes(bytes())
        .bytesPerSecond(bytesPerSecond());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private int partitions;
    private int totalPartitions;
    private long records;
    private long bytes;
    private long bytesPerSecond;

    private Builder() {}

    public Builder partitions(int partitions) {
      this.partitions = partitions;
      return this;
    }

    public Builder totalPartitions(int totalPartitions) {
      this.totalPartitions = totalPartitions;
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

    public Builder bytesPerSecond(long bytesPerSecond) {
      this.bytesPerSecond = bytesPerSecond;
      return this;
    }

    public Filling build() {
      return new FillingValues(partitions, totalPartitions, records, bytes, bytesPerSecond);
    }

    private record FillingValues(
        int partitions, int totalPartitions, long records, long bytes, long bytesPerSecond)
        implements Filling {}
  }
}
