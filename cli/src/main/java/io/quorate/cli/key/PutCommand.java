package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "put", description = "Stores a value under a key.")
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
    WriteOptions options = ttl == null ? cluster.write() : cluster.write().ttl(ttl);
    try (QuorateClient client = cluster.connect()) {
      WriteResult result = client.keyValue().put(keyBytes, valueBytes, options);
      Map<String, Object> object = new LinkedHashMap<>();
      Json.putBytes(object, "key", keyBytes);
      Results.putVersion(object, result.version());
      Results.putInfo(object, result.info());
      cluster.output(console).result(object, () -> "stored, version " + result.version());
    }
    return ExitCode.DONE;
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
