package io.quorate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.ResultStream;
import io.quorate.client.Version;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.FillProgress;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.Level;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.PurgeProgress;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.TopologyChangeStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as a user types them, against a cluster of one node in this process. */
final class CommandsTest {
  private static final byte[] BINARY = {(byte) 0xFF, 0, 27};

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void readSaysHowManyReplicasItBroughtUpToDate() {
    run("put", "user:1", "ann");
    JsonNode json = run("get", "user:1", "--repair", "everyone", "--json").json();
    assertThat(json.path("repaired_replicas").asInt()).isEqualTo(2);
    Ran text = run("get", "user:1", "--repair", "EVERYONE");
    assertThat(text.out()).isEqualTo("ann\n");
    assertThat(text.err()).contains("brought up to date: 2");
    assertThat(run("get", "user:1", "--repair", "off", "--json").json().has("repaired_replicas"))
        .isFalse();
    assertThat(run("get", "user:1", "--repair", "sometimes").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  /** As the put printed it. */
  @Test
  void readNamesTheLeastVersionThatItTakes() {
    String printed = run("put", "user:1", "ann", "--json").json().path("version").asText();
    long stored = Version.parse(printed).hlc();
    cluster.fail(
        operation ->
            operation.hasGet() && operation.getGet().getMinVersion().getHlc() != stored
                ? FakeCluster.failure(Reason.REASON_UNAVAILABLE, "the read asks for version")
                : null);
    assertThat(run("get", "user:1", "--min-version", printed).out()).isEqualTo("ann\n");

    String later = Version.of(0, stored + 1, 1, 1).toString();
    Ran lacking = run("get", "user:1", "--min-version", later, "--timeout", "30s");
    assertThat(lacking.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(lacking.err()).contains("asks for version");

    Ran none = run("get", "user:1", "--min-version", "yesterday");
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("'yesterday' is no version: one looks like");
  }

  @Test
  void whatIsPutIsGotUntilItIsDeleted() {
    assertThat(run("put", "user:1", "Ada").exitCode()).isEqualTo(ExitCode.DONE);
    Ran got = run("get", "user:1");
    assertThat(got.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(got.out()).isEqualTo("Ada" + System.lineSeparator());
    assertThat(run("delete", "user:1").out()).startsWith("deleted, version ");
    Ran gone = run("get", "user:1");
    assertThat(gone.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(gone.out()).isEmpty();
    assertThat(gone.err()).contains("key 'user:1' not found");
  }

  /** Who counts first must not have deleted. */
  @Test
  void optionsOfAPrefixAreRefusedWithAKey() {
    run("put", "user:1", "Ada");
    for (String option : List.of("--dry-run", "--yes")) {
      Ran ran = run("delete", "user:1", option);
      assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains(option + " is for --prefix: leave it out with a KEY");
    }
    assertThat(run("get", "user:1").exitCode()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aDeletionOfAPrefixSaysWhetherKeysMayHaveBeenMissed() {
    run("put", "user:1", "Ada");
    Ran counted = run("delete", "--prefix", "user:", "--dry-run", "--json");
    assertThat(counted.json().path("keys").asInt()).isEqualTo(1);
    assertThat(counted.json().path("potentially_stale").asBoolean(true)).isFalse();
    assertThat(counted.err()).isEmpty();
    cluster.stale = true;
    assertThat(run("delete", "--prefix", "user:", "--dry-run").err()).contains("potentially stale");
    Ran deleted = run("delete", "--prefix", "user:", "--yes", "--json");
    assertThat(deleted.json().path("deleted").asInt()).isEqualTo(1);
    assertThat(deleted.json().path("potentially_stale").asBoolean()).isTrue();
    assertThat(deleted.err()).contains("potentially stale: keys may have been missed");
    assertThat(cluster.scans())
        .allMatch(scan -> scan.getLevel().getNamed() == Level.Named.NAMED_QUORUM);
    run("delete", "--prefix", "user:", "--yes", "--level", "ALL");
    assertThat(cluster.scans().getLast().getLevel().getNamed()).isEqualTo(Level.Named.NAMED_ALL);
  }

  @Test
  void valuesComeFromFilesAndStandardInputAsTheyAre(@TempDir Path dir) throws IOException {
    Path file = Files.write(dir.resolve("value"), BINARY);
    run("put", "a", "@" + file);
    assertThat(run("get", "a", "--raw").outBytes()).isEqualTo(BINARY);
    Path copy = dir.resolve("copy");
    run("get", "a", "--output", copy.toString());
    assertThat(copy).hasBinaryContent(BINARY);
    Ran.withInput("from stdin\n", "put", "b", "-", "--endpoints", cluster.endpoint());
    assertThat(run("get", "b", "--raw").out()).isEqualTo("from stdin\n");
    run("put", "c", "@@at");
    assertThat(run("get", "c", "--raw").out()).isEqualTo("@at");
  }

  @Test
  void binaryIsPrintedSafely() {
    run("put", "--hex", "ff00", "ff001b");
    assertThat(run("get", "--hex", "ff00").out().strip()).isEqualTo("ff001b");
    assertThat(run("get", "--base64", "/wA=").out().strip()).isEqualTo("/wAb");
    assertThat(run("scan").out().strip()).isEqualTo("0xff00\t0xff001b");
    JsonNode json = run("get", "--hex", "ff00", "--json").json();
    assertThat(json.path("key_base64").asText()).isEqualTo("/wA=");
    assertThat(json.path("value_base64").asText()).isEqualTo("/wAb");
  }

  @Test
  void jsonOfReadsAndWritesTellsVersionAndReplicas() {
    JsonNode put = run("put", "k", "v", "--ttl", "90s", "--json").json();
    assertThat(put.path("version").asText()).contains("@");
    assertThat(put.path("replicas").get(0).asText()).isEqualTo("0000000000000001");
    assertThat(put.path("potentially_stale").isBoolean()).isTrue();
    assertThat(cluster.stored("k").ttlMillis()).isEqualTo(90_000);
    JsonNode got = run("get", "k", "--json").json();
    assertThat(got.path("found").asBoolean()).isTrue();
    assertThat(got.path("value").asText()).isEqualTo("v");
    assertThat(got.path("version")).isEqualTo(put.path("version"));
    Ran missing = run("get", "none", "--json");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(missing.json().path("found").asBoolean(true)).isFalse();
  }

  @Test
  void scanPrintsALineForEachEntry() {
    run("put", "p:1", "a\tb");
    run("put", "p:2", "c\nd");
    run("put", "q", "e");
    assertThat(run("scan", "p:").out().lines()).containsExactly("p:1\ta\\tb", "p:2\tc\\nd");
    assertThat(run("scan", "--keys-only").out().lines()).containsExactly("p:1", "p:2", "q");
    assertThat(run("scan", "--limit", "1").out().lines()).hasSize(1);
    List<String> lines = run("scan", "p:", "--json").out().lines().toList();
    assertThat(lines).hasSize(2).allMatch(line -> line.startsWith("{\"key\":\"p:"));
  }

  @Test
  void aScanThatMayLackWritesSaysSo() {
    run("put", "k", "v");
    assertThat(run("scan", "--json").err()).isEmpty();
    cluster.stale = true;
    assertThat(run("scan").err()).contains("1 entry, potentially stale");
    Ran json = run("scan", "--json");
    assertThat(json.err()).contains("potentially stale");
    assertThat(json.out().lines()).hasSize(1);
  }

  @Test
  void statusTellsNodesAndMoves() {
    JsonNode status = run("cluster", "status", "--json").json();
    JsonNode node = status.path("nodes").path(0);
    assertThat(node.path("id").asText()).isEqualTo("0000000000000001");
    assertThat(node.path("address").asText()).isEqualTo(cluster.endpoint());
    assertThat(node.path("zone").asText()).isEqualTo("zone-1");
    assertThat(node.path("state").asText()).isEqualTo("up");
    assertThat(status.path("moves").isArray()).isTrue();
    assertThat(status.path("metadata").path("leader").asText()).isEqualTo("0000000000000001");
    assertThat(run("cluster", "status").out()).contains("zone-1", "leader", cluster.endpoint());
  }

  @Test
  void statusTellsHowFarFillingAndPurgingAre() {
    assertThat(run("cluster", "status").out())
        .contains("none purged yet")
        .doesNotContain("filling node", "the oldest due");
    cluster.reports(
        NodeReport.newBuilder()
            .setFilling(
                FillProgress.newBuilder()
                    .setPartitions(12)
                    .setTotalPartitions(64)
                    .setRecords(34_000)
                    .setBytes(120_500_000)
                    .setBytesPerSecond(14_200_000))
            .setPurging(
                PurgeProgress.newBuilder()
                    .setTombstones(70)
                    .setDue(3)
                    .setOpen(2)
                    .setOverdueMs(90_000)
                    .setPurgedAgeMs(4_000_000))
            .build());
    assertThat(run("cluster", "status").out())
        .contains(
            "filling node 0000000000000001: 12 of 64 partitions left; 34000 records, 120.5 MB so"
                + " far, 14.2 MB/s")
        .contains(
            "70 records on all nodes; 2 partitions being purged; last purged up to 4000 s ago, the"
                + " oldest due for 90 s");
    JsonNode report =
        run("cluster", "status", "--json").json().path("nodes").path(0).path("report");
    assertThat(report.path("filling").path("partitions").asInt()).isEqualTo(12);
    assertThat(report.path("filling").path("bytes_per_second").asLong()).isEqualTo(14_200_000);
    assertThat(report.path("purging").path("overdue_ms").asLong()).isEqualTo(90_000);
    assertThat(report.path("purging").path("tombstones").asLong()).isEqualTo(70);
  }

  @Test
  void aNodeThatLostItsDiskIsReadmitted() {
    Ran done = run("cluster", "readmit", "host-2:7400");
    assertThat(done.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(done.out()).contains("0000000000000002 is given up", "host-2:7400", "is filled");
    assertThat(
            run("cluster", "readmit", "x:1", "--accept-data-loss", "--json")
                .json()
                .path("node")
                .asText())
        .isEqualTo("0000000000000105");
    assertThat(run("cluster", "readmit").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void tenantsAreCreatedListedAndAltered() {
    Ran created = run("tenant", "create", "fast", "--rf", "1", "--read-level", "one");
    assertThat(created.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(created.out()).contains("fast");
    assertThat(created.err())
        .contains("warning: reads may miss writes")
        .as("of a cluster of one node")
        .doesNotContain("one copy");
    JsonNode list = run("tenant", "list", "--json").json();
    assertThat(list.path("tenants").path(0).path("replication_factor").asInt()).isEqualTo(1);
    JsonNode altered = run("tenant", "alter", "default", "--ttl", "2h", "--json").json();
    assertThat(altered.path("default_ttl_ms").asLong()).isEqualTo(7_200_000);
    JsonNode limited =
        run(
                "tenant",
                "alter",
                "default",
                "--operations-per-second=100",
                "--bytes-per-second=2MiB",
                "--hint-overflow=reject",
                "--read-repair=background:10",
                "--json")
            .json();
    assertThat(limited.path("operations_per_second").asLong()).isEqualTo(100);
    assertThat(limited.path("bytes_per_second").asLong()).isEqualTo(2 << 20);
    assertThat(limited.path("hint_overflow").asText()).isEqualTo("REJECT");
    assertThat(limited.path("read_repair").asText()).isEqualTo("BACKGROUND:10");
    Ran wrong = run("tenant", "alter", "default", "--read-repair=sometimes");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("'sometimes': give BLOCKING, EVERYONE");
    assertThat(run("tenant", "alter", "default").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void replicasAreGivenByRegionAndLevelsAreAboutRegions() {
    Ran created =
        run("tenant", "create", "geo", "--rf", "eu=3,us=3,asia=1", "--read-level", "local-quorum");
    assertThat(created.exitCode()).as(created.err()).isEqualTo(ExitCode.DONE);
    assertThat(created.out()).contains("asia=1,eu=3,us=3", "LOCAL_QUORUM");
    JsonNode json = run("tenant", "create", "geo", "--rf=eu=2,us=1", "--json").json();
    assertThat(json.path("replication_factor").asInt()).isEqualTo(3);
    assertThat(json.path("replicas_by_region").path("eu").asInt()).isEqualTo(2);
    JsonNode plain = run("tenant", "create", "plain", "--rf=3", "--json").json();
    assertThat(plain.has("replicas_by_region")).isFalse();

    Ran wrong = run("tenant", "create", "odd", "--rf", "eu=3,us");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("give a number, such as 3, or a number for each region");
    assertThat(run("tenant", "alter", "geo", "--rf", "eu=0").err())
        .contains("0 replicas in region 'eu': give at least 1, or leave the region out");
    assertThat(run("put", "k", "v", "--level", "each-quorum", "--client-region", "eu").exitCode())
        .isEqualTo(ExitCode.DONE);
  }

  /** Levels about a region would be about another one, and nothing would say so. */
  @Test
  void aRegionThatThereIsNotIsWarnedOf() {
    assertThat(warningOfRegion("locla"))
        .contains("warning: no node is in region 'locla'", "there are: local")
        .contains("did you mean 'local'?");
    assertThat(warningOfRegion("asia"))
        .contains("warning: no node is in region 'asia'", "there are: local")
        .doesNotContain("did you mean");
    assertThat(run("get", "k", "--client-region", "local").err()).doesNotContain("warning");
    assertThat(run("get", "k", "--client-region", "asia", "--json").err())
        .doesNotContain("warning");
  }

  /** It is looked up for a second at most, which may be too short on a busy machine. */
  private String warningOfRegion(String region) {
    String err = "";
    for (int i = 0; i < 20 && err.isEmpty(); i++) {
      err = run("get", "k", "--client-region", region).err();
    }
    return err;
  }

  /** One disk that fails takes all of it. */
  @Test
  void oneCopyOfATenantIsAgreedToOrWarnedOf() {
    cluster.moreTenants =
        List.of(Tenant.newBuilder().setName("orders").setId(2).setReplicationFactor(3).build());
    Ran asked = run("tenant", "alter", "orders", "--rf", "1");
    assertThat(asked.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(asked.err())
        .contains("nothing was changed: of tenant 'orders' one copy of each key would be left")
        .contains("Give --yes");
    for (String[] unasked :
        List.of(
            new String[] {"tenant", "alter", "orders", "--rf", "1", "--yes"},
            new String[] {"tenant", "alter", "orders", "--rf", "2"},
            new String[] {"tenant", "alter", "default", "--rf", "1"})) { // which has one now
      assertThat(run(unasked).exitCode()).as(String.join(" ", unasked)).isEqualTo(ExitCode.DONE);
    }
    beside(Membership.MEMBERSHIP_SPARE);
    assertThat(run("tenant", "create", "alone", "--rf", "1").err()).doesNotContain("one copy");
    beside(Membership.MEMBERSHIP_ACTIVE);
    Ran created = run("tenant", "create", "alone", "--rf", "1");
    assertThat(created.err())
        .contains("warning: tenant 'alone' has one copy of each key")
        .contains("For more: quorate tenant alter alone --rf 2");
    assertThat(run("tenant", "create", "near", "--rf", "eu=1").err())
        .contains("warning: tenant 'near' has one copy of each key")
        .contains("For more: see quorate tenant alter --help")
        .doesNotContain("--rf");
    assertThat(run("tenant", "create", "two", "--rf", "2").err()).doesNotContain("one copy");
  }

  /** From now on there is a second node. */
  private void beside(Membership membership) {
    cluster.moreStatus =
        GetStatusResponse.newBuilder()
            .addNodes(NodeStatus.newBuilder().setId(0xB).setMembership(membership))
            .build();
  }

  @Test
  void historyIsGivenAsADurationAndShownAsOne() {
    Ran created = run("tenant", "create", "kept", "--history", "24h");
    assertThat(created.exitCode()).as(created.err()).isEqualTo(ExitCode.DONE);
    assertThat(created.out()).contains("history", "24h");
    JsonNode json = run("tenant", "create", "kept", "--history=90s", "--json").json();
    assertThat(json.path("history_ms").asLong()).isEqualTo(90_000);
    assertThat(run("tenant", "create", "kept", "--history=0").out()).contains("none", "never");
    assertThat(run("tenant", "create", "kept", "--history=0", "--ttl", "90s").out())
        .contains("none", "after 90s");
    JsonNode altered = run("tenant", "alter", "default", "--history", "2m", "--json").json();
    assertThat(altered.path("history_ms").asLong()).isEqualTo(120_000);
    Ran wrong = run("tenant", "alter", "default", "--history", "long");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("'long' is not a duration");
  }

  @Test
  void retriesAreGivenToATenantThatIsCreatedAndAreNotOfferedLater() {
    Ran created = run("tenant", "create", "paid", "--retries", "once");
    assertThat(created.exitCode()).as(created.err()).isEqualTo(ExitCode.DONE);
    assertThat(created.out()).contains("retries", "ONCE");
    JsonNode json = run("tenant", "create", "paid", "--retries=ONCE", "--json").json();
    assertThat(json.path("retries").asText()).isEqualTo("ONCE");
    JsonNode usual = run("tenant", "create", "free", "--retries=repeat", "--json").json();
    assertThat(usual.path("retries").asText()).isEqualTo("REPEAT");
    Ran wrong = run("tenant", "create", "odd", "--retries", "twice");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("'twice': give repeat or once");
    assertThat(run("tenant", "create", "--help").out()).contains("--retries");

    Ran altered = run("tenant", "alter", "paid", "--retries", "repeat");
    assertThat(altered.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(altered.err()).contains("--retries");
    assertThat(run("tenant", "alter", "paid").err())
        .contains("--max-value-bytes")
        .doesNotContain("--retries");
    assertThat(run("tenant", "alter", "--help").out()).doesNotContain("--retries");
  }

  @ParameterizedTest
  @CsvSource({
    "REASON_INVALID, 4, invalid",
    "REASON_UNKNOWN_TENANT, 4, unknown_tenant",
    "REASON_PERMISSION_DENIED, 7, permission_denied",
    "REASON_FAILED_PRECONDITION, 4, failed_precondition",
    "REASON_UNAVAILABLE, 3, unavailable",
    "REASON_OUTCOME_UNKNOWN, 3, outcome_unknown",
    "REASON_NOT_SERVING, 3, not_serving",
  })
  void failuresOfTheClusterHaveTheirExitCodes(Reason reason, int exitCode, String kind) {
    cluster.fail(operation -> FakeCluster.failure(reason, "it would not"));
    // Longer than the client tries: at the deadline the outcome would hang on what is in flight.
    Ran ran = run("put", "k", "v", "--timeout", "30s", "--json");
    assertThat(ran.out()).isEmpty();
    assertThat(ran.exitCode()).isEqualTo(exitCode);
    JsonNode error = ran.errJson().path("error");
    assertThat(error.path("kind").asText()).isEqualTo(kind);
    assertThat(error.path("message").asText()).contains("it would not");
    assertThat(error.path("exit_code").asInt()).isEqualTo(exitCode);
    assertThat(error.has("may_have_applied")).isTrue();
  }

  @Test
  void whatCameToNoCountingOfReplicasTellsNoNumberOfThem() {
    cluster.fail(operation -> FakeCluster.failure(Reason.REASON_INVALID, "too large"));
    JsonNode error = run("put", "k", "v", "--json").errJson().path("error");
    assertThat(error.has("replicas_needed")).isFalse();
    assertThat(error.has("replicas_answered")).isFalse();
    assertThat(error.has("code")).isFalse();
  }

  @Test
  void whatExactlyHappenedIsToldToPrograms() {
    Failure told =
        FakeCluster.failure(Reason.REASON_FAILED_PRECONDITION, "not now").toBuilder()
            .setCode(Failure.Code.CODE_OTHER_CUT)
            .build();
    cluster.fail(operation -> told);
    JsonNode error = run("put", "k", "v", "--json").errJson().path("error");
    assertThat(error.path("code").asText()).isEqualTo("other_cut");
  }

  @Test
  void failuresAreOneLineWithoutStackTrace() {
    cluster.fail(operation -> FakeCluster.failure(Reason.REASON_INVALID, "it\nwould not"));
    assertThat(run("get", "k").err().lines()).hasSize(1).first().asString().startsWith("quorate: ");
    assertThat(run("get", "k", "--verbose").err()).contains("\tat io.quorate");
  }

  @Test
  void clusterThatIsNotThereIsUnavailable() {
    cluster.close();
    Ran ran = run("get", "k", "--timeout", "300ms");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(ran.err()).contains(cluster.endpoint());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "put k|VALUE",
        "put k v --level most|ONE, TWO, QUORUM, ALL",
        "put k v --timeout soon|5s",
        "put k v --timeout 0|--timeout",
        "put k v --ttl 0s|--ttl",
        "put --hex zz 00|hexadecimal",
        "put --hex --base64 00 00|--hex",
        "get k --raw --output f|--raw",
        "scan --limit -1|--limit",
        "get k --endpoints nowhere|nowhere",
        "bench --value-size 10|--value-size",
        "bench --value-size 2000000000|64MiB",
        "bench --keys many|'many' is not a whole number",
        "get k --fenced-by abc|'abc' is not a whole number",
        "increment k --min few|'few' is not a whole number",
        "lock acquire a --ttl 1s --shared --at-most some -- true|'some' is not a whole number",
        "import data.txt|--format",
        "export data.txt|--format",
        "import - --format csv --resume|--state",
        "frobnicate|frobnicate",
        "put k v --ttl 999999999999999d|36500d",
        "get k --timeout 999999999999999d|36500d",
        "get k --tenannt x|--tenannt",
      })
  void whatCannotBeUnderstoodIsUsage(String line, String hint) {
    Ran ran = Ran.command(line.split(" ", -1));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains(hint).contains("--help");
    assertThat(ran.err().lines()).hasSize(1);
  }

  @Test
  void argumentsThatAreNotAsTypedAreRefused() {
    for (String garbled : List.of("k\uFFFD", "\uD800")) {
      Ran ran = run("put", garbled, "v");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("--hex");
      assertThat(run("scan").out()).isEmpty();
    }
    assertThat(run("put", "grüße 中 🙂", "v").exitCode()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aMisspeltCommandIsAnsweredByTheOneItResembles() {
    assertThat(Ran.command("putt", "a", "b").err().strip())
        .isEqualTo(
            "quorate: 'putt' is not a command of 'quorate'; did you mean 'put'?"
                + " Try 'quorate --help'");
    assertThat(Ran.command("gte", "a").err()).contains("did you mean 'get'?");
    assertThat(Ran.command("del", "a").err()).contains("did you mean 'delete'?");
    assertThat(Ran.command("foo").err())
        .as("two of three letters are other ones")
        .contains("'foo' is not a command of 'quorate'; try");
    assertThat(Ran.command("cluster", "statsu").err()).contains("did you mean 'status'?");
    assertThat(Ran.command("dev", "--data-dir", "x").err())
        .contains("'--data-dir' is not an option of 'quorate dev'; did you mean '--data'?");
    assertThat(Ran.command("tenant", "delete", "x").err()).contains("did you mean 'drop'?");
    assertThat(Ran.command("ls").err()).contains("did you mean 'scan'?");
    assertThat(Ran.command("user", "rm", "x").err()).contains("did you mean 'drop'?");
    assertThat(Ran.command("help", "gte").err())
        .contains("'gte' is not a command of 'quorate'; did you mean 'get'?");
  }

  @Test
  void aCommandThatIsElsewhereIsAnsweredByWhereItIs() {
    for (String each :
        List.of(
            "delete-tenant x | quorate tenant drop",
            "tenant-list | quorate tenant list",
            "list_tenants | quorate tenant list",
            "create-backup | quorate backup create",
            "drain n1 | quorate node drain",
            "node remove n1 | quorate cluster remove",
            "cluster decommission n1 | remove",
            "move n1 | quorate cluster move",
            "cluster drain n1 | quorate node drain",
            "node list | quorate cluster status",
            "node ls | quorate cluster status",
            "node info n1 | quorate cluster status",
            "cluster list | status",
            "config validate x | check",
            "tenant info x | list",
            "tenant show x | list",
            "tenant describe x | list",
            "user info x | show",
            "backup check x | verify",
            "backup show x | list",
            "backup restore x | quorate restore")) {
      String[] parts = each.split(" \\| ", -1);
      assertThat(Ran.command(parts[0].split(" ")).err())
          .contains("did you mean '" + parts[1] + "'?");
    }
    assertThat(Ran.command("truncate", "x").err())
        .contains("did you mean 'quorate tenant truncate'");
    assertThat(Ran.command("status").err()).contains("did you mean 'quorate cluster status' or '");
    // The option that lacks is told only where no other word is the reason for that.
    assertThat(Ran.command("restore", "--form", "b", "--all").err())
        .contains("'--form' is not an option of 'quorate restore'; did you mean '--from'?");
    assertThat(Ran.command("restore", "--all").err()).contains("Missing required option: '--from");
    // Options and keys are no commands, whatever they are called.
    assertThat(Ran.command("get", "k", "status").err()).doesNotContain("did you mean");
    // Five commands have it, which would be no help.
    assertThat(Ran.command("show").err()).doesNotContain("did you mean");
  }

  @Test
  void anOptionOfOtherProgramsIsAnsweredByWhatToGive() {
    assertThat(Ran.command("export", "--to", "x.csv").err().strip())
        .isEqualTo(
            "quorate: '--to' is not an option of 'quorate export': give the file as it is: quorate"
                + " export [PREFIX] FILE; try 'quorate export --help'");
    for (String each :
        List.of(
            "export -o x.csv | quorate export [PREFIX] FILE",
            "export --output=x.csv | quorate export [PREFIX] FILE",
            "import --from x.csv | quorate import FILE",
            "backup list --from x | quorate backup list DIR",
            "backup newest --from x | quorate backup newest DIR",
            "backup verify --from x/y | quorate backup verify DIR/NAME",
            "backup delete --dir x/y | quorate backup delete DIR/NAME",
            "revoke read --to-user u --tenant t | give --from-user USER",
            "revoke read --to-role=r --tenant t | give --from-role ROLE",
            "grant read --from-user u --tenant t | give --to-user USER",
            "grant read --from-role r --tenant t | give --to-role ROLE",
            "get k --consistency ONE | give --level",
            "put k v --write-level ONE | give --level",
            "delete k --consistency-level=ONE | give --level",
            "scan --read-level ONE | give --level",
            "tenant create x --replicas 3 | --rf",
            "tenant alter x --replicas=3 | --rf")) {
      String[] parts = each.split(" \\| ", -1);
      Ran ran = Ran.command(parts[0].split(" "));
      assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("is not an option of", parts[1]).doesNotContain("did you");
    }
  }

  /** Of three letters, two edits leave one. */
  @Test
  void aShortOptionIsAnsweredByOneThatResemblesIt() {
    assertThat(Ran.command("backup", "create", "--all", "--to", "x").err())
        .contains("'--all' is not an option of 'quorate backup create'; try");
    assertThat(Ran.command("tenant", "drop", "x", "--yse").err()).contains("did you mean '--yes'?");
  }

  @Test
  void theReplicationFactorHasItsShortAndItsLongNameInEachCommand() {
    for (String name : List.of("--rf", "--replication-factor")) {
      assertThat(run("tenant", "create", "fast", name, "1").exitCode()).isZero();
      for (String command :
          List.of("tenant alter x", "cluster plan tenant x", "restore --from x")) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of(name, "none"));
        assertThat(Ran.command(words.toArray(String[]::new)).err())
            .doesNotContain("is not an option")
            .contains("'none'");
      }
    }
  }

  @Test
  void helpOfACommandOfSeveralWordsIsOfThatCommand() {
    assertThat(Ran.command("help", "backup", "create").out())
        .isEqualTo(Ran.command("backup", "create", "--help").out())
        .contains("Usage: quorate backup create");
    assertThat(Ran.command("help", "hints", "deadletters", "list").out())
        .contains("Usage: quorate hints deadletters list");
    assertThat(Ran.command("help", "backup").out()).contains("Usage: quorate backup ");
    assertThat(Ran.command("help").out()).isEqualTo(Ran.command("--help").out());
    Ran unknown = Ran.command("help", "tenant", "delete");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err().strip())
        .isEqualTo(
            "quorate: 'delete' is not a command of 'quorate tenant'; did you mean 'drop'?"
                + " Try 'quorate tenant --help'");
  }

  @Test
  void aWordThatResemblesNoCommandIsAnsweredByNone() {
    for (List<String> words :
        List.of(
            List.of("frobnicate"),
            List.of("modify"),
            List.of("tenant", "watch", "x"),
            List.of("export", "k", "--force"),
            List.of("x".repeat(5_000)))) {
      Ran ran = Ran.command(words.toArray(String[]::new));
      assertThat(ran.exitCode()).as("%s", words).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("; try 'quorate").doesNotContain("did you mean");
    }
    assertThat(Ran.command("get", "k", "more").err().strip())
        .isEqualTo(
            "quorate: 'more' is one argument too many for 'quorate get'; try 'quorate get --help'");
  }

  @Test
  void helpIsACommand() {
    assertThat(Ran.command("help", "put").out()).contains("Stores a value under a key.");
  }

  @Test
  void aNodeThatIsNotThereCannotBeRepaired() {
    Ran ran = run("repair", "--node", "nobody:1");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("has the id, address or name 'nobody:1'");
  }

  @Test
  void valuesFromFilesThatCannotBeReadNameTheFile(@TempDir Path dir) {
    assertThat(run("put", "k", "@alice").err()).contains("alice: no such file", "@@alice");
    assertThat(run("put", "k", "@" + dir).err()).contains(dir + ": is a directory");
  }

  @Test
  void aScanEndsWhenItsReaderIsGone() {
    storeEntries("v");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(new ClosedPipe(), false, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false);
    assertThat(Main.run(console, "scan", "--endpoints", cluster.endpoint()))
        .isEqualTo(ExitCode.OUTPUT_GONE);
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void anExportEndsWhenItsReaderIsGone() {
    storeEntries("v".repeat(100));
    Ran ran = into(failing("Broken pipe"), "export", "-", "--format", "jsonl");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.OUTPUT_GONE);
    assertThat(ran.err()).isEmpty();
  }

  /** Otherwise half a value, in a file on a disk that is full, is taken for all of it. */
  @Test
  void resultsThatCannotBeWrittenAreAFailureThatIsTold() {
    run("put", "k", "v");
    for (String[] command :
        new String[][] {
          {"get", "k"},
          {"get", "k", "--raw"},
          {"get", "k", "--json"},
          {"put", "k", "w"},
          {"scan"},
          {"export", "-", "--format", "csv"}
        }) {
      Ran full = into(failing("No space left on device"), command);
      assertThat(full.exitCode()).as("%s", List.of(command)).isEqualTo(ExitCode.FAILED);
      assertThat(full.err()).contains("standard output cannot be written: No space left on device");
    }
  }

  /** Not by commands: each would open its own connection. */
  private void storeEntries(String value) {
    for (int i = 0; i < 300; i++) {
      cluster.store(("key-" + i).getBytes(UTF_8), value.getBytes(UTF_8));
    }
  }

  private Ran into(OutputStream out, String... command) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new ResultStream(out),
            new PrintStream(err, true, UTF_8),
            false,
            false);
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--endpoints", cluster.endpoint()));
    int exitCode = Main.run(console, words.toArray(String[]::new));
    return new Ran(exitCode, new byte[0], err.toString(UTF_8));
  }

  private static OutputStream failing(String why) {
    return new OutputStream() {
      @Override
      public void write(int ignored) throws IOException {
        throw new IOException(why);
      }
    };
  }

  /** A partition that took a step of a move while it was read is read again as it is then. */
  @Test
  void verifyingReadsAgainWhatHasMovedOnMeanwhile() {
    var asked = new AtomicInteger();
    cluster.epochs(4L, 5L, 6L, 7L, 8L);
    cluster.hashes(epoch -> asked.getAndIncrement() == 0 ? "partition 0 left its epoch" : null);
    Ran ran = run("repair", "--verify");
    assertThat(ran.out()).contains("1 of 1 partitions are equal at all their replicas; 7 records");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void verifyingSaysWhatMovedOnEachTimeItWasRead() {
    cluster.epochs(LongStream.range(4, 60).boxed().toArray(Long[]::new));
    cluster.hashes(epoch -> "partition 0 left epoch " + epoch);
    Ran ran = run("repair", "--verify", "--json");
    assertThat(ran.json().path("changed_meanwhile")).hasSize(1);
    assertThat(ran.json().path("not_asked")).isEmpty();
    assertThat(ran.err()).contains("1 partitions moved on, or were purged", "verify them again");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
  }

  @Test
  void verifyingSaysWhoCouldNotBeAsked() {
    cluster.hashes(epoch -> "its disk is away");
    Ran ran = run("repair", "--verify");
    assertThat(ran.err()).contains("node 0000000000000001 could not be asked: ", "disk is away");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
  }

  private static final class ClosedPipe extends OutputStream {
    @Override
    public void write(int ignored) throws IOException {
      throw new IOException("Broken pipe");
    }
  }

  @Test
  void benchTellsWhatItMeasuredAndChecked() {
    JsonNode json =
        run(
                "bench",
                "--keys",
                "50",
                "--warmup",
                "0",
                "--seconds",
                "1",
                "--verify",
                "--json",
                "--series")
            .json();
    assertThat(json.path("ops_per_second").asDouble()).isPositive();
    for (String name :
        List.of(
            "p50_ms",
            "p99_ms",
            "p999_ms",
            "read_p50_ms",
            "read_p99_ms",
            "write_p50_ms",
            "write_p99_ms",
            "client_cpu_us_per_op")) {
      assertThat(json.path(name).isNumber()).as(name).isTrue();
    }
    for (String name : List.of("errors", "stale_reads", "lost_writes", "wrong_values")) {
      assertThat(json.path(name).asInt(-1)).as(name).isZero();
    }
    assertThat(json.path("verified").asBoolean()).isTrue();
    assertThat(json.path("series")).hasSize(1);
    assertThat(json.path("periods")).singleElement().returns(false, CommandsTest::changing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--outstanding", "--rate"})
  void benchTellsWhatIsFeltOfAChange(String load) {
    cluster.changes(TopologyChangeStatus.newBuilder().setUnderWay(true).build());
    String bench = "bench --keys 50 --warmup 0 --seconds 1 " + load + " 20";
    assertThat(run(bench.split(" ")).out()).contains("1 -> 1", "to rest");
    JsonNode periods = run((bench + " --json").split(" ")).json().path("periods");
    assertThat(periods).singleElement().returns(true, CommandsTest::changing);
    assertThat(periods.path(0).path("ops_per_second").asInt()).isPositive();
    assertThat(periods.path(0).path("p99_ms").asDouble()).isPositive();
  }

  private static boolean changing(JsonNode period) {
    return period.path("changing").asBoolean();
  }

  @ParameterizedTest
  @CsvSource({"--model,siblings", "--retries,once"})
  void whatIsNeverChangedOfATenantIsExplained(String option, String value) {
    Ran ran = run("tenant", "alter", "default", option, value);
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err())
        .contains(option + " is given when a tenant is created", "create another tenant");
    assertThat(Ran.command("tenant", "alter", "--help").out()).doesNotContain(option);
    assertThat(run("tenant", "alter", "default").err())
        .contains("nothing to alter")
        .doesNotContain(option);
  }

  @Test
  void benchMakesATenantOfTheModelThatItIsToMeasure() {
    String bench = "bench --keys 10 --warmup 0 --seconds 1 --verify --model siblings";
    for (String load : List.of("", " --rate 200")) {
      JsonNode json = run((bench + load + " --json").split(" ")).json();
      assertThat(json.path("tenant").asText()).isEqualTo("bench-siblings");
      assertThat(json.path("model").asText()).isEqualTo("SIBLINGS");
      assertThat(json.path("siblings_per_read").asDouble()).isPositive();
      assertThat(json.path("stale_reads").asInt(-1)).isZero();
      assertThat(json.path("errors_by_kind")).isEmpty();
    }
    Ran ran = run(bench.split(" "));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out()).contains("tenant bench-siblings, model SIBLINGS", "writes");
  }

  @Test
  void benchMeasuresATenantAsItsModelIsUsed() {
    JsonNode json =
        run("bench --keys 10 --warmup 0 --seconds 1 --json --tenant carts".split(" ")).json();
    assertThat(json.path("tenant").asText()).isEqualTo("carts");
    assertThat(json.path("model").asText()).isEqualTo("SIBLINGS");
    assertThat(json.path("errors").asInt(-1)).isZero();
  }

  @Test
  void benchTellsRetriesAndSessions() {
    String bench = "bench --keys 10 --warmup 0 --seconds 1 --json";
    JsonNode json = run((bench + " --retries once").split(" ")).json();
    assertThat(json.path("tenant").asText()).isEqualTo("bench-once");
    assertThat(json.path("retries").asText()).isEqualTo("ONCE");
    assertThat(json.path("model").asText()).isEqualTo("LAST_WRITE_WINS");
    assertThat(json.path("sessions").asInt(-1)).isZero();
    json = run((bench + " --model last-write-wins --sessions 3").split(" ")).json();
    assertThat(json.path("tenant").asText()).isEqualTo("bench-last-write-wins");
    assertThat(json.path("retries").asText()).isEqualTo("REPEAT");
    assertThat(json.path("sessions").asInt()).isEqualTo(3);
    assertThat(json.path("errors").asInt(-1)).isZero();
    assertThat(json.path("stale_reads").asInt(-1)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--model last-write-wins --tenant carts|4|tenant 'carts' has model SIBLINGS, which is never"
            + " changed, and LAST_WRITE_WINS was asked for: name another tenant",
        "--retries once --tenant default|4|tenant 'default' has retries REPEAT, which is never"
            + " changed, and ONCE was asked for: name another tenant",
        "--model siblings --sessions 3|2|--sessions does not go with model SIBLINGS: leave it out",
        "--model siblings --floor|2|--floor has no tenants: leave out --model and --retries",
        "--sessions -1|2|--sessions must not be negative",
        "--model newest|2|last-write-wins or siblings",
      })
  void benchRefusesWhatItCannotMeasure(String options, int exitCode, String why) {
    Ran ran = run(("bench --keys 10 --warmup 0 --seconds 1 " + options).split(" "));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(exitCode);
    assertThat(ran.err()).contains(why);
  }

  /** Otherwise it would end in the middle, out of memory. */
  @Test
  void benchOfMoreKeysThanItHasMemoryForDoesNotBegin() {
    Ran ran = run("bench", "--keys", "2000000000");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err())
        .contains("--keys 2000000000 takes a heap of 343322 MiB")
        .contains("set QUORATE_JAVA_OPTS=-Xmx343322m, or give fewer keys");
  }

  @Test
  void benchThatSeesABrokenPromiseFails() {
    // Every hundredth write is acknowledged and forgotten: what is there now is older.
    cluster.forgetEveryHundredthPut();
    Ran ran = run("bench", "--keys", "10", "--warmup", "0", "--seconds", "1", "--json");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.json().path("stale_reads").asInt()).isPositive();
    assertThat(ran.json().path("examples").path("stale_read").asText()).contains("known before");
  }

  @Test
  void versionIsTold() {
    assertThat(Ran.command("--version").out()).startsWith("quorate ");
  }

  private Ran run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--endpoints");
    all.add(cluster.endpoint());
    return Ran.command(all.toArray(String[]::new));
  }
}
