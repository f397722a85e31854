package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.client.Codec;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    description = {
      "Deletes a key, whether or not it has a value.",
      "In a tenant with model SIBLINGS, it deletes the siblings that --context has; without"
          + " --context, all that the key has."
    })
public final class DeleteCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private FormOptions forms = new FormOptions();
  @Mixin private ContextOption context = new ContextOption();
  @Mixin private FenceOption fence = new FenceOption();

  @Parameters(paramLabel = "KEY", description = "The key.")
  private String key = "";

  public DeleteCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] keyBytes = forms.parse(key, cluster);
    try (QuorateClient client = cluster.connect()) {
      Written written = delete(client, keyBytes);
      cluster.output(console).result(written.json(keyBytes), () -> written.text("deleted"));
    }
    return ExitCode.DONE;
  }

  private Written delete(QuorateClient client, byte[] key) {
    WriteOptions options = fence.write(cluster);
    return context.write(
        cluster,
        () -> client.keyValue().delete(key, options),
        known ->
            client
                .siblings(cluster.tenant(), Codec.bytes(), Codec.bytes())
                .delete(key, known, options));
  }
}
