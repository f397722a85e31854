package io.quorate.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.LintResult;
import io.quorate.chart.Chart.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Helm makes of the chart, and what it refuses. */
@Tag("patient")
class ChartTest {
  static final String ALL =
      """
      replicas: 5
      cluster: {initialNodes: 4, region: eu, joinTokenSecret: join}
      metrics:
        serviceMonitor: {enabled: true, labels: {release: prometheus}}
        prometheusRule: {enabled: true}
        dashboards: {enabled: true}
      networkPolicy:
        enabled: true
        clients: [{namespaceSelector: {matchLabels: {team: shop}}}]
      toolbox:
        enabled: true
        extraEnv: [{name: AWS_ACCESS_KEY_ID, valueFrom: {secretKeyRef: {name: s3, key: AWS_ACCESS_KEY_ID}}}]
        extraVolumes: [{name: backups, persistentVolumeClaim: {claimName: backups}}]
        extraVolumeMounts: [{name: backups, mountPath: /backups}]
      remove: [db-quorate-6, db-quorate-5]
      imagePullSecrets: [{name: registry}]
      persistence: {storageClass: fast, whenScaled: Delete}
      tolerations: [{key: dedicated, operator: Exists}]
      nodeSelector: {pool: data}
      priorityClassName: high
      podLabels: {team: data}
      podAnnotations: {example.org/note: "1"}
      service: {annotations: {example.org/note: "1"}}
      serviceAccount: {annotations: {eks.amazonaws.com/role-arn: backup}}
      antiAffinity: preferred
      javaOptions: -Xmx1g
      extraEnv: [{name: AWS_REGION, value: eu-1}]
      extraVolumes: [{name: keys, secret: {secretName: keys}}]
      extraVolumeMounts: [{name: keys, mountPath: /etc/quorate/keys}]
      config: {storage: {durability: sync}, limits: {client_connections: 1000000}}
      """;

  static final String OF_POD = "zone: {source: pod}\nmetrics: {serviceMonitor: {enabled: true}}";

  static final String OF_DRIVER =
      """
      image: {repository: registry.example/quorate}
      tls: {csi: {enabled: true, issuerName: quorate}, operatorSecret: operator}
      zone: {source: value, value: rack-1}
      antiAffinity: none
      """;

  /** Values that are maps as a whole. */
  private static final Set<String> OPEN =
      Set.of(
          "resources.requests",
          "resources.limits",
          "toolbox.resources.requests",
          "toolbox.resources.limits",
          "metrics.dashboards.labels");

  private final StrictModels models = new StrictModels();

  @TempDir private Path directory;

  @Test
  void lintIsSilent() {
    LintResult lint = Chart.lint();
    assertThat(lint.isFailed()).as(lint.getMessages().toString()).isFalse();
    assertThat(lint.getMessages()).allMatch(message -> message.contains("icon is recommended"));
  }

  @Test
  void whatIsRenderedIsWhatKubernetesKnows() throws IOException {
    for (List<String> values :
        List.of(
            List.of(Chart.INSECURE),
            List.of(Chart.TLS),
            List.of(Chart.INSECURE, ALL),
            List.of(Chart.TLS, ALL),
            List.of(Chart.INSECURE, OF_POD),
            List.of(OF_DRIVER))) {
      Rendered rendered = Chart.render(values.toArray(String[]::new));
      assertThat(rendered.resources()).hasSizeGreaterThan(5);
      for (JsonNode resource : rendered.resources()) {
        assertThat(models.read(resource)).isNotNull();
      }
      assertThat(rendered.all("StatefulSet")).hasSize(1);
    }
    Rendered all = Chart.renderWithHooks(directory, Chart.TLS, ALL);
    for (JsonNode resource : all.resources()) {
      assertThat(models.read(resource)).isNotNull();
    }
    assertThat(all.resources())
        .extracting(resource -> resource.path("kind").asText())
        .contains("Job", "Deployment", "NetworkPolicy", "ServiceMonitor", "PrometheusRule");
    assertThat(all.one("Job").at("/metadata/annotations/example.org~1was-hook").asText())
        .as("before replicas is lowered")
        .isEqualTo("pre-upgrade");
  }

