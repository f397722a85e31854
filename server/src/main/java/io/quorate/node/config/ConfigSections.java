package io.quorate.node.config;

import io.quorate.node.config.NodeConfig.Audit;
import io.quorate.node.config.NodeConfig.Breaker;
import io.quorate.node.config.NodeConfig.Cluster;
import io.quorate.node.config.NodeConfig.Health;
import io.quorate.node.config.NodeConfig.Hedging;
import io.quorate.node.config.NodeConfig.Hints;
import io.quorate.node.config.NodeConfig.Jwt;
import io.quorate.node.config.NodeConfig.Limits;
import io.quorate.node.config.NodeConfig.Logging;
import io.quorate.node.config.NodeConfig.Moves;
import io.quorate.node.config.NodeConfig.Node;
import io.quorate.node.config.NodeConfig.Purge;
import io.quorate.node.config.NodeConfig.RaftTiming;
import io.quorate.node.config.NodeConfig.Regions;
import io.quorate.node.config.NodeConfig.Repair;
import io.quorate.node.config.NodeConfig.Security;
import io.quorate.node.config.NodeConfig.Storage;
import io.quorate.node.config.NodeConfig.Timeouts;
import io.quorate.node.config.NodeConfig.Tls;
import io.quorate.storage.Durability;
import io.quorate.transport.token.KeyPlace;
import io.quorate.transport.token.TokenAlgorithm;
import io.quorate.transport.token.TokenSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a configuration of the values of its settings, section by section. Rules between settings
 * of one section are checked where the section is made, and those between sections in {@link
 * ConfigRules}.
 */
final class ConfigSections {
  private ConfigSections() {}

  /**
   * Returns the configuration that follows from the values.
   *
   * @throws ConfigException if anything in them cannot be used; names every problem and its place
   */
  static NodeConfig read(SettingValues values, Memory memory) throws ConfigException {
    Node node = node(values);
    Tls tls = tls(values);
    NodeConfig config =
        new NodeConfig(
            node,
            values.get(Settings.HTTP_LISTEN).orElse(null),
            values.get(Settings.HTTP_METRICS),
            tls,
            security(values, tls),
            jwt(values, tls),
            cluster(values, node),
            storage(values, memory),
            limits(values, memory),
            timeouts(values),
            hedging(values),
            hints(values),
            repair(values),
            regions(values),
            purge(values),
            moves(values),
            health(values),
            breaker(values),
            raft(values),
            logging(values),
            audit(values));
    ConfigRules.require(config, values);
    values.throwProblems();
    return config;
  }

  private static Node node(SettingValues values) {
    HostPort address = values.get(Settings.ADDRESS);
    HostPort listen = values.get(Settings.LISTEN, address);
    HostPort peerListen = values.get(Settings.PEER_LISTEN).orElse(null);
    HostPort usualForPeers =
        peerListen == null ? address : new HostPort(address.host(), peerListen.port());
    HostPort peerAddress = values.get(Settings.PEER_ADDRESS, usualForPeers);
    requirePortsOfTheirOwn(values, address, listen, peerListen, peerAddress);
    ReflectionChoice usual = listen.isLoopback() ? ReflectionChoice.ON : ReflectionChoice.OFF;
    return new Node(
        values.get(Settings.DATA_DIR),
        address,
        listen,
        peerListen,
        peerAddress,
        values.get(Settings.NAME_OF_NODE),
        values.get(Settings.REGION),
        values.get(Settings.ZONE),
        values.get(Settings.WEIGHT),
        values.get(Settings.LANES),
        values.get(Settings.REFLECTION, usual) == ReflectionChoice.ON);
  }

