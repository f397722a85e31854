package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.client.Credentials;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.GetCallerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * People and programs that have a password and no certificate, at a cluster that others reach, set
 * up as the page on users says.
 */
class PasswordsTest {
  private static final int DENIED = 7;
  private static final int CONNECTIONS = 20;

  /** One node alone does not decide that a password is wrong: more time than commands have else. */
  private static final String TWO_NODES_ANSWER = "30s";

  private static final Duration WITHIN = Duration.ofSeconds(30);

  /** A login ends by the clock, and not sooner where more is done. */
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(5);

  private static final String FIRST = "planted-password-41c7";
  private static final String SECOND = "planted-password-88e2";

  @TempDir private Path directory;

  private Path certificates() {
    return directory.resolve("certificates");
  }

  private Path authorities() {
    return certificates().resolve("root").resolve("authorities.pem");
  }

  private CommandLine root(Nodes nodes) {
    Path root = certificates().resolve("root");
    return nodes
        .commandLine()
        .with("QUORATE_CLIENT_TLS_CA", authorities().toString())
        .with("QUORATE_CLIENT_TLS_CERT", root.resolve("client.pem").toString())
        .with("QUORATE_CLIENT_TLS_KEY", root.resolve("client.key").toString());
  }

  private CommandLine reports(Nodes nodes, String password) {
    return nodes
        .commandLine()
        .with("QUORATE_CLIENT_TLS_CA", authorities().toString())
        .with("QUORATE_CLIENT_USER", "reports")
        .with("QUORATE_CLIENT_PASSWORD", password);
  }

  private Path file(String name, String password) throws IOException {
    return Files.writeString(directory.resolve(name), password + "\n");
  }

  @Test
  void aUserLogsInWithItsPasswordWhichChangesUnderLoad() throws Exception {
    try (Nodes nodes = Nodes.onHosts("localhost", "localhost", "localhost")) {
      nodes
          .commandLine()
          .quorate("security", "init", certificates().toString(), "--node", "localhost+127.0.0.1")
          .done();
      Path node = certificates().resolve("localhost");
      nodes
          .set("QUORATE_TLS_CERTIFICATE", node.resolve("node.pem").toString())
          .set("QUORATE_TLS_KEY", node.resolve("node.key").toString())
          .set("QUORATE_TLS_AUTHORITIES", node.resolve("authorities.pem").toString())
          .set("QUORATE_TLS_CLIENT_CERTIFICATES", "optional")
          .set("QUORATE_SECURITY_LOGIN_TTL", "3s")
          .set("QUORATE_LIMITS_CLIENT_CONNECTIONS", Integer.toString(CONNECTIONS))
          .set("QUORATE_HTTP_LISTEN", "off");
      for (Node each : nodes.all()) {
        SafeDefaultsTest.listenOnAllAddresses(each);
        each.set("QUORATE_AUDIT_FILE", directory.resolve("audit-" + each.name()).toString());
      }
      nodes.start();
      CommandLine root = root(nodes);
      SecureNodes.createUser(nodes, certificates().resolve("root"), "reports");
      root.quorate("user", "password", "reports", "--new-password-file", "" + file("first", FIRST))
          .done();
      theCommandLineLogsIn(nodes);
      strangersKeepNoUserOut(nodes);
      thePasswordChangesUnderLoad(nodes);
      nothingSecretIsWritten(nodes);
    }
  }

  private void theCommandLineLogsIn(Nodes nodes) throws IOException {
    Path again = file("again", FIRST);
    CommandLine reports = reports(nodes, FIRST);
    SideBySide.run(
        () -> assertThat(reports.quorate("security", "whoami").done()).startsWith("user reports"),
        () ->
            assertThat(reports.quorate("get", "--tenant", "orders", "us/1").code())
                .isEqualTo(DENIED),
        () -> {
          reports.quorate("put", "--tenant", "orders", "eu/1", "v").done();
          CommandLine.Result byFile =
              nodes
                  .commandLine()
                  .quorate(
                      "get",
                      "--tenant",
                      "orders",
                      "eu/1",
                      "--tls-ca",
                      authorities().toString(),
                      "--user",
                      "reports",
                      "--password-file",
                      again.toString());
          assertThat(byFile.done()).contains("v");
        },
        () -> {
          CommandLine.Result wrong =
              reports(nodes, "not the password")
                  .quorate("get", "--tenant", "orders", "eu/1", "--timeout", TWO_NODES_ANSWER);
          assertThat(wrong.code()).as(wrong.toString()).isEqualTo(DENIED);
          assertThat(wrong.toString())
              .contains("user 'reports' is unknown, has no password, or has");
        });
  }