  @Test
  void whatThePageHasInValuesRenders() throws IOException {
    List<String> examples = ExamplesOfThePage.values();
    assertThat(examples).hasSizeGreaterThan(4);
    for (String example : examples) {
      Rendered rendered =
          example.contains("csi:")
              ? Chart.render("image: {repository: registry.example/quorate}", example)
              : Chart.render(Chart.TLS, example);
      for (JsonNode resource : rendered.resources()) {
        assertThat(models.read(resource)).as(example).isNotNull();
      }
    }
    for (String kind : List.of("Job", "CronJob")) {
      assertThat(models.read(ExamplesOfThePage.one(kind))).isNotNull();
    }
  }

  /** As for backups: credentials of a storage, or a volume. */
  @Test
  void theToolboxIsGivenWhatItsCommandsNeedBesides() throws IOException {
    JsonNode pod = Chart.render(Chart.TLS, ALL).one("Deployment").at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    assertThat(container.path("env").findValuesAsText("name"))
        .contains("QUORATE_ENDPOINTS", "QUORATE_CLIENT_TLS_CERT", "AWS_ACCESS_KEY_ID");
    assertThat(container.path("volumeMounts").findValuesAsText("mountPath"))
        .contains("/tmp", "/etc/quorate/operator", "/backups");
    assertThat(pod.path("volumes").findValuesAsText("name")).contains("tmp", "operator", "backups");
  }

  /** Where machines of nodes are tainted, or a cloud knows pods by their service account. */
  @Test
  void allPodsGoByTheSamePlacesAndServiceAccount() throws IOException {
    Rendered rendered = Chart.renderWithHooks(directory, Chart.TLS, ALL);
    for (String kind : List.of("StatefulSet", "Deployment", "Job")) {
      JsonNode pod = rendered.one(kind).at("/spec/template/spec");
      assertThat(pod.path("nodeSelector")).as(kind).isEqualTo(Chart.yaml("{pool: data}"));
      assertThat(pod.path("tolerations"))
          .as(kind)
          .isEqualTo(Chart.yaml("[{key: dedicated, operator: Exists}]"));
      assertThat(pod.path("priorityClassName").asText()).as(kind).isEqualTo("high");
      assertThat(pod.path("serviceAccountName"))
          .as(kind)
          .isEqualTo(rendered.one("ServiceAccount").at("/metadata/name"));
      assertThat(pod.path("automountServiceAccountToken").asBoolean(true))
          .as("%s asks the API nothing", kind)
          .isFalse();
    }
  }

  /** Values in the order of the file that explains them, as {@code section.name}. */
  private static void names(String above, JsonNode values, List<String> found) {
    for (var each : values.properties()) {
      String name = above.isEmpty() ? each.getKey() : above + "." + each.getKey();
      boolean open = each.getValue().isEmpty() || OPEN.contains(name);
      if (each.getValue().isObject() && !open) {
        names(name, each.getValue(), found);
      } else {
        found.add(name);
      }
    }
  }

  /** Its table is what Helm and its repositories show of a chart. */
  @Test
  void thePageOfTheChartHasEachValue() throws IOException {
    List<String> values = new ArrayList<>();
    names("", Chart.file("values.yaml"), values);
    assertThat(values).hasSizeGreaterThan(50);
    List<String> told = new ArrayList<>();
    Matcher rows =
        Pattern.compile("(?m)^\\| `([^`]+)` \\| (?:`([^`]*)`)? ?\\| .+ \\|$")
            .matcher(Files.readString(Chart.DIRECTORY.resolve("README.md")));
    while (rows.find()) {
      told.add(rows.group(1));
      String fallback = String.valueOf(rows.group(2)).replace("null", "");
      assertThat(Chart.yaml(fallback.isEmpty() ? "''" : fallback))
          .as("the default of %s", rows.group(1))
          .isEqualTo(Chart.file("values.yaml").at("/" + rows.group(1).replace('.', '/')));
    }
    assertThat(told).isEqualTo(values);
  }

  /** Helm leaves hooks where they are when it uninstalls the release. */
  @Test
  void nothingIsLeftOfTheJobThatRemovesNodes() throws IOException {
    JsonNode job = Chart.renderWithHooks(directory, Chart.TLS, ALL).one("Job");
    assertThat(job.at("/metadata/annotations/example.org~1was-hook-delete-policy").asText())
        .as("one that succeeded, and an earlier one")
        .isEqualTo("before-hook-creation,hook-succeeded");
    assertThat(job.at("/spec/ttlSecondsAfterFinished").asInt())
        .as("one that failed")
        .isEqualTo(86_400);
  }