  private static void requirePortsOfTheirOwn(
      SettingValues values,
      HostPort address,
      HostPort listen,
      @Nullable HostPort peerListen,
      HostPort peerAddress) {
    if (peerListen == null) {
      values.require(
          peerAddress.equals(address),
          Settings.PEER_ADDRESS,
          "is set, and the node has no port for other nodes: set node.peer_listen, too",
          Settings.PEER_LISTEN,
          Settings.ADDRESS);
      return;
    }
    values.require(
        !peerListen.equals(listen) && !peerListen.overlaps(listen),
        Settings.PEER_LISTEN,
        "is where the node listens for clients: give other nodes a port of their own, or set off",
        Settings.ADDRESS,
        Settings.LISTEN);
    values.require(
        !peerAddress.equals(address) && peerAddress.port() > 0,
        Settings.PEER_ADDRESS,
        "other nodes would dial %s: give an address that is not that of node.address, with a port from 1"
            .formatted(peerAddress),
        Settings.PEER_LISTEN,
        Settings.ADDRESS);
  }

  private static Tls tls(SettingValues values) {
    Path certificate = values.get(Settings.TLS_CERTIFICATE).orElse(null);
    Path key = values.get(Settings.TLS_KEY).orElse(null);
    Path authorities = values.get(Settings.TLS_AUTHORITIES).orElse(null);
    Path revoked = values.get(Settings.TLS_REVOKED).orElse(null);
    TlsChoice mode =
        values.get(
            Settings.TLS_MODE,
            certificate == null && key == null && authorities == null && revoked == null
                ? TlsChoice.OFF
                : TlsChoice.REQUIRE);
    if (mode != TlsChoice.OFF) {
      values.require(
          certificate != null && key != null && authorities != null,
          Settings.TLS_MODE,
          "needs tls.certificate, tls.key and tls.authorities: a node shows its certificate to"
              + " clients and to other nodes, and trusts those of its authorities",
          Settings.TLS_CERTIFICATE,
          Settings.TLS_KEY,
          Settings.TLS_AUTHORITIES);
    }
    return new Tls(
        mode,
        certificate,
        key,
        authorities,
        revoked,
        values.get(Settings.TLS_CLIENT_CERTIFICATES),
        values.get(Settings.TLS_NODES),
        values.get(Settings.TLS_USERS),
        values.get(Settings.TLS_HANDSHAKES));
  }

  private static Security security(SettingValues values, Tls tls) {
    RolesChoice usual = tls.mode() == TlsChoice.REQUIRE ? RolesChoice.ON : RolesChoice.OFF;
    return new Security(
        values.get(Settings.INSECURE),
        values.get(Settings.ROLES, usual) == RolesChoice.ON,
        values.get(Settings.LOGIN_TTL));
  }

  private static @Nullable Jwt jwt(SettingValues values, Tls tls) {
    String issuer = values.get(Settings.JWT_ISSUER);
    String audience = values.get(Settings.JWT_AUDIENCE);
    KeyPlace keys = values.get(Settings.JWT_KEYS).orElse(null);
    Path authorities = values.get(Settings.JWT_CA).orElse(null);
    List<TokenAlgorithm> algorithms = values.get(Settings.JWT_ALGORITHMS);
    String userClaim = values.get(Settings.JWT_USER_CLAIM);
    boolean isNone = issuer.isEmpty() && audience.isEmpty() && keys == null && authorities == null;
    if (isNone) {
      return null;
    }
    values.require(
        !issuer.isEmpty() && !audience.isEmpty() && keys != null,
        Settings.JWT_ISSUER,
        "jwt.issuer, jwt.audience and jwt.keys are set together or not at all: without one of"
            + " them, tokens that are meant for others would be taken",
        Settings.JWT_AUDIENCE,
        Settings.JWT_KEYS,
        Settings.JWT_CA);
    values.require(
        tls.mode() == TlsChoice.REQUIRE,
        Settings.JWT_ISSUER,
        "needs tls.mode: require (tls.certificate, tls.key and tls.authorities): a token that"
            + " comes without TLS can be read on its way",
        Settings.TLS_MODE,
        Settings.TLS_CERTIFICATE);
    values.require(
        authorities == null || keys instanceof KeyPlace.OfServer,
        Settings.JWT_CA,
        "jwt.keys is no URL, so that there is no server to trust: leave jwt.ca out",
        Settings.JWT_KEYS);
    values.require(
        !algorithms.isEmpty(),
        Settings.JWT_ALGORITHMS,
        "names no algorithm, so that no token would be taken: leave it out for RS256 and ES256");
    return keys == null
        ? null
        : new Jwt(new TokenSettings(issuer, audience, keys, algorithms, userClaim), authorities);
  }

