package io.quorate.cli.backup;

import io.quorate.cli.backup.run.ClusterCalls;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Patience;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Tenant;
import io.quorate.model.Quoted;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives up a restore that is not finished. */
@Command(
    name = "give-up-restore",
    description = {
      "Gives up the restore of a tenant that was stopped: the tenant is as it was before the"
          + " restore.",
      "A tenant that was created for the restore is gone, with what was stored of it. One that was"
          + " there and empty is there and empty, with the settings that it had, and takes requests"
          + " again. A run of the restore that still goes on stops, unless it has yet to begin:"
          + " such a run begins again, so end it first."
    })
public final class GiveUpRestoreCommand implements Callable<Integer> {
  /** As long as other commands of backups wait for nodes that are away. */
  private static final Duration GIVE_UP = Duration.ofSeconds(60);

  private final Console console;
  private final ClusterCalls.Factory calls;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "TENANT", description = "Name of the tenant in the cluster.")
  private String tenant = "";

  @Option(names = "--yes", description = "Required: what is restored already is lost.")
  private boolean yes;

  public GiveUpRestoreCommand(Console console) {
    this(console, ClusterCalls::of);
  }

  GiveUpRestoreCommand(Console console, ClusterCalls.Factory calls) {
    this.console = console;
    this.calls = calls;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!yes) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "nothing was changed: what is restored of tenant %s would be lost. Give --yes"
              .formatted(Quoted.of(tenant)));
    }
    List<String> warnings;
    boolean stays;
    try (QuorateClient client = cluster.connect()) {
      ClusterCalls opened = calls.of(client);
      warnings = opened.backups().giveUpRestore(tenant);
      stays = left(opened).stream().anyMatch(each -> each.name().equals(tenant));
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("tenant", tenant);
    object.put("stays", stays);
    object.put("warnings", warnings);
    Output output = cluster.output(console);
    output.result(
        object,
        () ->
            stays
                ? "gave up the restore of tenant %s, which is as it was before it".formatted(tenant)
                : "gave up the restore of tenant %s, which is gone, as it was created for it"
                    .formatted(tenant));
    output.warn(warnings);
    return ExitCode.DONE;
  }

  /** The restore is given up by now, so this is no reason to say that it is not. */
  private List<Tenant> left(ClusterCalls opened) throws InterruptedException {
    try {
      return new Patience(GIVE_UP, () -> false).call(opened::tenants);
    } catch (QuorateException failed) {
      throw Reasons.stopped(
          "gave up the restore of tenant %s, and cannot tell whether the tenant stays"
              .formatted(Quoted.of(tenant)),
          failed,
          "quorate tenant list tells it");
    }
  }
}
