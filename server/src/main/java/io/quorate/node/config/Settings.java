package io.quorate.node.config;

import io.quorate.model.LogLevel;
import io.quorate.placement.planner.PlannerNode;
import io.quorate.transport.tls.NodePattern;
import io.quorate.transport.tls.UserPattern;
import io.quorate.transport.token.KeyPlace;
import io.quorate.transport.token.TokenAlgorithm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Every setting there is. {@code config/quorate.yml} explains each of them to operators. */
final class Settings {
  static final String VARIABLE_PREFIX = "QUORATE_";

  /** Written where a setting is to be left to the node. */
  static final String AUTO = "auto";

  /** Written to switch something off that is otherwise an address or a duration. */
  static final String OFF = "off";

  /** Written where no choice is made. */
  static final String ANY = "any";

  private static final Format<String> NAME =
      Format.text("1 to 64 of a-z, 0-9, '-', '_' and '.'", Pattern.compile("[a-z0-9._-]{1,64}"));

  static final Setting<Path> DATA_DIR = new Setting<>("node.data_dir", "data", Format.path());
  static final Setting<HostPort> ADDRESS =
      new Setting<>("node.address", "127.0.0.1:7401", Format.address());

  /** Empty: the same as the address. */
  static final Setting<HostPort> LISTEN = new Setting<>("node.listen", "", Format.hostPort());

  static final Setting<Optional<HostPort>> PEER_LISTEN =
      new Setting<>(
          "node.peer_listen",
          OFF,
          orWord(OFF, Optional.empty(), Format.hostPort().map(Optional::of)));

  /** Empty: the host of the address, and the port of {@link #PEER_LISTEN}. */
  static final Setting<HostPort> PEER_ADDRESS =
      new Setting<>("node.peer_address", "", Format.address());

  /** Empty: none. */
  static final Setting<String> NAME_OF_NODE =
      new Setting<>(
          "node.name",
          "",
          Format.text(
              "nothing, or 1 to 64 of a-z, 0-9, '-', '_' and '.'",
              Pattern.compile("[a-z0-9._-]{0,64}")));

  static final Setting<String> REGION = new Setting<>("node.region", "local", NAME);
  static final Setting<String> ZONE = new Setting<>("node.zone", "default", NAME);
  static final Setting<Double> WEIGHT =
      new Setting<>(
          "node.weight", "1.0", Format.decimal(PlannerNode.WEIGHT_MIN, PlannerNode.WEIGHT_MAX));
  static final Setting<Integer> LANES =
      new Setting<>("node.lanes", AUTO, orWord(AUTO, 0, Format.count(1, 1)));

  /** Empty: on if only this machine reaches the node. */
  static final Setting<ReflectionChoice> REFLECTION =
      new Setting<>("node.reflection", "", Format.oneOf(ReflectionChoice.class));

  static final Setting<Optional<HostPort>> HTTP_LISTEN =
      new Setting<>(
          "http.listen",
          "127.0.0.1:7501",
          orWord(OFF, Optional.empty(), Format.hostPort().map(Optional::of)));

  static final Setting<MetricsChoice> HTTP_METRICS =
      new Setting<>("http.metrics", "open", Format.oneOf(MetricsChoice.class));

  /** Nothing: off, or required if any file is named. */
  static final Setting<TlsChoice> TLS_MODE =
      new Setting<>("tls.mode", "", Format.oneOf(TlsChoice.class));

  static final Setting<Optional<Path>> TLS_CERTIFICATE =
      new Setting<>("tls.certificate", OFF, fileOrNone());
  static final Setting<Optional<Path>> TLS_KEY = new Setting<>("tls.key", OFF, fileOrNone());
  static final Setting<Optional<Path>> TLS_AUTHORITIES =
      new Setting<>("tls.authorities", OFF, fileOrNone());
  static final Setting<Optional<Path>> TLS_REVOKED =
      new Setting<>("tls.revoked", OFF, fileOrNone());
  static final Setting<ClientCertificatesChoice> TLS_CLIENT_CERTIFICATES =
      new Setting<>(
          "tls.client_certificates", "required", Format.oneOf(ClientCertificatesChoice.class));

