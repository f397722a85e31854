package io.quorate.node.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.LogLevel;
import io.quorate.storage.Durability;
import io.quorate.transport.tls.NodePattern;
import io.quorate.transport.tls.UserPattern;
import io.quorate.transport.token.TokenSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that an operator decides about one node. Checked: every value is inside its range.
 *
 * @param httpListen where metrics and health are served; null: nowhere
 * @param httpMetrics who may read the metrics
 * @param jwt whose tokens it takes; null: no one's
 */
public record NodeConfig(
    Node node,
    @Nullable HostPort httpListen,
    MetricsChoice httpMetrics,
    Tls tls,
    Security security,
    @Nullable Jwt jwt,
    Cluster cluster,
    Storage storage,
    Limits limits,
    Timeouts timeouts,
    Hedging hedging,
    Hints hints,
    Repair repair,
    Regions regions,
    Purge purge,
    Moves moves,
    Health health,
    Breaker breaker,
    RaftTiming raft,
    Logging log,
    Audit audit) {
  private static final int FILE_BYTES_MAX = 1 << 20;

  /**
   * The node itself.
   *
   * @param address under which clients reach it, and other nodes without a port of their own
   * @param listen where it listens
   * @param peerListen where it listens for other nodes; null: where it listens for clients
   * @param peerAddress under which other nodes reach it
   * @param name that people call it by; empty for none
   * @param weight capacity relative to other nodes; 1.0 is usual
   * @param lanes event-loop threads; 0: as many as suit the machine
   * @param reflection whether it tells which services it has
   */
  public record Node(
      Path dataDir,
      HostPort address,
      HostPort listen,
      @Nullable HostPort peerListen,
      HostPort peerAddress,
      String name,
      String region,
      String zone,
      double weight,
      int lanes,
      boolean reflection) {
    /** Returns whether other nodes have a port of their own. */
    public boolean hasPeerPort() {
      return peerListen != null;
    }
  }

  /**
   * How its connections begin, those of probes and scrapers among them.
   *
   * @param certificate file of the node's certificate; null if it has none
   * @param key file of the key of the certificate; null if it has none
   * @param authorities file of those that it trusts; null if it has none
   * @param revoked file of lists of certificates that are revoked; null if there is none
   * @param nodes by which certificates of nodes are known that do not say so themselves
   * @param handshakesPerSecond connections that may begin with TLS within a second
   */
  public record Tls(
      TlsChoice mode,
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable Path authorities,
      @Nullable Path revoked,
      ClientCertificatesChoice clientCertificates,
      List<NodePattern> nodes,
      List<UserPattern> users,
      int handshakesPerSecond) {
    public Tls {
      nodes = List.copyOf(nodes);
      users = List.copyOf(users);
    }
  }

  /**
   * Who may do what.
   *
   * @param insecure whether an operator said that all who reach the node may do everything
   * @param roles whether it decides by users, roles and grants
   * @param loginTtl how long a login with a password counts
   */
  public record Security(boolean insecure, boolean roles, Duration loginTtl) {}

  /**
   * The identity provider whose tokens show users.
   *
   * @param authorities file of those that the provider's server proves itself by; null: those that
   *     Java trusts
   */
  public record Jwt(TokenSettings tokens, @Nullable Path authorities) {}

  /**
   * The cluster that it forms, joins, or belongs to.
   *
   * @param seeds addresses, sorted, each once: of the nodes that form it, this node among them, or
   *     of members of the one that it joins
   * @param join means something until the node belongs to a cluster
   * @param joinTokens means something with TLS only
   * @param joinTokenFile has the token that the node shows to join; null for none
   * @param partitions of the cluster; means something when it forms only
   */
  public record Cluster(
      List<String> seeds,
      JoinChoice join,
      JoinTokensChoice joinTokens,
      @Nullable Path joinTokenFile,
      int partitions) {}

  /** How data is kept. */
  public record Storage(
      Durability durability,
      Duration syncSpacing,
      long blockCacheBytes,
      long memtableBytes,
      long recordCacheBytes,
      long versionCacheBytes,
      @Nullable Path masterKeyFile,
      Duration newKeyAfter) {}

  /**
   * What is refused beyond.
   *
   * @param replicaRequestsMax what other nodes may have under way at the replica here
   * @param concurrentRequestsMax clients' requests carried out at the same time; more wait
   * @param waitMax a request that would wait for longer is refused at once, once its line has been
   *     long for three seconds
   * @param rememberWrites how long a replica knows of a write that took effect at most once and was
   *     overwritten
   * @param connectionAge zero for no matter how old
   */
  public record Limits(
      int keyBytesMax,
      int valueBytesMax,
      int inflightRequestsMax,
      long inflightBytesMax,
      int replicaRequestsMax,
      long replicaBytesMax,
      long peerQueueBytesMax,
      int concurrentRequestsMax,
      int concurrentScansMax,
      int waitingRequestsMax,
      long waitingBytesMax,
      Duration waitMax,
      Duration rememberWrites,
      int clientConnectionsMax,
      int unauthenticatedConnectionsMax,
      Duration connectionAge,
      Duration connectionIdle) {}

  /**
   * How long things may take.
   *
   * @param request deadline of a client's operation that came without one
   * @param metadata deadline of a change of the cluster
   * @param stop how long an orderly stop waits for what is in flight
   */
  public record Timeouts(Duration request, Duration metadata, Duration stop) {}

  /**
   * When a read asks one more replica.
   *
   * @param afterMin never sooner than this
   * @param budgetPercent hedges per 100 reads, at most
   */
  public record Hedging(boolean enabled, Duration afterMin, int budgetPercent) {}

  /**
   * What is kept for nodes that are away.
   *
   * @param maxPerNode hints for one node at most
   * @param maxDeadLetters hints that their targets refuse, for all nodes, at most
   * @param maxBytesPerNode bytes of them at most
   */
  public record Hints(long maxPerNode, long maxBytesPerNode, int maxDeadLetters) {}

  /**
   * How much replicas are compared.
   *
   * @param enabled whether replicas are compared without being asked to, and though nothing is
   *     known to be missing
   * @param interval between two comparisons of a partition with one other replica
   * @param sessions comparisons at the same time while an operator asks for them
   * @param bytesPerSecond of records that are brought, at most; 0: no limit
   */
  public record Repair(boolean enabled, Duration interval, int sessions, long bytesPerSecond) {}

  /**
   * What goes to nodes of other regions.
   *
   * @param compression whether frames to them are compressed
   * @param healingBytesPerSecond what hints, comparisons and copies may bring to them and from
   *     them; 0: no limit
   */
  public record Regions(boolean compression, long healingBytesPerSecond) {}

  /**
   * When deleted and expired records are taken off the disks.
   *
   * @param after how long a deletion is kept at least
   * @param interval between two looks for partitions in which there is something to take off
   */
  public record Purge(Duration after, Duration interval) {}

  /**
   * How partitions are taken to other nodes, while this node leads the metadata group.
   *
   * @param downAfter a node that a move waits for is marked down when it was silent for this long
   * @param alarmAfter a live node that a move has waited for this long is named in an alarm
   * @param reportInterval between two reports of a node on how far its copies are
   * @param stepTimeout a step that was proposed and is not taken after this is proposed again
   * @param slowStart partitions that must have arrived before one more moves at the same time; 0:
   *     all that may from the beginning
   */
  public record Moves(
      Duration downAfter,
      Duration alarmAfter,
      Duration reportInterval,
      Duration stepTimeout,
      int slowStart) {}

  /**
   * How nodes watch each other.
   *
   * @param phiThreshold evidence from which on a silent node is not counted on
   * @param minDeviation heartbeats are taken to be at least this irregular
   * @param acceptablePause how much later than usual a heartbeat may come
   * @param lagBound a replica that lags further behind is asked after others
   * @param downAfter silence after which a node is down, whatever the evidence
   * @param clockBound a node whose clock is further off from most others' coordinates no writes
   * @param stampBound records stamped further ahead of all clocks than both are refused
   */
  public record Health(
      Duration heartbeat,
      double phiThreshold,
      Duration minDeviation,
      Duration acceptablePause,
      Duration downAfter,
      Duration clockBound,
      Duration stampBound,
      Duration lagBound) {}

  /**
   * When a replica is left alone that does not cope.
   *
   * @param failures questions in a row that it refused or left unanswered
   * @param rest how long it is left alone before it is tried again
   * @param outstandingMax writes that it may owe an answer to
   */
  public record Breaker(int failures, Duration rest, int outstandingMax) {}

  /**
   * Timing of the metadata group.
   *
   * @param election silence of a leader after which a node stands for election, up to twice of it;
   *     longer where the voters are far apart
   * @param leaderRegion where the leader should stand; empty: anywhere
   */
  public record RaftTiming(
      Duration tick,
      Duration heartbeat,
      Duration election,
      String leaderRegion,
      int snapshotEvery) {}

  /**
   * What is logged.
   *
   * @param slowRequest requests that take longer are logged one by one; zero: none
   * @param file null for standard error
   * @param fileBytesMax of the file; then it is renamed, and another is begun
   * @param filesMax number of full files that are kept
   */
  public record Logging(
      Duration slowRequest,
      LogLevel level,
      LogFormat format,
      @Nullable Path file,
      long fileBytesMax,
      int filesMax) {}

  /**
   * Where it is kept who changed what, and who was refused.
   *
   * @param file null for the log
   * @param fileBytesMax of the file; then it is renamed, and another is begun
   * @param filesMax number of full files that are kept
   */
  public record Audit(@Nullable Path file, long fileBytesMax, int filesMax) {}

  /** Reads a file and what the environment overrides, for a node of {@link Memory#USUAL}. */
  public static NodeConfig load(Path file, Map<String, String> environment) throws ConfigException {
    return load(file, environment, Memory.USUAL);
  }

  /**
   * Reads a file and what the environment overrides.
   *
   * @throws ConfigException if anything in it cannot be used; names every problem and its place
   */
  public static NodeConfig load(Path file, Map<String, String> environment, Memory memory)
      throws ConfigException {
    return parse(file.toString(), read(file), environment, memory);
  }

  /**
   * What is in force for a node: each setting as a file would say it, with where its value is from.
   *
   * @throws ConfigException as above
   */
  public static List<String> inForce(Path file, Map<String, String> environment, Memory memory)
      throws ConfigException {
    return valid(file, environment, memory).inForce();
  }

  /**
   * Every setting as it holds for a node, with where its value is from.
   *
   * @throws ConfigException as above
   */
  public static List<SettingInForce> settings(
      Path file, Map<String, String> environment, Memory memory) throws ConfigException {
    return valid(file, environment, memory).settings();
  }

  private static SettingValues valid(Path file, Map<String, String> environment, Memory memory)
      throws ConfigException {
    SettingValues values =
        new SettingValues()
            .addDefaults(environment)
            .addFile(ConfigFile.parse(file.toString(), read(file)))
            .addVariables(environment);
    NodeConfig unused = ConfigSections.read(values, memory);
    return values;
  }

  private static String read(Path file) throws ConfigException {
    Place place = new Place(file.toString(), 0);
    try (InputStream in = Files.newInputStream(file)) {
      // No more than that is read: what is no regular file, as a device, may have no end.
      byte[] read = in.readNBytes(FILE_BYTES_MAX + 1);
      if (read.length > FILE_BYTES_MAX) {
        throw new ConfigException(
            place, "larger than 1 MiB, so this is no configuration of a node");
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(read)).toString();
    } catch (NoSuchFileException missing) {
      throw new ConfigException(place, "there is no such file");
    } catch (CharacterCodingException notText) {
      throw new ConfigException(place, "not a text file in UTF-8");
    } catch (IOException unreadable) {
      throw new ConfigException(
          place,
          Files.isDirectory(file)
              ? "is a directory; name the file"
              : "cannot be read: " + unreadable.getMessage());
    }
  }

  /** Reads the text of a file; {@code name} is used in messages. */
  public static NodeConfig parse(String name, String text, Map<String, String> environment)
      throws ConfigException {
    return parse(name, text, environment, Memory.USUAL);
  }

  /** As above, for a node with so much memory. */
  public static NodeConfig parse(
      String name, String text, Map<String, String> environment, Memory memory)
      throws ConfigException {
    return ConfigSections.read(
        new SettingValues()
            .addDefaults(environment)
            .addFile(ConfigFile.parse(name, text))
            .addVariables(environment),
        memory);
  }

  /** Takes settings by key, for nodes that are started by a program. */
  public static NodeConfig of(Map<String, String> settings) throws ConfigException {
    Map<String, RawValue> raw = new LinkedHashMap<>();
    settings.forEach(
        (key, text) -> raw.put(key, new RawValue(text, new Place("settings", 0), key)));
    return ConfigSections.read(new SettingValues().addKeys(raw), Memory.USUAL);
  }

  /**
   * Returns why all who reach the node from other machines may do everything, as what is left of a
   * sentence that begins with the node. Empty: they may not, or only this machine reaches it.
   */
  public String insecure() {
    HostPort peers = node.peerListen();
    boolean outside = !node.listen().isLoopback();
    if (tls.mode() != TlsChoice.REQUIRE && (outside || (peers != null && !peers.isLoopback()))) {
      return "takes connections without TLS at %s (tls.mode: %s)"
          .formatted(
              outside || peers == null ? node.listen() : peers,
              tls.mode().name().toLowerCase(Locale.ROOT));
    }
    if (!outside) {
      return "";
    }
    if (tls.clientCertificates() != ClientCertificatesChoice.REQUIRED && !security.roles()) {
      return ("takes connections without a certificate at %s (tls.client_certificates: optional,"
              + " security.roles: off)")
          .formatted(node.listen());
    }
    return "";
  }

  /** Whether an operator said that all who have a certificate may do everything. */
  public boolean isUnrestricted() {
    return tls.mode() == TlsChoice.REQUIRE && !security.roles();
  }
}
