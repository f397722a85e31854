package io.quorate.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.chart.Chart.Rendered;
import io.quorate.node.QuorateNode;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import io.quorate.node.config.SettingInForce;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pods of the chart are given, read by the code of the node. */
class ChartPodTest {
  private static final int PORT = 17_650;
  private static final int HTTP_PORT = 17_651;

  private static final String DOMAIN = "db-quorate-nodes.data.svc.cluster.local";

  private static final Path DEFAULTS = Path.of("../config/quorate.yml");

  @TempDir private Path directory;

  /** The environment in which the start script starts a node. */
  private Map<String, String> started(Pod pod) throws Exception {
    Map<String, String> environment = new TreeMap<>(pod.environment());
    Path token = Files.writeString(directory.resolve("token"), "secret");
    environment.put("JOIN_TOKEN_FILE", token.toString());
    return new Script(directory, environment, "env").run(pod.file("start.sh")).variables();
  }

  private NodeConfig config(Pod pod) throws Exception {
    return NodeConfig.parse("quorate.yml", pod.file("quorate.yml"), started(pod), Memory.USUAL);
  }

  /** Of several sets of values, the first pod, and one that joins. */
  private static List<Pod> pods() throws Exception {
    List<Pod> pods = new ArrayList<>();
    for (Rendered rendered :
        List.of(
            Chart.render(Chart.INSECURE),
            Chart.render(Chart.INSECURE, ChartTest.ALL),
            Chart.render(Chart.TLS, ChartTest.ALL),
            Chart.render(ChartTest.OF_DRIVER))) {
      pods.add(rendered.pod(0));
      pods.add(rendered.pod(4));
    }
    return pods;
  }

  @Test
  void theNodeTakesWhatItIsGivenAndListensAtThePortsOfItsPod() throws Exception {
    for (Pod pod : pods()) {
      NodeConfig config = config(pod);
      assertThat(config.node().address()).hasToString(pod.name() + "." + DOMAIN + ":7401");
      assertThat(config.node().name()).isEqualTo(pod.name());
      assertThat(port(pod, "client"))
          .isEqualTo(config.node().listen().port())
          .isEqualTo(config.node().address().port());
      assertThat(port(pod, "peer")).isEqualTo(config.node().peerAddress().port());
      assertThat(port(pod, "http")).isEqualTo(Objects.requireNonNull(config.httpListen()).port());
      assertThat(config.node().listen().isLoopback()).isFalse();
      assertThat(config.node().dataDir().getParent())
          .isEqualTo(Path.of(mount(pod, "data").path("mountPath").asText()));
      assertThat(pod.spec().path("enableServiceLinks").asBoolean(true))
          .as("no variables QUORATE_NODE_... of services")
          .isFalse();
    }
  }

  private static int port(Pod pod, String name) {
    for (JsonNode each : pod.container().path("ports")) {
      if (each.path("name").asText().equals(name)) {
        return each.path("containerPort").asInt();
      }
    }
    throw new AssertionError("no port " + name);
  }

  private static JsonNode mount(Pod pod, String name) {
    for (JsonNode each : pod.container().path("volumeMounts")) {
      if (each.path("name").asText().equals(name)) {
        return each;
      }
    }
    throw new AssertionError("no mount " + name);
  }

  @Test
  void theSeedsAreTheFirstPods() throws Exception {
    Rendered rendered = Chart.render(Chart.INSECURE, "replicas: 5");
    List<String> first =
        Stream.of(0, 1, 2).map(i -> "db-quorate-" + i + "." + DOMAIN + ":7601").toList();
    for (int ordinal = 0; ordinal < 5; ordinal++) {
      NodeConfig config = config(rendered.pod(ordinal));
      assertThat(config.cluster().seeds()).isEqualTo(first);
      assertThat(first.contains(config.node().peerAddress().toString())).isEqualTo(ordinal < 3);
    }
  }

  @Test
  void settingsOfValuesReachTheNode() throws Exception {
    Pod pod = Chart.render(Chart.TLS, ChartTest.ALL).pod(0);
    NodeConfig config = config(pod);
    assertThat(config.limits().clientConnectionsMax()).isEqualTo(1_000_000);
    assertThat(config.node().region()).isEqualTo("eu");
    assertThat(config.security().roles()).isTrue();
    assertThat(config.security().insecure()).isFalse();
    assertThat(Path.of(mount(pod, "tls").path("mountPath").asText()))
        .isEqualTo(Objects.requireNonNull(config.tls().certificate()).getParent());
  }

