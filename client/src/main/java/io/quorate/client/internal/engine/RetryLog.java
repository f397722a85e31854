package io.quorate.client.internal.engine;

import io.quorate.client.QuorateClient;
import io.quorate.client.internal.net.Loop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells, at level DEBUG, of each attempt that failed and is made again, and why: the count of
 * retries alone does not say which node, or what, they come from. Keys are not told, as logs are
 * kept. Owned by the loop.
 */
final class RetryLog {
  private static final Logger LOG = LoggerFactory.getLogger(QuorateClient.class);

  private final Loop loop;

  RetryLog(Loop loop) {
    this.loop = loop;
  }

  /** The attempt at a node has failed, and another one is made. */
  void sentAgain(Call<?> call, Connection failed, String why) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "{}a {} of tenant '{}' is sent again after attempt {}, at {}: {}",
          loop.client(),
          call.verb(),
          call.tenant,
          call.attempts,
          failed.address(),
          why);
    }
  }
}
