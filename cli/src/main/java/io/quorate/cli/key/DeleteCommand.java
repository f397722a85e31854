package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "delete", description = "Deletes a key, whether or not it has a value.")
public final class DeleteCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private FormOptions forms = new FormOptions();

  @Parameters(paramLabel = "KEY", description = "The key.")
  private String key = "";

  public DeleteCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] keyBytes = forms.parse(key, cluster);
    try (QuorateClient client = cluster.connect()) {
      WriteResult result = client.keyValue().delete(keyBytes, cluster.write());
      Map<String, Object> object = new LinkedHashMap<>();
      Json.putBytes(object, "key", keyBytes);
      Results.putVersion(object, result.version());
      Results.putInfo(object, result.info());
      cluster.output(console).result(object, () -> "deleted, version " + result.version());
    }
    return ExitCode.DONE;
  }
}