  /** The check itself: a field that is misspelt, or of another type, is found at any depth. */
  @Test
  void aFieldThatKubernetesDoesNotKnowIsFound() throws IOException {
    JsonNode good = Chart.render(Chart.INSECURE).one("StatefulSet");
    ObjectNode misspelt = good.deepCopy();
    ((ObjectNode) misspelt.at("/spec/template/spec/containers/0/livenessProbe/httpGet"))
        .put("pth", "/");
    assertThatThrownBy(() -> models.read(misspelt))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("pth");
    ObjectNode wrong = good.deepCopy();
    ((ObjectNode) wrong.path("spec")).put("replicas", "three");
    assertThatThrownBy(() -> models.read(wrong)).isInstanceOf(JsonProcessingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replica: 3",
        "tls: {secret: nodes}",
        "config: {storage: {block_cach: 1GiB}}",
        "config: {storge: {block_cache: 1GiB}}",
        "config: {node: {address: 'elsewhere:1'}}",
        "config: {repair: {bytes_per_second: off}}", // which is false to Helm
        "resources: {limits: {memory: null, cpu: 1}}",
        "zone: {source: nodes}",
        "replicas: three",
        "cluster: {region: 'EU West'}"
      })
  void aMisspeltValueIsRefused(String values) {
    assertThatThrownBy(() -> Chart.render(Chart.INSECURE, values))
        .hasMessageContaining("values don't meet the specifications of the schema");
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    refused("no registry has an image", "insecure: true");
    refused("set insecure=true", "image: {repository: quorate}");
    refused("takes connections without TLS", Chart.TLS, "tls: {mode: prefer}");
    refused("give one of them", Chart.TLS, "tls: {csi: {enabled: true, issuerName: quorate}}");
    refused(
        "metrics.serviceMonitor.tlsConfig: with tls.csi no Secret has the authorities",
        OF_DRIVER,
        "metrics: {serviceMonitor: {enabled: true}}");
    refused("the cluster would never form", Chart.INSECURE, "replicas: 2");
    refused("would join again", Chart.INSECURE, "remove: [db-quorate-2]");
    refused("no pod of this release", Chart.INSECURE, "remove: [quorate-3]");
    refused(
        "remove needs tls.operatorSecret",
        Chart.TLS,
        "tls: {operatorSecret: ''}\nremove: [db-quorate-3]");
  }

  /** As when replicas was raised once by --set, and a later upgrade has the values alone. */
  @Test
  void podsWhoseNodesAreMembersAreNotTakenAway() throws IOException {
    try (FakeKubernetes five = FakeKubernetes.running(5)) {
      assertThatThrownBy(() -> Chart.upgrade(five, Chart.INSECURE))
          .hasMessageContaining("replicas is 3, and the StatefulSet db-quorate has 5")
          .hasMessageContaining("write 'replicas: 5' into your values")
          .hasMessageContaining("--set 'remove={db-quorate-4,db-quorate-3}'");
      assertThatThrownBy(() -> Chart.upgrade(five, Chart.INSECURE, "remove: [db-quorate-4]"))
          .hasMessageContaining("members of the cluster (db-quorate-3)");
      assertThat(Chart.upgrade(five, Chart.INSECURE, "remove: [db-quorate-4, db-quorate-3]"))
          .contains(": 3 nodes");
      for (int more : new int[] {5, 6}) {
        assertThat(Chart.upgrade(five, Chart.INSECURE, "replicas: " + more))
            .contains(": %d nodes".formatted(more));
      }
    }
    try (FakeKubernetes none = FakeKubernetes.withoutPods()) {
      assertThat(Chart.upgrade(none, Chart.INSECURE)).contains(": 3 nodes");
    }
  }