  /** Each setting can be given as a value, unless the chart gives it to the node by itself. */
  @Test
  void theSchemaKnowsTheSettingsThatTheChartDoesNotSet() throws Exception {
    Set<String> variables = new TreeSet<>(Set.of("QUORATE_NODE_PEER_ADDRESS"));
    for (Pod pod : pods()) {
      variables.addAll(started(pod).keySet());
    }
    Map<String, SettingInForce> left = new TreeMap<>();
    for (SettingInForce each : NodeConfig.settings(DEFAULTS, Map.of(), Memory.USUAL)) {
      if (!variables.contains(each.variable())) {
        left.put(each.key(), each);
      }
    }
    Map<String, String> known = new TreeMap<>();
    for (var section :
        Chart.file("values.schema.json").at("/properties/config/properties").properties()) {
      for (var setting : section.getValue().path("properties").properties()) {
        known.put(
            section.getKey() + "." + setting.getKey(), setting.getValue().path("$ref").asText());
      }
    }
    assertThat(known).containsOnlyKeys(left.keySet());
    left.forEach(
        (key, setting) -> {
          String fallback = setting.fallback();
          boolean flag = fallback.equals("true") || fallback.equals("false");
          assertThat(known.get(key))
              .as("off is false to Helm, and is refused where that is no value: %s", key)
              .isEqualTo(flag ? "#/definitions/flag" : "#/definitions/setting");
        });

    // Values of all forms pass through Helm as they are.
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    left.values().stream()
        .filter(each -> !each.fallback().isEmpty())
        .forEach(
            each -> {
              String[] name = each.key().split("\\.", 2);
              values.withObjectProperty(name[0]).put(name[1], each.fallback());
            });
    assertThat(config(Chart.render(Chart.INSECURE, "config: " + values).pod(0)))
        .isEqualTo(config(Chart.render(Chart.INSECURE).pod(0)));
  }

  @Test
  void selectorsFitThePods() throws Exception {
    Rendered rendered = Chart.renderWithHooks(directory, Chart.INSECURE, ChartTest.ALL);
    JsonNode pod = rendered.one("StatefulSet").at("/spec/template/metadata/labels");
    JsonNode selector = rendered.one("StatefulSet").at("/spec/selector/matchLabels");
    JsonNode headless = rendered.named("Service", "db-quorate-nodes");
    assertThat(rendered.one("StatefulSet").at("/spec/serviceName").asText())
        .isEqualTo(headless.at("/metadata/name").asText());
    assertThat(rendered.one("StatefulSet").at("/spec/podManagementPolicy").asText())
        .as("the first pods wait for each other")
        .isEqualTo("Parallel");
    assertThat(headless.at("/spec/clusterIP").asText()).isEqualTo("None");
    assertThat(headless.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
    assertThat(rendered.named("Service", "db-quorate").path("spec").has("publishNotReadyAddresses"))
        .as("clients are sent to pods that are ready alone")
        .isFalse();
    List<JsonNode> selectors = new ArrayList<>(List.of(selector));
    rendered.all("Service").forEach(each -> selectors.add(each.at("/spec/selector")));
    selectors.add(rendered.one("PodDisruptionBudget").at("/spec/selector/matchLabels"));
    selectors.add(rendered.one("NetworkPolicy").at("/spec/podSelector/matchLabels"));
    selectors.add(
        rendered.pod(0).spec().at("/topologySpreadConstraints/0/labelSelector/matchLabels"));
    for (JsonNode each : selectors) {
      assertThat(each).isEqualTo(selector);
    }
    assertThat(pod.properties()).containsAll(selector.properties());
    for (String other : List.of("Deployment", "Job")) {
      assertThat(rendered.one(other).at("/spec/template/metadata/labels").properties())
          .as("%s is no pod of a node", other)
          .doesNotContainAnyElementsOf(
              selector.properties().stream()
                  .filter(each -> each.getKey().endsWith("component"))
                  .toList());
    }
    assertThat(rendered.one("PodDisruptionBudget").at("/spec/maxUnavailable").asInt()).isOne();
    assertThat(rendered.one("ServiceMonitor").at("/spec/selector/matchLabels").properties())
        .isSubsetOf(headless.at("/metadata/labels").properties());
    for (JsonNode service : rendered.all("Service")) {
      for (JsonNode each : service.at("/spec/ports")) {
        assertThat(each.path("port").asInt())
            .isEqualTo(port(rendered.pod(0), each.path("targetPort").asText()));
      }
    }
  }

  @Test
  void thePodIsGivenTheTimeThatItsStopTakes() throws Exception {
    for (Pod pod : pods()) {
      long stop = config(pod).timeouts().stop().toSeconds();
      Map<String, String> environment = pod.environment();
      long drain =
          Long.parseLong(environment.get("HINTS_SECONDS"))
              + Long.parseLong(environment.get("DRAIN_SECONDS"))
              + 10; // drain.sh gives five seconds more to each command
      assertThat(pod.container().at("/lifecycle/preStop/exec/command/1").asText())
          .endsWith("/drain.sh");
      // What hangs is given 30 s after timeouts.stop.
      assertThat(pod.spec().path("terminationGracePeriodSeconds").asLong())
          .isGreaterThan(drain + stop + 30);
    }
    Pod silent = Chart.render(Chart.TLS, "tls: {operatorSecret: ''}").pod(0);
    assertThat(silent.container().path("lifecycle").isMissingNode())
        .as("a command that may not drain is not run")
        .isTrue();
    assertThat(silent.spec().path("terminationGracePeriodSeconds").asLong()).isEqualTo(50);
  }

  @Test
  void probesAskWhatANodeAnswers() throws Exception {
    Set<String> paths = new TreeSet<>();
    for (Pod pod : pods()) {
      boolean tls = pod.environment().containsKey("QUORATE_TLS_CERTIFICATE");
      for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
        JsonNode get = pod.container().path(probe).path("httpGet");
        assertThat(get.path("scheme").asText()).isEqualTo(tls ? "HTTPS" : "HTTP");
        assertThat(get.path("port").asText()).isEqualTo("http");
        paths.add(get.path("path").asText());
      }
      assertThat(pod.container().at("/livenessProbe/httpGet/path").asText())
          .as("a node that is not ready is not killed")
          .isEqualTo("/health/live");
      assertThat(pod.container().at("/readinessProbe/httpGet/path").asText())
          .as("the next pod is not stopped while this one lacks data")
          .isEqualTo("/health/whole");
    }
    NodeConfig config =
        NodeConfig.of(
            Map.of(
                "node.data_dir", directory.resolve("data").toString(),
                "node.address", "127.0.0.1:" + PORT,
                "http.listen", "127.0.0.1:" + HTTP_PORT));
    try (QuorateNode node = QuorateNode.start(config);
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(node.awaitReady(Duration.ofSeconds(60))).isTrue();
      for (String path : paths) {
        URI page = URI.create("http://127.0.0.1:" + HTTP_PORT + path);
        assertThat(
                client
                    .send(
                        HttpRequest.newBuilder(page).build(),
                        HttpResponse.BodyHandlers.discarding())
                    .statusCode())
            .as(path)
            .isEqualTo(200);
      }
    }
  }