  private static Cluster cluster(SettingValues values, Node node) {
    JoinChoice join = values.get(Settings.JOIN);
    return new Cluster(
        seeds(values, node, join),
        join,
        values.get(Settings.JOIN_TOKENS),
        values.get(Settings.JOIN_TOKEN_FILE).orElse(null),
        values.get(Settings.PARTITIONS));
  }

  private static List<String> seeds(SettingValues values, Node node, JoinChoice join) {
    HostPort address = node.peerAddress();
    List<HostPort> given = values.get(Settings.SEEDS);
    List<HostPort> seeds = given.isEmpty() ? List.of(address) : given;
    if (join == JoinChoice.FALSE) {
      values.require(
          seeds.contains(address),
          Settings.SEEDS,
          "this node's address %s is not among the %d seeds; every node of a new cluster is a"
                  .formatted(address, seeds.size())
              + " seed, so add it, or correct %s. For a node that joins a cluster that"
                  .formatted(node.hasPeerPort() ? "node.peer_listen" : "node.address")
              + " runs, or has joined one, set cluster.join",
          Settings.ADDRESS,
          Settings.PEER_LISTEN,
          Settings.PEER_ADDRESS,
          Settings.JOIN);
    } else {
      values.require(
          seeds.stream().anyMatch(seed -> !seed.equals(address)),
          Settings.SEEDS,
          "cluster.join is set, and no other node is named that could take this one in: name"
              + " some members of the cluster",
          Settings.ADDRESS,
          Settings.PEER_LISTEN,
          Settings.PEER_ADDRESS,
          Settings.JOIN);
    }
    return seeds.stream().map(HostPort::toString).distinct().sorted().toList();
  }

  private static Storage storage(SettingValues values, Memory memory) {
    return new Storage(
        switch (values.get(Settings.DURABILITY)) {
          case SYNC -> new Durability.Synced();
          case PERIODIC -> new Durability.Periodic(values.get(Settings.SYNC_INTERVAL));
        },
        values.get(Settings.SYNC_SPACING),
        orAuto(values.get(Settings.BLOCK_CACHE), memory.blockCacheBytes()),
        memory.memtableBytes(),
        orAuto(values.get(Settings.RECORD_CACHE), memory.recordCacheBytes()),
        orAuto(values.get(Settings.VERSION_CACHE), memory.versionCacheBytes()),
        values.get(Settings.MASTER_KEY_FILE).orElse(null),
        values.get(Settings.NEW_KEY_AFTER));
  }

  private static Limits limits(SettingValues values, Memory memory) {
    long largestValue = values.get(Settings.MAX_VALUE_BYTES);
    long inflight = Math.max(largestValue, memory.inflightBytes());
    return new Limits(
        values.get(Settings.MAX_KEY_BYTES).intValue(),
        values.get(Settings.MAX_VALUE_BYTES).intValue(),
        values.get(Settings.INFLIGHT_REQUESTS),
        orAuto(values.get(Settings.INFLIGHT_BYTES), inflight),
        values.get(Settings.REPLICA_REQUESTS),
        orAuto(values.get(Settings.REPLICA_BYTES), inflight),
        orAuto(
            values.get(Settings.PEER_QUEUE_BYTES), Math.max(largestValue, memory.peerQueueBytes())),
        values.get(Settings.CONCURRENT_REQUESTS),
        values.get(Settings.CONCURRENT_SCANS),
        values.get(Settings.WAITING_REQUESTS),
        orAuto(values.get(Settings.WAITING_BYTES), Math.max(largestValue, memory.waitingBytes())),
        values.get(Settings.WAIT_MAX),
        values.get(Settings.REMEMBER_WRITES),
        values.get(Settings.CLIENT_CONNECTIONS),
        values.get(Settings.UNAUTHENTICATED_CONNECTIONS),
        values.get(Settings.CONNECTION_AGE),
        values.get(Settings.CONNECTION_IDLE));
  }

