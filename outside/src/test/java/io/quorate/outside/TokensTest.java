package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Credentials;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * People and programs that have an identity provider, at a cluster that is set up as the page on
 * users says: two nodes read its keys by https, one from a file.
 */
class TokensTest {
  private static final int DENIED = 7;
  private static final int USAGE = 2;

  /** A token ends by the clock, and not sooner where more is done. */
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(5);

  @TempDir private Path directory;

  /** All that were shown. */
  private final List<String> shown = new CopyOnWriteArrayList<>();

  private Path certificates() {
    return directory.resolve("certificates");
  }

  private Path authorities() {
    return certificates().resolve("root").resolve("authorities.pem");
  }

  private CommandLine withTls(Nodes nodes) {
    return nodes.commandLine().with("QUORATE_CLIENT_TLS_CA", authorities().toString());
  }

  private Path file(String token) throws IOException {
    shown.add(token);
    return Files.writeString(directory.resolve("token-" + shown.size()), token + "\n");
  }

  @Test
  void aUserLogsInByTokensOfItsProvider() throws Exception {
    try (Nodes nodes = Nodes.onHosts("localhost", "localhost", "localhost")) {
      nodes
          .commandLine()
          .quorate("security", "init", certificates().toString(), "--node", "localhost+127.0.0.1")
          .done();
      Path node = certificates().resolve("localhost");
      try (IdentityProvider provider =
          new IdentityProvider(node.resolve("node.pem"), node.resolve("node.key"))) {
        start(nodes, node, provider);
        SecureNodes.createUser(nodes, certificates().resolve("root"), "anna");
        theCommandLineLogsIn(nodes, provider);
        wrongTokensAreRefused(nodes, provider);
        tokensChangeUnderLoad(nodes, provider);
      }
      nothingSecretIsWritten(nodes);
    }
  }

  private void start(Nodes nodes, Path node, IdentityProvider provider) throws Exception {
    Path keys = Files.writeString(directory.resolve("keys.json"), provider.keySet());
    nodes
        .set("QUORATE_TLS_CERTIFICATE", node.resolve("node.pem").toString())
        .set("QUORATE_TLS_KEY", node.resolve("node.key").toString())
        .set("QUORATE_TLS_AUTHORITIES", node.resolve("authorities.pem").toString())
        .set("QUORATE_TLS_CLIENT_CERTIFICATES", "optional")
        .set("QUORATE_HTTP_LISTEN", "off");
    IdentityProvider.settings().forEach(nodes::set);
    for (Node each : nodes.all()) {
      SafeDefaultsTest.listenOnAllAddresses(each);
      each.set("QUORATE_AUDIT_FILE", directory.resolve("audit-" + each.name()).toString());
      if (each == nodes.node(2)) {
        each.set("QUORATE_JWT_KEYS", keys.toString());
      } else {
        each.set("QUORATE_JWT_KEYS", provider.keysUrl())
            .set("QUORATE_JWT_CA", authorities().toString());
      }
    }
    nodes.start();
  }

  private void theCommandLineLogsIn(Nodes nodes, IdentityProvider provider) throws Exception {
    CommandLine anna =
        withTls(nodes).with("QUORATE_CLIENT_TOKEN_FILE", "" + file(provider.token("anna", 600)));
    Path another = file(provider.token("anna", 600));
    String inEnvironment = provider.token("berta", 600);
    shown.add(inEnvironment);
    SideBySide.run(
        () -> assertThat(anna.quorate("security", "whoami").done()).startsWith("user anna"),
        () ->
            assertThat(anna.quorate("get", "--tenant", "orders", "us/1").code()).isEqualTo(DENIED),
        () -> {
          anna.quorate("put", "--tenant", "orders", "eu/1", "v").done();
          assertThat(getWith(another, nodes).done()).contains("v");
        },
        () -> {
          CommandLine berta = withTls(nodes).with("QUORATE_CLIENT_TOKEN", inEnvironment);
          CommandLine.Result denied = berta.quorate("get", "--tenant", "orders", "eu/1");
          assertThat(denied.code()).as(denied.toString()).isEqualTo(DENIED);
          assertThat(denied.errText()).contains("user 'berta', which the cluster does not know");
        },
        () -> {
          CommandLine.Result both = anna.quorate("get", "eu/1", "--user", "anna");
          assertThat(both.code()).as(both.toString()).isEqualTo(USAGE);
          assertThat(both.errText()).contains("give one of them");
        });
  }

  /** One node alone does not decide that a token is wrong, so there is time to ask others. */
  private CommandLine.Result getWith(Path token, Nodes nodes) {
    return withTls(nodes)
        .quorate(
            "get",
            "--tenant",
            "orders",
            "eu/1",
            "--token-file",
            token.toString(),
            "--timeout",
            "30s");
  }

  private void wrongTokensAreRefused(Nodes nodes, IdentityProvider provider) throws Exception {
    List<SideBySide.Work> refusals = new ArrayList<>();
    for (String wrong :
        List.of(provider.forOthers("anna"), provider.forged("anna"), provider.token("root", 600))) {
      Path file = file(wrong);
      refusals.add(
          () -> {
            CommandLine.Result refused = getWith(file, nodes);
            assertThat(refused.code()).as(refused.toString()).isEqualTo(DENIED);
            assertThat(refused.toString())
                .contains("a token that is not good")
                .doesNotContain(wrong);
          });
    }
    SideBySide.run(refusals.toArray(SideBySide.Work[]::new));
  }

  private void tokensChangeUnderLoad(Nodes nodes, IdentityProvider provider) {
    AtomicInteger given = new AtomicInteger();
    try (QuorateClient client =
        QuorateClient.builder()
            .endpoints(nodes.endpoints())
            .tenant("orders")
            .tls(TlsOptions.DEFAULT.authorities(authorities()))
            .credentials(
                Credentials.bearerTokens(
                    () -> {
                      given.incrementAndGet();
                      return shortToken(provider);
                    }))
            .build()) {
      int done = 0;
      for (; given.get() < 4; done++) {
        client.keyValue().put("eu/2", "v" + done); // what fails here ends the test
        client.keyValue().get("eu/2");
        Waiting.pass(BETWEEN_CALLS);
      }
      assertThat(done).isGreaterThan(100);
    }
  }

  private String shortToken(IdentityProvider provider) {
    try {
      String token = provider.token("anna", 2);
      shown.add(token);
      return token;
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private void nothingSecretIsWritten(Nodes nodes) throws IOException {
    StringBuilder audit = new StringBuilder();
    StringBuilder all = new StringBuilder();
    for (Node each : nodes.all()) {
      audit.append(Files.readString(directory.resolve("audit-" + each.name())));
      all.append(each.log());
    }
    all.append(audit);
    for (String token : shown) {
      assertThat(all).doesNotContain(token.substring(token.lastIndexOf('.')));
    }
    assertThat(all).doesNotContain("eyJ");
    assertThat(audit.toString().lines())
        .anySatisfy(line -> assertThat(line).contains("\"login\"", "\"anna\"", "\"OK\"", "k1"))
        .anySatisfy(line -> assertThat(line).contains("REFUSED", "others than jwt.audience"))
        .anySatisfy(line -> assertThat(line).contains("REFUSED", "its signature is not that"))
        .anySatisfy(line -> assertThat(line).contains("REFUSED", "which no token can show"))
        .anySatisfy(line -> assertThat(line).contains("\"token-keys\"", "\"OK\"", "keys [k1]"));
  }
}
