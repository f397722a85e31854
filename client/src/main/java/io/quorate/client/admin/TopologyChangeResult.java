package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The answer to a request that was accepted. */
public final class TopologyChangeResult {
  private final long changeId;
  private final TopologyChangeStatus status;
  private final List<String> warnings;

  private TopologyChangeResult(long changeId, TopologyChangeStatus status, List<String> warnings) {
    this.changeId = changeId;
    this.status = status;
    this.warnings = List.copyOf(warnings);
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static TopologyChangeResult of(
      long changeId, TopologyChangeStatus status, List<String> warnings) {
    return new TopologyChangeResult(changeId, status, warnings);
  }

  /**
   * Of the change that was made: the index of the metadata log at which it was accepted. Where the
   * request does not change which nodes have replicas (limits, an acknowledged loss, what is so
   * already), of the last change that did; 0: there was none.
   */
  public long changeId() {
    return changeId;
  }

  /**
   * How the change stands that was accepted last; if its {@link TopologyChangeStatus#changeId} is
   * another one, another operator made it meanwhile.
   */
  public TopologyChangeStatus status() {
    return status;
  }

  /**
   * What an operator should know: nodes that do not know of it yet after two seconds, and of an
   * altered tenant what {@link TenantChange#warnings} tells; empty as a rule.
   */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TopologyChangeResult that
        && changeId == that.changeId
        && status.equals(that.status)
        && warnings.equals(that.warnings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(changeId, status, warnings);
  }

  @Override
  public String toString() {
    return "TopologyChangeResult[changeId="
        + changeId
        + ", status="
        + status
        + ", warnings="
        + warnings
        + "]";
  }
}