  private static Timeouts timeouts(SettingValues values) {
    return new Timeouts(
        values.get(Settings.REQUEST_TIMEOUT),
        values.get(Settings.METADATA_TIMEOUT),
        values.get(Settings.STOP_TIMEOUT));
  }

  private static Hedging hedging(SettingValues values) {
    return new Hedging(
        values.get(Settings.HEDGING),
        values.get(Settings.HEDGE_AFTER_MIN),
        values.get(Settings.HEDGE_PERCENT));
  }

  private static Hints hints(SettingValues values) {
    return new Hints(
        values.get(Settings.HINTS_MAX),
        values.get(Settings.HINT_BYTES_MAX),
        values.get(Settings.DEAD_LETTERS_MAX));
  }

  private static Repair repair(SettingValues values) {
    return new Repair(
        values.get(Settings.REPAIR),
        values.get(Settings.REPAIR_INTERVAL),
        values.get(Settings.REPAIR_SESSIONS),
        values.get(Settings.REPAIR_BYTES));
  }

  private static Regions regions(SettingValues values) {
    return new Regions(
        values.get(Settings.REGIONS_COMPRESSION), values.get(Settings.REGIONS_HEALING));
  }

  private static Purge purge(SettingValues values) {
    return new Purge(values.get(Settings.PURGE_AFTER), values.get(Settings.PURGE_INTERVAL));
  }

  private static Moves moves(SettingValues values) {
    return new Moves(
        values.get(Settings.MOVES_DOWN_AFTER),
        values.get(Settings.MOVES_ALARM_AFTER),
        values.get(Settings.MOVES_REPORT_INTERVAL),
        values.get(Settings.MOVES_STEP_TIMEOUT),
        values.get(Settings.MOVES_SLOW_START));
  }

  private static Health health(SettingValues values) {
    return new Health(
        values.get(Settings.HEARTBEAT_INTERVAL),
        values.get(Settings.PHI_THRESHOLD),
        values.get(Settings.MIN_DEVIATION),
        values.get(Settings.ACCEPTABLE_PAUSE),
        values.get(Settings.DOWN_AFTER),
        values.get(Settings.CLOCK_BOUND),
        values.get(Settings.STAMP_BOUND),
        values.get(Settings.LAG_BOUND));
  }

  private static Breaker breaker(SettingValues values) {
    return new Breaker(
        values.get(Settings.BREAKER_FAILURES),
        values.get(Settings.BREAKER_REST),
        values.get(Settings.BREAKER_OUTSTANDING));
  }

  private static RaftTiming raft(SettingValues values) {
    return new RaftTiming(
        values.get(Settings.RAFT_TICK),
        values.get(Settings.RAFT_HEARTBEAT),
        values.get(Settings.RAFT_ELECTION),
        values.get(Settings.RAFT_LEADER_REGION),
        values.get(Settings.RAFT_SNAPSHOT_EVERY));
  }

  private static Logging logging(SettingValues values) {
    return new Logging(
        values.get(Settings.SLOW_REQUEST),
        values.get(Settings.LOG_LEVEL),
        values.get(Settings.LOG_FORMAT),
        values.get(Settings.LOG_FILE).orElse(null),
        values.get(Settings.LOG_FILE_SIZE),
        values.get(Settings.LOG_FILES));
  }

  private static Audit audit(SettingValues values) {
    return new Audit(
        values.get(Settings.AUDIT_FILE).orElse(null),
        values.get(Settings.AUDIT_FILE_SIZE),
        values.get(Settings.AUDIT_FILES));
  }

  /** What stands where a value was given, and what follows from the memory otherwise. */
  private static long orAuto(long given, long auto) {
    return given == 0 ? auto : given;
  }
}
