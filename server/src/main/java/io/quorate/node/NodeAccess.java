package io.quorate.node;

import io.quorate.admin.ClusterAdmin.TokenKeysState;
import io.quorate.cluster.ClusterState;
import io.quorate.metrics.Meters;
import io.quorate.node.config.MetricsChoice;
import io.quorate.node.config.NodeConfig;
import io.quorate.transport.access.Callers;
import io.quorate.transport.access.RuleBook;
import io.quorate.transport.http.Scrapers;
import io.quorate.transport.tls.NodeTls;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Who may do what at this node: users, by the rules of the cluster and of an identity provider. */
final class NodeAccess {
  private final NodeTokens tokens;
  private final RuleBook rules;
  private final Callers callers;

  /** Null if all may read the metrics. */
  private final @Nullable Scrapers scrapers;

  /**
   * @param threads where the keys of the identity provider are read
   * @throws IOException if a file with such keys cannot be used
   */
  NodeAccess(EdgeContext with, NodeTls tls, SideThreads threads) throws IOException {
    NodeConfig config = with.config();
    tokens = new NodeTokens(config.jwt(), with.clock(), with.events());
    rules = new RuleBook(config.security().roles(), with.clock(), tokens.provider(), with.events());
    tokens.open(
        rules,
        with.lane(),
        threads.open("token-keys", 1, "reading the keys of the identity provider"),
        with.events());
    callers = new Callers(tls.users(), rules);
    scrapers =
        config.httpMetrics() == MetricsChoice.MONITOR
            ? new Scrapers(tls.users(), rules, with.clock(), with.lane(), with.events())
            : null;
  }

  /** Begins to read the keys of the identity provider. On the lane. */
  void start() {
    tokens.start();
  }

  /**
   * Goes by the rules of this state from now on. On the lane.
   *
   * @return whether they are others than before
   */
  boolean follow(ClusterState state) {
    long edition = rules.edition();
    rules.follow(state.access(), state.stateVersion());
    if (scrapers != null) {
      scrapers.follow(state.access());
    }
    return rules.edition() != edition;
  }

  /** What came of the last reading of the keys of the identity provider. On the lane. */
  TokenKeysState tokenKeys() {
    return tokens.keys();
  }

  Callers callers() {
    return callers;
  }

  /** Judges who may read the metrics; null if all may. */
  @Nullable Scrapers scrapers() {
    return scrapers;
  }

  void addTo(Meters meters) {
    tokens.addTo(meters);
  }
}
