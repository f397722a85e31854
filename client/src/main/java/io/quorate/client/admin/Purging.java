package io.quorate.client.admin;

/** What becomes of what is deleted on a node. */
public sealed interface Purging {
  Purging NOTHING = Purging.builder().build();

  /** Records that are deleted or will expire, as far as is known. */
  long tombstones();

  /** Partitions in which some of these may be taken away by now. */
  int due();

  /** Partitions in which a purge round is open. */
  int open();

  /** For how long the record that has waited longest could have been taken away. */
  long overdueMillis();

  /** How old deletions are that stay in the partition that was purged last; 0 if none ever was. */
  long purgedAgeMillis();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .tombstones(tombstones())
        .due(due())
        .open(open())
        .overdueMillis(overdueMillis())
        .purgedAgeMillis(purgedAgeMillis());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private long tombstones;
    private int due;
    private int open;
    private long overdueMillis;
    private long purgedAgeMillis;

    private Builder() {}

    public Builder tombstones(long tombstones) {
      this.tombstones = tombstones;
      return this;
    }

    public Builder due(int due) {
      this.due = due;
      return this;
    }

    public Builder open(int open) {
      this.open = open;
      return this;
    }

    public Builder overdueMillis(long overdueMillis) {
      this.overdueMillis = overdueMillis;
      return this;
    }

    public Builder purgedAgeMillis(long purgedAgeMillis) {
      this.purgedAgeMillis = purgedAgeMillis;
      return this;
    }

    public Purging build() {
      return new PurgingValues(tombstones, due, open, overdueMillis, purgedAgeMillis);
    }

    private record PurgingValues(
        long tombstones, int due, int open, long overdueMillis, long purgedAgeMillis)
        implements Purging {}
  }
}
