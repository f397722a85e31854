package io.quorate.client.admin;

import java.time.Instant;
import java.util.Arrays;

/** A hint that its target refused again and again. */
public sealed interface DeadLetter {
  /** Id of the node that refused it. */
  String target();

  int partition();

  /** Number of the key's tenant. */
  int tenantId();

  /** Its name; empty if it is gone. */
  String tenant();

  byte[] key();

  /** Of the partition when the record was missed. */
  long epoch();

  /** When it was given up. */
  Instant since();

  /** What the target said last. */
  String reason();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .target(target())
        .partition(partition())
        .tenantId(tenantId())
        .tenant(tenant())
        .key(key())
        .epoch(epoch())
        .since(since())
        .reason(reason());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String target = "";
    private int partition;
    private int tenantId;
    private String tenant = "";
    private byte[] key = new byte[0];
    private long epoch;
    private Instant since = Instant.EPOCH;
    private String reason = "";

    private Builder() {}

    public Builder target(String target) {
      this.target = target;
      return this;
    }

    public Builder partition(int partition) {
      this.partition = partition;
      return this;
    }

    public Builder tenantId(int tenantId) {
      this.tenantId = tenantId;
      return this;
    }

    public Builder tenant(String tenant) {
      this.tenant = tenant;
      return this;
    }

    public Builder key(byte[] key) {
      this.key = key;
      return this;
    }

    public Builder epoch(long epoch) {
      this.epoch = epoch;
      return this;
    }

    public Builder since(Instant since) {
      this.since = since;
      return this;
    }

    public Builder reason(String reason) {
      this.reason = reason;
      return this;
    }

    public DeadLetter build() {
      return new DeadLetterValues(target, partition, tenantId, tenant, key, epoch, since, reason);
    }

    private record DeadLetterValues(
        String target,
        int partition,
        int tenantId,
        String tenant,
        byte[] key,
        long epoch,
        Instant since,
        String reason)
        implements DeadLetter {
      @Override
      public boolean equals(Object other) {
        return other instanceof DeadLetterValues that
            && target.equals(that.target)
            && partition == that.partition
            && tenantId == that.tenantId
            && tenant.equals(that.tenant)
            && Arrays.equals(key, that.key)
            && epoch == that.epoch
            && since.equals(that.since)
            && reason.equals(that.reason);
      }

      @Override
      public int hashCode() {
        return Arrays.hashCode(key) * 31 + target.hashCode();
      }

      @Override
      public String toString() {
        return "dead letter of partition " + partition + " for " + target + ": " + reason;
      }
    }
  }
}
