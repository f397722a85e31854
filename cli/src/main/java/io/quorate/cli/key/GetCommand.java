package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.ReadRepairs;
import io.quorate.cli.command.Versions;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.cli.output.TextForm;
import io.quorate.client.Codec;
import io.quorate.client.GetResult;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.ReadRepair;
import io.quorate.client.Siblings;
import io.quorate.client.Version;
import io.quorate.client.WrongModelException;
import io.quorate.model.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    description = {
      "Prints the value of a key; exits with 1 if it has none.",
      "In a tenant with model SIBLINGS: all values of the key, each with a number and its version,"
          + " and the context with which quorate put and quorate delete replace them."
    })
public final class GetCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private FormOptions forms = new FormOptions();
  @Mixin private FenceOption fence = new FenceOption();

  @Parameters(paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Option(
      names = "--raw",
      description = "Print the bytes of the value and nothing else; of siblings, if it is one.")
  private boolean raw;

  @Option(names = "--output", paramLabel = "FILE", description = "Write the value to a file.")
  private @Nullable Path file;

  @Option(
      names = "--repair",
      paramLabel = "MODE",
      converter = ReadRepairs.class,
      completionCandidates = ReadRepairs.class,
      description =
          "For replicas that are behind: blocking (as many as the level asks for are brought up to"
              + " date first), everyone (all are asked and brought up to date first), background"
              + " (all are asked afterwards; background:10 after one read in ten), off (nothing: a"
              + " later read may return less). Default: as the tenant's reads do")
  private @Nullable ReadRepair repair;

  @Option(
      names = "--min-version",
      paramLabel = "VERSION",
      converter = Versions.class,
      description =
          "Return this version or a later one, as a put or a get printed it: replicas that are"
              + " behind are waited for. If none has it in time, the exit code is 3")
  private @Nullable Version minVersion;

  public GetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    byte[] keyBytes = forms.parse(key, cluster);
    if (raw && (cluster.json() || file != null)) {
      throw cluster.usage("--raw goes with neither --json nor --output");
    }
    try (QuorateClient client = cluster.connect()) {
      GetResult result;
      try {
        result = client.keyValue().get(keyBytes, options());
      } catch (WrongModelException siblings) {
        try {
          return getSiblings(client, keyBytes);
        } catch (WrongModelException wrong) {
          throw ModelAdvice.failure(cluster.tenant(), wrong);
        }
      }
      print(client, keyBytes, result);
      return result.found() ? ExitCode.DONE : ExitCode.NOT_FOUND;
    }
  }

  private int getSiblings(QuorateClient client, byte[] keyBytes) throws IOException {
    Siblings<byte[]> read =
        client.siblings(cluster.tenant(), Codec.bytes(), Codec.bytes()).get(keyBytes, options());
    SiblingForms siblings = new SiblingForms(forms.form());
    if (cluster.json()) {
      Map<String, Object> object = new LinkedHashMap<>();
      Json.putBytes(object, "key", keyBytes);
      object.put("found", !read.isEmpty());
      Results results = Results.of(client, cluster);
      siblings.putJson(object, read, file == null, results);
      results.putInfo(object, read.info());
      console.out().println(Json.pretty(object));
    } else if (read.isEmpty()) {
      printNotFound(keyBytes);
    } else if (!raw && file == null) {
      siblings.lines(read).forEach(console.out()::println);
    }
    if (!read.isEmpty() && (raw || file != null)) {
      byte[] only = siblings.only(read, raw ? "--raw" : "--output");
      if (file == null) {
        console.out().write(only);
        console.out().flush();
      } else {
        Files.write(file, only);
      }
      if (!cluster.json()) {
        console.err().println("quorate: context " + read.context());
      }
    }
    if (!cluster.json()) {
      Results.note(console, read.info());
    }
    return read.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.DONE;
  }

  private void printNotFound(byte[] keyBytes) {
    console
        .err()
        .println("quorate: key " + Quoted.of(TextForm.UTF8.print(keyBytes)) + " not found");
  }

  private ReadOptions options() {
    ReadOptions options = fence.read(cluster);
    if (repair != null) {
      options = options.repair(repair);
    }
    return minVersion == null ? options : options.minVersion(minVersion);
  }

  private void print(QuorateClient client, byte[] keyBytes, GetResult result) throws IOException {
    byte[] value = result.value();
    if (cluster.json()) {
      console.out().println(Json.pretty(json(keyBytes, result, Results.of(client, cluster))));
    } else if (value == null) {
      printNotFound(keyBytes);
    } else if (raw) {
      console.out().write(value);
      console.out().flush();
    } else if (file == null) {
      printText(value);
    }
    if (!cluster.json()) {
      Results.note(console, result.info());
    }
    if (!cluster.json() && value != null && result.expiresAtMillis() != 0) {
      console
          .err()
          .println("quorate: it expires at " + Instant.ofEpochMilli(result.expiresAtMillis()));
    }
    if (!cluster.json() && result.repairedReplicas() > 0) {
      console.err().println("quorate: replicas brought up to date: " + result.repairedReplicas());
    }
    if (value != null && file != null) {
      Files.write(file, value);
    }
  }

  private void printText(byte[] value) {
    TextForm form = forms.form();
    if (form == TextForm.UTF8 && !TextForm.isPrintable(value)) {
      console.err().println("quorate: the value is binary; --raw prints it as it is");
    }
    console.out().println(form.print(value));
  }

  private Map<String, Object> json(byte[] keyBytes, GetResult result, Results results) {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.putBytes(object, "key", keyBytes);
    object.put("found", result.found());
    if (result.value() != null && file == null) {
      Json.putBytes(object, "value", result.value());
    }
    results.putVersion(object, result.version());
    if (result.expiresAtMillis() != 0) {
      object.put("expires_at_ms", result.expiresAtMillis());
    }
    if (result.repairedReplicas() > 0 || ReadRepair.EVERYONE.equals(repair)) {
      object.put("repaired_replicas", result.repairedReplicas());
    }
    results.putInfo(object, result.info());
    return object;
  }
}
