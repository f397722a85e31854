package io.quorate.cli.backup;

import io.quorate.cli.backup.create.BackupRequest;
import io.quorate.cli.backup.create.BaseChoice;
import io.quorate.cli.backup.create.Creation;
import io.quorate.cli.backup.cut.CutNotes;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.run.AtSignal;
import io.quorate.cli.backup.run.ClusterCalls;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.store.BackupPlace;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.ProgressLine;
import io.quorate.client.QuorateClient;
import io.quorate.model.Quoted;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a backup. */
@Command(
    name = "create",
    description = {
      "Makes a backup of all tenants, or of some, while clients go on.",
      "Each key is at least as new in it as all that was acknowledged before the backup began."
          + " Nothing is promised across keys, unless it is made with --exact: of two writes made"
          + " meanwhile, it may have the later one and not the earlier. Locks and passwords are not"
          + " in it; users and roles are, if all tenants are.",
      "With --base or --incremental, it has only what an earlier backup does not have, and needs"
          + " that one to be restored.",
      "A backup that was stopped goes on when it is created again with the same directory and name."
          + " It is there when it has a file manifest.json; quorate backup verify reads all of it."
    })
public final class CreateCommand implements Callable<Integer> {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** Options that other backups, which take the place of this one, have otherwise. */
  private static final Set<String> OF_ONE_BACKUP =
      Set.of("--to", "--name", "--tenant", "--exact", "--as-of", "--take-over");

  private final Console console;
  private final ClusterCalls.Factory calls;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Mixin private TenantsOption.OfBackup tenants = new TenantsOption.OfBackup();

  @Mixin private RunLimitOptions limits = new RunLimitOptions();

  @Mixin private StorageOptions storage = new StorageOptions();

  @Mixin private TakeOverOption takeOver = new TakeOverOption();

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description =
          "Directory of backups, which must be there; the backup is a directory in it. Or"
              + " s3://BUCKET/PREFIX")
  private String directory = "";

  @Mixin private MomentOptions moment = new MomentOptions();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the backup. Default: the time in UTC, such as 20261127T131500Z")
  private @Nullable String name;

  @Mixin private BaseOptions base = new BaseOptions();

  public CreateCommand(Console console) {
    this(console, ClusterCalls::of);
  }

  CreateCommand(Console console, ClusterCalls.Factory calls) {
    this.console = console;
    this.calls = calls;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String as = name == null ? NAME.format(Instant.now()) : name;
    if (!FileNames.isBackup(as)) {
      throw cluster.usage(
          "--name "
              + Quoted.of(as)
              + ": give 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not beginning with '.' or"
              + " '-'");
    }
    List<String> named = tenants.tenants();
    RunLimits wanted = limits.limits(cluster);
    BaseChoice basedOn = base.choice(cluster);
    Output output = cluster.output(console);
    BackupPlace place =
        storage.place(
            directory,
            takeOver.given(),
            warning -> {
              if (!cluster.json()) {
                output.note("warning: " + warning);
              }
            });
    if (!place.isThere()) {
      // It is not made: where a disk is not mounted, the backup would fill another one.
      throw Reasons.failed("no such directory: " + directory + ": create it, or mount its disk");
    }
    BackupStore store = place.backup(as);
    SecureRandom random = new SecureRandom();
    Creation.Created created;
    try (QuorateClient client = cluster.connect();
        ProgressLine bar =
            new ProgressLine(
                console,
                limits.progress() && !cluster.json(),
                "backing up",
                ProgressLine.Unit.PARTITIONS,
                -1)) {
      Creation creation =
          new Creation(
              calls.of(client),
              store,
              InstantSource.system(),
              // 62 bits, of which a high one is set.
              () -> random.nextLong() >>> 2 | 1L << 61,
              Creation.FILE_BYTES,
              new CutNotes(
                  note -> {
                    if (!cluster.json()) {
                      output.note(note);
                    }
                  },
                  limits.progress()));
      AtSignal atSignal = new AtSignal(creation::stop);
      try {
        created =
            creation.run(
                new BackupRequest(
                    as,
                    named,
                    moment.isExact(),
                    moment.asOf(),
                    basedOn,
                    wanted,
                    GivenOptions.of(spec, OF_ONE_BACKUP)),
                (tally, total) -> {
                  bar.max(total);
                  bar.at(tally.done(), " " + tally.text());
                });
      } finally {
        atSignal.close();
      }
    }
    show(store, created);
    return ExitCode.DONE;
  }

  private void show(BackupStore store, Creation.Created created) {
    Output output = cluster.output(console);
    output.result(json(store, created), () -> text(store, created));
    if (!cluster.json()) {
      if (base.isIncremental() && created.manifest().base() == null) {
        output.note(
            "it has all contents: there is no finished backup beside it that it can be based on, or"
                + " the newest one has --full-after below it");
      }
      if (!created.leftOut().isEmpty()) {
        output.note(
            "warning: not in the backup, as they are being restored: "
                + String.join(", ", created.leftOut()));
      }
      if (created.manifest().access() == null && tenants.tenants().isEmpty()) {
        output.note(
            "warning: users and roles are not in the backup: to look at them, this user needs the"
                + " right audit");
      }
      String keyByKey = BackupForms.keyByKey(created.manifest());
      if (keyByKey != null) {
        output.note(keyByKey);
      }
      created.manifest().tenants().stream()
          .filter(TenantEntry::potentiallyStale)
          .forEach(
              tenant ->
                  output.note(
                      "warning: tenant '%s': acknowledged writes may be missing, as so few replicas acknowledge its writes, or a loss was accepted"
                          .formatted(tenant.name())));
    }
  }

  private static Map<String, Object> json(BackupStore store, Creation.Created created) {
    Map<String, Object> object = BackupForms.json(created.manifest());
    object.put("place", store.place());
    object.put("resumed", created.resumed());
    object.put("left_out", created.leftOut());
    object.put("seconds", BackupForms.seconds(created.tally()));
    object.put("retries", created.retries());
    if (created.manifest().base() != null) {
      object.put("pages_read_again", created.tally().pagesReadAgain());
    }
    return object;
  }

  private static String text(BackupStore store, Creation.Created created) {
    Manifest manifest = created.manifest();
    long again = created.tally().pagesReadAgain();
    return "backed up %s %s%s%s, %s to %s"
        .formatted(
            BackupForms.contents(manifest.tenants()),
            BackupForms.kind(manifest),
            BackupForms.base(manifest),
            again == 0 ? "" : ", %d pages read again in full".formatted(again),
            created.resumed()
                ? "going on with an earlier run,"
                : "in %.1f s".formatted(created.tally().seconds()),
            store.place());
  }
}
