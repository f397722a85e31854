package io.quorate.client.internal.engine;

import io.quorate.client.QuorateClient;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Trouble;
import io.quorate.client.internal.text.Hex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what went wrong with one node last. Logs, once per outage, failures that callers do not see
 * because other nodes answer: the name of the node cannot be resolved, a side refuses the other
 * one, or the node belongs to another cluster. Owned by the loop.
 */
final class Troubles {
  private static final Logger LOG = LoggerFactory.getLogger(QuorateClient.class);

  private final Loop loop;
  private final String address;

  private Trouble last = Trouble.NONE_YET;
  private boolean unknownHostTold;
  private boolean otherClusterTold;
  private @Nullable Trouble refusalTold;

  Troubles(Loop loop, String address) {
    this.loop = loop;
    this.address = address;
  }

  Trouble last() {
    return last;
  }

  /** Takes note of one that is not logged, for its calls show it. */
  void note(Trouble now) {
    last = now;
  }

  /** A question to the node failed. */
  void onFailed(Trouble now) {
    last = now;
    if (now.equals(Trouble.UNKNOWN_HOST) && !unknownHostTold) {
      unknownHostTold = true;
      LOG.warn(
          "{}node {}: the name of its host cannot be resolved; trying on", loop.client(), address);
    }
    if (now.lasting() && now.neverConnected() && !now.equals(refusalTold)) {
      refusalTold = now;
      LOG.warn("{}node {}: {}; trying on", loop.client(), address, now);
    }
  }

  /** The node said that it belongs to another cluster. */
  void onOtherCluster(long cluster) {
    last = Trouble.OTHER_CLUSTER;
    if (!otherClusterTold) {
      otherClusterTold = true;
      LOG.warn(
          "{}node {} belongs to another cluster ({}): nothing is sent to it; check the endpoints",
          loop.client(),
          address,
          Hex.of(cluster));
    }
  }

  /** The node said that it belongs to the cluster of this client, or does not say. */
  void onThisCluster() {
    otherClusterTold = false;
  }

  /** What went wrong before is over. */
  void onConnected() {
    last = Trouble.NONE_YET;
    unknownHostTold = false;
    refusalTold = null;
  }
}