  /** More than authorities, each with a rule or two. */
  private static final int NODE_PATTERNS_MAX = 100;

  static final Setting<List<NodePattern>> TLS_NODES =
      new Setting<>(
          "tls.nodes",
          "",
          Format.listOf(
              new Format<>("host:NAME, uri:URI and cn:NAME", NodePattern::parse),
              NODE_PATTERNS_MAX));

  static final Setting<List<UserPattern>> TLS_USERS =
      new Setting<>(
          "tls.users",
          UserPattern.USUAL.toString(),
          Format.listOf(
              new Format<>(
                  "host:NAME, uri:URI and cn:NAME, each with one * in the place of the user",
                  UserPattern::parse),
              NODE_PATTERNS_MAX));

  static final Setting<Integer> TLS_HANDSHAKES =
      new Setting<>("tls.handshakes_per_second", "500", Format.count(1, 100_000));

  static final Setting<Boolean> INSECURE =
      new Setting<>("security.insecure", "false", Format.yesOrNo());

  /** Empty: on where {@link #TLS_MODE} is require, and else off. */
  static final Setting<RolesChoice> ROLES =
      new Setting<>("security.roles", "", Format.oneOf(RolesChoice.class));

  static final Setting<Duration> LOGIN_TTL =
      new Setting<>("security.login_ttl", "15m", Format.duration("1s", "24h"));

  private static final Pattern SHOWN = Pattern.compile("[!-~]{0,512}");

  /** Empty: no tokens of an identity provider are taken. */
  static final Setting<String> JWT_ISSUER =
      new Setting<>("jwt.issuer", "", Format.text("up to 512 characters without spaces", SHOWN));

  static final Setting<String> JWT_AUDIENCE =
      new Setting<>("jwt.audience", "", Format.text("up to 512 characters without spaces", SHOWN));

  static final Setting<Optional<KeyPlace>> JWT_KEYS =
      new Setting<>(
          "jwt.keys",
          OFF,
          orWord(
              OFF,
              Optional.empty(),
              new Format<>(
                  "a URL that begins with https://, or the path of a file",
                  text -> Optional.of(KeyPlace.parse(text)))));

  static final Setting<Optional<Path>> JWT_CA = new Setting<>("jwt.ca", OFF, fileOrNone());

  static final Setting<List<TokenAlgorithm>> JWT_ALGORITHMS =
      new Setting<>(
          "jwt.algorithms",
          "RS256,ES256",
          Format.listOf(
              new Format<>(
                  "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512",
                  TokenAlgorithm::valueOf),
              TokenAlgorithm.values().length));

  static final Setting<String> JWT_USER_CLAIM =
      new Setting<>(
          "jwt.user_claim",
          "sub",
          Format.text("1 to 64 characters without spaces", Pattern.compile("[!-~]{1,64}")));

  /** Far more than nodes form a cluster, or are needed to find one. */
  private static final int SEEDS_MAX = 1000;

  /** Empty: the node's own address, so a cluster of one. */
  static final Setting<List<HostPort>> SEEDS =
      new Setting<>("cluster.seeds", "", Format.listOf(Format.address(), SEEDS_MAX));

  static final Setting<JoinChoice> JOIN =
      new Setting<>("cluster.join", "false", Format.oneOf(JoinChoice.class));

  static final Setting<JoinTokensChoice> JOIN_TOKENS =
      new Setting<>("cluster.join_tokens", "shared_hosts", Format.oneOf(JoinTokensChoice.class));

  static final Setting<Optional<Path>> JOIN_TOKEN_FILE =
      new Setting<>("cluster.join_token_file", OFF, fileOrNone());

