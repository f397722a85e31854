package io.quorate.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * The API of a Kubernetes, as much of it as Helm reads before it changes anything: which kinds
 * there are, and the StatefulSets of the namespace {@code data}.
 */
final class FakeKubernetes implements AutoCloseable {
  /** Kinds by the group and version that they are of. */
  private static final Map<String, List<String>> KINDS =
      Map.of(
          "v1", List.of("ConfigMap", "Service", "ServiceAccount", "Secret"),
          "apps/v1", List.of("StatefulSet", "Deployment"),
          "batch/v1", List.of("Job"),
          "policy/v1", List.of("PodDisruptionBudget"),
          "rbac.authorization.k8s.io/v1", List.of("ClusterRole", "ClusterRoleBinding"));

  private static final String SETS = "/apis/apps/v1/namespaces/data/statefulsets";

  private final Map<String, String> answers = new LinkedHashMap<>();
  private final List<String> sets = new ArrayList<>();
  private final HttpServer server;

  private FakeKubernetes() throws IOException {
    answers.put("/api/v1/namespaces/data/secrets", release());
    answers.put("/version", "{'major': '1', 'minor': '34', 'gitVersion': 'v1.34.0'}");
    answers.put("/api", "{'kind': 'APIVersions', 'versions': ['v1']}");
    answers.put(
        "/apis",
        KINDS.keySet().stream()
            .filter(version -> version.contains("/"))
            .map(FakeKubernetes::group)
            .collect(Collectors.joining(", ", "{'kind': 'APIGroupList', 'groups': [", "]}")));
    KINDS.forEach(
        (version, kinds) ->
            answers.put(
                (version.contains("/") ? "/apis/" : "/api/") + version, list(version, kinds)));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** A cluster in which someone deleted the StatefulSet of the release. */
  static FakeKubernetes withoutPods() throws IOException {
    return new FakeKubernetes();
  }

  /** A cluster that runs this number of pods of the release. */
  static FakeKubernetes running(int pods) throws IOException {
    return running(pods, "registry.example/quorate:0.1.0");
  }

  /** A cluster that runs this number of pods of the release, with this image. */
  static FakeKubernetes running(int pods, String image) throws IOException {
    FakeKubernetes cluster = new FakeKubernetes();
    cluster.add("db-quorate", "db", "quorate-0.1.0", pods, image);
    return cluster;
  }

  /** Adds a StatefulSet, of any release in the namespace, and of any chart. */
  void add(String name, String release, String chart, int pods) {
    add(name, release, chart, pods, "registry.example/quorate:0.1.0");
  }

  private void add(String name, String release, String chart, int pods, String image) {
    String set =
        """
        {'apiVersion': 'apps/v1', 'kind': 'StatefulSet', 'metadata': {
          'name': '%1$s', 'namespace': 'data',
          'labels': {'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/instance': '%2$s',
            'helm.sh/chart': '%3$s'},
          'annotations': {'meta.helm.sh/release-name': '%2$s', 'meta.helm.sh/release-namespace': 'data'}},
          'spec': {'replicas': %4$d, 'template': {'spec': {'containers': [
            {'name': 'beside', 'image': 'beside:9.9.9'}, {'name': 'quorate', 'image': '%5$s'}]}}}}
        """
            .formatted(name, release, chart, pods, image);
    sets.add(set);
    answers.put(SETS + "/" + name, set);
    answers.put(
        SETS,
        "{'apiVersion': 'apps/v1', 'kind': 'StatefulSetList', 'items': ["
            + String.join(", ", sets)
            + "]}");
  }

  /** What Helm keeps of the installation, as it keeps it. */
  private static String release() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(
          """
          {"name": "db", "namespace": "data", "version": 1, "manifest": "",
           "info": {"status": "deployed"},
           "chart": {"metadata": {"apiVersion": "v2", "name": "quorate", "version": "0.1.0"}}}
          """
              .getBytes(UTF_8));
    }
    Base64.Encoder encoder = Base64.getEncoder();
    String kept = encoder.encodeToString(encoder.encode(zipped.toByteArray()));
    return """
    {'apiVersion': 'v1', 'kind': 'SecretList', 'items': [{
      'type': 'helm.sh/release.v1', 'data': {'release': '%s'}, 'metadata': {
        'name': 'sh.helm.release.v1.db.v1', 'namespace': 'data',
        'labels': {'name': 'db', 'owner': 'helm', 'status': 'deployed', 'version': '1'}}}]}
    """
        .formatted(kept);
  }

  private static String group(String version) {
    String name = version.substring(0, version.indexOf('/'));
    return "{'name': '%1$s', 'versions': [{'groupVersion': '%2$s', 'version': 'v1'}],"
            .formatted(name, version)
        + " 'preferredVersion': {'groupVersion': '%s', 'version': 'v1'}}".formatted(version);
  }

  private static String list(String version, List<String> kinds) {
    return kinds.stream()
        .map(
            kind ->
                "{'name': '%s', 'kind': '%s', 'namespaced': %b, 'verbs': ['get', 'list']}"
                    .formatted(
                        kind.toLowerCase(Locale.ROOT) + "s", kind, !kind.startsWith("Cluster")))
        .collect(
            Collectors.joining(
                ", ",
                "{'kind': 'APIResourceList', 'groupVersion': '%s', 'resources': ["
                    .formatted(version),
                "]}"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String found = answers.get(exchange.getRequestURI().getPath());
    String text =
        found == null
            ? "{'kind': 'Status', 'apiVersion': 'v1', 'status': 'Failure', 'reason': 'NotFound',"
                + " 'code': 404}"
            : found;
    byte[] body = text.replace('\'', '"').getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(found == null ? 404 : 200, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** What a client of this cluster is given, as a file {@code kubeconfig}. */
  String configuration() {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
    contexts: [{name: fake, context: {cluster: fake, user: fake}}]
    users: [{name: fake, user: {}}]
    current-context: fake
    """
        .formatted(server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
