package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ChannelCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.proto.internal.PeeringGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster with certificates that are made as the page on TLS says, by its commands: nodes by host
 * name, the Java client, the command line, and a scraper. Certificates are renewed and revoked.
 */
class TlsTest {
  private static final String SECRET_KEY = "planted-key-7c1e";
  private static final String SECRET_VALUE = "planted-value-7c1e";
  private static final Duration RENEWED_WITHIN = Duration.ofSeconds(30);

  /** Nodes look at their files by themselves, and need no processor of their own until then. */
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(5);

  @TempDir private Path directory;

  private Path file(String name) {
    return directory.resolve(name);
  }

  @Test
  void aClusterRunsAndIsRenewedWithCertificatesMadeByThePage() throws Exception {
    make(authority());
    make(certificate("node"));
    make(client("client"));
    make(client("thief"));
    make(commands("printf \"[ca]"));
    make(list("revoked.pem")); // of none
    try (Nodes nodes = Nodes.onHosts("localhost", "localhost", "localhost")) {
      nodes
          .set("QUORATE_TLS_CERTIFICATE", file("node.pem").toString())
          .set("QUORATE_TLS_KEY", file("node.key").toString())
          .set("QUORATE_TLS_AUTHORITIES", file("authorities.pem").toString())
          .set("QUORATE_TLS_REVOKED", file("revoked.pem").toString());
      SSLContext trusted = trusted();
      for (Node node : nodes.all()) {
        node.https(trusted, "localhost")
            .set("QUORATE_AUDIT_FILE", file("audit-" + node.name()).toString());
      }
      nodes.start();

      theCommandLineNeedsACertificate(nodes);
      aClientIsNoNode(nodes);
      TlsOptions tls =
          TlsOptions.DEFAULT
              .authorities(file("authorities.pem"))
              .certificate(file("client.pem"), file("client.key"));
      try (QuorateClient client =
          QuorateClient.builder().endpoints(nodes.endpoints()).tls(tls).build()) {
        renewsUnderWrites(nodes, client.keyValue());
        revokesUnderWrites(nodes, client.keyValue());
      }
      whoDidWhatIsKept(nodes);
      nothingSecretIsTold(nodes);
    }
  }

  /** Those that are not let in wait until their time is over. */
  private void theCommandLineNeedsACertificate(Nodes nodes) {
    CommandLine known = commandLineOf(nodes, "client");
    SideBySide.run(
        () -> {
          CommandLine.Result plaintext =
              nodes.commandLine().quorate("put", "k", "v", "--timeout", "5s");
          assertThat(plaintext.code()).as(plaintext.toString()).isNotZero();
        },
        () -> {
          CommandLine.Result withoutCertificate =
              nodes
                  .commandLine()
                  .quorate(
                      "get",
                      "k",
                      "--tls-ca",
                      file("authorities.pem").toString(),
                      "--timeout",
                      "5s");
          assertThat(withoutCertificate.code()).as(withoutCertificate.toString()).isNotZero();
        },
        () -> {
          CommandLine.Result put = known.quorate("put", SECRET_KEY, SECRET_VALUE);
          assertThat(put.code()).as(put.toString()).isZero();
          CommandLine.Result create = known.quorate("tenant", "create", "audited");
          assertThat(create.code()).as(create.toString()).isZero();
          CommandLine.Result doctor = Doctor.examines(known);
          assertThat(doctor.code()).as("%s", doctor).isZero();
        });
  }

