package io.quorate.cli.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.FakeCluster;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.Level;
import io.quorate.proto.v1.RegionReplicas;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At which level an export reads, and what it says of what it may lack. */
final class ExportTest {
  private final FakeCluster cluster = new FakeCluster();

  @TempDir Path dir;

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran run(String... args) {
    return Ran.at(cluster.endpoint(), args);
  }

  @Test
  void anExportIsReadAtAQuorumUnlessALevelIsGiven() {
    run("export", "-", "--format", "jsonl");
    cluster.alterDefaultTenant(
        tenant ->
            tenant.addReplicasByRegion(
                RegionReplicas.newBuilder().setRegion("eu").setReplicas(3).build()));
    run("export", "-", "--format", "jsonl");
    run("export", "-", "--format", "jsonl", "--level", "ONE");
    cluster.alterDefaultTenant(
        tenant -> tenant.setReadLevel(Level.newBuilder().setNamed(Level.Named.NAMED_ALL)));
    run("export", "-", "--format", "jsonl");
    assertThat(cluster.scans())
        .extracting(scan -> scan.getLevel().getNamed().name())
        .containsExactly("NAMED_QUORUM", "NAMED_EACH_QUORUM", "NAMED_ONE", "NAMED_ALL");
  }

  @Test
  void anExportThatMayLackWritesSaysSo() {
    String file = dir.resolve("all.jsonl").toString();
    assertThat(run("export", file, "--json").json().path("potentially_stale").asBoolean(true))
        .isFalse();
    cluster.stale = true;
    Ran ran = run("export", file, "--json");
    assertThat(ran.json().path("potentially_stale").asBoolean()).isTrue();
    assertThat(ran.err()).contains("potentially stale");
    assertThat(run("export", "-", "--format", "csv").err()).contains("potentially stale");
  }

  @Test
  void aLevelIsNoPartOfAnExactExport() {
    for (String exact : List.of("--exact", "--as-of=5m")) {
      Ran ran = run("export", "-", "--format", "csv", exact, "--level", "ONE");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("--level has no meaning with --exact or --as-of");
    }
  }

  @Test
  void aPrefixOfAnExportMayBeAnyBytes() {
    cluster.store(new byte[] {(byte) 0xff, 1}, "x".getBytes(UTF_8));
    cluster.store("b".getBytes(UTF_8), "y".getBytes(UTF_8));
    assertThat(run("export", "--hex", "ff", "-", "--format", "jsonl").out())
        .isEqualTo("{\"key_base64\":\"/wE=\",\"value\":\"x\"}\n");
    assertThat(run("export", "--base64", "/w==", "-", "--format", "jsonl").out()).contains("/wE=");
    assertThat(run("export", "--hex", "fg", "-", "--format", "jsonl").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }
}
