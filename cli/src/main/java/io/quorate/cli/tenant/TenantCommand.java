package io.quorate.cli.tenant;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.ReplicationFactors;
import io.quorate.cli.command.RequestOptions;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Table;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantChange;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import io.quorate.model.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "tenant", description = "Creates, lists, alters, truncates and drops tenants.")
public final class TenantCommand {
  private final Console console;

  public TenantCommand(Console console) {
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

  @Command(
      description = {
        "Shows how many keys tenants have, and about how many bytes of theirs lie on the disks of"
            + " all nodes.",
        "Keys are those of the replica of each partition that has most; a key whose value has"
            + " expired counts until it is taken away. Bytes are as on disk, compressed, of all"
            + " replicas, with what was overwritten and is not taken away yet.",
        "A node counts keys as they are written. Of partitions that it has not read since its"
            + " start it does so in the background when it is asked: ask again. Those of which no"
            + " replica is on a node that could be asked are not counted."
      })
  int size(
      @Mixin ClusterOptions cluster,
      @Parameters(
              arity = "0..*",
              paramLabel = "NAME",
              description = "The tenants. Default: all of them")
          @Nullable List<String> names) {
    try (QuorateClient client = cluster.connect()) {
      List<String> tenants = names == null || names.isEmpty() ? all(client) : known(client, names);
      return TenantTotals.ask(client, tenants).show(cluster.output(console));
    }
  }

  private static List<String> all(QuorateClient client) {
    return Administration.of(client).cluster().tenants().stream().map(Tenant::name).toList();
  }

  /** These, if there are such tenants. */
  private static List<String> known(QuorateClient client, List<String> names) {
    List<String> all = all(client);
    for (String name : names) {
      if (!all.contains(name)) {
        throw new CommandFailedException(
            ExitCode.UNKNOWN_TENANT, "there is no tenant " + Quoted.of(name));
      }
    }
    return names.stream().distinct().toList();
  }

  @Command(description = "Creates a tenant. Creating it again with the same settings succeeds.")
  int create(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "1 to 64 of a-z, 0-9, '-', '_' and '.'.")
          String name,
      @Option(
              names = {"--rf", "--replication-factor"},
              paramLabel = "N|REGION=N,...",
              converter = ReplicationFactors.class,
              description =
                  "Replicas of each key, on any nodes; or in each region, such as"
                      + " eu=3,us=3,asia=1. Default: 3, or the number of nodes if fewer")
          @Nullable ReplicationFactor rf,
      @Mixin SettingOptions defaults) {
    TenantSettings settings = defaults.settings();
    try (QuorateClient client = cluster.connect()) {
      TenantSettings wanted = rf == null ? settings : settings.replication(rf);
      TenantChange created = Administration.of(client).cluster().createTenant(name, wanted);
      List<String> warnings = new ArrayList<>(created.warnings());
      if (rf != null && rf.replicas() == 1) {
        warnings.addAll(OneCopy.warnings(client, name, rf));
      }
      show(cluster, "created", TenantChange.of(created.tenant(), warnings));
    }
    return ExitCode.DONE;
  }

  @Command(description = "Changes the defaults of a tenant; what is not given stays as it is.")
  int alter(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The tenant.") String name,
      @Option(
              names = {"--rf", "--replication-factor"},
              paramLabel = "N|REGION=N,...",
              converter = ReplicationFactors.class,
              description =
                  "Replicas of each key, or of each key in each region. Partitions change one by"
                      + " one while clients go on: preview with quorate cluster plan tenant, follow"
                      + " with quorate cluster status, undo with quorate cluster cancel")
          @Nullable ReplicationFactor rf,
      @Option(
              names = "--yes",
              description =
                  "Required with --rf 1, which leaves one copy of each key, unless there is one"
                      + " only.")
          boolean yes,
      @Mixin SettingOptions.OfAlteration defaults,
      @Mixin RequestOptions request) {
    TenantSettings defaultsOnly = defaults.settings();
    TenantSettings settings = rf == null ? defaultsOnly : defaultsOnly.replication(rf);
    if (settings.equals(TenantSettings.DEFAULT)) {
      throw cluster.usage("nothing to alter: give --rf, " + defaults.names());
    }
    try (QuorateClient client = cluster.connect()) {
      if (!yes && rf != null && rf.replicas() == 1 && OneCopy.isLessThanNow(client, name)) {
        throw new CommandFailedException(
            ExitCode.USAGE,
            "nothing was changed: of tenant %s one copy of each key would be left, and what is on a disk that fails would be lost. Give --yes"
                .formatted(Quoted.of(name)));
      }
      TenantChange altered =
          request.make(
              each -> Administration.of(client).cluster().alterTenant(name, settings, each.id()));
      show(cluster, "altered", altered);
    }
    return ExitCode.DONE;
  }

