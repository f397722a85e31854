package io.quorate.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.TenantSettings;
import io.quorate.metadata.bootstrap.DiskMarks;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.transport.codec.admin.IntroductionCodec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Nodes are called by their names wherever people read of them, by the newest name at once. */
class NamesOnRealNodesTest {
  private static final int FIRST_PORT = 18_460;

  @TempDir private Path directory;

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  NamesOnRealNodesTest() {
    lines.start();
    logger().addAppender(lines);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("io.quorate");
  }

  @AfterEach
  void detach() {
    boolean unused = logger().detachAppender(lines);
  }

  private static Map<String, String> named(int index, String name) {
    return Map.of("node.name", name, "http.listen", "127.0.0.1:" + (FIRST_PORT + 10 + index));
  }

  private boolean isLogged(String text) {
    return List.copyOf(lines.list).stream()
        .anyMatch(each -> each.getFormattedMessage().contains(text));
  }

  private static List<String> info(HttpClient http, int index) throws Exception {
    URI page = URI.create("http://127.0.0.1:" + (FIRST_PORT + 10 + index) + "/metrics");
    return http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("quorate_node_info{"))
        .toList();
  }

  @Test
  void logsMetersAndFailuresNameNodes() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT, 3);
        HttpClient http = HttpClient.newHttpClient()) {
      for (int i = 0; i < 3; i++) {
        cluster.start(i, named(i, "db-" + i));
      }
      for (int i = 0; i < 3; i++) {
        cluster.awaitReady(i);
      }
      List<String> ids =
          List.of(
              cluster.node(0).id().toString(),
              cluster.node(1).id().toString(),
              cluster.node(2).id().toString());
      // Names are told after the start, when the cluster knows its version.
      await()
          .untilAsserted(
              () ->
                  assertThat(info(http, 0))
                      .containsExactlyInAnyOrder(
                          series(ids.get(0), "db-0"),
                          series(ids.get(1), "db-1"),
                          series(ids.get(2), "db-2")));
      introduceAgain(cluster.node(1).id(), cluster.address(1), cluster.address(0));
      await().until(() -> isAudited("introduction", "node " + ids.get(1) + " (db-1) at"));
      cluster.stop(2);
      await().until(() -> isLogged("node " + ids.get(2) + " (db-2) is not heard any more"));
      assertThat(isLogged("connection to node " + ids.get(2) + " (db-2) at")).isTrue();
      cluster.stop(1);
      await().until(() -> isLogged("node " + ids.get(1) + " (db-1) is not heard any more"));
      try (QuorateClient client =
          QuorateClient.builder().endpoints(List.of(cluster.address(0))).build()) {
        QuorateException refused =
            catchThrowableOfType(
                QuorateException.class,
                () ->
                    client
                        .keyValue()
                        .put(
                            "k".getBytes(UTF_8),
                            "v".getBytes(UTF_8),
                            WriteOptions.DEFAULT.timeout(Duration.ofSeconds(2))));
        assertThat(refused)
            .as("of three replicas, one is up")
            .hasMessageContaining(ids.get(1) + " (db-1)")
            .hasMessageContaining(ids.get(2) + " (db-2)");
        Cluster admin = Administration.of(client).cluster();
        await().until(() -> admin.status().metadata().leader().isEmpty());
        assertThat(
                catchThrowableOfType(
                    QuorateException.class,
                    () -> admin.createTenant("orders", TenantSettings.DEFAULT)))
            .as("no majority decides on changes")
            .hasMessageContaining("no leader of the metadata group could be reached")
            .hasMessageContaining(ids.get(1) + " (db-1)")
            .hasMessageContaining("quorate doctor")
            .hasMessageNotContaining("in time");
      }
      assertThat(refusalOfALock(cluster.address(0)))
          .as("no majority decides who is to keep locks")
          .contains(ids.get(1) + " (db-1)", ids.get(2) + " (db-2)");

      cluster.start(1, named(1, "db-1"));
      cluster.start(2, named(2, "db-of-another-name"));
      cluster.awaitReady(1);
      cluster.awaitReady(2);
      await()
          .untilAsserted(
              () ->
                  assertThat(info(http, 0))
                      .as("no series of the name before")
                      .containsExactlyInAnyOrder(
                          series(ids.get(0), "db-0"),
                          series(ids.get(1), "db-1"),
                          series(ids.get(2), "db-of-another-name")));
      // To be ready is not to be heard: who has not heard it yet takes it for lost, and readmits
      // it.
      await().until(() -> isUp(cluster, 0, ids.get(2)) && isUp(cluster, 1, ids.get(2)));
      try (QuorateClient client =
          QuorateClient.builder().endpoints(List.of(cluster.address(0))).build()) {
        QuorateException refused =
            catchThrowableOfType(
                QuorateException.class,
                () -> Administration.of(client).cluster().readmitNode(ids.get(2), false, false));
        assertThat(refused).hasMessageContaining(ids.get(2) + " (db-of-another-name)");
      }
    }
  }

  private boolean isAudited(String event, String text) {
    return List.copyOf(lines.list).stream()
        .filter(each -> each.getLoggerName().equals(NodeAudit.LOGGER))
        .map(ILoggingEvent::getFormattedMessage)
        .anyMatch(each -> each.contains("\"event\":\"" + event + "\"") && each.contains(text));
  }

  /** As a member does that does not know its cluster, which is audited. */
  private static void introduceAgain(NodeId node, String address, String asked) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(asked, InsecureChannelCredentials.create()).build();
    try {
      var unused =
          PeeringGrpc.newBlockingStub(channel)
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .introduce(
                  IntroductionCodec.write(
                      new Introduction(
                          node,
                          address,
                          "r",
                          "z",
                          1,
                          List.of(asked),
                          null,
                          99,
                          0,
                          Joining.NO,
                          null,
                          Releases.THIS,
                          null,
                          "",
                          DiskMarks.NOT_TOLD)));
    } finally {
      channel.shutdownNow();
    }
  }

  /** Waits at the node, so that it is the node that says what is missing. */
  private static String refusalOfALock(String asked) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(asked, InsecureChannelCredentials.create()).build();
    AcquireLockRequest request =
        AcquireLockRequest.newBuilder()
            .setName("door")
            .setOwner("a")
            .setTtlMs(10_000)
            .setWaitMs(200)
            .build();
    try {
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  LocksGrpc.newBlockingStub(channel)
                      .withDeadlineAfter(30, TimeUnit.SECONDS)
                      .acquireLock(request));
      return String.valueOf(refused.getStatus().getDescription());
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean isUp(RealCluster cluster, int asked, String id) {
    try (QuorateClient client =
        QuorateClient.builder().endpoints(List.of(cluster.address(asked))).build()) {
      return Administration.of(client).cluster().status().nodes().stream()
          .anyMatch(node -> node.id().equals(id) && node.state() == ClusterStatus.State.UP);
    }
  }

  private static String series(String id, String name) {
    return "quorate_node_info{name=\"%s\",node=\"%s\"} 1".formatted(name, id);
  }
}
