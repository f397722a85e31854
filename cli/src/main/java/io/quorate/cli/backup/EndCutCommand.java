package io.quorate.cli.backup;

import io.quorate.cli.backup.run.ClusterCalls;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.Backups;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends a cut that no command reads any more. */
@Command(
    name = "end-cut",
    description = {
      "Ends the cut of an exact backup whose command was killed, so that nodes keep nothing for it"
          + " any more and another one can be made. A backup that still reads it stops.",
      "The cluster does so by itself when it has not heard of the command for 90 s. Until then, a"
          + " backup that was killed goes on when it is run again."
    })
public final class EndCutCommand implements Callable<Integer> {
  private final Console console;
  private final ClusterCalls.Factory calls;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--cut",
      paramLabel = "ID",
      description = "Number of the cut. Default: the newest")
  private long id;

  public EndCutCommand(Console console) {
    this(console, ClusterCalls::of);
  }

  EndCutCommand(Console console, ClusterCalls.Factory calls) {
    this.console = console;
    this.calls = calls;
  }

  @Override
  public Integer call() {
    BackupCut cut;
    boolean ended;
    try (QuorateClient client = cluster.connect()) {
      Backups backups = calls.of(client).backups();
      cut = backups.cut(id);
      ended = cut.step() != BackupCut.Step.ENDED;
      if (ended) {
        backups.endCut(cut.id());
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("cut", cut.id());
    object.put("ended", ended);
    cluster.output(console).result(object, () -> text(cut, ended));
    return ExitCode.DONE;
  }

  private static String text(BackupCut cut, boolean ended) {
    if (ended) {
      return "ended cut " + cut.id();
    }
    return cut.id() == 0 ? "there is no cut" : "cut %d has ended already".formatted(cut.id());
  }
}