  /** As when a tag was given once by --set, and a later upgrade has the values alone. */
  @Test
  void podsDoNotGoBackToAnEarlierReleaseUnlessThatIsSaid() throws IOException {
    for (String later : List.of("9.9.9", "10.0.0-SNAPSHOT")) {
      try (FakeKubernetes upgraded =
          FakeKubernetes.running(3, "registry.example:5000/quorate:" + later)) {
        for (String values : List.of("replicas: 3", "replicas: 4")) {
          assertThatThrownBy(() -> Chart.upgrade(upgraded, Chart.INSECURE, values))
              .hasMessageContaining("the pods of db-quorate run release " + later)
              .hasMessageContaining("'image: {tag: \"%s\"}'".formatted(later));
        }
        for (String tag : List.of(later, "0.1.0", "mine")) {
          assertThat(Chart.upgrade(upgraded, Chart.INSECURE, "image: {tag: %s}".formatted(tag)))
              .contains(": 3 nodes");
        }
      }
    }
    for (String other :
        List.of("quorate:0.1.0", "quorate:" + version(), "quorate:mine", "quorate")) {
      try (FakeKubernetes three = FakeKubernetes.running(3, "registry.example:5000/" + other)) {
        assertThat(Chart.upgrade(three, Chart.INSECURE)).as(other).contains(": 3 nodes");
      }
    }
  }

  private static String version() throws IOException {
    return Chart.file("Chart.yaml").path("appVersion").asText();
  }

  /** Helm keeps nothing of --set: a tag that is given so is not that of the next command. */
  @Test
  void noCommandOfThePageGivesWhatTheNextOneNeeds() throws IOException {
    assertThat(ExamplesOfThePage.commands("helm upgrade "))
        .hasSizeGreaterThan(3)
        .noneMatch(each -> each.contains("--set image") || each.contains("--set replicas"));
  }

  /** Each pod would be restarted, while partitions move to the one that joins. */
  @Test
  void aPodThatJoinsChangesNothingOfTheOthers() throws IOException {
    JsonNode before = Chart.render(Chart.TLS).one("StatefulSet").at("/spec/template");
    JsonNode secret =
        StreamSupport.stream(before.at("/spec/volumes").spliterator(), false)
            .filter(volume -> volume.path("name").asText().equals("join"))
            .findFirst()
            .orElseThrow()
            .path("secret");
    assertThat(secret.path("secretName").asText()).isEqualTo("db-quorate-join");
    assertThat(secret.path("optional").asBoolean()).as("it is there only while one joins").isTrue();
    for (String values :
        List.of("replicas: 4", "replicas: 4\ncluster: {joinTokenSecret: db-quorate-join}")) {
      assertThat(Chart.render(Chart.TLS, values).one("StatefulSet").at("/spec/template"))
          .as(values)
          .isEqualTo(before);
    }
    assertThat(ExamplesOfThePage.commands("kubectl -n data create secret generic db-quorate-join"))
        .hasSize(1);
  }

  /** The commands of the page name the image that a build makes. */
  @Test
  void theImageOfThePageIsTheOneThatIsBuilt() throws IOException {
    Matcher built =
        Pattern.compile("image: &image \\$\\{QUORATE_IMAGE:-(.*)}")
            .matcher(Files.readString(Path.of("../docker-compose.yml")));
    assertThat(built.find()).isTrue();
    String image = built.group(1);
    List<String> tries = ExamplesOfThePage.commands("helm install db --set ");
    assertThat(tries).hasSize(1);
    Matcher given = Pattern.compile(" --set (\\S+) ").matcher(tries.getFirst());
    assertThat(given.find()).isTrue();
    String values =
        Stream.of(given.group(1).split(","))
            .map(each -> each.split("="))
            .map(each -> nested(each[0], each[1]))
            .collect(Collectors.joining("\n"));
    JsonNode container = Chart.render(values.lines().toArray(String[]::new)).pod(0).container();
    assertThat(container.path("image").asText()).isEqualTo(image);
    assertThat(ExamplesOfThePage.commands("docker tag "))
        .singleElement()
        .asString()
        .startsWith("docker tag " + image + " ");
  }

  /** Returns {@code a.b=c} as a value of YAML. */
  private static String nested(String name, String value) {
    int dot = name.indexOf('.');
    return dot < 0
        ? "%s: %s".formatted(name, value)
        : "%s: {%s}".formatted(name.substring(0, dot), nested(name.substring(dot + 1), value));
  }

