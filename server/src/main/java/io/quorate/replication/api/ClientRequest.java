package io.quorate.replication.api;

import io.quorate.model.Key;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import org.jspecify.annotations.Nullable;

/**
 * One operation on a key, resolved where it enters the data plane: who asks for it, of which key
 * and partition, and until when. Handed down from there; nothing is looked up by name again.
 *
 * <p>A request may wait in a line, for a partition that moves, or for replicas to be heard, and the
 * cluster may change meanwhile. This is what holds then:
 *
 * <ul>
 *   <li>The operation, the key, its partition and the deadline are those of the entry. The id of a
 *       tenant is never given again and a cluster never changes its number of partitions, so they
 *       stay true. If the tenant is gone when the request is begun, it is refused as {@link
 *       Failure.Reason#UNKNOWN_TENANT}; if another one has its name by then, as after a truncation,
 *       as {@link Failure.Reason#UNAVAILABLE}, so that it is tried again with that one.
 *   <li>The tenant's settings are those of the entry for what is decided there, its line and its
 *       quota. What the operation leaves to the tenant (level, time to live, read repair) is taken
 *       from the settings at the moment when it is begun, by the coordinator.
 *   <li>Where the partition lives, and whether it is blocked, is not part of the request. It is
 *       looked at when the request comes to it, and again when the placements change.
 * </ul>
 *
 * @param tenant as it was at the entry
 * @param deadlineNanos when the client gives up, on the clock's {@code nanos()}
 */
public record ClientRequest(
    Tenant tenant, Key key, int partition, Operation operation, long deadlineNanos) {

  /** Resolves an operation; null if there is no such tenant. */
  public static @Nullable ClientRequest of(
      Placements placements, Operation operation, long deadlineNanos) {
    Tenant tenant = placements.tenant(operation.tenant());
    if (tenant == null) {
      return null;
    }
    Key key = new Key(tenant.id(), operation.key());
    int partition = key.partition(placements.partitions().size());
    return new ClientRequest(tenant, key, partition, operation, deadlineNanos);
  }

  public boolean isRead() {
    return operation instanceof Operation.Get;
  }

  /** Bytes of key and values that it keeps in memory. */
  public int bytes() {
    return key.bytes().length + operation.valueBytes();
  }
}