  /** They connect, call something that all may call, and stay. */
  private void strangersKeepNoUserOut(Nodes nodes) throws Exception {
    ChannelCredentials tls =
        TlsChannelCredentials.newBuilder().trustManager(authorities().toFile()).build();
    List<ManagedChannel> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * 2 * CONNECTIONS; i++) {
        ManagedChannel stranger =
            NettyChannelBuilder.forTarget(nodes.node(i % 3).address(), tls).build();
        strangers.add(stranger);
        assertThat(
                AccessGrpc.newBlockingStub(stranger)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .getCaller(GetCallerRequest.getDefaultInstance())
                    .getUser())
            .isEqualTo("anonymous");
      }
      reports(nodes, FIRST).quorate("get", "--tenant", "orders", "eu/1").done();
    } finally {
      strangers.forEach(ManagedChannel::shutdownNow);
    }
  }

  /** The client is told the new password while both are good, and no operation fails. */
  private void thePasswordChangesUnderLoad(Nodes nodes) throws Exception {
    AtomicReference<String> password = new AtomicReference<>(FIRST);
    AtomicInteger loginsBySecond = new AtomicInteger();
    AtomicBoolean ends = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    try (QuorateClient client =
        QuorateClient.builder()
            .endpoints(nodes.endpoints())
            .tenant("orders")
            .tls(TlsOptions.DEFAULT.authorities(authorities()))
            .credentials(
                Credentials.password(
                    "reports",
                    () -> {
                      String now = Objects.requireNonNull(password.get());
                      loginsBySecond.addAndGet(now.equals(SECOND) ? 1 : 0);
                      return now;
                    }))
            .build()) {
      Thread load =
          new Thread(
              () -> {
                while (!ends.get()) {
                  try {
                    client.keyValue().put("eu/2", "v" + done.incrementAndGet());
                    client.keyValue().get("eu/2");
                    Waiting.pass(BETWEEN_CALLS);
                  } catch (RuntimeException failed) {
                    failures.add(failed);
                  }
                }
              });
      load.start();
      CommandLine root = root(nodes);
      root.quorate(
              "user",
              "password",
              "reports",
              "--keep-previous",
              "--new-password-file",
              "" + file("second", SECOND))
          .done();
      password.set(SECOND);
      int before = done.get();
      awaitALogin(loginsBySecond, done); // the one before it was by the first password
      root.quorate("user", "password", "reports", "--drop-previous").done();
      awaitALogin(loginsBySecond, done);
      ends.set(true);
      load.join();
      System.out.println("operations while the password changed: " + (done.get() - before) * 2);
      assertThat(failures).isEmpty();
      assertThat(done.get()).isGreaterThan(before + 100);
    }
    SideBySide.run(
        () -> {
          CommandLine.Result dropped =
              reports(nodes, FIRST)
                  .quorate("get", "--tenant", "orders", "eu/1", "--timeout", TWO_NODES_ANSWER);
          assertThat(dropped.code()).as(dropped.toString()).isEqualTo(DENIED);
        },
        () -> reports(nodes, SECOND).quorate("get", "--tenant", "orders", "eu/1").done());
  }

  /** Returns when the client has logged in once more, and what it does goes on with that login. */
  private static void awaitALogin(AtomicInteger logins, AtomicInteger done) {
    int loginsBefore = logins.get();
    Supplier<String> otherwise = () -> "logins " + logins + ", operations " + done;
    Waiting.until(WITHIN, () -> logins.get() > loginsBefore, otherwise);
    int doneBefore = done.get();
    Waiting.until(WITHIN, () -> done.get() > doneBefore + 100, otherwise);
  }

  private void nothingSecretIsWritten(Nodes nodes) throws IOException {
    StringBuilder audit = new StringBuilder();
    for (Node each : nodes.all()) {
      audit.append(Files.readString(directory.resolve("audit-" + each.name())));
      assertThat(each.log()).doesNotContain("planted-password", "SCRAM-SHA-256$", "quorate1.");
    }
    assertThat(audit.toString())
        .doesNotContain("planted-password", "SCRAM-SHA-256$", "quorate1.")
        .contains("\"event\":\"login\"", "\"setPassword\":{\"user\":\"reports\"");
    assertThat(audit.toString().lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("\"event\":\"login\"", "\"user\":\"reports\"", "REFUSED"));
  }
}