  static final Setting<Integer> PARTITIONS =
      new Setting<>("cluster.partitions", "256", Format.count(1, 65_536));

  static final Setting<DurabilityChoice> DURABILITY =
      new Setting<>("storage.durability", "sync", Format.oneOf(DurabilityChoice.class));
  static final Setting<Duration> SYNC_INTERVAL =
      new Setting<>("storage.sync_interval", "1s", Format.duration("1ms", "60s"));
  static final Setting<Duration> SYNC_SPACING =
      new Setting<>("storage.sync_spacing", "600us", Format.duration("0ms", "1s"));
  static final Setting<Long> BLOCK_CACHE =
      new Setting<>("storage.block_cache", AUTO, orAuto(Format.size("8MiB", "4TiB")));
  static final Setting<Long> RECORD_CACHE =
      new Setting<>("storage.record_cache", AUTO, orAuto(Format.size("1MiB", "1TiB")));
  static final Setting<Long> VERSION_CACHE =
      new Setting<>("storage.version_cache", AUTO, orAuto(Format.size("1MiB", "1GiB")));
  static final Setting<Optional<Path>> MASTER_KEY_FILE =
      new Setting<>("storage.master_key_file", OFF, fileOrNone());
  static final Setting<Duration> NEW_KEY_AFTER =
      new Setting<>("storage.new_key_after", "2160h", Format.duration("24h", "87600h"));

  static final Setting<Long> MAX_KEY_BYTES =
      new Setting<>("limits.max_key_bytes", "4KiB", Format.size("1", "64KiB"));
  static final Setting<Long> MAX_VALUE_BYTES =
      new Setting<>("limits.max_value_bytes", "4MiB", Format.size("1", "64MiB"));
  static final Setting<Integer> INFLIGHT_REQUESTS =
      new Setting<>("limits.inflight_requests", "20000", Format.count(1, 1_000_000));
  static final Setting<Long> INFLIGHT_BYTES =
      new Setting<>("limits.inflight_bytes", AUTO, orAuto(Format.size("1MiB", "1TiB")));
  static final Setting<Integer> CLIENT_CONNECTIONS =
      new Setting<>("limits.client_connections", "10000", Format.count(1, 1_000_000));
  static final Setting<Integer> UNAUTHENTICATED_CONNECTIONS =
      new Setting<>("limits.unauthenticated_connections", "100", Format.count(1, 1_000));
  static final Setting<Duration> CONNECTION_AGE =
      new Setting<>("limits.connection_age", "0ms", Format.duration("0ms", "720h"));
  static final Setting<Duration> CONNECTION_IDLE =
      new Setting<>("limits.connection_idle", "5m", Format.duration("1s", "24h"));
  static final Setting<Integer> REPLICA_REQUESTS =
      new Setting<>("limits.replica_requests", "20000", Format.count(1, 1_000_000));
  static final Setting<Long> REPLICA_BYTES =
      new Setting<>("limits.replica_bytes", AUTO, orAuto(Format.size("1MiB", "1TiB")));
  static final Setting<Long> PEER_QUEUE_BYTES =
      new Setting<>("limits.peer_queue_bytes", AUTO, orAuto(Format.size("1MiB", "1GiB")));
  static final Setting<Integer> CONCURRENT_REQUESTS =
      new Setting<>("limits.concurrent_requests", "256", Format.count(1, 1_000_000));
  static final Setting<Integer> CONCURRENT_SCANS =
      new Setting<>("limits.concurrent_scans", "4", Format.count(1, 1_000));
  static final Setting<Integer> WAITING_REQUESTS =
      new Setting<>("limits.waiting_requests", "4096", Format.count(1, 1_000_000));
  static final Setting<Long> WAITING_BYTES =
      new Setting<>("limits.waiting_bytes", AUTO, orAuto(Format.size("1MiB", "1TiB")));
  static final Setting<Duration> WAIT_MAX =
      new Setting<>("limits.wait_max", "100ms", Format.duration("1ms", "1m"));
  static final Setting<Duration> REMEMBER_WRITES =
      new Setting<>("limits.remember_writes", "30s", Format.duration("1s", "10m"));

