package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a tenant with siblings, as a user types them. */
final class SiblingCommandsTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void getPrintsAllSiblingsAndTheContextThatReplacesThem() {
    Ran put = carts("put", "cart:7", "book");
    assertThat(put.exitCode()).as(put.err()).isEqualTo(ExitCode.DONE);
    assertThat(put.out()).startsWith("stored, version ").contains("\ncontext ");
    carts("put", "cart:7", "lamp\tand pen");
    Ran got = carts("get", "cart:7");
    assertThat(got.exitCode()).isEqualTo(ExitCode.DONE);
    List<String> lines = got.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).matches("1  \\d+\\.\\d+@[0-9a-f]{16}/\\d+  book");
    assertThat(lines.get(1)).startsWith("2  ").endsWith("  lamp\\tand pen");
    assertThat(lines.get(2)).startsWith("context ");

    String context = lines.get(2).substring("context ".length());
    carts("put", "cart:7", "pen");
    carts("put", "cart:7", "book, lamp", "--context", context);
    assertThat(values(carts("get", "cart:7", "--json").json()))
        .containsExactly("pen", "book, lamp");
  }

  @Test
  void jsonTellsEachSiblingAndTheContext() {
    carts("put", "cart:7", "book", "--ttl", "1h");
    JsonNode got = carts("get", "cart:7", "--json").json();
    assertThat(got.path("key").asText()).isEqualTo("cart:7");
    assertThat(got.path("found").asBoolean()).isTrue();
    assertThat(got.path("siblings").path(0).path("version").asText()).contains("@");
    assertThat(got.path("siblings").path(0).path("written_at_ms").isNumber()).isTrue();
    assertThat(got.path("replicas").isArray()).isTrue();
    JsonNode put =
        carts("put", "cart:7", "lamp", "--context", got.path("context").asText(), "--json").json();
    assertThat(put.path("context").asText()).isNotEmpty();
    JsonNode deleted =
        carts("delete", "cart:7", "--context", put.path("context").asText(), "--json").json();
    assertThat(deleted.path("context").asText()).isNotEmpty();
    Ran gone = carts("get", "cart:7", "--json");
    assertThat(gone.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(gone.json().path("found").asBoolean(true)).isFalse();
    assertThat(gone.json().path("siblings")).isEmpty();
  }

  @Test
  void deleteWithoutAContextTakesAll() {
    carts("put", "cart:7", "book");
    carts("put", "cart:7", "lamp");
    assertThat(carts("delete", "cart:7").out()).startsWith("deleted, version ");
    Ran gone = carts("get", "cart:7");
    assertThat(gone.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(gone.err()).contains("key 'cart:7' not found");
    assertThat(carts("get", "never").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void oneSiblingCanBeGotAsItIs(@TempDir Path dir) throws IOException {
    carts("put", "cart:7", "book");
    Ran raw = carts("get", "cart:7", "--raw");
    assertThat(raw.out()).isEqualTo("book");
    assertThat(raw.err()).startsWith("quorate: context ");
    Path file = dir.resolve("value");
    carts("get", "cart:7", "--output", file.toString());
    assertThat(file).hasContent("book");
    carts("put", "cart:7", "lamp");
    Ran several = carts("get", "cart:7", "--raw");
    assertThat(several.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(several.out()).isEmpty();
    assertThat(several.err()).contains("the key has 2 siblings, and --raw is for one value");
  }

  @Test
  void contextIsRefusedWhereAKeyHasOneValue() {
    Ran put = run("put", "k", "v", "--context", "AQID");
    assertThat(put.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(put.err())
        .contains("tenant 'default' has model LAST_WRITE_WINS", "leave --context out");
    assertThat(cluster.stored()).isEmpty();
    assertThat(run("delete", "k", "--context=AQID").exitCode()).isEqualTo(ExitCode.FAILED);
    Ran none = carts("put", "k", "v", "--context", "what?");
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("'what?': this is no context");
  }

  @Test
  void scanHasALineForEachSibling() {
    carts("put", "cart:7", "book");
    carts("put", "cart:7", "lamp");
    carts("put", "cart:8", "pen");
    Ran scan = carts("scan");
    assertThat(scan.out().lines()).containsExactly("cart:7\tbook", "cart:7\tlamp", "cart:8\tpen");
    assertThat(scan.err()).contains("2 entries");
    assertThat(carts("scan", "--keys-only").out().lines()).containsExactly("cart:7", "cart:8");
    List<String> lines = carts("scan", "--json").out().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).contains("\"siblings\":[{\"value\":\"book\"", "\"context\":\"");
    assertThat(carts("scan", "--json", "--keys-only").out()).doesNotContain("\"value\"");
  }

  @Test
  void exportAndImportSayWhatToDoInstead(@TempDir Path dir) throws IOException {
    carts("put", "cart:7", "book");
    Path file = dir.resolve("carts.jsonl");
    Ran exported = carts("export", file.toString());
    assertThat(exported.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(exported.err())
        .contains("tenant 'carts' has model SIBLINGS", "nothing was exported", "quorate scan");
    assertThat(file).doesNotExist();

    Files.writeString(file, "{\"key\":\"cart:7\",\"value\":\"lamp\"}\n{\"key\":\"b\"}\n");
    Ran imported = carts("import", file.toString(), "--no-progress");
    assertThat(imported.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(imported.err())
        .contains("tenant 'carts' has model SIBLINGS", "import into a tenant");
    assertThat(values(carts("get", "cart:7", "--json").json())).containsExactly("book");
  }

  @Test
  void modelIsGivenToATenantThatIsCreatedAndIsNotOfferedLater() {
    Ran created = run("tenant", "create", "notes", "--model", "siblings");
    assertThat(created.exitCode()).as(created.err()).isEqualTo(ExitCode.DONE);
    assertThat(created.out()).contains("model", "SIBLINGS");
    for (String spelled : List.of("last-write-wins", "LAST_WRITE_WINS", "last_write_wins")) {
      JsonNode json = run("tenant", "create", "notes", "--model", spelled, "--json").json();
      assertThat(json.path("model").asText()).isEqualTo("LAST_WRITE_WINS");
    }
    Ran odd = run("tenant", "create", "odd", "--model", "counters-of-a-kind");
    assertThat(odd.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(odd.err())
        .contains("'counters-of-a-kind': give last-write-wins or siblings or counters");
    assertThat(run("tenant", "alter", "notes", "--model", "siblings").exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("tenant", "list").out()).contains("model", "LAST_WRITE_WINS");
  }

  private static List<String> values(JsonNode got) {
    List<String> values = new ArrayList<>();
    got.path("siblings").forEach(each -> values.add(each.path("value").asText()));
    return values;
  }

  private Ran carts(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--tenant", "carts"));
    return run(all.toArray(String[]::new));
  }

  private Ran run(String... args) {
    return Ran.at(cluster.endpoint(), args);
  }
}
