package io.quorate.metadata.bootstrap;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node answers to one that introduces itself.
 *
 * @param cluster null if it has none yet
 * @param incarnation how often it has started
 * @param genesis the state of its cluster, if the asker is a member that has nothing yet; null
 *     otherwise
 * @param refusal why the asker cannot be part of this cluster; null if it can
 * @param waitFor what has to happen before the asker can be part of this cluster; null if nothing
 * @param seeds its seed list, sorted
 * @param release that this node runs
 */
public record IntroductionReply(
    NodeId node,
    String address,
    String region,
    String zone,
    double weight,
    @Nullable ClusterId cluster,
    int incarnation,
    byte @Nullable [] genesis,
    @Nullable Refusal refusal,
    @Nullable String waitFor,
    List<String> seeds,
    Release release) {
  public IntroductionReply {
    seeds = List.copyOf(seeds);
  }
}
