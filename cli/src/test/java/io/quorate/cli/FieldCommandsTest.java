package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.Failure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on counters, sets and maps, as a user types them. */
final class FieldCommandsTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void countersAreIncrementedDecrementedAndRead() {
    Ran never = views("counter", "get", "page:1");
    assertThat(never.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(never.out()).isEqualTo("0\n");
    Ran done = views("counter", "increment", "page:1");
    assertThat(done.exitCode()).as(done.err()).isEqualTo(ExitCode.DONE);
    assertThat(done.out()).isEqualTo("incremented by 1\n");
    assertThat(views("counter", "increment", "page:1", "5").out()).isEqualTo("incremented by 5\n");
    JsonNode less = views("counter", "decrement", "page:1", "2", "--json").json();
    assertThat(less.path("key").asText()).isEqualTo("page:1");
    assertThat(less.path("decremented_by").asLong()).isEqualTo(2);
    assertThat(less.path("replicas").isArray()).isTrue();
    assertThat(views("counter", "get", "page:1").out()).isEqualTo("4\n");
    JsonNode json = views("counter", "get", "page:1", "--json").json();
    assertThat(json.path("value").asLong()).isEqualTo(4);
    assertThat(json.path("found").asBoolean()).isTrue();
    assertThat(views("scan").out()).isEqualTo("page:1\t4\n");
    assertThat(views("counter", "get", "706167653a31", "--hex").out()).isEqualTo("4\n");

    Ran negative = views("counter", "increment", "page:1", "--", "-2");
    assertThat(negative.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(negative.err()).contains("give 0 to 2^62 - 1");
    Ran none = views("counter", "increment", "page:1", "many");
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
  }

  /** As after nodes were given up with what they held: an old value is not read as the last one. */
  @Test
  void readThatMayMissWritesSaysSo() {
    views("counter", "increment", "page:1");
    Ran.at(cluster.endpoint(), "put", "k", "v");
    String told = "quorate: potentially stale: a later write may have been missed";
    assertThat(views("counter", "get", "page:1").err()).isEmpty();

    cluster.stale = true;
    Ran counter = views("counter", "get", "page:1");
    assertThat(counter.out()).isEqualTo("1\n");
    assertThat(counter.err()).contains(told);
    assertThat(Ran.at(cluster.endpoint(), "get", "k").err()).contains(told);
    assertThat(Ran.at(cluster.endpoint(), "get", "none").err()).contains("not found", told);
    assertThat(Ran.at(cluster.endpoint(), "get", "k", "--json").err()).isEmpty();
  }

  /** The client sends it again, and it counts once. */
  @Test
  void commandWhoseFirstAttemptHasNoOutcomeCountsOnce() {
    AtomicInteger attempts = new AtomicInteger();
    cluster.fail(
        operation ->
            operation.hasUpdate() && attempts.getAndIncrement() == 0
                ? FakeCluster.failure(Reason.REASON_OUTCOME_UNKNOWN, "perhaps")
                : null);
    assertThat(views("counter", "increment", "page:1").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(attempts).hasValue(2);
    assertThat(views("counter", "get", "page:1").out()).isEqualTo("1\n");
  }

  @Test
  void keyThatIsTooLargeIsToldByItsKind() {
    cluster.fail(
        operation ->
            operation.hasUpdate()
                ? FakeCluster.failure(Reason.REASON_KEY_TOO_LARGE, "1024 writers")
                : null);
    Ran refused = views("counter", "increment", "page:1", "--json");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("\"kind\":\"key_too_large\"", "1024 writers");
  }

  @Test
  void setsAreAddedToRemovedFromAndRead() {
    assertThat(tags("set", "get", "photo:1").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(tags("set", "add", "photo:1", "sea", "sun\tset").out())
        .isEqualTo("added 2 elements\n");
    assertThat(tags("set", "get", "photo:1").out().lines()).containsExactly("sea", "sun\\tset");
    assertThat(tags("set", "get", "70686f746f3a31", "--hex").out().lines()).contains("736561");
    assertThat(tags("scan").out().lines()).containsExactly("photo:1\tsea", "photo:1\tsun\\tset");
    assertThat(tags("scan", "--keys-only").out()).isEqualTo("photo:1\n");
    JsonNode json = tags("set", "get", "photo:1", "--json").json();
    assertThat(json.path("elements").path(0).path("value").asText()).isEqualTo("sea");
    assertThat(tags("set", "remove", "photo:1", "sea", "--json").json().path("removed").asInt())
        .isEqualTo(1);
    assertThat(tags("set", "get", "photo:1").out().lines()).containsExactly("sun\\tset");
    assertThat(tags("set", "add", "photo:1").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void mapsAreUpdatedAndRead() {
    assertThat(profiles("map", "get", "user:1").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    Ran updated =
        profiles(
            "map",
            "update",
            "user:1",
            "--increment",
            "visits=3",
            "--decrement",
            "visits=1",
            "--grow",
            "logins=7",
            "--add",
            "groups=authors",
            "--add",
            "groups=admins",
            "--assign",
            "name=Ada = Countess",
            "--replace",
            "home=London",
            "--enable",
            "newsletter");
    assertThat(updated.exitCode()).as(updated.err()).isEqualTo(ExitCode.DONE);
    assertThat(updated.out()).isEqualTo("updated, 8 changes\n");
    profiles("map", "update", "user:1", "--enable", "visible", "--disable-wins");
    assertThat(profiles("map", "get", "user:1").out().lines())
        .containsExactlyInAnyOrder(
            "groups\tset\tadmins",
            "groups\tset\tauthors",
            "home\tmulti-value-register\tLondon",
            "logins\tgrow-only-counter\t7",
            "name\tregister\tAda = Countess",
            "newsletter\tflag-enable-wins\ton",
            "visible\tflag-disable-wins\ton",
            "visits\tcounter\t2");
    profiles(
        "map",
        "update",
        "user:1",
        "--replace",
        "home=Paris",
        "--clear",
        "name",
        "--disable",
        "newsletter",
        "--remove",
        "groups=admins");
    Ran scan = profiles("scan");
    assertThat(scan.out().lines())
        .contains(
            "user:1\thome\tmulti-value-register\tParis",
            "user:1\tgroups\tset\tauthors",
            "user:1\tnewsletter\tflag-enable-wins\toff")
        .noneMatch(line -> line.contains("London") || line.contains("Ada"));
    JsonNode json = profiles("map", "get", "user:1", "--json").json();
    assertThat(json.path("fields").findValuesAsText("kind"))
        .contains("SET", "COUNTER", "FLAG_DISABLE_WINS");
    assertThat(profiles("scan", "--json").out())
        .contains("\"name\":\"visits\",\"kind\":\"COUNTER\",\"count\":2");
  }

  @Test
  void changesThatCannotBeUnderstoodAreFaultsOfTheCommandLine() {
    assertThat(profiles("map", "update", "user:1").err())
        .contains("nothing to update: give --increment");
    Ran nameless = profiles("map", "update", "user:1", "--assign", "=Ada");
    assertThat(nameless.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(nameless.err()).contains("--assign '=Ada': give NAME=VALUE");
    Ran many = profiles("map", "update", "user:1", "--grow", "n=many");
    assertThat(many.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(many.err()).contains("--grow 'n=many': give a whole number after the =");
  }

  @Test
  void commandsForOtherModelsSayWhatToUse(@TempDir Path dir) throws IOException {
    assertThat(views("put", "page:1", "5").err())
        .contains("tenant 'views' has model COUNTERS: use quorate counter increment");
    assertThat(tags("get", "photo:1").err())
        .contains("tenant 'tags' has model SETS: use quorate set add");
    assertThat(profiles("delete", "user:1").err())
        .contains("tenant 'profiles' has model MAPS: use quorate map update");
    assertThat(profiles("put", "user:1", "v", "--context", "AQID").err())
        .contains("tenant 'profiles' has model MAPS");
    assertThat(run("counter", "get", "page:1").err())
        .contains("tenant 'default' has model LAST_WRITE_WINS: use quorate put");
    assertThat(run("set", "add", "k", "e", "--tenant", "carts").err())
        .contains("tenant 'carts' has model SIBLINGS: use quorate put");
    assertThat(views("map", "update", "page:1", "--enable", "f").err())
        .contains("tenant 'views' has model COUNTERS");

    views("counter", "increment", "page:1");
    Path file = dir.resolve("views.jsonl");
    Ran exported = views("export", file.toString());
    assertThat(exported.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(exported.err()).contains("nothing was exported", "quorate scan --json");
    assertThat(file).doesNotExist();
    Files.writeString(file, "{\"key\":\"page:1\",\"value\":\"5\"}\n");
    Ran imported = views("import", file.toString(), "--no-progress");
    assertThat(imported.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(imported.err())
        .contains("tenant 'views' has model COUNTERS", "import into a tenant");
  }

  @Test
  void modelsAreGivenToTenantsThatAreCreated() {
    for (String model : List.of("counters", "sets", "maps")) {
      Ran created = run("tenant", "create", "t", "--model", model, "--json");
      assertThat(created.exitCode()).as(created.err()).isEqualTo(ExitCode.DONE);
      assertThat(created.json().path("model").asText()).isEqualToIgnoringCase(model);
    }
  }

  private Ran views(String... args) {
    return of("views", args);
  }

  private Ran tags(String... args) {
    return of("tags", args);
  }

  private Ran profiles(String... args) {
    return of("profiles", args);
  }

  private Ran of(String tenant, String... args) {
    List<String> all = new ArrayList<>(List.of("--tenant", tenant));
    List<String> given = List.of(args);
    int end = given.indexOf("--");
    List<String> words = new ArrayList<>(end < 0 ? given : given.subList(0, end));
    words.addAll(all);
    words.addAll(List.of("--endpoints", cluster.endpoint()));
    if (end >= 0) {
      words.addAll(given.subList(end, given.size()));
    }
    return Ran.command(words.toArray(String[]::new));
  }

  private Ran run(String... args) {
    return Ran.at(cluster.endpoint(), args);
  }
}
