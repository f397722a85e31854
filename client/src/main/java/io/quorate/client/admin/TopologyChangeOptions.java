package io.quorate.client.admin;

import io.quorate.client.OutcomeUnknownException;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a request for a change of the topology is made. */
public final class TopologyChangeOptions {
  /** A request of its own, whatever was accepted before. */
  public static final TopologyChangeOptions DEFAULT = new TopologyChangeOptions(null, 0);

  private final @Nullable UUID requestId;
  private final long expectedStateVersion;

  private TopologyChangeOptions(@Nullable UUID requestId, long expectedStateVersion) {
    if (expectedStateVersion < 0) {
      throw new IllegalArgumentException(
          "expected state version " + expectedStateVersion + ": give at least 0");
    }
    this.requestId = requestId;
    this.expectedStateVersion = expectedStateVersion;
  }

  /**
   * Names the request; the client sends it again under the same id while no answer comes, and the
   * cluster makes one change of it. Null: the client draws one for each call. A caller that gives
   * one may repeat the whole call under it, for instance after {@link OutcomeUnknownException}. The
   * cluster remembers the last 128 requests, and refuses another request under the id of one of
   * them.
   */
  public @Nullable UUID requestId() {
    return requestId;
  }

  /**
   * The request is refused if another change was accepted after this version of the cluster's state
   * ({@link TopologyPlan#stateVersion}, {@link TopologyChangeStatus#stateVersion}); 0: whatever was
   * accepted.
   */
  public long expectedStateVersion() {
    return expectedStateVersion;
  }

  public TopologyChangeOptions requestId(UUID requestId) {
    return new TopologyChangeOptions(requestId, expectedStateVersion);
  }

  public TopologyChangeOptions expectedStateVersion(long expectedStateVersion) {
    return new TopologyChangeOptions(requestId, expectedStateVersion);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TopologyChangeOptions that
        && Objects.equals(requestId, that.requestId)
        && expectedStateVersion == that.expectedStateVersion;
  }

  @Override
  public int hashCode() {
    return Objects.hash(requestId, expectedStateVersion);
  }

  @Override
  public String toString() {
    return "TopologyChangeOptions[requestId="
        + requestId
        + ", expectedStateVersion="
        + expectedStateVersion
        + "]";
  }
}
