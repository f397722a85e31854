package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadRepair;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import io.quorate.node.config.ConfigException;
import io.quorate.placement.TenantSetting.Given;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of tenants on all of their way: client, wire, log, state, disk, and back. */
class TenantSettingsTest {
  @TempDir private Path directory;

  /**
   * The client declares the settings itself, since it is a library without the server's classes:
   * those that it can give.
   */
  @Test
  void clientAndServerKnowTheSameSettings() {
    assertThat(TenantSetting.all())
        .extracting(TenantSetting::name)
        .containsExactlyElementsOf(
            io.quorate.placement.TenantSetting.ALL.stream()
                .filter(each -> each.given() != Given.BY_A_RESTORE)
                .map(io.quorate.placement.TenantSetting::name)
                .toList());
  }

  @Test
  void everySettingComesBackToTheClientAsItWasGivenAndOutlivesTheNode() throws Exception {
    Map<String, TenantSettings> given = new HashMap<>();
    try (RealCluster cluster = RealCluster.ready(directory, 17_600, 1)) {
      try (QuorateClient client = client(cluster)) {
        for (TenantSetting<?> setting : TenantSetting.all()) {
          create(client, setting, given);
        }
        assertHas(client, given);
      }
      cluster.stop(0);
      cluster.start(0);
      cluster.awaitReady(0);
      try (QuorateClient client = client(cluster)) {
        assertHas(client, given);
      }
    }
  }

  /** Creates a tenant with each value of the setting, and alters another to it if that may be. */
  private static <T> void create(
      QuorateClient client, TenantSetting<T> setting, Map<String, TenantSettings> given) {
    for (T value : samples(setting)) {
      TenantSettings settings = TenantSettings.DEFAULT.with(setting, value);
      for (String how : setting.isFixed() ? List.of("created") : List.of("created", "altered")) {
        String name = "%s-%s-%d".formatted(how, setting.name(), given.size());
        boolean alter = how.equals("altered");
        var unused =
            Administration.of(client)
                .cluster()
                .createTenant(name, alter ? TenantSettings.DEFAULT : settings);
        if (alter) {
          var unusedToo = Administration.of(client).cluster().alterTenant(name, settings);
        }
        given.put(name, settings);
      }
    }
  }

  private static void assertHas(QuorateClient client, Map<String, TenantSettings> given) {
    int seen = 0;
    for (Tenant tenant : Administration.of(client).cluster().tenants()) {
      TenantSettings settings = given.get(tenant.name());
      if (settings != null) {
        seen++;
        TenantSetting.all().forEach(setting -> assertHas(tenant, setting, settings));
      }
    }
    assertThat(seen).isEqualTo(given.size());
  }

  private static <T> void assertHas(
      Tenant tenant, TenantSetting<T> setting, TenantSettings settings) {
    T value = settings.get(setting);
    if (value != null) {
      assertThat(tenant.get(setting)).as(tenant.name()).isEqualTo(value);
    }
  }

  private static <T> List<T> samples(TenantSetting<T> setting) {
    List<?> values =
        switch (setting.kind()) {
          case LEVEL -> List.of(Level.ONE, Level.ALL, Level.of(1));
          case DURATION ->
              List.of(
                  Duration.ZERO,
                  Duration.ofMillis(1),
                  Duration.ofDays(setting.equals(TenantSetting.HISTORY) ? 30 : 36_000));
          case READ_REPAIR ->
              List.of(
                  ReadRepair.BLOCKING,
                  ReadRepair.EVERYONE,
                  ReadRepair.background(7),
                  ReadRepair.OFF);
          case COUNT, BYTES -> List.of(0L, 1L, 1_000_000L);
          case CHOICE -> List.of(setting.type().getEnumConstants());
        };
    return values.stream().<T>map(setting.type()::cast).toList();
  }

  private static QuorateClient client(RealCluster cluster) throws ConfigException {
    List<String> seeds = cluster.config(0).cluster().seeds();
    return QuorateClient.builder().endpoints(seeds).timeout(Duration.ofSeconds(20)).build();
  }
}
