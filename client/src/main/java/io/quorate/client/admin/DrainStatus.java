package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is left to do before a node can be stopped without clients noticing. */
public final class DrainStatus {
  private final boolean drained;
  private final int requests;
  private final boolean leadsMetadata;
  private final boolean decidesLocks;
  private final long hints;

  private DrainStatus(
      boolean drained, int requests, boolean leadsMetadata, boolean decidesLocks, long hints) {
    this.drained = drained;
    this.requests = requests;
    this.leadsMetadata = leadsMetadata;
    this.decidesLocks = decidesLocks;
    this.hints = hints;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static DrainStatus of(
      boolean drained, int requests, boolean leadsMetadata, boolean decidesLocks, long hints) {
    return new DrainStatus(drained, requests, leadsMetadata, decidesLocks, hints);
  }

  /** Whether the node is out of service: it takes no new requests of clients. */
  public boolean drained() {
    return drained;
  }

  /** Requests of clients under way. */
  public int requests() {
    return requests;
  }

  /** Whether the node leads the metadata group, in which there are other voters. */
  public boolean leadsMetadata() {
    return leadsMetadata;
  }

  /** Whether the node decides about locks, and another node could. */
  public boolean decidesLocks() {
    return decidesLocks;
  }

  /** Hints that the node holds for nodes that are up and to which delivery is not paused. */
  public long hints() {
    return hints;
  }

  /** Whether the node is out of service and nothing is left to do. */
  public boolean isDone() {
    return drained && requests == 0 && !leadsMetadata && !decidesLocks && hints == 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DrainStatus that
        && drained == that.drained
        && requests == that.requests
        && leadsMetadata == that.leadsMetadata
        && decidesLocks == that.decidesLocks
        && hints == that.hints;
  }

  @Override
  public int hashCode() {
    return Objects.hash(drained, requests, leadsMetadata, decidesLocks, hints);
  }

  @Override
  public String toString() {
    return "DrainStatus{drained=%s, requests=%s, leadsMetadata=%s, decidesLocks=%s, hints=%s}"
        .formatted(drained, requests, leadsMetadata, decidesLocks, hints);
  }
}
