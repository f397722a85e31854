package io.quorate.node.config;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quorate.transport.tls.NodePattern;
import io.quorate.transport.token.TokenAlgorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("patient")
class NodeConfigTest {
  private static final Path DOCUMENTED = Path.of("..", "config", "quorate.yml");
  private static final Map<String, String> FILES =
      Map.of("tls.certificate", "a", "tls.key", "b", "tls.authorities", "c");

  @Test
  void theDocumentedFileSaysTheDefaults() throws Exception {
    assertThat(NodeConfig.load(DOCUMENTED, Map.of())).isEqualTo(NodeConfig.of(Map.of()));
  }

  @Test
  void everySettingIsDocumented() throws Exception {
    String text = Files.readString(DOCUMENTED);
    for (Setting<?> setting : Settings.ALL) {
      assertThat(text).containsPattern("(?m)^  (# )?" + setting.name() + ":");
    }
    // What is commented out has no fixed default; with everything switched on it must still load.
    String all =
        text.replaceAll(
            "(?m)^  # (listen|peer_address|name|reflection|mode|nodes|roles|seeds): ", "  $1: ");
    NodeConfig config = NodeConfig.parse("all", all, Map.of());
    assertThat(config.cluster().seeds()).hasSize(3);
    assertThat(config.tls().nodes()).containsExactly(NodePattern.parse("host:*.db.example"));
    assertThatThrownBy(() -> NodeConfig.of(Map.of("tls.nodes", "db.example")))
        .hasMessageContaining("host:NAME, uri:URI and cn:NAME");
    // These need TLS, and mean something together only.
    String withTokens = all.replaceAll("(?m)^  # (issuer|audience|keys): ", "  $1: ");
    assertThat(ConfigFile.parse("all", withTokens).values().keySet())
        .containsExactlyElementsOf(Settings.ALL.stream().map(Setting::key).toList());
  }

  @Test
  void otherNodesMayHaveAPortOfTheirOwn() throws Exception {
    NodeConfig one = NodeConfig.of(Map.of("node.address", "127.0.0.1:1"));
    assertThat(one.node().hasPeerPort()).isFalse();
    assertThat(one.node().peerAddress()).isEqualTo(new HostPort("127.0.0.1", 1));
    Map<String, String> two = with(FILES, "node.address", "db-1:1", "node.listen", "0.0.0.0:1");
    NodeConfig both = NodeConfig.of(with(two, "node.peer_listen", "10.0.0.1:2"));
    assertThat(both.node().hasPeerPort()).isTrue();
    assertThat(both.node().peerAddress()).isEqualTo(new HostPort("db-1", 2));
    assertThat(both.cluster().seeds()).as("nodes dial those").containsExactly("db-1:2");
    NodeConfig inside =
        NodeConfig.of(with(two, "node.peer_listen", "0.0.0.0:2", "node.peer_address", "inside:3"));
    assertThat(inside.node().peerAddress()).isEqualTo(new HostPort("inside", 3));

    assertThatThrownBy(() -> NodeConfig.of(Map.of("node.peer_address", "a:2")))
        .hasMessageContaining("set node.peer_listen, too");
    assertThatThrownBy(() -> NodeConfig.of(Map.of("node.peer_listen", "127.0.0.1:7401")))
        .hasMessageContaining("is where the node listens for clients");
    assertThatThrownBy(() -> NodeConfig.of(Map.of("node.peer_listen", "127.0.0.1:0")))
        .hasMessageContaining("other nodes would dial 127.0.0.1:0");
    assertThatThrownBy(() -> NodeConfig.of(Map.of("node.peer_listen", "0.0.0.0:7402")))
        .as("strangers would speak as nodes")
        .hasMessageContaining("node.peer_listen: the node takes connections without TLS")
        .hasMessageContaining("0.0.0.0:7402");
    assertThatThrownBy(
            () ->
                NodeConfig.of(
                    with(two, "node.peer_listen", "0.0.0.0:2", "cluster.seeds", "db-1:1,b:2")))
        .hasMessageContaining("this node's address db-1:2 is not among the 2 seeds")
        .hasMessageContaining("correct node.peer_listen");
  }

