package io.quorate.cli.backup.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.TenantSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An exact backup of tenants of which some cannot be in it. */
class ExactTenantsTest {
  private static final Instant PAST = Instant.parse("2026-11-27T10:41:00.250Z");

  private static final TenantSettings SETTINGS = TenantSettings.DEFAULT.retries(Retries.REPEAT);

  @TempDir private Path directory;

  private final FakeBackups cluster =
      tenant("carts", SETTINGS.model(Model.SIBLINGS))
          .tenant("default")
          .tenant("hits", ReplicationFactor.of(3), SETTINGS.model(Model.COUNTERS))
          .tenant(
              "orders",
              ReplicationFactor.of(3),
              SETTINGS.model(Model.LAST_WRITE_WINS).history(Duration.ofHours(24)))
          .tenant(
              "plain",
              ReplicationFactor.of(3),
              SETTINGS.model(Model.LAST_WRITE_WINS).history(Duration.ZERO));

  private static FakeBackups tenant(String name, TenantSettings settings) {
    return new FakeBackups(4, 5).tenant(name, ReplicationFactor.of(3), settings);
  }

  private String refusal(Path place, Instant asOf, String... tenants) {
    int[] asked = new int[1];
    cluster.onAsk = what -> asked[0]++;
    CommandFailedException[] refused = new CommandFailedException[1];
    assertThatThrownBy(
            () -> Runs.exact(cluster, Runs.at(place.resolve("b")), Runs.NO_LISTENER, asOf, tenants))
        .isInstanceOfSatisfying(CommandFailedException.class, why -> refused[0] = why);
    assertThat(asked[0]).as("nothing was asked of the cluster").isZero();
    assertThat(place.resolve("b")).doesNotExist();
    return String.valueOf(refused[0].getMessage());
  }

  @Test
  void thoseThatCannotAreNamedWithCommandsThatBackUpAll() {
    assertThat(refusal(directory, PAST, "orders", "plain", "hits"))
        .isEqualTo(
            """
            nothing was backed up: tenant 'hits' has model COUNTERS, tenant 'plain' has no history, and a backup as of a moment that has passed is of tenants with model LAST_WRITE_WINS that have a history (quorate tenant alter NAME --history 24h: from then on). These back up what there can be of each tenant:
              quorate backup create --to %s --as-of 2026-11-27T10:41:00.250Z --tenant orders
              quorate backup create --to %s --exact --tenant hits --tenant plain\
            """
                .formatted(directory, directory));
  }

  @Test
  void whereNoneCanThereIsOneCommand() {
    assertThat(refusal(directory, PAST, "hits"))
        .endsWith(
            "of each tenant:\n  quorate backup create --to %s --exact --tenant hits"
                .formatted(directory));
  }

  /** The command can be pasted. */
  @Test
  void aPlaceWithBlanksIsQuoted() {
    assertThat(refusal(directory.resolve("bob's \u00e9t\u00e9"), PAST, "hits"))
        .endsWith("/bob'\\''s \u00e9t\u00e9' --exact --tenant hits")
        .contains("--to '/");
  }

  @Test
  void thoseThatCanAreBackedUp() throws Exception {
    Runs.exact(cluster, Runs.at(directory.resolve("a")), Runs.NO_LISTENER, PAST, "orders");
    Runs.exact(cluster, Runs.at(directory.resolve("b")), Runs.NO_LISTENER, "orders", "plain");
    Runs.exact(cluster, Runs.at(directory.resolve("c")), Runs.NO_LISTENER, "orders", "hits");
    assertThat(cluster.endedCuts).containsExactly(1L, 2L, 3L);
  }
}