  @Command(
      description = {
        "Drops a tenant with all its keys. The name can be given again; the new tenant has nothing"
            + " of the old one.",
        "It cannot be undone. Each node deletes what it holds, and frees the disk by and by."
      })
  int drop(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The tenant.") String name,
      @Option(names = "--yes", description = "Required: it cannot be undone.") boolean yes,
      @Mixin MeantTenant meant,
      @Mixin RequestOptions request) {
    requireYes(yes, "tenant " + Quoted.of(name) + " would be dropped with all its keys");
    try (QuorateClient client = cluster.connect()) {
      int id = meant.id(client, name, request);
      List<String> warnings =
          request.make(
              meant.option(id),
              "",
              each -> Administration.of(client).cluster().dropTenant(name, id, each.id()));
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("dropped", name);
      object.put("warnings", warnings);
      cluster.output(console).result(object, () -> "dropped tenant " + name);
      cluster.output(console).warn(warnings);
    }
    return ExitCode.DONE;
  }

  @Command(
      description = {
        "Deletes all keys of a tenant, which keeps its settings.",
        "It cannot be undone. Each node deletes what it holds, and frees the disk by and by."
      })
  int truncate(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The tenant.") String name,
      @Option(names = "--yes", description = "Required: it cannot be undone.") boolean yes,
      @Mixin MeantTenant meant,
      @Mixin RequestOptions request) {
    requireYes(yes, "all keys of tenant " + Quoted.of(name) + " would be deleted");
    try (QuorateClient client = cluster.connect()) {
      int id = meant.id(client, name, request);
      TenantChange truncated =
          request.make(
              meant.option(id),
              "",
              each -> Administration.of(client).cluster().truncateTenant(name, id, each.id()));
      Map<String, Object> object = json(truncated.tenant());
      object.put("warnings", truncated.warnings());
      cluster
          .output(console)
          .result(object, () -> "truncated tenant " + name + ": what it held before is gone");
      cluster.output(console).warn(truncated.warnings());
    }
    return ExitCode.DONE;
  }

  private static void requireYes(boolean yes, String what) {
    if (!yes) {
      throw new CommandFailedException(
          ExitCode.USAGE, "nothing was changed: " + what + ", which cannot be undone. Give --yes");
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
    cluster.output(console).warn(change.warnings());
  }

  static Map<String, Object> json(Tenant tenant) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", tenant.name());
    object.put("id", tenant.id());
    object.put("replication_factor", tenant.replicationFactor());
    object.put("next_replication_factor", tenant.nextReplicationFactor());
    if (!tenant.replicasByRegion().isEmpty() || !tenant.nextReplicasByRegion().isEmpty()) {
      object.put("replicas_by_region", tenant.replicasByRegion());
      object.put("next_replicas_by_region", tenant.nextReplicasByRegion());
    }
    for (TenantSetting<?> setting : TenantSetting.all()) {
      object.put(setting.name(), SettingForms.json(setting, tenant));
    }
    return object;
  }

  private static String text(List<Tenant> tenants) {
    List<String> headings = new ArrayList<>(List.of("tenant", "id>", "replicas>"));
    TenantSetting.all().forEach(setting -> headings.add(SettingForms.heading(setting)));
    Table table = new Table(headings.toArray(String[]::new));
    for (Tenant tenant : tenants) {
      List<Object> row = new ArrayList<>();
      row.add(tenant.name());
      row.add(tenant.id());
      row.add(
          tenant.isAltered()
              ? tenant.replication() + " -> " + tenant.nextReplication()
              : tenant.replication());
      TenantSetting.all().forEach(setting -> row.add(SettingForms.text(setting, tenant)));
      table.row(row.toArray());
    }
    return table.toString();
  }
}