  /** What is taken by the node itself is found before a start, and not at it. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1, 127.0.0.1:2, 127.0.0.1:1, clients",
    "127.0.0.1:1, 127.0.0.1:2, localhost:1, clients",
    "localhost:1, 127.0.0.1:2, LOCALHOST:1, clients",
    "127.0.0.1:1, 127.0.0.1:2, 0.0.0.0:1, clients",
    "0.0.0.0:1, 127.0.0.1:2, 127.0.0.1:1, clients",
    "127.0.0.1:1, 127.0.0.1:2, [::]:1, clients",
    "'[::1]:1', 127.0.0.1:2, '[0:0:0:0:0:0:0:1]:1', clients",
    "127.0.0.1:1, 127.0.0.1:2, 127.0.0.1:2, other nodes",
    "127.0.0.1:1, 0.0.0.0:2, 127.0.0.1:2, other nodes"
  })
  void httpNeedsAPortOfItsOwn(String listen, String peers, String http, String whose) {
    Map<String, String> settings =
        Map.of(
            "security.insecure", "true",
            "node.listen", listen,
            "node.peer_listen", peers,
            "http.listen", http);
    assertThatThrownBy(() -> NodeConfig.of(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("http.listen: is where the node listens for " + whose);
  }

  @Test
  void portsThatAreNotTheSameAreNotRefused() throws Exception {
    for (String http : List.of("127.0.0.2:1", "other:1", "0.0.0.0:3", "127.0.0.1:0", "off")) {
      Map<String, String> settings = Map.of("node.listen", "127.0.0.1:1", "http.listen", http);
      assertThat(NodeConfig.of(with(settings, "security.insecure", "true"))).isNotNull();
    }
    NodeConfig chosen =
        NodeConfig.of(Map.of("node.listen", "127.0.0.1:0", "http.listen", "127.0.0.1:0"));
    assertThat(chosen.node().listen().port()).as("the system chooses two").isZero();
    assertThatThrownBy(
            () ->
                NodeConfig.of(
                    Map.of("node.listen", "127.0.0.1:1", "node.peer_listen", "0.0.0.0:1")))
        .hasMessageContaining("node.peer_listen: is where the node listens for clients");
  }

  /** A node that was told to be safe must not start without TLS, since a file was forgotten. */
  @Test
  void anyFileOfTlsAsksForAllOfThem() throws Exception {
    for (String one : List.of("certificate", "key", "authorities", "revoked")) {
      assertThatThrownBy(() -> NodeConfig.of(Map.of("tls." + one, "a.pem")))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("needs tls.certificate, tls.key and tls.authorities");
    }
    Map<String, String> all =
        Map.of("tls.certificate", "a", "tls.key", "b", "tls.authorities", "c");
    assertThat(NodeConfig.of(all).tls().mode()).isEqualTo(TlsChoice.REQUIRE);
    assertThat(NodeConfig.of(Map.of()).tls().mode()).isEqualTo(TlsChoice.OFF);
  }

  @Test
  void rolesAreOnWhereTlsIsRequiredUnlessTheyAreTurnedOff() throws Exception {
    assertThat(NodeConfig.of(FILES).security().roles()).isTrue();
    assertThat(NodeConfig.of(FILES).isUnrestricted()).isFalse();
    assertThat(NodeConfig.of(with(FILES, "tls.mode", "require")).security().roles()).isTrue();
    NodeConfig off = NodeConfig.of(with(FILES, "security.roles", "off"));
    assertThat(off.security().roles()).isFalse();
    assertThat(off.isUnrestricted()).isTrue();
    assertThat(NodeConfig.of(Map.of()).security().roles()).isFalse();
    assertThat(NodeConfig.of(Map.of()).isUnrestricted()).isFalse();
    for (String mode : List.of("off", "allow", "prefer")) {
      NodeConfig config = NodeConfig.of(with(FILES, "tls.mode", mode));
      assertThat(config.security().roles()).as(mode).isFalse();
      assertThat(config.isUnrestricted()).as(mode).isFalse();
    }
  }

  /** Callers without certificates could say that they are anyone, and speak as nodes. */
  @Test
  void rolesNeedThatTlsIsRequired() {
    List<Map<String, String>> unsafe = new ArrayList<>();
    unsafe.add(Map.of("security.roles", "on"));
    for (String mode : List.of("off", "allow", "prefer")) {
      unsafe.add(with(FILES, "tls.mode", mode, "security.roles", "on"));
    }
    for (Map<String, String> each : unsafe) {
      assertThatThrownBy(() -> NodeConfig.of(each))
          .as(each.toString())
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("security.roles")
          .hasMessageContaining("needs tls.mode: require: users are known by their certificates");
    }
  }