  static final Setting<Duration> REQUEST_TIMEOUT =
      new Setting<>("timeouts.request", "2s", Format.duration("1ms", "10m"));
  static final Setting<Duration> METADATA_TIMEOUT =
      new Setting<>("timeouts.metadata", "5s", Format.duration("10ms", "10m"));
  static final Setting<Duration> STOP_TIMEOUT =
      new Setting<>("timeouts.stop", "10s", Format.duration("0ms", "10m"));

  static final Setting<Boolean> HEDGING =
      new Setting<>("hedging.enabled", "true", Format.yesOrNo());
  static final Setting<Duration> HEDGE_AFTER_MIN =
      new Setting<>("hedging.after_min", "2ms", Format.duration("100us", "10s"));
  static final Setting<Integer> HEDGE_PERCENT =
      new Setting<>("hedging.budget_percent", "10", Format.count(0, 100));

  static final Setting<Long> HINTS_MAX =
      new Setting<>(
          "hints.max_per_node",
          "1000000",
          Format.count(0, Integer.MAX_VALUE).map(Integer::longValue));
  static final Setting<Long> HINT_BYTES_MAX =
      new Setting<>("hints.max_bytes_per_node", "128MiB", Format.size("1MiB", "1TiB"));
  static final Setting<Integer> DEAD_LETTERS_MAX =
      new Setting<>("hints.max_dead_letters", "10000", Format.count(0, 1_000_000));

  static final Setting<Boolean> REPAIR = new Setting<>("repair.enabled", "true", Format.yesOrNo());
  static final Setting<Duration> REPAIR_INTERVAL =
      new Setting<>("repair.interval", "10m", Format.duration("1s", "43200m"));
  static final Setting<Integer> REPAIR_SESSIONS =
      new Setting<>("repair.sessions", "4", Format.count(1, 64));
  static final Setting<Long> REPAIR_BYTES =
      new Setting<>("repair.bytes_per_second", OFF, orWord(OFF, 0L, Format.size("64KiB", "1TiB")));

  static final Setting<Boolean> REGIONS_COMPRESSION =
      new Setting<>("regions.compression", "true", Format.yesOrNo());
  static final Setting<Long> REGIONS_HEALING =
      new Setting<>(
          "regions.healing_bytes_per_second",
          "32MiB",
          orWord(OFF, 0L, Format.size("64KiB", "1TiB")));

  static final Setting<Duration> PURGE_AFTER =
      new Setting<>("purge.after", "1h", Format.duration("1s", "8760h"));
  static final Setting<Duration> PURGE_INTERVAL =
      new Setting<>("purge.interval", "10m", Format.duration("1s", "24h"));

  static final Setting<Duration> MOVES_DOWN_AFTER =
      new Setting<>("moves.down_after", "10s", Format.duration("1s", "24h"));
  static final Setting<Duration> MOVES_ALARM_AFTER =
      new Setting<>("moves.alarm_after", "30s", Format.duration("1s", "24h"));
  static final Setting<Duration> MOVES_REPORT_INTERVAL =
      new Setting<>("moves.report_interval", "100ms", Format.duration("10ms", "10s"));
  static final Setting<Duration> MOVES_STEP_TIMEOUT =
      new Setting<>("moves.step_timeout", "5s", Format.duration("100ms", "10m"));

  static final Setting<Integer> MOVES_SLOW_START =
      new Setting<>("moves.slow_start", "16", Format.count(0, 1_000));

