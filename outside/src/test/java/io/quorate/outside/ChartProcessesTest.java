package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pods of the Helm chart as processes of this machine: their environment, their scripts and their
 * probes are those that Helm renders, and the names of their hosts; only paths, ports and the
 * addresses that they listen on are others.
 */
class ChartProcessesTest {
  private static final Duration WITHIN = Duration.ofMinutes(1);

  private static final String DOMAIN = "db-quorate-nodes.data.svc.cluster.local";
  private static final String SERVICE = "db-quorate.data.svc";

  private static final String VALUES =
      """
      image: {repository: quorate}
      replicas: 4
      tls: {secretName: nodes, operatorSecret: operator}
      cluster: {joinTokenSecret: join}
      javaOptions: -Xms192m -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1
      config: {cluster: {partitions: 8}, storage: {block_cache: 16MiB}}
      drain: {hintsSeconds: 10, seconds: 20}
      toolbox: {enabled: true}
      remove: [db-quorate-4]
      """;

  private final HostsFile hosts = HostsFile.ofThisJvm();
  private final int port = Distribution.freePorts(3);
  private final List<Node> nodes = new ArrayList<>();

  @TempDir private Path directory;

  @AfterEach
  void end() {
    nodes.forEach(Node::discard);
    for (int ordinal = 0; ordinal < 5; ordinal++) {
      hosts.remove(host(ordinal));
    }
    hosts.remove(SERVICE);
  }

  private static String pod(int ordinal) {
    return "db-quorate-" + ordinal;
  }

  private static String host(int ordinal) {
    return pod(ordinal) + "." + DOMAIN;
  }

  private static String ip(int ordinal) {
    return "127.0.0." + (31 + ordinal);
  }

  /** As it is on this machine. */
  private String local(String value, int ordinal) {
    Path own = directory.resolve(pod(ordinal));
    return value
        .replace(":7401", ":" + port)
        .replace(":7601", ":" + (port + 1))
        .replace(":7501", ":" + (port + 2))
        .replace("0.0.0.0:", ip(ordinal) + ":")
        .replace("/opt/quorate/kubernetes", directory.resolve("config").toString())
        .replace("/var/lib/quorate", own.resolve("volume").toString())
        .replace("/etc/quorate", own.resolve("etc").toString());
  }

