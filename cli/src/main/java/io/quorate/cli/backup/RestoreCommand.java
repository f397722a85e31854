package io.quorate.cli.backup;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.restore.AccessRestoration;
import io.quorate.cli.backup.restore.Restoration;
import io.quorate.cli.backup.restore.RestoredTenants;
import io.quorate.cli.backup.run.ClusterCalls;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.ReplicationFactors;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.ProgressLine;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.ReplicationFactor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Restores tenants from a backup. */
@Command(
    name = "restore",
    description = {
      "Restores tenants from a backup: creates them, stores their keys, and opens them to clients"
          + " when all keys are there.",
      "There must be no tenant of the name, or one that holds no key, which is closed to clients"
          + " until the end. Settings and times of expiry are as they were; each key gets a new"
          + " version.",
      "A restore that was stopped goes on when the same command is given again; it stores"
          + " everything again, which changes nothing. To give it up: quorate backup"
          + " give-up-restore."
    })
public final class RestoreCommand implements Callable<Integer> {
  private final Console console;
  private final ClusterCalls.Factory calls;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Mixin private TenantsOption.OfRestore tenants = new TenantsOption.OfRestore();

  @Mixin private RunLimitOptions limits = new RunLimitOptions();

  @Mixin private StorageOptions storage = new StorageOptions();

  @Option(
      names = "--from",
      paramLabel = "DIR/NAME",
      required = true,
      description = "The backup: its directory, or s3://BUCKET/PREFIX/NAME.")
  private String directory = "";

  @Option(
      names = "--all",
      description = "Restore all tenants of the backup; with --tenant, some under other names.")
  private boolean all;

  @Option(
      names = "--access",
      description = {
        "Create the users and roles of the backup, too, after the tenants. Those that are there are"
            + " left as they are, and named. Passwords are not in a backup: set them with quorate"
            + " user password."
      })
  private boolean access;

  @Option(
      names = {"--replication-factor", "--rf"},
      paramLabel = "N|REGION=N,...",
      converter = ReplicationFactors.class,
      description =
          "Replicas of each key, or of each key in each region, where the cluster has other nodes"
              + " than the one that was backed up. Default: as each tenant had")
  private @Nullable ReplicationFactor factor;

  public RestoreCommand(Console console) {
    this(console, ClusterCalls::of);
  }

  RestoreCommand(Console console, ClusterCalls.Factory calls) {
    this.console = console;
    this.calls = calls;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> named = tenants.tenants();
    RunLimits wanted = limits.limits(cluster);
    Chain chain = Chain.open(storage.backup(directory));
    Manifest manifest = chain.manifest();
    RestoredTenants chosen =
        access && !all && named.isEmpty()
            ? RestoredTenants.NONE
            : RestoredTenants.of(manifest, named, all);
    AccessRestoration usersAndRoles = null;
    List<String> warnings;
    Tally tally = new Tally();
    try (QuorateClient client = cluster.connect();
        ProgressLine bar =
            new ProgressLine(
                console,
                limits.progress() && !cluster.json(),
                "restoring",
                ProgressLine.Unit.MEBIBYTES,
                -1)) {
      Restoration restoration = new Restoration(calls.of(client), chain);
      if (access) {
        restoration.requireAccess(wanted);
      }
      if (!chosen.isEmpty()) {
        restoration.run(
            chosen,
            factor,
            wanted,
            tally,
            (done, total) -> {
              bar.max(total);
              bar.at(done.done(), " " + done.text());
            });
      }
      if (access) {
        // Last: clients may do nothing before their users are there, and so not write too early.
        usersAndRoles = restoration.access(wanted);
      }
      warnings = restoration.warnings();
    }
    show(manifest, chosen, tally, usersAndRoles, warnings);
    return ExitCode.DONE;
  }

  private void show(
      Manifest manifest,
      RestoredTenants chosen,
      Tally tally,
      @Nullable AccessRestoration usersAndRoles,
      List<String> warnings) {
    List<TenantEntry> restored = chosen.in(manifest);
    Map<String, Object> object = json(chosen, restored, tally);
    object.put("warnings", warnings);
    BackupForms.putKind(object, manifest, keyByKey(chosen, restored));
    if (usersAndRoles != null) {
      object.put(
          "access",
          Map.of(
              "created",
              usersAndRoles.created(),
              "left",
              usersAndRoles.left(),
              "lacking",
              usersAndRoles.lacking()));
    }
    Output output = cluster.output(console);
    output.result(
        object, () -> String.join("\n", lines(manifest, chosen, restored, tally, usersAndRoles)));
    output.warn(warnings);
  }

  private static List<String> lines(
      Manifest manifest,
      RestoredTenants chosen,
      List<TenantEntry> restored,
      Tally tally,
      @Nullable AccessRestoration usersAndRoles) {
    List<String> lines = new ArrayList<>();
    if (!restored.isEmpty()) {
      lines.add(text(manifest, chosen, restored, tally));
    }
    if (usersAndRoles != null) {
      lines.add("created: " + named(usersAndRoles.created()));
      lines.add("left as they are, since they were there: " + named(usersAndRoles.left()));
      if (!usersAndRoles.lacking().isEmpty()) {
        lines.add(
            ("these may do less than the backup says: %s. A restore that was stopped may have left"
                 + " them so, or an operator has taken rights from them. Compare them, as quorate"
                 + " role show and quorate user show have them, with what manifest.json says under"
                 + " access")
                .formatted(named(usersAndRoles.lacking())));
      }
    }
    return lines;
  }

  private static String named(List<String> usersAndRoles) {
    return usersAndRoles.isEmpty() ? "no user and no role" : String.join(", ", usersAndRoles);
  }

  private Map<String, Object> json(
      RestoredTenants chosen, List<TenantEntry> restored, Tally tally) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("from", directory);
    object.put("tenants", restored.stream().map(each -> json(chosen, each)).toList());
    object.put("keys", tally.keys());
    object.put("bytes", tally.bytes());
    object.put("seconds", BackupForms.seconds(tally));
    return object;
  }

  private static Map<String, Object> json(RestoredTenants chosen, TenantEntry tenant) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", tenant.name());
    object.put("restored_as", chosen.nameOf(tenant));
    object.put("keys", tenant.keys());
    object.put("bytes", tenant.bytes());
    return object;
  }

  /** Returns, by the names in the cluster, those of which nothing is promised across keys. */
  private static List<String> keyByKey(RestoredTenants chosen, List<TenantEntry> restored) {
    return restored.stream().filter(TenantEntry::isKeyByKey).map(chosen::nameOf).toList();
  }

  private static String text(
      Manifest manifest, RestoredTenants chosen, List<TenantEntry> restored, Tally tally) {
    return String.format(
        Locale.ROOT,
        "restored %s %s, in %.1f s: %s",
        BackupForms.contents(restored),
        BackupForms.kind(manifest, restored),
        tally.seconds(),
        String.join(", ", chosen.names().values()));
  }
}