  /** Without TLS it could be read on its way, and nodes would prove nothing by it. */
  @Test
  void joinTokensAreAskedOfAllNodesWithTlsOnly() throws Exception {
    assertThat(NodeConfig.of(Map.of()).cluster().joinTokens())
        .isEqualTo(JoinTokensChoice.SHARED_HOSTS);
    Map<String, String> always =
        Map.of("cluster.join_tokens", "always", "cluster.join_token_file", "token");
    assertThatThrownBy(() -> NodeConfig.of(always))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cluster.join_tokens")
        .hasMessageContaining("needs tls.mode: require");
    NodeConfig config =
        NodeConfig.of(with(always, "tls.certificate", "a", "tls.key", "b", "tls.authorities", "c"));
    assertThat(config.cluster().joinTokenFile()).isEqualTo(Path.of("token"));
  }

  private static Map<String, String> with(Map<String, String> settings, String... more) {
    Map<String, String> all = new TreeMap<>(settings);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0:7401",
        "[::]:7401",
        "10.0.0.1:7401",
        "db-1.example:7401",
        "127.1:7401",
        "localhost.example:7401",
        "128.0.0.1:7401",
        "[2001:db8::1]:7401",
        "[::2]:7401",
        "127.0.0.1.example:7401"
      })
  void aNodeThatStrangersReachNeedsCertificatesOrAWord(String listen) throws Exception {
    for (Map<String, String> unsafe :
        List.of(
            Map.of("node.listen", listen),
            Map.of("node.address", listen),
            with(FILES, "node.listen", listen, "tls.mode", "off"),
            with(FILES, "node.listen", listen, "tls.mode", "allow"),
            with(FILES, "node.listen", listen, "tls.mode", "prefer"),
            with(
                FILES,
                "node.listen",
                listen,
                "tls.client_certificates",
                "optional",
                "security.roles",
                "off"))) {
      assertThatThrownBy(() -> NodeConfig.of(unsafe))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(listen)
          .hasMessageContaining("no address of loopback")
          .hasMessageContaining("Set tls.certificate, tls.key and tls.authorities")
          .hasMessageContaining("security.insecure: true");
      NodeConfig allowed = NodeConfig.of(with(unsafe, "security.insecure", "true"));
      assertThat(allowed.insecure()).startsWith("takes connections without").contains(listen);
    }
    Map<String, String> safe = with(FILES, "node.listen", listen);
    for (Map<String, String> each :
        List.of(
            safe,
            with(safe, "security.insecure", "true"),
            with(safe, "security.roles", "off"),
            with(safe, "tls.client_certificates", "optional"))) {
      assertThat(NodeConfig.of(each).insecure()).as(each.toString()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:7401",
        "127.8.7.6:7401",
        "localhost:7401",
        "LocalHost:7401",
        "[::1]:7401",
        "[::ffff:127.0.0.1]:7401"
      })
  void onLoopbackANodeNeedsNeither(String listen) throws Exception {
    assertThat(NodeConfig.of(Map.of("node.listen", listen)).insecure()).isEmpty();
    assertThat(NodeConfig.of(Map.of("node.address", listen)).insecure()).isEmpty();
    assertThat(NodeConfig.of(Map.of("node.address", "db-1:7401", "node.listen", listen)).insecure())
        .isEmpty();
  }

  /** All who reach the port may ask, before they are asked who they are. */
  @Test
  void servicesAreToldOnLoopbackUnlessItIsSaidOtherwise() throws Exception {
    Map<String, String> outside = with(FILES, "node.listen", "0.0.0.0:7401");
    assertThat(NodeConfig.of(Map.of()).node().reflection()).isTrue();
    assertThat(NodeConfig.of(outside).node().reflection()).isFalse();
    assertThat(NodeConfig.of(with(outside, "node.reflection", "on")).node().reflection()).isTrue();
    assertThat(NodeConfig.of(Map.of("node.reflection", "off")).node().reflection()).isFalse();
  }

  @Test
  void whereANodeIsUnsafeIsSaidWithItsLine() {
    assertRefused("node:\n  listen: 0.0.0.0:7401\n")
        .hasMessageStartingWith(
            "f, line 2: node.listen: the node takes connections without TLS at 0.0.0.0:7401"
                + " (tls.mode: off), and that is no address of loopback");
    assertRefused("node:\n  address: a:1\n").hasMessageStartingWith("f, line 2: node.address: ");
    assertRefused("node: {listen: \"0.0.0.0:1\"}\ntls: {mode: of}")
        .hasMessageNotContaining("loopback");
    assertRefused("node: {listen: \"0.0.0.0:1\"}\nsecurity: {insecure: yes}")
        .hasMessageNotContaining("loopback");
  }

  @Test
  void environmentWinsOverTheFile() throws Exception {
    NodeConfig config =
        NodeConfig.parse(
            "f",
            "node:\n  address: a:1\nsecurity: {insecure: true}\nstorage: {block_cache: 16MiB}\n",
            Map.of("QUORATE_NODE_ADDRESS", "b:2", "QUORATE_CLUSTER_SEEDS", "c:3, b:2,b:2"));
    assertThat(config.node().address()).isEqualTo(new HostPort("b", 2));
    assertThat(config.node().listen()).isEqualTo(new HostPort("b", 2));
    assertThat(config.cluster().seeds()).containsExactly("b:2", "c:3");
    assertThat(config.storage().blockCacheBytes()).isEqualTo(16 << 20);
  }

  /** An image has one for its volume, and a file that is mounted names another. */
  @Test
  void theDataDirectoryOfAnImageIsADefaultAlone(@TempDir Path directory) throws Exception {
    Map<String, String> image = Map.of("QUORATE_DEFAULT_DATA_DIR", "/var/lib/quorate");
    assertThat(NodeConfig.parse("f", "", image).node().dataDir())
        .isEqualTo(Path.of("/var/lib/quorate"));
    String file = "node: {data_dir: /data}\n";
    assertThat(NodeConfig.parse("f", file, image).node().dataDir()).isEqualTo(Path.of("/data"));
    Map<String, String> both = new HashMap<>(image);
    both.put("QUORATE_NODE_DATA_DIR", "/other");
    assertThat(NodeConfig.parse("f", file, both).node().dataDir()).isEqualTo(Path.of("/other"));

    Path written = Files.writeString(directory.resolve("f"), "http: {listen: off}\n");
    assertThat(NodeConfig.settings(written, image, Memory.USUAL))
        .filteredOn(each -> each.key().equals("node.data_dir"))
        .extracting(SettingInForce::value, each -> "" + each.place())
        .containsExactly(tuple("/var/lib/quorate", "QUORATE_DEFAULT_DATA_DIR"));
    assertThat(Files.readString(Path.of("../Dockerfile")))
        .contains("QUORATE_DEFAULT_DATA_DIR=/var/lib/quorate")
        .doesNotContain("QUORATE_NODE_DATA_DIR");
  }

  @Test
  void listsDurationsAndWordsAreRead() throws Exception {
    NodeConfig config =
        NodeConfig.parse(
            "f",
            """
            node: {address: "n2:7401"}
            security: {insecure: true}
            cluster:
              seeds:
                - n3:7401
                - n2:7401
            http: {listen: off}
            log:
              slow_request: 2m
            storage:
            timeouts: {request: 1500ms}
            """,
            Map.of());
    assertThat(config.cluster().seeds()).containsExactly("n2:7401", "n3:7401");
    assertThat(config.httpListen()).isNull();
    assertThat(config.log().slowRequest()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.timeouts().request()).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void unknownSettingIsRefusedWithItsLineAndTheNearestOne() {
    assertRefused("node:\n  zone: a\n  adress: a:1\n")
        .hasMessage("f, line 3: unknown setting 'node.adress'; did you mean 'node.address'?");
    assertRefused("nodes:\n  zone: a\n")
        .hasMessage("f, line 2: unknown setting 'nodes.zone'; did you mean 'node.zone'?");
    assertRefused("node:\n  something_else_entirely: 1\n")
        .hasMessageContaining("known are node.data_dir, node.address");
  }

  @Test
  void badValueIsRefusedWithItsLineAndWhatIsAllowed() {
    assertRefused("storage:\n  block_cache: 1MiB\n")
        .hasMessage(
            "f, line 2: storage.block_cache is '1MiB'; allowed: auto, or a size from 8MiB to 4TiB,"
                + " as in 4096, 64KiB, 256MiB or 1GiB");
    assertRefused("timeouts: {request: 5}")
        .hasMessageContaining("timeouts.request is '5'; allowed: a duration from 1ms to 10m");
    assertRefused("storage: {durability: fast}").hasMessageContaining("allowed: sync or periodic");
    assertRefused("cluster: {partitions: many}")
        .hasMessageContaining("a whole number from 1 to 65536");
    assertRefused("node: {weight: NaN}").hasMessageContaining("a number from 0.01 to 100.0");
    assertRefused("node: {address: host}").hasMessageContaining("host:port");
    assertRefused("node: {listen: host}")
        .hasMessageStartingWith("f, line 1: node.listen is 'host'");
    assertRefused("hedging: {enabled: maybe}").hasMessageContaining("true or false");
    assertRefused("storage: {block_cache: 99999999999TiB}").hasMessageContaining("or a size");
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    assertRefused("node:\n  adress: a:1\nstorage:\n  durability: fast\n")
        .hasMessageContaining("line 2: unknown setting")
        .hasMessageContaining("line 4: storage.durability is 'fast'");
  }

  @Test
  void problemsOfShapeHideNoOthers() {
    assertRefused(
            """
            node:
              address:
              zone: {a: b}
              region: a
              region: b
            cluster: 5
            http:
              listen: [[a], b]
              port: 7
            storage:
              durability: fast
            storage:
              block_cache: auto
            raft: {election: 90ms}
            """)
        .hasMessage(
            """
            f, line 2: node.address has no value; to leave it as it is, remove it
            f, line 3: node.zone is a value, with no settings below it
            f, line 5: node.region is there already, in line 4: give it once
            f, line 6: 'cluster' is no setting but should be a section, with settings below it
            f, line 8: http.listen: the elements of a list are plain values
            f, line 12: storage is there already, in line 10: give it once
            f, line 9: unknown setting 'http.port'; did you mean 'http.listen'?
            f, line 11: storage.durability is 'fast'; allowed: sync or periodic
            f, line 14: raft.election: less than two of raft.heartbeat: one late heartbeat would\
             depose the leader
            f, line 14: raft.election: less than four of raft.tick: nodes would stand for election\
             all at once\
            """);
    assertRefused("node:\n  zone: &z a\n  region: !!str b\n")
        .hasMessageContaining("line 2: an anchor")
        .hasMessageContaining("line 3: a tag");
  }

  /** A setting that cannot be read is reported; rules that its default would break are not. */
  @Test
  void aProblemIsToldOnce() {
    assertRefused("node:\n  address:\ncluster:\n  seeds: [a:1, b:2]\n")
        .hasMessage("f, line 2: node.address has no value; to leave it as it is, remove it");
    assertRefused("node: {address: host}\ncluster: {seeds: [\"a:1\", \"b:2\"]}\n")
        .hasMessageContaining("node.address")
        .hasMessageNotContaining("\n");
    assertRefused("node: 5\ncluster: {seeds: [\"a:1\", \"b:2\"]}\n").hasMessageNotContaining("\n");
    assertRefused("raft: {tick: 10ms}\nlimits: {max_value_bytes: x, inflight_bytes: 1MiB}\n")
        .hasMessageNotContaining("inflight_bytes");
  }

  @Test
  void aFileOfSomethingElseIsToldInAFewLines() {
    String text = IntStream.range(0, 1000).mapToObj(i -> "s" + i + ": x\n").collect(joining());
    assertThatThrownBy(() -> NodeConfig.parse("f", text, Map.of()))
        .satisfies(
            refused ->
                assertThat(String.valueOf(refused.getMessage()).lines())
                    .hasSize(21)
                    .last()
                    .isEqualTo("and 980 more"));
  }

  @Test
  void linesThatAreIndentedOtherwiseAreNamedInPlainWords() {
    assertRefused("node:\n  zone: a\n region: b\n").hasMessageContaining("f, line 3: not indented");
    assertRefused("node:\n  zone: a\n    region: b\n").hasMessageContaining("f, line 3: a ':'");
    assertRefused("node:\n  zone a\n  region: b\n").hasMessageContaining("line 3: a ':'");
  }

  @Test
  void wrongShapeIsRefusedWithItsLine() {
    assertRefused("node: 5\n").hasMessageContaining("f, line 1").hasMessageContaining("a section");
    assertRefused("node:\n  zone: {a: b}\n")
        .hasMessageContaining("f, line 2: node.zone is a value");
    assertRefused("node:\n  zone:\n").hasMessageContaining("f, line 2: node.zone has no value");
    assertRefused("- a\n").hasMessageContaining("f, line 1: expected sections");
    assertRefused("node:\n  zone: a\n  zone: b\n").hasMessageContaining("f, line 3");
    assertRefused("node:\n  zone: \"a\n").hasMessageContaining("f, line ");
    assertRefused("a: {}\n---\nb: {}\n").hasMessageContaining("second document");
  }

  @Test
  void unknownVariableOfASettingIsRefusedAndInventedOnesAreNot() throws Exception {
    assertThatThrownBy(() -> NodeConfig.parse("f", "", Map.of("QUORATE_NODE_ADRESS", "a:1")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "environment: unknown variable QUORATE_NODE_ADRESS; did you mean"
                + " 'QUORATE_NODE_ADDRESS'?");
    assertThatThrownBy(() -> NodeConfig.parse("f", "", Map.of("QUORATE_NOED_ZONE", "a")))
        .hasMessageContaining("did you mean 'QUORATE_NODE_ZONE'?");
    assertThatThrownBy(() -> NodeConfig.parse("f", "", Map.of("QUORATE_RAFT_TICK", "1")))
        .hasMessage(
            "environment: QUORATE_RAFT_TICK is '1'; allowed: a duration from 1ms to 10s, as in"
                + " 50ms, 2s or 5m");
    Map<String, String> invented =
        Map.of("QUORATE_PORT", "tcp://1.2.3.4:7401", "QUORATE_SERVICE_HOST", "1.2.3.4");
    assertThat(NodeConfig.parse("f", "", invented)).isEqualTo(NodeConfig.of(Map.of()));
  }

  @Test
  void settingsThatDoNotGoTogetherAreRefused() {
    assertRefused("cluster:\n  seeds: [a:1, b:2]\n")
        .hasMessageContaining(
            "f, line 2: cluster.seeds: this node's address 127.0.0.1:7401 is not");
    assertRefused("raft:\n  election: 150ms\n")
        .hasMessageContaining("f, line 2: raft.election: less than two of raft.heartbeat");
    assertRefused("raft: {election: 90ms, heartbeat: 30ms, tick: 30ms}")
        .hasMessageContaining("all at once");
    assertRefused("health:\n  down_after: 300ms\n").hasMessageContaining("health.down_after");
    assertRefused("moves: {down_after: 1500ms}")
        .hasMessageContaining("less than health.down_after");
    assertRefused("moves: {report_interval: 1s, step_timeout: 500ms}")
        .hasMessageContaining("moves.step_timeout: less than moves.report_interval");
    assertRefused("limits:\n  inflight_bytes: 2MiB\n").hasMessageContaining("largest value");
  }

  @Test
  void whatYamlHasBeyondValuesIsRefusedByName() {
    assertRefused("node:\n  region: &z a\n  zone: *z\n").hasMessageContaining("line 2: an anchor");
    assertRefused("node:\n  zone: *z\n").hasMessageContaining("line 2: an alias");
    assertRefused("node: *z\n").hasMessageContaining("line 1: an alias");
    assertRefused("node: &all\n  zone: a\n").hasMessageContaining("an anchor");
    assertRefused("node:\n  <<: {zone: a}\n").hasMessageContaining("line 2: a merge key");
    assertRefused("node:\n  zone: !!str a\n").hasMessageContaining("line 2: a tag");
    assertRefused("node:\n  zone: !mine a\n").hasMessageContaining("line 2: a tag");
    assertRefused("cluster:\n  seeds: [*a]\n").hasMessageContaining("an alias");
  }

  @Test
  void tabsAreNamedForWhatTheyAre() {
    assertRefused("node:\n\tzone: a\n")
        .hasMessage("f, line 2: tabs cannot indent YAML: use spaces");
  }

  /** 'Node' means a part of the file to the parser, and a server to the reader. */
  @ParameterizedTest
  @ValueSource(
      strings = {"node: [", "node: {zone: a", "node:\n  zone: 'a\n", "node: ]", "node: {a: [}"})
  void whatIsNeverClosedIsToldInWordsOfTheFile(String text) {
    assertRefused(text)
        .satisfies(
            refused ->
                assertThat(refused.getMessage())
                    .matches("f, line [1-9]: .*")
                    .doesNotContain("node content", "stream", "<"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node: {data_dir: \"a\\0b\"}",
        "node: {weight: 0x1p1}",
        "node: {weight: 1d}",
        "node: {weight: 1e1}",
        "node: {address: \"a b:1\"}",
        "node: {address: \"me@host:1\"}",
        "node: {address: \"host:0\"}",
        "node: {address: \"host:01\"}",
        "node: {address: \"host:+1\"}",
        "node: {address: \"host:\u0661\"}",
        "node: {address: \"-host:1\"}",
        "node: {address: \"a::b:1\"}",
        "node: {address: \"[host]:1x\"}",
        "cluster: {seeds: [\"127.0.0.1:7401\", \"b:0\"]}",
        "cluster: {partitions: 0777}",
        "cluster: {partitions: \"\u0661\u0662\"}",
        "cluster: {partitions: _12}",
        "cluster: {partitions: +12}",
        "storage: {block_cache: 010MiB}",
        "timeouts: {request: 010s}",
      })
  void oddNumbersPathsAndHostsAreRefused(String text) {
    assertRefused(text).hasMessageContaining("allowed: ");
  }

  @Test
  void usualHostsAreTaken() throws Exception {
    for (String host :
        List.of("n1", "node_1", "a.example.org", "10.0.0.1", "[::1]", "[fe80::1%eth0]", "a.b.")) {
      NodeConfig config =
          NodeConfig.parse(
              "f", "node: {address: \"" + host + ":7401\"}\nsecurity: {insecure: true}", Map.of());
      assertThat(config.node().address().toString()).isEqualTo(host + ":7401");
    }
  }

  @Test
  void whatIsFarTooLargeIsRefusedAtOnce(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("large.yml");
    Files.writeString(file, "node: {zone: " + "a".repeat(20 << 20) + "}");
    assertThatThrownBy(() -> NodeConfig.load(file, Map.of()))
        .hasMessage(file + ": larger than 1 MiB, so this is no configuration of a node");
    assertRefused("node: {zone: " + "a".repeat(1 << 19) + "}")
        .hasMessageContaining("(524288 characters); allowed")
        .message()
        .hasSizeLessThan(300);
    assertRefused("node: {" + "a".repeat(1 << 10) + ": 1}").message().hasSizeLessThan(2000);
    assertRefused("cluster: {seeds: \"" + "a:1,".repeat(500_000) + "\"}")
        .hasMessageContaining("at most 1000")
        .message()
        .hasSizeLessThan(400);
    assertThatThrownBy(() -> NodeConfig.load(directory, Map.of()))
        .hasMessage(directory + ": is a directory; name the file");
  }

  /** As where a device is named by mistake. */
  @Test
  void noMoreIsReadOfWhatHasNoEnd() {
    Path endless = Path.of("/dev/zero");
    assumeThat(endless).exists();
    assertThatThrownBy(() -> NodeConfig.load(endless, Map.of()))
        .hasMessage("/dev/zero: larger than 1 MiB, so this is no configuration of a node");
  }

  @Test
  void whatIsInForceIsSaidAsAFileWould(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("q.yml");
    Files.writeString(file, "node:\n  zone: it\n");
    List<String> lines =
        NodeConfig.inForce(file, Map.of("QUORATE_NODE_REGION", "eu"), Memory.USUAL);
    assertThat(lines)
        .contains(
            "  zone: 'it'  # " + file + ", line 2",
            "  region: 'eu'  # environment",
            "  block_cache: auto  # default");
    assertThat(NodeConfig.parse("f", String.join("\n", lines), Map.of()))
        .isEqualTo(NodeConfig.load(file, Map.of("QUORATE_NODE_REGION", "eu")));
  }

  @Test
  void everySettingSaysWhereItsValueIsFrom(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("q.yml");
    Files.writeString(file, "node:\n  zone: it\nlimits:\n  max_key_bytes: 4096\n");
    Map<String, String> environment =
        Map.of("QUORATE_NODE_REGION", "eu", "QUORATE_NODE_NAME", "one");
    List<SettingInForce> settings = NodeConfig.settings(file, environment, Memory.USUAL);
    assertThat(settings.stream().map(SettingInForce::key).toList())
        .containsExactlyElementsOf(Settings.ALL.stream().map(Setting::key).toList());
    assertThat(settings)
        .contains(
            new SettingInForce(
                "node.zone",
                "it",
                "default",
                new Place(file.toString(), 2),
                "QUORATE_NODE_ZONE",
                true),
            new SettingInForce(
                "node.region", "eu", "local", Place.ENVIRONMENT, "QUORATE_NODE_REGION", true),
            new SettingInForce(
                "node.name", "one", "", Place.ENVIRONMENT, "QUORATE_NODE_NAME", true),
            new SettingInForce(
                "limits.max_key_bytes",
                "4096",
                "4KiB",
                new Place(file.toString(), 4),
                "QUORATE_LIMITS_MAX_KEY_BYTES",
                false),
            new SettingInForce("node.listen", "", "", null, "QUORATE_NODE_LISTEN", false));
    Files.writeString(file, "node:\n  zone: A");
    assertThatThrownBy(() -> NodeConfig.settings(file, environment, Memory.USUAL))
        .isInstanceOfSatisfying(
            ConfigException.class,
            wrong ->
                assertThat(wrong.problems())
                    .extracting(ConfigProblem::place)
                    .containsExactly(new Place(file.toString(), 2)));
  }

  /** Any text is a configuration, or is refused with a sentence that is not long; nothing else. */
  @Test
  void noTextDoesAnythingElse() {
    Random random = new Random(20_261_121);
    String[] pieces = {
      "node",
      "zone",
      ":",
      ": ",
      "\n",
      "  ",
      "- ",
      "[",
      "]",
      "{",
      "}",
      ",",
      "&a",
      "*a",
      "!!str ",
      "<<",
      "|",
      ">",
      "'",
      "\"",
      "#",
      "%",
      "@",
      "`",
      "\t",
      "?",
      "---",
      "...",
      "~",
      "\0",
      "\ud800",
      "0x1F",
      "1e400",
      "\u2028",
      "address",
      "a:1",
      "cluster",
      "seeds",
      "weight",
      "data_dir",
      "\\x00",
      "é",
      "limits"
    };
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "node:\n  zone: " : "");
      for (int i = random.nextInt(24); i > 0; i--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        NodeConfig unused = NodeConfig.parse("f", text.toString(), Map.of());
      } catch (ConfigException refused) {
        assertThat(String.valueOf(refused.getMessage()).lines())
            .allMatch(line -> line.length() < 2000);
      }
    }
  }

  @Test
  void aMissingFileIsSaidPlainly() {
    assertThatThrownBy(() -> NodeConfig.load(Path.of("no", "such.yml"), Map.of()))
        .hasMessage(Path.of("no", "such.yml") + ": there is no such file");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(String text) {
    return assertThatThrownBy(() -> NodeConfig.parse("f", text, Map.of()))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void tokensOfAProviderAreTakenByAllOfItsSettingsOrNone() throws Exception {
    Map<String, String> all =
        with(
            FILES,
            "jwt.issuer",
            "https://id.example/realms/shop",
            "jwt.audience",
            "quorate",
            "jwt.keys",
            "https://id.example/realms/shop/protocol/openid-connect/certs");
    NodeConfig.Jwt jwt = Objects.requireNonNull(NodeConfig.of(all).jwt());
    assertThat(jwt.tokens().algorithms())
        .containsExactly(TokenAlgorithm.RS256, TokenAlgorithm.ES256);
    assertThat(jwt.tokens().userClaim()).isEqualTo("sub");
    assertThat(NodeConfig.of(FILES).jwt()).isNull();
    for (String missing : List.of("jwt.issuer", "jwt.audience", "jwt.keys")) {
      Map<String, String> part = new TreeMap<>(all);
      part.remove(missing);
      assertThatThrownBy(() -> NodeConfig.of(part))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("jwt.issuer, jwt.audience and jwt.keys are set together");
    }
    assertThatThrownBy(() -> NodeConfig.of(Map.of("jwt.ca", "/ca.pem")))
        .hasMessageContaining("jwt.issuer, jwt.audience and jwt.keys are set together");
    for (String mode : List.of("off", "allow", "prefer")) {
      assertThatThrownBy(() -> NodeConfig.of(with(all, "tls.mode", mode)))
          .hasMessageContaining("needs tls.mode: require (tls.certificate");
    }
    for (String keys : List.of("http://id.example/certs", "https:///certs")) {
      assertThatThrownBy(() -> NodeConfig.of(with(all, "jwt.keys", keys)))
          .hasMessageContaining("a URL that begins with https://");
    }
    for (String algorithm : List.of("none", "HS256", "RS256,HS256", "rs256", "EdDSA")) {
      assertThatThrownBy(() -> NodeConfig.of(with(all, "jwt.algorithms", algorithm)))
          .as(algorithm)
          .hasMessageContaining("jwt.algorithms");
    }
    assertThatThrownBy(() -> NodeConfig.of(with(all, "jwt.algorithms", "")))
        .hasMessageContaining("names no algorithm");
    assertThatThrownBy(() -> NodeConfig.of(with(all, "jwt.keys", "/keys", "jwt.ca", "/ca.pem")))
        .hasMessageContaining("jwt.keys is no URL");
  }
}