  private Map<String, String> environment(RenderedChart chart, String kind, int ordinal) {
    Map<String, String> variables = new TreeMap<>();
    chart
        .environment(kind, pod(ordinal))
        .forEach((name, value) -> variables.put(name, local(value, ordinal)));
    variables.put("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + hosts.file().toAbsolutePath());
    variables.put("PATH", Distribution.home().resolve("bin") + ":" + System.getenv("PATH"));
    return variables;
  }

  private CommandLine.Result run(Map<String, String> environment, List<String> command) {
    CommandLine line = new CommandLine();
    environment.forEach(line::with);
    return line.run(command, new byte[0]);
  }

  private CommandLine.Result quorate(Map<String, String> environment, String... words) {
    List<String> command = new ArrayList<>(List.of(Distribution.launcher()));
    command.addAll(List.of(words));
    CommandLine.Result result = run(environment, command);
    assertThat(result.code()).as(result.toString()).isZero();
    return result;
  }

  @Test
  void podsFormAClusterJoinDrainAndLeave() throws Exception {
    hosts.put(SERVICE, ip(0));
    for (int ordinal = 0; ordinal < 5; ordinal++) {
      hosts.put(host(ordinal), ip(ordinal));
    }
    RenderedChart chart = RenderedChart.of(directory, VALUES);
    JsonNode files = chart.first("ConfigMap").path("data");
    Path config = Files.createDirectories(directory.resolve("config"));
    for (var file : files.properties()) {
      Files.writeString(config.resolve(file.getKey()), file.getValue().asText());
    }
    Path made = makeCertificates();

    for (int ordinal = 0; ordinal < 3; ordinal++) {
      start(chart, made, ordinal, "EU-1" + "abc".charAt(ordinal));
    }
    nodes.forEach(node -> awaitReady(chart, node));
    Map<String, String> root = environment(chart, "Deployment", 0);
    root.put("QUORATE_CLIENT_TLS_CERT", made.resolve("root/client.pem").toString());
    root.put("QUORATE_CLIENT_TLS_KEY", made.resolve("root/client.key").toString());
    quorate(root, "user", "create", "kubernetes", "--role", "operator");
    quorate(root, "put", "greeting", "hello");
    assertThat(quorate(root, "cluster", "status", "--json").outText())
        .contains("\"eu-1a\"", "\"eu-1b\"", "\"eu-1c\"", pod(2));

    theNextPodsJoinWithAToken(chart, made);
    aPodIsDrainedAndStopped(chart, root, nodes.get(1));
    theLastPodIsRemoved(chart, root, nodes.get(4));
    assertThat(quorate(root, "get", "greeting").outText()).contains("hello");
  }

  private Path makeCertificates() {
    Path made = directory.resolve("made");
    String all = String.join("+", host(0), host(1), host(2), host(3), host(4), SERVICE);
    quorate(
        Map.of(),
        "security",
        "init",
        made.toString(),
        "--node",
        all,
        "--client",
        "root,kubernetes");
    return made;
  }

  private void start(RenderedChart chart, Path made, int ordinal, String zone) throws Exception {
    Path etc = Files.createDirectories(directory.resolve(pod(ordinal)).resolve("etc"));
    Path tls = Files.createDirectories(etc.resolve("tls"));
    Path shared = made.resolve(host(0));
    Files.copy(shared.resolve("node.pem"), tls.resolve("tls.crt"));
    Files.copy(shared.resolve("node.key"), tls.resolve("tls.key"));
    Files.copy(shared.resolve("authorities.pem"), tls.resolve("ca.crt"));
    operator(made, etc);
    Files.writeString(Files.createDirectories(etc.resolve("zone")).resolve("zone"), zone);

    String http = host(ordinal) + ":" + (port + 2);
    Node node =
        new Node(pod(ordinal), directory.resolve(pod(ordinal)), host(ordinal) + ":" + port, http);
    environment(chart, "StatefulSet", ordinal).forEach(node::set);
    node.https(trusted(shared.resolve("authorities.pem")), host(ordinal));
    node.run(command(chart.container("StatefulSet").path("command"), ordinal));
    nodes.add(node);
    node.start();
  }

  private static void operator(Path made, Path etc) throws IOException {
    Path operator = Files.createDirectories(etc.resolve("operator"));
    Path kubernetes = made.resolve("kubernetes");
    Files.copy(kubernetes.resolve("client.pem"), operator.resolve("tls.crt"));
    Files.copy(kubernetes.resolve("client.key"), operator.resolve("tls.key"));
    Files.copy(kubernetes.resolve("authorities.pem"), operator.resolve("ca.crt"));
  }

  private List<String> command(JsonNode words, int ordinal) {
    List<String> command = new ArrayList<>();
    words.forEach(word -> command.add(local(word.asText(), ordinal)));
    return command;
  }

  private static int probe(RenderedChart chart, String probe, Node node) {
    return node.status(chart.container("StatefulSet").path(probe).at("/httpGet/path").asText());
  }

  private static void awaitReady(RenderedChart chart, Node node) {
    Waiting.until(
        WITHIN,
        () -> node.isAlive() && probe(chart, "readinessProbe", node) == 200,
        () -> node.name() + " is not ready\n" + node.lastLines());
  }

  private void theNextPodsJoinWithAToken(RenderedChart chart, Path made) throws Exception {
    Map<String, String> operator = environment(chart, "Deployment", 0);
    String token =
        quorate(operator, "cluster", "token", "create", "--ttl", "5m", "--uses", "2").outText();
    for (int ordinal = 3; ordinal < 5; ordinal++) {
      Path secret = Files.createDirectories(directory.resolve(pod(ordinal)).resolve("etc/join"));
      Files.writeString(secret.resolve("token"), token);
      start(chart, made, ordinal, "eu-1a");
    }
    awaitReady(chart, nodes.get(3));
    awaitReady(chart, nodes.get(4));
  }

  private void aPodIsDrainedAndStopped(RenderedChart chart, Map<String, String> root, Node node) {
    JsonNode preStop = chart.container("StatefulSet").at("/lifecycle/preStop/exec/command");
    CommandLine.Result drained = run(environment(chart, "StatefulSet", 1), command(preStop, 1));
    assertThat(drained.code()).as(drained.toString()).isZero();
    assertThat(drained.outText()).contains("hints are gone", "is drained and can be stopped");
    assertThat(probe(chart, "readinessProbe", node)).isEqualTo(503);
    assertThat(probe(chart, "livenessProbe", node)).isEqualTo(200);
    node.stop();
    quorate(root, "put", "meanwhile", "1");
    node.start();
    awaitReady(chart, node);
  }

  private void theLastPodIsRemoved(RenderedChart chart, Map<String, String> root, Node node) {
    List<String> job = command(chart.container("Job").path("command"), 0);
    CommandLine.Result removed = run(environment(chart, "Job", 0), job);
    assertThat(removed.code()).as(removed.toString()).isZero();
    assertThat(node.awaitExit(WITHIN)).isEqualTo(5);
    assertThat(quorate(root, "cluster", "status", "--json").outText())
        .contains(host(3))
        .doesNotContain(host(4));
    assertThat(run(environment(chart, "Job", 0), job).outText()).contains("is no member");

    node.start(); // as Kubernetes does until replicas is lowered, and when it is raised again
    assertThat(node.awaitExit(WITHIN)).as("its volume knows").isEqualTo(5);
  }

  private static SSLContext trusted(Path authorities) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (InputStream pem = Files.newInputStream(authorities)) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    return tls;
  }
}
