package io.quorate.cli.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.quorate.cli.FakeCluster;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImportTest {
  private final FakeCluster cluster = new FakeCluster();

  @TempDir Path dir;

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void goodRecordsAreStoredAndBadOnesCounted() throws IOException {
    Path file = write("{\"key\":\"a\",\"n\":1}", "oops", "{\"key\":\"b\"}", "", "[]");
    Ran ran = run("import", file.toString(), "--show-bad", "1");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("line 2: not JSON").doesNotContain("line 5");
    assertThat(ran.out()).contains("imported 2 records", "2 bad, 1 skipped", "1 bad lines are not");
    assertThat(stored())
        .containsOnly(Map.entry("a", "{\"key\":\"a\",\"n\":1}"), Map.entry("b", "{\"key\":\"b\"}"));

    JsonNode json = run("import", file.toString(), "--allow-bad", "--json").json();
    assertThat(json.path("bad_lines").asInt()).isEqualTo(2);
    assertThat(json.path("bad").path(1).path("line").asInt()).isEqualTo(5);
    assertThat(json.path("records").asInt()).isEqualTo(2);
    assertThat(json.path("last_line").asInt()).isEqualTo(5);
    assertThat(run("import", file.toString(), "--allow-bad").exitCode()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void whatIsNoFileOfRecordsIsSaidAtOnce() throws IOException {
    assertThat(run("import", dir.toString(), "--format", "csv").err())
        .contains(dir + ": is a directory");
    Path compressed = dir.resolve("records.jsonl");
    Files.write(compressed, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0});
    Ran ran = run("import", compressed.toString());
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("gzip -dc " + compressed + " | quorate import - --format jsonl");
    assertThat(stored()).isEmpty();
    assertThat(run("import", dir.toString()).err()).contains(dir + ": is a directory");
    assertThat(run("import", dir.resolve("none.csv").toString()).err())
        .contains("none.csv: no such file");
  }

  /** Also where the name tells no format, as those of compressed files do not. */
  @ParameterizedTest
  @CsvSource({
    "1f8b0800, gzip -dc",
    "28b52ffd04, zstd -dc",
    "425a6839314159265359, bzip2 -dc",
    "fd377a585a0000, xz -dc",
    "504b030414, unzip -p"
  })
  void aCompressedFileIsNamedWithWhatUnpacksIt(String head, String command) throws IOException {
    for (String name : List.of("records.csv", "records.csv.z", "records")) {
      Path file = Files.write(dir.resolve(name), HexFormat.of().parseHex(head));
      Ran ran = run("import", file.toString());
      assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(ran.err())
          .contains(": is compressed: use " + command + " " + file + " | quorate import - --format")
          .contains(name.contains("csv") ? "--format csv" : "--format FORMAT");
    }
  }

  @Test
  void theOneColumnBesideTheKeyIsAnObjectUnlessItIsNamed() throws IOException {
    Path file = dir.resolve("plain.csv");
    Files.writeString(file, "key,colour\nk,red\n");
    assertThat(run("import", file.toString()).err())
        .contains("is stored as a JSON object with the field 'colour'", "--value-column colour");
    assertThat(run("get", "k").out()).isEqualTo("{\"colour\":\"red\"}" + System.lineSeparator());
    assertThat(run("import", file.toString(), "--value-column", "colour").err())
        .doesNotContain("JSON object");
    assertThat(run("get", "k").out().strip()).isEqualTo("red");
    Files.writeString(file, "key,colour,size\nk,red,9\n");
    assertThat(run("import", file.toString()).err()).doesNotContain("JSON object");
    Files.writeString(file, "name,colour\nk,red\n");
    assertThat(run("import", file.toString(), "--key-column", "colour").err())
        .contains("--value-column name");
  }

  @Test
  void anExportThatIsImportedAsPlainRecordsIsPointedOut() throws IOException {
    run("put", "a", "quoted \" and \\");
    for (String format : List.of("jsonl", "csv")) {
      String file = dir.resolve("export." + format).toString();
      assertThat(run("export", file).exitCode()).isEqualTo(ExitCode.DONE);
      assertThat(run("import", file).err()).contains("looks like an export", "--exported");
      assertThat(run("import", "--exported", file).err()).doesNotContain("looks like");
    }
    assertThat(run("import", write("{\"key\":\"k\",\"v\":1}").toString()).err())
        .doesNotContain("looks like");
  }

  @Test
  void resumingNothingIsSaid() throws IOException {
    Ran ran = run("import", write("{\"key\":\"a\"}").toString(), "--resume");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err()).contains("nothing to resume");
  }

  /** A file that replaces /dev/null breaks all programs that write there. */
  @Test
  void anExportWritesIntoAPipeAndThroughALinkAndTakesNoPlaceOfTheirs() throws Exception {
    run("put", "k", "v");
    Path pipe = dir.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.readString(pipe);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    assertThat(run("export", "", pipe.toString(), "--format", "jsonl").exitCode()).isZero();
    assertThat(read.get(1, TimeUnit.MINUTES)).contains("\"key\":\"k\"");
    assertThat(Files.isRegularFile(pipe)).isFalse();

    Path target = Files.writeString(dir.resolve("target.jsonl"), "of before");
    Path link = Files.createSymbolicLink(dir.resolve("link.jsonl"), target);
    assertThat(run("export", "", link.toString()).exitCode()).isZero();
    assertThat(link).isSymbolicLink();
    assertThat(target).content().contains("\"key\":\"k\"");
  }

  /** Two that wrote into one file would mix, and the first would be done with what is no export. */
  @Test
  void anExportLeavesWhatAnotherOneIsWriting() throws Exception {
    Path file = dir.resolve("all.jsonl");
    Path other = Files.writeString(dir.resolve("all.jsonl.part"), "of another run");
    assertThat(run("put", "k", "v").exitCode()).isZero();
    assertThat(run("export", file.toString()).exitCode()).isZero();
    assertThat(other).hasContent("of another run");
    assertThat(file).content().contains("\"k\"");
    try (var left = Files.list(dir)) {
      assertThat(left).containsExactlyInAnyOrder(file, other);
    }
  }

  @Test
  void anExportRemovesWhatAKilledOneHasLeft() throws Exception {
    Path file = dir.resolve("all.jsonl");
    Path left = Files.writeString(dir.resolve("all.jsonl.00112233aabbccdd.part"), "{\"ke");
    assertThat(run("export", file.toString()).exitCode()).isZero();
    assertThat(left).doesNotExist();
    assertThat(file).exists();
  }

  @Test
  void anExportThatCannotBeWrittenIsRefusedFirstAndLeavesNothing() throws IOException {
    assertThat(run("export", "", dir.toString(), "--format", "jsonl").err())
        .contains(dir + ": is a directory");
    assertThat(run("export", "", dir.toString()).err()).contains(dir + ": is a directory");
    assertThat(run("export", "", dir.resolve("none/x.jsonl").toString()).err())
        .contains("no such directory: " + dir.resolve("none"));
    cluster.close();
    Ran failed =
        run(
            "export",
            dir.resolve("x.jsonl").toString(),
            "--timeout",
            "200ms",
            "--give-up-after",
            "0s");
    assertThat(failed.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void recordsThatTheClusterRefusesAreBadLines() throws IOException {
    Path file = write("{\"key\":\"a\"}", "{\"key\":\"refused\"}", "{\"key\":\"b\"}");
    cluster.fail(
        operation ->
            key(operation).equals("refused")
                ? FakeCluster.failure(Reason.REASON_INVALID, "too large")
                : null);
    Ran ran = run("import", file.toString());
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("line 2: ").contains("too large");
    assertThat(stored().keySet()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void failuresThatOutlastTheClientsTriesAreTriedAgain() throws IOException {
    Path file = write(records(200));
    Map<String, Integer> attempts = new ConcurrentHashMap<>();
    cluster.fail(
        operation ->
            attempts.merge(key(operation), 1, Integer::sum) <= 5
                ? FakeCluster.failure(Reason.REASON_UNAVAILABLE, "a replica died")
                : null);
    Ran ran = run("import", file.toString(), "--outstanding", "100", "--json");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    assertThat(ran.json().path("retries").asInt()).isPositive();
    assertThat(stored()).hasSize(200);
    assertThat(dir)
        .isDirectoryContaining("glob:**.jsonl")
        .isDirectoryNotContaining("glob:**-import");
  }

  @Test
  void stoppedImportGoesOnWhereAllBeforeIsStored() throws IOException {
    Path file = write(records(300));
    cluster.fail(
        operation ->
            key(operation).equals("k150")
                ? FakeCluster.failure(Reason.REASON_UNAVAILABLE, "too few replicas")
                : null);
    String[] command = {
      "import",
      file.toString(),
      "--outstanding",
      "8",
      "--give-up-after",
      "300ms",
      "--timeout",
      "200ms"
    };
    Ran stopped = run(command);
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(stopped.err()).contains("stopped after line 149", "too few replicas", "--resume");

    Set<String> keys = ConcurrentHashMap.newKeySet(); // of which one may be sent again
    cluster.fail(
        operation -> {
          keys.add(key(operation));
          return null;
        });
    List<String> again = new ArrayList<>(List.of(command));
    again.add("--resume");
    Ran resumed = run(again.toArray(String[]::new));
    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.DONE);
    assertThat(resumed.out()).contains("going on after line 149");
    assertThat(keys).hasSize(151);
    assertThat(stored()).hasSize(300);
    assertThat(ImportState.beside(file)).doesNotExist();
  }

  @Test
  void changedInputOrOtherTargetIsNotGoneOnWith() throws IOException {
    Path file = write(records(3));
    stopped(file, new Destination("00000000000000cc", 1));
    Ran other = run("import", file.toString(), "--resume", "--tenant", "other");
    assertThat(other.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err()).contains("tenant default", "tenant other");

    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    Ran changed = run("import", file.toString(), "--resume");
    assertThat(changed.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(changed.err()).contains("has changed");
    assertThat(stored()).isEmpty();

    Files.writeString(ImportState.beside(file), "garbage");
    assertThat(run("import", file.toString(), "--resume").err()).contains("remove it");
  }

  /** What was stored in a tenant that is gone is nowhere: to go on after it would leave it out. */
  @Test
  void anImportGoesOnIntoTheSameTenantOnly() throws IOException {
    Path file = write(records(3));
    stopped(file, new Destination("00000000000000dd", 1));
    Ran elsewhere = run("import", file.toString(), "--resume");
    assertThat(elsewhere.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(elsewhere.err())
        .contains("another cluster", "00000000000000dd", "00000000000000cc", "from the start");

    stopped(file, new Destination("00000000000000cc", 7));
    assertThat(run("import", file.toString(), "--resume").err()).contains("was truncated since");

    stopped(file, null);
    assertThat(run("import", file.toString(), "--resume").err())
        .contains("was written by an earlier release");
    assertThat(stored()).isEmpty();

    stopped(file, new Destination("00000000000000cc", 1));
    assertThat(run("import", file.toString(), "--resume").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(stored()).containsOnlyKeys("k3");
  }

  @Test
  void progressTellsOfWhichTenantItIs() throws IOException {
    Path file = write(records(3));
    cluster.fail(
        operation ->
            key(operation).equals("k2")
                ? FakeCluster.failure(Reason.REASON_PERMISSION_DENIED, "not yours")
                : null);
    assertThat(run("import", file.toString()).exitCode()).isEqualTo(ExitCode.DENIED);
    assertThat(ImportState.read(ImportState.beside(file)).destination())
        .isEqualTo(new Destination("00000000000000cc", 1));
  }

  /** A state file as releases wrote it that did not note where records were stored. */
  @Test
  void progressOfAnEarlierReleaseIsRead() throws IOException {
    Path file = write(records(3));
    stopped(file, new Destination("00000000000000cc", 1));
    Path state = ImportState.beside(file);
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode earlier = (ObjectNode) mapper.readTree(Files.readAllBytes(state));
    earlier.remove("destination");
    Files.write(state, mapper.writeValueAsBytes(earlier));
    assertThat(ImportState.read(state).destination()).isNull();
  }

  private static void stopped(Path file, @Nullable Destination destination) throws IOException {
    new ImportState(InputIdentity.of(file), target("default"), destination, 2, 2, 0)
        .write(ImportState.beside(file));
  }

  /** Else a value that was overwritten in the file could come back. */
  @Test
  void theLastLineOfAKeyIsWhatItHas() throws IOException {
    Path file =
        write(
            "{\"key\":\"k\",\"n\":1}",
            "{\"key\":\"other\"}",
            "{\"key\":\"k\",\"n\":2}",
            "{\"key\":\"k\",\"n\":3}");
    AtomicInteger attempts = new AtomicInteger();
    cluster.fail(
        operation ->
            operation.getPut().getValue().toStringUtf8().contains("\"n\":1")
                    && attempts.incrementAndGet() <= 5
                ? FakeCluster.failure(Reason.REASON_UNAVAILABLE, "a replica died")
                : null);
    Ran ran = run("import", file.toString(), "--timeout", "200ms");
    assertThat(ran.out()).as(ran.err()).contains("imported 4 records");
    assertThat(attempts.get()).isGreaterThan(5);
    assertThat(stored()).containsEntry("k", "{\"key\":\"k\",\"n\":3}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "csv"})
  void whatNeverExpiresIsNotLetExpireUnasked(String format) throws IOException {
    long inAnHour = System.currentTimeMillis() + 3_600_000;
    Path file = dir.resolve("all." + format);
    Files.writeString(
        file,
        format.equals("csv")
            ? "key,value,expires_at_ms\na,x,\nb,y,%d\nc,z,0\n".formatted(inAnHour)
            : """
            {"key":"a","value":"x"}
            {"key":"b","value":"y","expires_at_ms":%d}
            {"key":"c","value":"z","expires_at_ms":0}
            """
                .formatted(inAnHour));
    assertThat(run("import", "--exported", file.toString()).exitCode()).isZero();
    assertThat(stored()).containsOnlyKeys("a", "b", "c");

    cluster.stored().clear();
    cluster.alterDefaultTenant(tenant -> tenant.setDefaultTtlMs(60_000));
    Ran refused = run("import", "--exported", file.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .contains("line " + (format.equals("csv") ? 2 : 1), "--default-ttl-applies");
    assertThat(stored()).containsOnlyKeys("b");

    Ran asked = run("import", "--exported", "--default-ttl-applies", file.toString());
    assertThat(asked.exitCode()).as(asked.err()).isEqualTo(ExitCode.DONE);
    assertThat(stored()).containsOnlyKeys("a", "b", "c");
    assertThat(run("import", file.toString(), "--default-ttl-applies").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  /** A file of another program may have a field of that name, which means something else. */
  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "csv"})
  void expiryIsTakenFromExportsAlone(String format) throws IOException {
    long inAnHour = System.currentTimeMillis() + 3_600_000;
    Path file = dir.resolve("cards." + format);
    Files.writeString(
        file,
        format.equals("csv")
            ? "key,value,expires_at_ms\na,x,1\nb,y,%d\nc,z,never\n".formatted(inAnHour)
            : """
            {"key":"a","value":"x","expires_at_ms":1}
            {"key":"b","value":"y","expires_at_ms":%d}
            {"key":"c","value":"z","expires_at_ms":"never"}
            """
                .formatted(inAnHour));
    Ran ran = run("import", file.toString(), "--value-field", "value");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    assertThat(stored()).containsOnlyKeys("a", "b", "c");
    assertThat(cluster.stored("b").ttlMillis()).isZero();
    assertThat(
            run("import", file.toString(), "--value-field", "value", "--default-ttl-applies").err())
        .contains("--default-ttl-applies is for --exported");
  }

  /**
   * Empty lines would each take a hundred times its bytes as an object, and the others too much.
   */
  @Test
  void aQuoteThatIsNeverClosedTakesNoMoreMemoryThanThereIs() throws Exception {
    Path file = dir.resolve("open.csv");
    String blank = (" ".repeat(999) + "\n").repeat(64_000);
    Files.writeString(file, "key,value\nbad,\"\n" + "\n".repeat(1_000_000) + blank + "k,v\n");
    Ran ran =
        Ran.inAnotherJvm(
            List.of("-Xmx64m", "-XX:+UseSerialGC"),
            "import",
            file.toString(),
            "--value-column",
            "value",
            "--endpoints",
            cluster.endpoint());
    assertThat(ran.exitCode()).as(ran.out()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.out())
        .contains("line 2: a quote is opened and not closed within", "JAVA_TOOL_OPTIONS")
        .doesNotContain("out of memory");
    assertThat(stored()).isEmpty();
  }

  @Test
  void identityFollowsSizeTimeAndBeginning() throws IOException {
    Path file = write("a");
    InputIdentity before = InputIdentity.of(file);
    assertThat(InputIdentity.of(file)).isEqualTo(before);
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "b\n");
    Files.setLastModifiedTime(file, time);
    assertThat(InputIdentity.of(file)).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "csv"})
  void whatIsExportedIsImportedAsItWas(String format) {
    Map<ByteString, ByteString> all = new HashMap<>();
    Random random = new Random(11);
    for (int i = 0; i < 200; i++) {
      byte[] key = new byte[1 + random.nextInt(20)];
      byte[] value = new byte[random.nextInt(60)];
      random.nextBytes(key);
      random.nextBytes(value);
      all.put(ByteString.copyFrom(key), ByteString.copyFrom(value));
    }
    for (String text :
        List.of("plain", "a,b", "\"", "x\ny", "x\r\ny\r", " ", "é\t\u0000", "key_base64")) {
      all.put(ByteString.copyFromUtf8(text), ByteString.copyFromUtf8(text));
    }
    all.put(ByteString.copyFromUtf8("empty"), ByteString.EMPTY);
    all.forEach((key, value) -> cluster.store(key.toByteArray(), value.toByteArray()));

    Path file = dir.resolve("all." + format);
    Ran exported = run("export", file.toString());
    assertThat(exported.exitCode()).as(exported.err()).isEqualTo(ExitCode.DONE);
    cluster.stored().clear();
    Ran imported = run("import", "--exported", file.toString());
    assertThat(imported.exitCode()).as(imported.err()).isEqualTo(ExitCode.DONE);

    Map<ByteString, ByteString> back = new HashMap<>();
    cluster.stored().forEach((key, value) -> back.put(key, value.value()));
    assertThat(back).isEqualTo(all);
  }

  @Test
  void exportOfAPrefixGoesToStandardOutput() {
    cluster.store("a:1".getBytes(UTF_8), "x".getBytes(UTF_8));
    cluster.store("b:1".getBytes(UTF_8), "y".getBytes(UTF_8));
    Ran ran = run("export", "a:", "-", "--format", "jsonl");
    assertThat(ran.out()).isEqualTo("{\"key\":\"a:1\",\"value\":\"x\"}\n");
  }

  @Test
  void expiryTravelsAsAMoment() throws IOException {
    long inAnHour = System.currentTimeMillis() + 3_600_000;
    Path file =
        write(
            "{\"key\":\"a\",\"value\":\"x\",\"expires_at_ms\":" + inAnHour + "}",
            "{\"key\":\"b\",\"value\":\"y\",\"expires_at_ms\":1}");
    assertThat(run("import", "--exported", file.toString()).out())
        .contains("imported 1 record,", "1 skipped");
    FakeCluster.Stored stored = cluster.stored("a");
    assertThat(stored.ttlMillis()).isBetween(3_500_000L, 3_600_000L);
  }

  private static String target(String tenant) {
    return "tenant " + tenant + ", format jsonl, key key, value the whole record";
  }

  private static String key(Operation operation) {
    return operation.getPut().getKey().toStringUtf8();
  }

  private static String[] records(int count) {
    String[] lines = new String[count];
    for (int i = 0; i < count; i++) {
      lines[i] = "{\"key\":\"k" + (i + 1) + "\"}";
    }
    return lines;
  }

  private Path write(String... lines) throws IOException {
    return Files.write(dir.resolve("input.jsonl"), List.of(lines));
  }

  private Map<String, String> stored() {
    Map<String, String> texts = new HashMap<>();
    cluster
        .stored()
        .forEach((key, value) -> texts.put(key.toStringUtf8(), value.value().toStringUtf8()));
    return texts;
  }

  private Ran run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--endpoints");
    all.add(cluster.endpoint());
    return Ran.command(all.toArray(String[]::new));
  }
}
