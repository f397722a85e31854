package io.quorate.cli;

import io.quorate.cli.output.Console;
import io.quorate.cli.output.Table;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadRepair;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.HintOverflow;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantChange;
import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "tenant", description = "Creates, lists and alters tenants.")
final class TenantCommand {
  private final Console console;

  TenantCommand(Console console) {
    this.console = console;
  }

  @Command(description = "Lists the tenants.")
  int list(@Mixin ClusterOptions cluster) {
    try (QuorateClient client = cluster.connect()) {
      List<Tenant> tenants = Administration.of(client).cluster().tenants();
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("tenants", tenants.stream().map(TenantCommand::json).toList());
      cluster.output(console).result(object, () -> text(tenants));
    }
    return ExitCode.DONE;
  }

  @Command(description = "Creates a tenant. Creating it again with the same settings succeeds.")
  int create(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "1 to 64 of a-z, 0-9, '-', '_' and '.'.")
          String name,
      @Option(
              names = "--rf",
              paramLabel = "N",
              description = "Replicas of each key. Default: 3, or the number of nodes if fewer")
          @Nullable Integer rf,
      @Mixin Defaults defaults) {
    TenantSettings settings = defaults.settings();
    if (rf != null && rf < 1) {
      throw cluster.usage("--rf " + rf + ": give at least 1");
    }
    try (QuorateClient client = cluster.connect()) {
      TenantSettings wanted = rf == null ? settings : settings.replicationFactor(rf);
      show(cluster, "created", Administration.of(client).cluster().createTenant(name, wanted));
    }
    return ExitCode.DONE;
  }

  @Command(description = "Changes the defaults of a tenant; what is not given stays as it is.")
  int alter(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The tenant.") String name,
      @Option(
              names = "--rf",
              paramLabel = "N",
              description =
                  "Replicas of each key. Partitions come to it one by one while clients go on:"
                      + " follow it with quorate cluster status, see before with quorate cluster"
                      + " plan tenant, take it back with quorate cluster cancel")
          @Nullable Integer rf,
      @Mixin Defaults defaults,
      @Mixin RequestOptions request) {
    if (rf != null && rf < 1) {
      throw cluster.usage("--rf " + rf + ": give at least 1");
    }
    TenantSettings defaultsOnly = defaults.settings();
    TenantSettings settings = rf == null ? defaultsOnly : defaultsOnly.replicationFactor(rf);
    if (settings.equals(TenantSettings.DEFAULT)) {
      throw cluster.usage(
          "nothing to alter: give --rf, --read-level, --write-level, --ttl, --read-repair,"
              + " --operations-per-second, --bytes-per-second or --hint-overflow");
    }
    try (QuorateClient client = cluster.connect()) {
      TenantChange altered =
          request.make(
              each -> Administration.of(client).cluster().alterTenant(name, settings, each.id()));
      show(cluster, "altered", altered);
    }
    return ExitCode.DONE;
  }

  /** What operations of a tenant do when they do not say. */
  static final class Defaults {
    @Option(
        names = "--read-level",
        paramLabel = "LEVEL",
        converter = Levels.class,
        description = "Replicas that a read waits for: ONE, TWO, QUORUM, ALL or a number.")
    private @Nullable Level readLevel;

    @Option(
        names = "--write-level",
        paramLabel = "LEVEL",
        converter = Levels.class,
        description = "Replicas that a write waits for: ONE, TWO, QUORUM, ALL or a number.")
    private @Nullable Level writeLevel;

    @Option(
        names = "--ttl",
        paramLabel = "DURATION",
        converter = Durations.class,
        description = "Until values expire, such as 7d; 0 for never.")
    private @Nullable Duration ttl;

    @Option(
        names = "--read-repair",
        paramLabel = "MODE",
        converter = ReadRepairs.class,
        description =
            "What reads do for replicas that are behind: blocking, everyone, background (or"
                + " background:10, after one read in ten) or off; see quorate get --help.")
    private @Nullable ReadRepair readRepair;

    @Option(
        names = "--operations-per-second",
        paramLabel = "N",
        description = "Operations that it may ask of the whole cluster; 0 for no limit.")
    private @Nullable Long operationsPerSecond;

    @Option(
        names = "--bytes-per-second",
        paramLabel = "BYTES",
        converter = ByteCounts.class,
        description = "Keys and values, written and read, such as 10MiB; 0 for no limit.")
    private @Nullable Long bytesPerSecond;

    @Option(
        names = "--hint-overflow",
        paramLabel = "POLICY",
        description =
            "When no more can be remembered for a replica that is away: MARK takes the write and"
                + " compares its partition later, REJECT refuses it.")
    private @Nullable HintOverflow hintOverflow;

    private TenantSettings settings() {
      TenantSettings settings =
          TenantSettings.DEFAULT
              .readLevel(readLevel)
              .writeLevel(writeLevel)
              .defaultTtl(ttl)
              .readRepair(readRepair)
              .hintOverflow(hintOverflow);
      if (operationsPerSecond != null) {
        settings = settings.operationsPerSecond(operationsPerSecond);
      }
      return bytesPerSecond == null ? settings : settings.bytesPerSecond(bytesPerSecond);
    }
  }

  private void show(ClusterOptions cluster, String done, TenantChange change) {
    Map<String, Object> object = json(change.tenant());
    object.put("warnings", change.warnings());
    cluster
        .output(console)
        .result(
            object,
            () ->
                done + " tenant " + change.tenant().name() + "\n" + text(List.of(change.tenant())));
    if (!cluster.json()) {
      change.warnings().forEach(warning -> console.err().println("warning: " + warning));
    }
  }

  static Map<String, Object> json(Tenant tenant) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", tenant.name());
    object.put("id", tenant.id());
    object.put("replication_factor", tenant.replicationFactor());
    object.put("next_replication_factor", tenant.nextReplicationFactor());
    object.put("read_level", level(tenant.readLevel()));
    object.put("write_level", level(tenant.writeLevel()));
    object.put("model", tenant.model());
    object.put("default_ttl_ms", tenant.defaultTtl().toMillis());
    object.put("read_repair", tenant.readRepair().toString());
    object.put("operations_per_second", tenant.limits().operationsPerSecond());
    object.put("bytes_per_second", tenant.limits().bytesPerSecond());
    object.put("hint_overflow", tenant.limits().hintOverflow().name());
    return object;
  }

  private static String level(@Nullable Level level) {
    return level == null ? "UNKNOWN" : level.toString();
  }

  private static String text(List<Tenant> tenants) {
    Table table =
        new Table(
            "tenant",
            "id>",
            "replicas>",
            "read",
            "write",
            "model",
            "values expire",
            "read repair",
            "operations/s>",
            "bytes/s>",
            "hint overflow");
    for (Tenant tenant : tenants) {
      table.row(
          tenant.name(),
          tenant.id(),
          tenant.isAltered()
              ? tenant.replicationFactor() + " -> " + tenant.nextReplicationFactor()
              : tenant.replicationFactor(),
          level(tenant.readLevel()),
          level(tenant.writeLevel()),
          tenant.model(),
          tenant.defaultTtl().isZero() ? "never" : "after " + seconds(tenant.defaultTtl()),
          tenant.readRepair(),
          limit(tenant.limits().operationsPerSecond()),
          limit(tenant.limits().bytesPerSecond()),
          tenant.limits().hintOverflow());
    }
    return table.toString();
  }

  private static String limit(long perSecond) {
    return perSecond == 0 ? "no limit" : Long.toString(perSecond);
  }

  private static String seconds(Duration ttl) {
    return ttl.toMillis() % 1000 == 0 ? ttl.toSeconds() + " s" : ttl.toMillis() + " ms";
  }
}
