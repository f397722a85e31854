package io.quorate.replication.admission;

import io.quorate.event.Event;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.Failure;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one tenant may ask of this node: its limits, divided by the number of nodes that are up.
 * Clients that know the placement send each request to a replica of its key, so all nodes get about
 * as much of it; what a node grants it decides alone, and no request waits for another node.
 */
final class Quota {
  private final TokenBucket operations;
  private final TokenBucket bytes;
  private final Recently refused = new Recently();
  private final AdmissionRules rules;
  private final Consumer<Event> events;

  private long operationsPerSecond;
  private long bytesPerSecond;
  private int nodes = 1;
  private Words beyondOperations;
  private Words beyondBytes;

  /** What is said when a limit is hit; made once, since a flood of refusals must cost little. */
  private record Words(String message, Event event) {}

  Quota(Tenant tenant, int nodes, long nowNanos, AdmissionRules rules, Consumer<Event> events) {
    this.operations = new TokenBucket(nowNanos);
    this.bytes = new TokenBucket(nowNanos);
    this.rules = rules;
    this.events = events;
    this.beyondOperations = words(tenant, "operations", 0);
    this.beyondBytes = words(tenant, "bytes", 0);
    set(tenant, nodes, nowNanos);
  }

  /** Sets the limits, and the number of nodes that share them. */
  void set(Tenant tenant, int sharers, long nowNanos) {
    long operationsNow = tenant.get(TenantSetting.OPERATIONS_PER_SECOND);
    long bytesNow = tenant.get(TenantSetting.BYTES_PER_SECOND);
    if (operationsNow == operationsPerSecond && bytesNow == bytesPerSecond && sharers == nodes) {
      return;
    }
    operationsPerSecond = operationsNow;
    bytesPerSecond = bytesNow;
    nodes = sharers;
    operations.setRate((double) operationsPerSecond / nodes, nowNanos);
    bytes.setRate((double) bytesPerSecond / nodes, nowNanos);
    beyondOperations = words(tenant, "operations", operationsPerSecond);
    beyondBytes = words(tenant, "bytes", bytesPerSecond);
  }

  private Words words(Tenant tenant, String what, long perSecond) {
    return new Words(
        "tenant '%s' has used up its quota of %d %s per second, of which this node grants 1/%d."
                .formatted(tenant.name(), perSecond, what, nodes)
            + " Nothing was applied: ask less, or again after the time given; 'quorate tenant"
            + " alter %s --%s-per-second' changes the quota".formatted(tenant.name(), what),
        new AdmissionEvent.Throttled(tenant.name(), what));
  }

  boolean isUnlimited() {
    return operations.isUnlimited() && bytes.isUnlimited();
  }

  /** Takes what a request costs, as far as that is known, or says why it must not begin. */
  @Nullable Failure take(int operationsAsked, int bytesAsked, long nowNanos) {
    if (!operations.allows(nowNanos)) {
      return beyond(beyondOperations, operations, operationsAsked, nowNanos);
    }
    if (!bytes.allows(nowNanos)) {
      return beyond(beyondBytes, bytes, bytesAsked, nowNanos);
    }
    operations.take(rules.quotaOperations(operationsAsked));
    bytes.take(bytesAsked);
    return null;
  }

  private Failure beyond(Words words, TokenBucket bucket, int each, long nowNanos) {
    events.accept(words.event());
    long wait = bucket.waitNanos(refused.another(nowNanos), each);
    return Failure.throttled(words.message(), RetryAfter.millis(wait));
  }

  /** A request turned out to cost more, in bytes. */
  void takeBytes(long more) {
    bytes.take(more);
  }

  /** A request was not carried out, or a part of it. */
  void refund(int operationsTaken, int bytesTaken) {
    if (rules.refunds()) {
      operations.take(-rules.quotaOperations(operationsTaken));
      bytes.take(-bytesTaken);
    }
  }
}
