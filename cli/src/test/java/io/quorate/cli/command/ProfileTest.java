package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.FakeCluster;
import io.quorate.cli.Ran;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.proto.v1.Failure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that a profile gives, and what goes before them. */
class ProfileTest {
  @TempDir private Path directory;

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("client.yml"), text);
  }

  private Ran run(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--client-config", directory.resolve("client.yml").toString()));
    return Ran.command(words.toArray(String[]::new));
  }

  /** Its files are beside it, wherever the command is run. */
  @Test
  void aProfileSaysWhereTheClusterIsAndHowToConnect() throws Exception {
    TestAuthority authority = new TestAuthority("authority");
    Path ca = TestAuthority.write(directory.resolve("ca.pem"), authority);
    TestCertificate.Files own = authority.certificate("operator").issue().write(directory, "own");
    TestCertificate.Files node =
        authority.certificate("node").ip("127.0.0.1").issue().write(directory, "node");
    try (FakeCluster cluster = new FakeCluster(node.serverFor(ca))) {
      write(
          """
          profiles:
            prod:
              endpoints: %s
              tls-ca: ca.pem
              tls-cert: %s
              tls-key: %s
          """
              .formatted(
                  cluster.endpoint(), own.certificate().getFileName(), own.key().getFileName()));
      assertThat(run("put", "k", "v", "--profile", "prod").exitCode()).isEqualTo(ExitCode.DONE);
      assertThat(run("get", "k", "--profile", "prod").out().strip()).isEqualTo("v");
    }
  }

  @Test
  void whatIsGivenGoesBeforeTheProfile() throws Exception {
    try (FakeCluster cluster = new FakeCluster()) {
      write("profiles:\n  old:\n    endpoints: 127.0.0.1:1\n    tenant: default\n");
      Ran given = run("put", "k", "v", "--profile", "old", "--endpoints", cluster.endpoint());
      assertThat(given.exitCode()).isEqualTo(ExitCode.DONE);
      Ran gone = run("get", "k", "--profile", "old", "--timeout", "200ms");
      assertThat(gone.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(gone.err()).contains("127.0.0.1:1");
    }
  }

  /** With the certificate of root, say, one would else be the profile's user without a word. */
  @Test
  void oneThatShowsACertificateOfItsOwnIsNotTheUserOfTheProfile() throws Exception {
    TestAuthority authority = new TestAuthority("authority");
    Path ca = TestAuthority.write(directory.resolve("ca.pem"), authority);
    TestCertificate.Files own = authority.certificate("operator").issue().write(directory, "own");
    TestCertificate.Files node =
        authority.certificate("node").ip("127.0.0.1").issue().write(directory, "node");
    try (FakeCluster cluster = new FakeCluster(node.serverFor(ca))) {
      write(
          """
          profiles:
            prod:
              endpoints: %s
              tls-ca: ca.pem
              user: reports
              password-file: no-such-file
          """
              .formatted(cluster.endpoint()));
      Ran shown =
          run(
              "put",
              "k",
              "v",
              "--profile",
              "prod",
              "--tls-cert",
              own.certificate().toString(),
              "--tls-key",
              own.key().toString());
      assertThat(shown.exitCode()).as(shown.err()).isEqualTo(ExitCode.DONE);
      Ran user = run("put", "k", "v", "--profile", "prod");
      assertThat(user.exitCode()).isNotEqualTo(ExitCode.DONE);
      assertThat(user.err()).contains("no-such-file");
    }
  }

  @Test
  void aProfileNamesTheTenant() throws Exception {
    try (FakeCluster cluster = new FakeCluster()) {
      write("profiles:\n  p:\n    endpoints: " + cluster.endpoint() + "\n    tenant: orders\n");
      String none = "there is no tenant";
      cluster.fail(
          operation ->
              operation.hasGet() && operation.getGet().getTenant().equals("orders")
                  ? FakeCluster.failure(Reason.REASON_UNKNOWN_TENANT, none)
                  : null);
      assertThat(run("get", "k", "--profile", "p").err()).contains(none);
      Ran given = run("get", "k", "--profile", "p", "--tenant", "default");
      assertThat(given.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "profiles: {prod: {}} | it has no profile 'p'; its profiles are [prod]",
        "profiles: {p: {endpoint: 'a:1'}} | did you mean 'endpoints'?",
        "profiles: {p: {colour: red}} | 'colour' of profile 'p' is unknown; a profile has"
            + " [endpoints",
        "profiles: {p: {tenant: [a]}} | 'tenant' of profile 'p' has to be one value",
        "profile: {p: {}} | 'profile' is unknown there; it has 'profiles:' alone",
        "profiles: [ | it is not YAML",
        "profiles: {other: {colour: red}, p: {}} | 'colour' of profile 'other' is unknown",
        "just text | it is no mapping",
      })
  void whatCannotBeUnderstoodIsRefusedWithWhatToDo(String text, String why) throws Exception {
    write(text);
    Ran refused = run("get", "k", "--profile", "p");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains(directory.resolve("client.yml").toString(), why);
  }

  @Test
  void aMissingFileIsNamedAndOnlyLookedForIfAProfileIsAskedFor() {
    Ran missing = run("get", "k", "--profile", "p");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.err()).contains("there is no such file", "QUORATE_CLIENT_CONFIG");
    try (FakeCluster cluster = new FakeCluster()) {
      assertThat(run("get", "k", "--endpoints", cluster.endpoint()).exitCode())
          .isEqualTo(ExitCode.NOT_FOUND);
    }
  }
}