  /**
   * Helm takes away what the release no longer names, and the pods of another name are new ones.
   */
  @Test
  void aStatefulSetIsNotGivenAnotherName() throws IOException {
    try (FakeKubernetes three = FakeKubernetes.running(3)) {
      for (String other : List.of("fullnameOverride: store", "nameOverride: store")) {
        assertThatThrownBy(() -> Chart.upgrade(three, Chart.INSECURE, other))
            .hasMessageContaining("are those of the StatefulSet db-quorate, and these values name")
            .hasMessageContaining("fullnameOverride=db-quorate");
      }
      assertThat(Chart.upgrade(three, Chart.INSECURE, "fullnameOverride: db-quorate"))
          .contains(": 3 nodes");
      three.add("eu-quorate", "eu", "quorate-0.1.0", 3);
      three.add("db-cache", "db", "cache-1.0.0", 3);
      three.add("db-quorate-eu", "db", "quorate-eu-0.1.0", 3);
      assertThat(Chart.upgrade(three, Chart.INSECURE))
          .as("of another release, of another chart, or of the chart under another name")
          .contains(": 3 nodes");
    }
  }

  private static void refused(String why, String... values) {
    assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(why);
  }

  @Test
  void theVersionIsThatOfTheProject() throws IOException {
    Matcher project =
        Pattern.compile("<artifactId>quorate</artifactId>\\s*<version>(.*)</version>")
            .matcher(Files.readString(Path.of("../pom.xml")));
    assertThat(project.find()).isTrue();
    JsonNode chart = Chart.file("Chart.yaml");
    assertThat(chart.path("appVersion").asText()).isEqualTo(project.group(1));
    assertThat(chart.path("version").asText()).isEqualTo(project.group(1));
    assertThat(Chart.render(Chart.INSECURE).pod(0).container().path("image").asText())
        .isEqualTo("registry.example/quorate:" + project.group(1));
  }

  @Test
  void alertsLeadToPagesThatOperatorsName() throws IOException {
    String given =
        "metrics: {prometheusRule: {enabled: true, runbooks: 'https://wiki.example/$1/q/'}}";
    JsonNode spec = Chart.render(Chart.INSECURE, given).one("PrometheusRule").path("spec");
    for (JsonNode rule : spec.at("/groups/0/rules")) {
      assertThat(rule.at("/annotations/runbook_url").asText())
          .startsWith("https://wiki.example/$1/q/docs/operations/monitor.md#quorate");
    }
    assertThat(spec.findValues("runbook_url")).hasSizeGreaterThan(30);
  }

  @Test
  void authoritiesOfADriverAreNamedForTheScrapes() throws IOException {
    String given =
        """
        metrics:
          serviceMonitor:
            enabled: true
            tlsConfig: {serverName: db-quorate.data.svc, ca: {configMap: {name: authorities, key: ca.crt}}}
        """;
    JsonNode monitor = Chart.render(OF_DRIVER, given).one("ServiceMonitor");
    assertThat(models.read(monitor)).isNotNull();
    assertThat(monitor.at("/spec/endpoints/0/tlsConfig/ca/configMap/name").asText())
        .isEqualTo("authorities");
  }

  /** Two releases of one name, in two namespaces, would be one cluster to alerts by job. */
  @Test
  void theJobNamesOneReleaseOfOneNamespace() throws IOException {
    JsonNode spec = Chart.render(Chart.TLS, ALL).one("ServiceMonitor").path("spec");
    assertThat(spec.has("jobLabel")).isFalse();
    assertThat(spec.at("/endpoints/0/relabelings"))
        .isEqualTo(
            Chart.yaml(
                "[{targetLabel: job, replacement: data/db},"
                    + " {sourceLabels: [__meta_kubernetes_pod_name], targetLabel: instance}]"));
  }

  @Test
  void alertsAndDashboardsAreThoseOfTheProject() throws IOException {
    Rendered rendered = Chart.render(Chart.INSECURE, ALL);
    assertThat(rendered.one("PrometheusRule").path("spec"))
        .isEqualTo(Chart.yaml(Files.readString(Path.of("../config/alerts.yml"))));
    try (var files = Files.newDirectoryStream(Path.of("../config/grafana"), "*.json")) {
      int seen = 0;
      for (Path file : files) {
        String name = file.getFileName().toString();
        JsonNode map =
            rendered.named("ConfigMap", "db-quorate-dashboard-" + name.replace(".json", ""));
        assertThat(Chart.yaml(map.path("data").path("quorate-" + name).asText()))
            .as(name)
            .isEqualTo(Chart.yaml(Files.readString(file)));
        seen++;
      }
      assertThat(rendered.all("ConfigMap")).as("and no others").hasSize(seen + 1);
    }
  }
}