  /** There is no other pod that could be stopped, and clients would find none to begin with. */
  @Test
  void aPodThatIsAloneIsReadyWithTheDataThatItHas() throws Exception {
    Pod pod = Chart.render(Chart.INSECURE, "{replicas: 1, cluster: {initialNodes: 1}}").pod(0);
    assertThat(pod.container().at("/readinessProbe/httpGet/path").asText())
        .isEqualTo("/health/ready");
  }

  /** One that is ended while it opens its data would never start. */
  @Test
  void aNodeIsGivenTheTimeToOpenItsData() throws Exception {
    assertThat(startSeconds("")).isEqualTo(600);
    assertThat(startSeconds("startSeconds: 7200")).isEqualTo(7200);
    assertThat(startSeconds("startSeconds: 31")).isEqualTo(32);
  }

  private static int startSeconds(String values) throws Exception {
    JsonNode probe = Chart.render(Chart.TLS, values).pod(0).container().path("startupProbe");
    return probe.path("periodSeconds").asInt() * probe.path("failureThreshold").asInt();
  }

  @Test
  void theContainersMayDoNothingThatANodeDoesNotNeed() throws Exception {
    for (Pod pod : pods()) {
      assertThat(pod.spec().path("automountServiceAccountToken").asBoolean(true)).isFalse();
      List<JsonNode> containers = new ArrayList<>();
      pod.spec().path("containers").forEach(containers::add);
      pod.spec().path("initContainers").forEach(containers::add);
      for (JsonNode each : containers) {
        JsonNode context = each.path("securityContext");
        assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(context.path("runAsUser").asInt()).as("that of the image").isEqualTo(10001);
        assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(each.at("/resources/limits/memory").isMissingNode()).isFalse();
      }
      assertThat(Files.readString(Path.of("../Dockerfile"))).contains("USER 10001:10001");
      pod.container()
          .path("volumeMounts")
          .forEach(each -> assertThat(each.path("name").asText()).isNotEqualTo("api"));
    }
  }

  @Test
  void onlyTheLabelOfAMachineIsReadFromTheApi() throws Exception {
    Rendered rendered = Chart.render(Chart.INSECURE);
    JsonNode role = rendered.one("ClusterRole");
    assertThat(role.path("rules"))
        .isEqualTo(Chart.yaml("[{apiGroups: [''], resources: [nodes], verbs: [get]}]"));
    JsonNode binding = rendered.one("ClusterRoleBinding");
    assertThat(binding.at("/roleRef/name")).isEqualTo(role.at("/metadata/name"));
    assertThat(role.at("/metadata/name").asText())
        .as("with a dash, a release quorate in the namespace data-db would have the same")
        .isEqualTo("data.db-quorate-zone")
        .isEqualTo(binding.at("/metadata/name").asText());
    assertThat(binding.at("/subjects/0/namespace").asText()).isEqualTo("data");
    assertThat(binding.at("/subjects/0/name"))
        .isEqualTo(rendered.pod(0).spec().path("serviceAccountName"))
        .isEqualTo(rendered.one("ServiceAccount").at("/metadata/name"));
    JsonNode init = rendered.pod(0).spec().at("/initContainers/0");
    assertThat(init.at("/command/2").asText()).contains(" io.quorate.cli.server.NodeLabel ");

    Rendered without = Chart.render(Chart.INSECURE, "zone: {source: pod}");
    assertThat(without.text()).doesNotContain("ClusterRole");
    assertThat(without.pod(0).spec().has("initContainers")).isFalse();
  }
}
