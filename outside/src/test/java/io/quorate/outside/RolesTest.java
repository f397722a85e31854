package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.TlsOptions;
import io.quorate.client.admin.Access;
import io.quorate.client.admin.Action;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.TenantSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster that others reach, with certificates of one command, whose callers may do what their
 * users are granted, set up as the page on users says: people with the command line, and programs
 * with the client.
 */
class RolesTest {
  private static final int DENIED = 7;
  private static final String SECRET = "planted-value-9a04";

  @TempDir private Path directory;

  private Path certificates() {
    return directory.resolve("certificates");
  }

  private CommandLine as(Nodes nodes, String name, String pair) {
    Path of = certificates().resolve(name);
    return nodes
        .commandLine()
        .with("QUORATE_CLIENT_TLS_CA", of.resolve("authorities.pem").toString())
        .with("QUORATE_CLIENT_TLS_CERT", of.resolve(pair + ".pem").toString())
        .with("QUORATE_CLIENT_TLS_KEY", of.resolve(pair + ".key").toString());
  }

  private CommandLine as(Nodes nodes, String user) {
    return as(nodes, user, "client");
  }

  private QuorateClient clientAs(Nodes nodes, String user, String tenant) {
    Path of = certificates().resolve(user);
    return QuorateClient.builder()
        .endpoints(nodes.endpoints())
        .tenant(tenant)
        .tls(
            TlsOptions.DEFAULT
                .authorities(of.resolve("authorities.pem"))
                .certificate(of.resolve("client.pem"), of.resolve("client.key")))
        .build();
  }

  private static void denied(CommandLine.Result result, String why) {
    assertThat(result.code()).as(result.toString()).isEqualTo(DENIED);
    assertThat(result.toString()).contains(why);
  }

  @Test
  void usersMayDoWhatTheyAreGrantedAndNothingElse() throws Exception {
    try (Nodes nodes = Nodes.onHosts("localhost", "localhost", "localhost")) {
      nodes
          .commandLine()
          .quorate(
              "security",
              "init",
              certificates().toString(),
              "--node",
              "localhost+127.0.0.1",
              "--client",
              "reports,unknown")
          .done();
      Path node = certificates().resolve("localhost");
      nodes
          .set("QUORATE_TLS_CERTIFICATE", node.resolve("node.pem").toString())
          .set("QUORATE_TLS_KEY", node.resolve("node.key").toString())
          .set("QUORATE_TLS_AUTHORITIES", node.resolve("authorities.pem").toString())
          .set("QUORATE_HTTP_LISTEN", "off");
      for (Node each : nodes.all()) {
        SafeDefaultsTest.listenOnAllAddresses(each);
        each.set("QUORATE_AUDIT_FILE", directory.resolve("audit-" + each.name()).toString());
      }
      nodes.start();
      CommandLine root = as(nodes, "root");
      root.quorate("tenant", "create", "orders").done();
      root.quorate("user", "create", "reports").done();
      root.quorate(
              "grant", "read,scan", "--to-user", "reports", "--tenant", "orders", "--prefix", "eu/")
          .done();
      root.quorate("put", "--tenant", "orders", "eu/1", SECRET).done();
      strangersReachTheNodesAndAreKeptOut(nodes);
      theCommandLineIsHeldToIt(nodes);
      theClientIsHeldToIt(nodes);
      grantsChangeUnderWrites(nodes);
      aClientComesBackWhenItIsGrantedAgain(nodes);
      aNodeThatIsAloneStillDecides(nodes);
      whoWasRefusedWhatIsKept(nodes);
    }
  }

  private void strangersReachTheNodesAndAreKeptOut(Nodes nodes) {
    CommandLine.Result doctor = Doctor.examines(as(nodes, "root"));
    assertThat(doctor.code()).as("%s", doctor).isZero();
    Path authorities = certificates().resolve("root").resolve("authorities.pem");
    CommandLine.Result stranger =
        nodes
            .commandLine()
            .quorate("get", "k", "--tls-ca", authorities.toString(), "--timeout", "5s");
    denied(stranger, "requires a client certificate");
  }

  private void theCommandLineIsHeldToIt(Nodes nodes) {
    CommandLine reports = as(nodes, "reports");
    CommandLine node = as(nodes, "localhost", "node");
    SideBySide.run(
        () ->
            assertThat(reports.quorate("get", "--tenant", "orders", "eu/1").done())
                .contains(SECRET),
        () ->
            denied(
                reports.quorate("get", "--tenant", "orders", "us/1"),
                "user 'reports' is not granted 'read' on this key in tenant 'orders'"),
        () ->
            denied(
                reports.quorate("put", "--tenant", "orders", "eu/1", "x"),
                "is not granted 'write'"),
        () -> denied(reports.quorate("cluster", "status"), "is not granted 'monitor'"),
        () ->
            assertThat(reports.quorate("tenant", "list").done())
                .contains("orders")
                .doesNotContain("default"),
        () ->
            denied(
                as(nodes, "unknown").quorate("get", "--tenant", "orders", "eu/1"),
                "user 'unknown', which the cluster does not know, is not granted"),
        () ->
            denied(
                node.quorate("get", "--tenant", "orders", "eu/1"), "a node is not granted 'read'"));
  }

