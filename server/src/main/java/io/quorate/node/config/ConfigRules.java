package io.quorate.node.config;

/** What the settings of a node must be to each other, beyond what each must be by itself. */
final class ConfigRules {
  private ConfigRules() {}

  /** Notes what is wrong, for {@link SettingValues#throwProblems}. */
  static void require(NodeConfig config, SettingValues values) {
    requirePortForHttp(config, values);
    requireThatPartsFit(config, values);
    requireThatStrangersAreKeptOut(config, values);
  }

  /** A node whose ports are taken by itself would not start. */
  private static void requirePortForHttp(NodeConfig config, SettingValues values) {
    HostPort http = config.httpListen();
    if (http == null) {
      return;
    }
    HostPort peers = config.node().peerListen();
    values.require(
        !http.overlaps(config.node().listen()),
        Settings.HTTP_LISTEN,
        "is where the node listens for clients: give HTTP a port of its own, or set off",
        Settings.ADDRESS,
        Settings.LISTEN);
    values.require(
        peers == null || !http.overlaps(peers),
        Settings.HTTP_LISTEN,
        "is where the node listens for other nodes: give HTTP a port of its own, or set off",
        Settings.PEER_LISTEN);
  }

  /** By certificates users and nodes are known: without, a stranger is as good as they are. */
  private static void requireThatStrangersAreKeptOut(NodeConfig config, SettingValues values) {
    NodeConfig.Node node = config.node();
    String insecure = config.insecure();
    values.require(
        config.security().insecure() || insecure.isEmpty(),
        node.listen().isLoopback()
            ? Settings.PEER_LISTEN
            : node.listen().equals(node.address()) ? Settings.ADDRESS : Settings.LISTEN,
        ("the node %s, and that is no address of loopback: all who reach it could read and change"
                + " everything. Set tls.certificate, tls.key and tls.authorities, with tls.mode and"
                + " tls.client_certificates at their defaults ('quorate security init' makes the"
                + " files), or security.insecure: true")
            .formatted(insecure),
        Settings.ADDRESS,
        Settings.LISTEN,
        Settings.PEER_LISTEN,
        Settings.TLS_MODE,
        Settings.TLS_CERTIFICATE,
        Settings.TLS_KEY,
        Settings.TLS_AUTHORITIES,
        Settings.TLS_CLIENT_CERTIFICATES,
        Settings.ROLES,
        Settings.INSECURE);
  }

  private static void requireThatPartsFit(NodeConfig config, SettingValues values) {
    values.require(
        config.cluster().joinTokens() != JoinTokensChoice.ALWAYS
            || config.tls().mode() == TlsChoice.REQUIRE,
        Settings.JOIN_TOKENS,
        "needs tls.mode: require: a token that comes without TLS can be read on its way",
        Settings.TLS_MODE);
    values.require(
        !config.security().roles() || config.tls().mode() == TlsChoice.REQUIRE,
        Settings.ROLES,
        "needs tls.mode: require: users are known by their certificates (tls.certificate, tls.key"
            + " and tls.authorities), and who comes without TLS could speak as a node",
        Settings.TLS_MODE,
        Settings.TLS_CERTIFICATE);
    values.require(
        config.httpMetrics() == MetricsChoice.OPEN || config.security().roles(),
        Settings.HTTP_METRICS,
        "needs security.roles: on, which says who may monitor",
        Settings.ROLES,
        Settings.TLS_MODE);
    values.require(
        config.raft().heartbeat().compareTo(config.raft().tick()) >= 0,
        Settings.RAFT_HEARTBEAT,
        "shorter than raft.tick, by which it is counted",
        Settings.RAFT_TICK);
    values.require(
        config.raft().election().compareTo(config.raft().heartbeat().multipliedBy(2)) >= 0,
        Settings.RAFT_ELECTION,
        "less than two of raft.heartbeat: one late heartbeat would depose the leader",
        Settings.RAFT_HEARTBEAT);
    values.require(
        config.raft().election().compareTo(config.raft().tick().multipliedBy(4)) >= 0,
        Settings.RAFT_ELECTION,
        "less than four of raft.tick: nodes would stand for election all at once",
        Settings.RAFT_TICK);
    values.require(
        config.health().downAfter().compareTo(config.health().heartbeat().multipliedBy(2)) >= 0,
        Settings.DOWN_AFTER,
        "less than two of health.heartbeat: one late heartbeat would mark a node down",
        Settings.HEARTBEAT_INTERVAL);
    values.require(
        config.moves().downAfter().compareTo(config.health().downAfter()) >= 0,
        Settings.MOVES_DOWN_AFTER,
        "less than health.down_after: a node would be given up before it is down",
        Settings.DOWN_AFTER);
    values.require(
        config.moves().stepTimeout().compareTo(config.moves().reportInterval()) >= 0,
        Settings.MOVES_STEP_TIMEOUT,
        "less than moves.report_interval: each step would be proposed again at each look",
        Settings.MOVES_REPORT_INTERVAL);
    values.require(
        config.limits().inflightBytesMax() >= config.limits().valueBytesMax(),
        Settings.INFLIGHT_BYTES,
        "less than limits.max_value_bytes: the largest value would never be taken",
        Settings.MAX_VALUE_BYTES);
    values.require(
        config.limits().peerQueueBytesMax() >= config.limits().valueBytesMax(),
        Settings.PEER_QUEUE_BYTES,
        "less than limits.max_value_bytes: the largest value could never be sent",
        Settings.MAX_VALUE_BYTES);
  }
}
