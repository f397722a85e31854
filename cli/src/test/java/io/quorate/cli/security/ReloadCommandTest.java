package io.quorate.cli.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.FakeCluster;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.ReloadCertificatesResponse;
import io.quorate.proto.v1.ReloadResult;
import io.quorate.proto.v1.ReloadedFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator is told of certificates that nodes were to read. */
class ReloadCommandTest {
  private static final Instant ENDS = Instant.parse("2027-03-01T00:00:00Z");

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static ReloadedFile file(String setting, ReloadResult result, String why) {
    return ReloadedFile.newBuilder()
        .setSetting(setting)
        .setPath("/etc/quorate/" + setting)
        .setResult(result)
        .setEndsMs(setting.equals("tls.key") ? 0 : ENDS.toEpochMilli())
        .setWhy(why)
        .build();
  }

  private Ran reload(String... options) {
    List<String> words = new ArrayList<>(List.of("security", "reload"));
    words.addAll(List.of(options));
    words.addAll(List.of("--endpoints", cluster.endpoint()));
    return Ran.command(words.toArray(String[]::new));
  }

  @Test
  void whatIsTakenIsShownWithItsEnd() {
    cluster.reloads(
        ReloadCertificatesResponse.newBuilder()
            .addFiles(file("tls.certificate", ReloadResult.RELOAD_RESULT_TAKEN, ""))
            .addFiles(file("tls.key", ReloadResult.RELOAD_RESULT_TAKEN, ""))
            .addFiles(file("tls.authorities", ReloadResult.RELOAD_RESULT_UNCHANGED, ""))
            .build());
    Ran text = reload();
    assertThat(text.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(text.err()).isEmpty();
    assertThat(text.out().lines())
        .anyMatch(line -> line.matches(".*tls.certificate .* taken .*2027-03-01T00:00:00Z.*"))
        .anyMatch(line -> line.matches(".*tls.key .* taken .*- .*"))
        .anyMatch(line -> line.matches(".*tls.authorities .* unchanged .*2027-03-01.*"));

    JsonNode files = reload("--json").json().path("nodes").path(0).path("files");
    assertThat(files.path(0).path("result").asText()).isEqualTo("taken");
    assertThat(files.path(0).path("ends").asText()).isEqualTo(ENDS.toString());
    assertThat(files.path(1).has("ends")).isFalse();
  }

  /** A certificate and a key that do not belong together have one reason. */
  @Test
  void aRefusalIsAFailureThatSaysWhyOnce() {
    String why = "the key is that of another certificate";
    cluster.reloads(
        ReloadCertificatesResponse.newBuilder()
            .addFiles(file("tls.certificate", ReloadResult.RELOAD_RESULT_REFUSED, why))
            .addFiles(file("tls.key", ReloadResult.RELOAD_RESULT_REFUSED, why))
            .addFiles(file("tls.revoked", ReloadResult.RELOAD_RESULT_HELD_BACK, ""))
            .build());
    Ran refused = reload();
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .containsOnlyOnce(why)
        .contains(cluster.endpoint() + " goes on with the files it had: ");
    assertThat(refused.out()).contains("not taken: another was refused");
    assertThat(reload("--json").exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void aNodeWithoutTlsSaysSo() {
    Ran plain = reload();
    assertThat(plain.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(plain.out()).contains("has TLS off");
  }

  @Test
  void oneNodeMayBeNamed() {
    assertThat(reload("--node", cluster.endpoint()).out()).contains("has TLS off");
    Ran unknown = reload("--node", "127.0.0.1:1");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err())
        .contains("no node of the cluster has the id, address or name '127.0.0.1:1'");
  }

  @Test
  void whoMayNotIsTold() {
    cluster.denyMaintenance();
    assertThat(reload().exitCode()).isEqualTo(ExitCode.DENIED);
  }
}