  private void theClientIsHeldToIt(Nodes nodes) {
    try (QuorateClient client = clientAs(nodes, "reports", "orders")) {
      KeyValue orders = client.keyValue();
      assertThat(text(orders, "eu/1")).isEqualTo(SECRET);
      for (String key : List.of("us/1", "eu", "e")) {
        assertThatThrownBy(() -> orders.get(key)).isInstanceOf(PermissionDeniedException.class);
      }
      assertThatThrownBy(() -> orders.put("eu/1", "x"))
          .isInstanceOf(PermissionDeniedException.class);
      assertThat(Administration.of(client).access().whoAmI().user()).isEqualTo("reports");
    }
    try (QuorateClient root = clientAs(nodes, "root", "orders");
        QuorateClient hidden = clientAs(nodes, "reports", "hidden");
        QuorateClient ghosts = clientAs(nodes, "reports", "ghosts")) {
      Object unused =
          Administration.of(root).cluster().createTenant("hidden", TenantSettings.DEFAULT);
      List<String> answers =
          Stream.of(hidden, ghosts).map(each -> refusal(each.keyValue())).toList();
      assertThat(answers.get(0).replace("hidden", "TENANT"))
          .as("of a tenant that there is, and one that there is not")
          .isEqualTo(answers.get(1).replace("ghosts", "TENANT"));
    }
  }

  private static String text(KeyValue store, String key) {
    return new String(store.get(key).value(), StandardCharsets.UTF_8);
  }

  /** Without the node that was asked, which the client chooses. */
  private static String refusal(KeyValue store) {
    try {
      return "" + store.get("eu/1");
    } catch (QuorateException refused) {
      return (refused.getClass() + ": " + refused.getMessage())
          .replaceAll("localhost:[0-9]+", "NODE");
    }
  }

  /**
   * One is granted more and less again and again; others, and what it may go on to do, notice
   * nothing.
   */
  private void grantsChangeUnderWrites(Nodes nodes) throws InterruptedException {
    AtomicBoolean ends = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    List<Throwable> failures = new ArrayList<>();
    try (QuorateClient root = clientAs(nodes, "root", "orders");
        QuorateClient reports = clientAs(nodes, "reports", "orders")) {
      Thread writer =
          new Thread(
              () -> {
                try {
                  while (!ends.get()) {
                    root.keyValue().put("eu/2", "v");
                    assertThat(text(reports.keyValue(), "eu/2")).isEqualTo("v");
                    written.incrementAndGet();
                  }
                } catch (RuntimeException | AssertionError failed) {
                  failures.add(failed);
                }
              });
      writer.start();
      Access access = Administration.of(root).access();
      Grant more = Grant.of(Action.WRITE).tenant("orders").prefix("eu/3");
      for (int i = 0; i < 20; i++) {
        access.grant(Grantee.user("reports"), more);
        access.revoke(Grantee.user("reports"), more);
        access.createUser("user-" + i, List.of("reader"));
      }
      int before = written.get();
      Waiting.until(Duration.ofSeconds(20), () -> written.get() > before + 10, failures::toString);
      ends.set(true);
      writer.join();
      assertThat(failures).isEmpty();
    }
  }

  private void aClientComesBackWhenItIsGrantedAgain(Nodes nodes) {
    try (QuorateClient root = clientAs(nodes, "root", "orders");
        QuorateClient reports = clientAs(nodes, "reports", "orders")) {
      KeyValue orders = reports.keyValue();
      assertThat(text(orders, "eu/1")).isEqualTo(SECRET);
      Access access = Administration.of(root).access();
      Grant all = Grant.of(Action.READ, Action.SCAN).tenant("orders").prefix("eu/");
      access.revoke(Grantee.user("reports"), all);
      Waiting.until(
          Duration.ofSeconds(20),
          () -> refusal(orders).contains("PermissionDeniedException"),
          () -> refusal(orders));
      access.grant(Grantee.user("reports"), all);
      Waiting.until(
          Duration.ofSeconds(20),
          () -> !refusal(orders).contains("Exception"),
          () -> refusal(orders));
    }
  }

  /** It has the rules on its disk, and needs no one to decide by them. */
  private void aNodeThatIsAloneStillDecides(Nodes nodes) {
    try (QuorateClient client = clientAs(nodes, "reports", "orders")) {
      KeyValue orders = client.keyValue();
      assertThat(text(orders, "eu/1")).isEqualTo(SECRET);
      nodes.node(1).kill();
      nodes.node(2).kill();
      ReadOptions one = ReadOptions.DEFAULT.level(Level.ONE);
      Waiting.until(
          Duration.ofSeconds(30),
          () -> orders.get("eu/1", one).found(),
          () -> nodes.node(0).lastLines());
      assertThatThrownBy(() -> orders.get("us/1", one))
          .isInstanceOf(PermissionDeniedException.class);
    }
  }

  private void whoWasRefusedWhatIsKept(Nodes nodes) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Node each : nodes.all()) {
      all.append(Files.readString(directory.resolve("audit-" + each.name())));
      assertThat(each.log()).doesNotContain(SECRET);
    }
    assertThat(all.toString()).doesNotContain(SECRET);
    assertThat(all.toString().lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("Access/ChangeAccess", "\"name\":\"reports\"", "\"outcome\":\"OK\""))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("\"event\":\"forbidden\"", "\"user\":\"reports\"")
                    .contains("'write' on this key in tenant 'orders'"));
  }
}
