package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.client.Codec;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "put",
    description = {
      "Stores a value under a key.",
      "In a tenant with model SIBLINGS, the value takes the place of the siblings that --context"
          + " has; without --context it is kept beside all that the key has."
    })
public final class PutCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private FormOptions forms = new FormOptions();

  @Parameters(
      index = "0",
      paramLabel = "KEY",
      description = "The key, 1 to 4096 bytes unless the cluster is configured otherwise.")
  private String key = "";

  @Parameters(
      index = "1",
      paramLabel = "VALUE",
      description =
          "The value; - reads it from standard input and @FILE from a file, as they are. "
              + "Write @@TEXT for a value that begins with @.")
  private String value = "";

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "Until the value expires, such as 90s or 7d. Default: the tenant's")
  private @Nullable Duration ttl;

  @Mixin private ContextOption context = new ContextOption();
  @Mixin private FenceOption fence = new FenceOption();

  public PutCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    byte[] keyBytes = forms.parse(key, cluster);
    byte[] valueBytes = value();
    if (ttl != null && ttl.isZero()) {
      throw cluster.usage("--ttl must be at least 1ms");
    }
    WriteOptions options = fence.write(cluster);
    if (ttl != null) {
      options = options.ttl(ttl);
    }
    try (QuorateClient client = cluster.connect()) {
      Written written = put(client, keyBytes, valueBytes, options);
      cluster
          .output(console)
          .result(
              written.json(keyBytes, Results.of(client, cluster)), () -> written.text("stored"));
    }
    return ExitCode.DONE;
  }

  private Written put(QuorateClient client, byte[] key, byte[] value, WriteOptions options) {
    return context.write(
        cluster,
        () -> client.keyValue().put(key, value, options),
        known ->
            client
                .siblings(cluster.tenant(), Codec.bytes(), Codec.bytes())
                .put(key, value, known, options));
  }

  private byte[] value() throws IOException {
    if (value.equals("-")) {
      return console.in().readAllBytes();
    }
    if (value.startsWith("@@")) {
      return forms.parse(value.substring(1), cluster);
    }
    return value.startsWith("@") ? contents(value.substring(1)) : forms.parse(value, cluster);
  }

  private static byte[] contents(String file) throws IOException {
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw new CommandFailedException(ExitCode.FAILED, file + ": is a directory");
    }
    if (!Files.exists(path)) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "%s: no such file; for a value that begins with @ write @@%s".formatted(file, file));
    }
    return Files.readAllBytes(path);
  }
}