  /** It is told so before what it sends is looked at, and of the cluster it is told nothing. */
  private void aClientIsNoNode(Nodes nodes) throws IOException {
    ChannelCredentials client =
        TlsChannelCredentials.newBuilder()
            .trustManager(file("authorities.pem").toFile())
            .keyManager(file("client.pem").toFile(), file("client.key").toFile())
            .build();
    try (RawCalls calls = new RawCalls(nodes.node(0).address(), client)) {
      for (MethodDescriptor<?, ?> method : PeeringGrpc.getServiceDescriptor().getMethods()) {
        Status status = calls.send(method.getType(), method.getFullMethodName(), new byte[] {1});
        assertThat(status.getCode()).as(status.toString()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(status.getDescription()).contains("is not that of a node");
      }
    }
    assertThat(nodes.node(0).meter("quorate_peer_strangers_refused_total")).isPositive();
  }

  private CommandLine commandLineOf(Nodes nodes, String name) {
    return nodes
        .commandLine()
        .with("QUORATE_CLIENT_TLS_CA", file("authorities.pem").toString())
        .with("QUORATE_CLIENT_TLS_CERT", file(name + ".pem").toString())
        .with("QUORATE_CLIENT_TLS_KEY", file(name + ".key").toString());
  }

  private void revokesUnderWrites(Nodes nodes, KeyValue store) throws Exception {
    CommandLine thief = commandLineOf(nodes, "thief");
    CommandLine.Result before = thief.quorate("get", "written");
    assertThat(before.code()).as(before.toString()).isZero();
    List<Double> renewals = nodes.all().stream().map(TlsTest::renewals).toList();
    make(revocation("thief.pem"));
    make(list("next.pem"));
    Files.move(file("next.pem"), file("revoked.pem"), StandardCopyOption.ATOMIC_MOVE);
    // Asked to, they look at once; by themselves they did when certificates were renewed.
    CommandLine operator = commandLineOf(nodes, "client");
    CompletableFuture<CommandLine.Result> reload =
        CompletableFuture.supplyAsync(() -> operator.quorate("security", "reload"));
    long until = System.nanoTime() + RENEWED_WITHIN.toNanos();
    int written = 0;
    for (int i = 0; i < nodes.all().size(); i++) {
      while (System.nanoTime() < until && renewals(nodes.node(i)) == renewals.get(i)) {
        store.put("revoking", Integer.toString(++written)); // throws if one fails
        Waiting.pass(BETWEEN_WRITES);
      }
    }
    assertThat(reload.get().code()).as(reload.get().toString()).isZero();
    CommandLine.Result after = thief.quorate("get", "written", "--timeout", "5s");
    assertThat(after.code()).as(after.toString()).isNotZero();
    assertThat(after.toString()).contains("certificate_revoked");
    assertThat(commandLineOf(nodes, "client").quorate("get", "written").code()).isZero();
  }

  private void renewsUnderWrites(Nodes nodes, KeyValue store) throws Exception {
    store.put("written", "0");
    make(certificate("next"));
    Files.move(file("next.key"), file("node.key"), StandardCopyOption.ATOMIC_MOVE);
    Files.move(file("next.pem"), file("node.pem"), StandardCopyOption.ATOMIC_MOVE);
    long until = System.nanoTime() + RENEWED_WITHIN.toNanos();
    int written = 0;
    while (System.nanoTime() < until && !nodes.all().stream().allMatch(TlsTest::isRenewed)) {
      for (int i = 0; i < 100; i++) {
        store.put("written", Integer.toString(++written)); // throws if one fails
        Waiting.pass(BETWEEN_WRITES);
      }
    }
    assertThat(nodes.all()).allMatch(TlsTest::isRenewed);
    assertThat(store.get("written").text()).isEqualTo(Integer.toString(written));
    // The new certificate is what new connections are shown, those of the nodes among them.
    nodes.node(0).stop();
    nodes.node(0).start();
    nodes.awaitReady();
    assertThat(nodes.node(0).meter("quorate_certificate_expiry_seconds")).isPositive();
  }

  private static boolean isRenewed(Node node) {
    return renewals(node) >= 1;
  }

  private void whoDidWhatIsKept(Nodes nodes) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Node node : nodes.all()) {
      Path audit = file("audit-" + node.name());
      all.append(Files.readString(audit));
      assertThat(Files.getPosixFilePermissions(audit))
          .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }
    List<String> lines = all.toString().lines().toList();
    assertThat(lines).allSatisfy(line -> assertThat(line).startsWith("{\"time\":\"20"));
    assertThat(lines)
        .as("what an operator changed")
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "Admin/CreateTenant", "\"certificate\":\"CN=db-1\"", "\"name\":\"audited\"")
                    .contains("\"from\":\"127.0.0.1:", "\"outcome\":\"OK\""));
    assertThat(lines)
        .as("a client that posed as a node")
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "\"event\":\"stranger\"",
                        "Peering/Introduce",
                        "\"certificate\":\"CN=db-1\""));
    assertThat(lines)
        .as("a client without a certificate")
        .anySatisfy(line -> assertThat(line).contains("\"event\":\"handshake\""));
    assertThat(lines)
        .as("nodes that formed the cluster")
        .anySatisfy(line -> assertThat(line).contains("\"event\":\"introduction\""));
    assertThat(lines)
        .as("certificates that were renewed")
        .anySatisfy(line -> assertThat(line).contains("\"event\":\"certificates\""));
  }

  private void nothingSecretIsTold(Nodes nodes) throws IOException {
    List<String> key = Files.readAllLines(file("node.key"));
    for (Node node : nodes.all()) {
      assertThat(node.log() + Files.readString(file("audit-" + node.name())))
          .doesNotContain(SECRET_KEY, SECRET_VALUE, key.get(1));
    }
  }

  private static double renewals(Node node) {
    return node.meter("quorate_certificates_read_total", "result=\"renewed\"");
  }

  /** The commands of the page that begin so, for a node of this machine. */
  private static String commands(String begin) throws IOException {
    String page = Files.readString(Distribution.home().resolve("docs/operations/tls.md"));
    Matcher block =
        Pattern.compile("(?s)```console\n(" + Pattern.quote(begin) + ".*?)```").matcher(page);
    assertThat(block.find()).as("the page has the commands").isTrue();
    return block.group(1).replace("db-1.example", "localhost");
  }

  private static String revocation(String certificate) throws IOException {
    return commands("openssl ca")
        .lines()
        .findFirst()
        .orElseThrow()
        .replace("client.pem", certificate);
  }

  private static String list(String file) throws IOException {
    return commands("openssl ca")
        .lines()
        .skip(1)
        .findFirst()
        .orElseThrow()
        .replace("-out revoked.pem", "-out " + file);
  }

  private static String authority() throws IOException {
    String commands = commands("openssl req");
    return commands.substring(0, commands.indexOf("openssl req -newkey"));
  }

  /** Without what marks a node, and with what names a user. */
  private static String client(String name) throws IOException {
    return certificate(name).replace("URI:quorate:node", "URI:quorate:user/root");
  }

  private static String certificate(String name) throws IOException {
    String commands = commands("openssl req");
    return commands.substring(commands.indexOf("openssl req -newkey")).replace("node.", name + ".");
  }

  private void make(String commands) {
    CommandLine.system("bash", "-ec", "cd '" + directory + "'\n" + commands);
  }

  private SSLContext trusted() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (InputStream pem = Files.newInputStream(file("authorities.pem"))) {
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
