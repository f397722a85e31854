package io.quorate.client.admin;

import java.time.Instant;
import java.util.Arrays;

/**
 * A hint that its target refused again and again.
 *
 * @param target id of the node that refused it
 * @param tenantId number of the key's tenant
 * @param tenant its name; empty if it is gone
 * @param epoch of the partition when the record was missed
 * @param since when it was given up
 * @param reason what the target said last
 */
public record DeadLetter(
    String target,
    int partition,
    int tenantId,
    String tenant,
    byte[] key,
    long epoch,
    Instant since,
    String reason) {

  @Override
  public boolean equals(Object other) {
    return other instanceof DeadLetter that
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