  static final Setting<Duration> HEARTBEAT_INTERVAL =
      new Setting<>("health.heartbeat", "200ms", Format.duration("10ms", "10s"));
  static final Setting<Double> PHI_THRESHOLD =
      new Setting<>("health.phi_threshold", "8.0", Format.decimal(1, 100));
  static final Setting<Duration> MIN_DEVIATION =
      new Setting<>("health.min_deviation", "50ms", Format.duration("1ms", "10s"));
  static final Setting<Duration> ACCEPTABLE_PAUSE =
      new Setting<>("health.acceptable_pause", "500ms", Format.duration("0ms", "1m"));
  static final Setting<Duration> DOWN_AFTER =
      new Setting<>("health.down_after", "2s", Format.duration("50ms", "5m"));
  static final Setting<Duration> CLOCK_BOUND =
      new Setting<>("health.clock_bound", "500ms", Format.duration("1ms", "1h"));
  static final Setting<Duration> STAMP_BOUND =
      new Setting<>("health.stamp_bound", "24h", Format.duration("1h", "876000h"));

  static final Setting<Duration> LAG_BOUND =
      new Setting<>("health.lag_bound", "500ms", Format.duration("1ms", "10m"));

  static final Setting<Integer> BREAKER_FAILURES =
      new Setting<>("breaker.failures", "8", Format.count(1, 1_000_000));
  static final Setting<Duration> BREAKER_REST =
      new Setting<>("breaker.rest", "1s", Format.duration("10ms", "10m"));
  static final Setting<Integer> BREAKER_OUTSTANDING =
      new Setting<>("breaker.max_outstanding", "4096", Format.count(1, 1_000_000));

  static final Setting<Duration> RAFT_TICK =
      new Setting<>("raft.tick", "50ms", Format.duration("1ms", "10s"));
  static final Setting<Duration> RAFT_HEARTBEAT =
      new Setting<>("raft.heartbeat", "100ms", Format.duration("1ms", "10s"));
  static final Setting<Duration> RAFT_ELECTION =
      new Setting<>("raft.election", "500ms", Format.duration("10ms", "5m"));
  static final Setting<String> RAFT_LEADER_REGION =
      new Setting<>("raft.leader_region", ANY, orWord(ANY, "", NAME));
  static final Setting<Integer> RAFT_SNAPSHOT_EVERY =
      new Setting<>("raft.snapshot_every", "1000", Format.count(10, 10_000_000));

  static final Setting<Duration> SLOW_REQUEST =
      new Setting<>(
          "log.slow_request", "500ms", orWord(OFF, Duration.ZERO, Format.duration("1ms", "10m")));
  static final Setting<LogLevel> LOG_LEVEL =
      new Setting<>("log.level", "info", Format.oneOf(LogLevel.class));
  static final Setting<LogFormat> LOG_FORMAT =
      new Setting<>("log.format", "text", Format.oneOf(LogFormat.class));

  static final Setting<Optional<Path>> LOG_FILE = new Setting<>("log.file", OFF, fileOrNone());
  static final Setting<Long> LOG_FILE_SIZE =
      new Setting<>("log.file_size", "64MiB", Format.size("1MiB", "1GiB"));
  static final Setting<Integer> LOG_FILES = new Setting<>("log.files", "5", Format.count(1, 20));

  static final Setting<Optional<Path>> AUDIT_FILE = new Setting<>("audit.file", OFF, fileOrNone());
  static final Setting<Long> AUDIT_FILE_SIZE =
      new Setting<>("audit.file_size", "64MiB", Format.size("1MiB", "1GiB"));
  static final Setting<Integer> AUDIT_FILES =
      new Setting<>("audit.files", "10", Format.count(1, 20));

