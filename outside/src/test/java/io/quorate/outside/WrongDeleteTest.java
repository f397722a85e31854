package io.quorate.outside;

import static io.quorate.outside.Backups.contents;
import static io.quorate.outside.Backups.done;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The 60,000 packages of Debian, name by stanza, of which a wrong prefix deletes nearly half: they
 * are restored as of just before, and all of them are compared.
 *
 * <p>They are read of {@code -Dquorate.packages=FILE}, an index as {@code Packages} is, or else of
 * the largest one that {@code apt-get update} has left; without either the test is skipped.
 */
@Tag("campaign")
class WrongDeleteTest {
  private static final Path LISTS = Path.of("/var/lib/apt/lists");
  private static final String READS_ANY = "/usr/lib/apt/apt-helper";
  private static final String TENANT = "packages";
  private static final int TOGETHER = 1_000;
  private static final int PACKAGES_MIN = 50_000;

  @RegisterExtension final Backups backups = new Backups();

  private static SortedMap<String, String> packages() throws IOException {
    String given = System.getProperty("quorate.packages");
    Path index = given == null ? largestIndex() : Path.of(given);
    assumeThat(index)
        .as("no index of packages in %s: run 'apt-get update', or give -Dquorate.packages", LISTS)
        .isNotNull();
    assumeThat(Path.of(READS_ANY)).as("reads compressed indexes; part of apt").exists();
    String text =
        new CommandLine().succeed(List.of(READS_ANY, "cat-file", String.valueOf(index))).outText();
    SortedMap<String, String> stanzas = new TreeMap<>();
    for (String stanza : text.split("\n\n", -1)) {
      if (stanza.startsWith("Package: ")) {
        stanzas.put(stanza.substring("Package: ".length(), stanza.indexOf('\n')), stanza);
      }
    }
    assumeThat(stanzas).as("packages of %s", index).hasSizeGreaterThan(PACKAGES_MIN);
    return stanzas;
  }

  private static @Nullable Path largestIndex() throws IOException {
    if (!Files.isDirectory(LISTS)) {
      return null;
    }
    try (Stream<Path> files = Files.list(LISTS)) {
      return files
          .filter(file -> file.getFileName().toString().matches(".*_main_binary-.*_Packages.*"))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElse(null);
    }
  }

  private static void load(QuorateClient client, SortedMap<String, String> packages) {
    List<Entry> some = new ArrayList<>();
    for (Map.Entry<String, String> each : packages.entrySet()) {
      some.add(Entry.of(each.getKey().getBytes(UTF_8), each.getValue().getBytes(UTF_8)));
      if (some.size() == TOGETHER || each.getKey().equals(packages.lastKey())) {
        client
            .keyValue()
            .putAll(some, WriteOptions.DEFAULT.tenant(TENANT))
            .forEach(outcome -> outcome.get());
        some.clear();
      }
    }
  }

  /** As {@link Backups#contents} shows bytes. */
  private static SortedMap<String, String> asBytes(SortedMap<String, String> texts) {
    SortedMap<String, String> bytes = new TreeMap<>();
    texts.forEach(
        (key, value) ->
            bytes.put(Backups.text(key.getBytes(UTF_8)), Backups.text(value.getBytes(UTF_8))));
    return bytes;
  }

  @Test
  void allPackagesComeBackAsOfBeforeAWrongDelete() throws IOException {
    SortedMap<String, String> packages = packages();
    SortedMap<String, String> expected = asBytes(packages);
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.patientClient()) {
      CommandLine operator = nodes.commandLine().within(Duration.ofMinutes(10));
      done(operator.quorate("tenant", "create", TENANT, "--history", "1h"));
      load(client, packages);
      assertThat(contents(client, TENANT)).isEqualTo(expected);
      Instant before = Instant.now();
      Waiting.pass(Duration.ofMillis(20));

      done(operator.quorate("delete", "--prefix", "lib", "--tenant", TENANT, "--yes"));
      int left = contents(client, TENANT).size();
      System.out.printf("%,d packages, %,d left%n", packages.size(), left);
      assertThat(left).isBetween(packages.size() / 3, packages.size() * 2 / 3);

      done(backups.create(operator, "before", "--tenant", TENANT, "--as-of", before.toString()));
      done(backups.restore(operator, "before", "--tenant=" + TENANT + "=" + TENANT + "-before"));
      assertThat(contents(client, TENANT + "-before")).isEqualTo(expected);
      assertThat(contents(client, TENANT)).as("left as it is").hasSize(left);
    }
  }
}