  /** In the order of {@code config/quorate.yml}. */
  static final List<Setting<?>> ALL =
      List.of(
          DATA_DIR,
          ADDRESS,
          LISTEN,
          PEER_LISTEN,
          PEER_ADDRESS,
          NAME_OF_NODE,
          REGION,
          ZONE,
          WEIGHT,
          LANES,
          REFLECTION,
          TLS_MODE,
          TLS_CERTIFICATE,
          TLS_KEY,
          TLS_AUTHORITIES,
          TLS_REVOKED,
          TLS_CLIENT_CERTIFICATES,
          TLS_NODES,
          TLS_USERS,
          TLS_HANDSHAKES,
          INSECURE,
          ROLES,
          LOGIN_TTL,
          JWT_ISSUER,
          JWT_AUDIENCE,
          JWT_KEYS,
          JWT_CA,
          JWT_ALGORITHMS,
          JWT_USER_CLAIM,
          HTTP_LISTEN,
          HTTP_METRICS,
          SEEDS,
          JOIN,
          JOIN_TOKENS,
          JOIN_TOKEN_FILE,
          PARTITIONS,
          DURABILITY,
          SYNC_INTERVAL,
          SYNC_SPACING,
          BLOCK_CACHE,
          RECORD_CACHE,
          VERSION_CACHE,
          MASTER_KEY_FILE,
          NEW_KEY_AFTER,
          MAX_KEY_BYTES,
          MAX_VALUE_BYTES,
          INFLIGHT_REQUESTS,
          INFLIGHT_BYTES,
          REPLICA_REQUESTS,
          REPLICA_BYTES,
          PEER_QUEUE_BYTES,
          CONCURRENT_REQUESTS,
          CONCURRENT_SCANS,
          WAITING_REQUESTS,
          WAITING_BYTES,
          WAIT_MAX,
          REMEMBER_WRITES,
          CLIENT_CONNECTIONS,
          UNAUTHENTICATED_CONNECTIONS,
          CONNECTION_IDLE,
          CONNECTION_AGE,
          REQUEST_TIMEOUT,
          METADATA_TIMEOUT,
          STOP_TIMEOUT,
          HEDGING,
          HEDGE_AFTER_MIN,
          HEDGE_PERCENT,
          HINTS_MAX,
          HINT_BYTES_MAX,
          DEAD_LETTERS_MAX,
          REPAIR,
          REPAIR_INTERVAL,
          REPAIR_SESSIONS,
          REPAIR_BYTES,
          REGIONS_COMPRESSION,
          REGIONS_HEALING,
          PURGE_AFTER,
          PURGE_INTERVAL,
          MOVES_DOWN_AFTER,
          MOVES_ALARM_AFTER,
          MOVES_REPORT_INTERVAL,
          MOVES_STEP_TIMEOUT,
          MOVES_SLOW_START,
          HEARTBEAT_INTERVAL,
          PHI_THRESHOLD,
          MIN_DEVIATION,
          ACCEPTABLE_PAUSE,
          DOWN_AFTER,
          CLOCK_BOUND,
          STAMP_BOUND,
          LAG_BOUND,
          BREAKER_FAILURES,
          BREAKER_REST,
          BREAKER_OUTSTANDING,
          RAFT_TICK,
          RAFT_HEARTBEAT,
          RAFT_ELECTION,
          RAFT_LEADER_REGION,
          RAFT_SNAPSHOT_EVERY,
          SLOW_REQUEST,
          LOG_LEVEL,
          LOG_FORMAT,
          LOG_FILE,
          LOG_FILE_SIZE,
          LOG_FILES,
          AUDIT_FILE,
          AUDIT_FILE_SIZE,
          AUDIT_FILES);

  private Settings() {}

  /** A size of at least 1, or 0 for one that follows from the node's {@link Memory}. */
  private static Format<Long> orAuto(Format<Long> size) {
    return orWord(AUTO, 0L, size);
  }

  private static Format<Optional<Path>> fileOrNone() {
    return orWord(OFF, Optional.empty(), Format.path().map(Optional::of));
  }

  private static <T> Format<T> orWord(String word, T meaning, Format<T> other) {
    return new Format<>(
        word + ", or " + other.allowed(),
        text -> text.equals(word) ? meaning : other.reader().read(text));
  }
}
