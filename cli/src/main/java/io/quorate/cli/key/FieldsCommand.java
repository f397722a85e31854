package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.cli.output.TextForm;
import io.quorate.client.DecodingException;
import io.quorate.client.FieldsUpdate;
import io.quorate.client.FieldsValue;
import io.quorate.client.WriteResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Linearizable keys that have maps of fields. */
@Command(
    name = "fields",
    description = {
      "Reads and updates small maps of fields, which keys of tenants with model LINEARIZABLE have:"
          + " with conditions on fields, and one update at a time."
    })
public final class FieldsCommand {
  private final Console console;

  public FieldsCommand(Console console) {
    this.console = console;
  }

  @Command(
      description = {
        "Prints the fields of a key; exits with 1 if it has no map.",
        "Each field has a line: its name and its value, separated by a tab."
      })
  int get(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Mixin FenceOption fence,
      @Parameters(paramLabel = "KEY", description = "The key.") String key) {
    byte[] keyBytes = forms.parse(key, cluster);
    FieldCall call = new FieldCall(console, cluster, keyBytes);
    return call.make(
        client -> {
          FieldsValue read;
          try {
            read = client.fields(cluster.tenant()).get(keyBytes, fence.read(cluster));
          } catch (DecodingException noMap) {
            throw new CommandFailedException(
                ExitCode.FAILED, "the key has a value that is no map of fields: use quorate get");
          }
          return call.read(
              client,
              read.found(),
              "fields",
              () -> json(read),
              read.info(),
              () -> lines(read, forms));
        });
  }

  @Command(
      description = {
        "Sets and removes fields of a key together, if all that is expected of fields holds; else"
            + " exits with 1, and nothing was changed.",
        "A key without a value has a map without fields. It keeps a map if the last field is"
            + " removed: quorate delete takes it away."
      })
  int set(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Mixin FenceOption fence,
      @Mixin FieldsOptions asked,
      @Parameters(index = "0", paramLabel = "KEY", description = "The key.") String key,
      @Parameters(
              index = "1..*",
              arity = "0..*",
              paramLabel = "NAME=VALUE",
              description = "A field, and the value that it gets.")
          List<String> values) {
    byte[] keyBytes = forms.parse(key, cluster);
    FieldsUpdate update = asked.update(values == null ? List.of() : values, cluster, forms);
    FieldCall call = new FieldCall(console, cluster, keyBytes);
    return call.make(
        client -> {
          WriteResult result =
              client.fields(cluster.tenant()).update(keyBytes, update, fence.write(cluster));
          Written written = Written.of(result);
          cluster
              .output(console)
              .result(
                  written.json(keyBytes, Results.of(client, cluster)),
                  () -> written.text("updated"));
          return ExitCode.DONE;
        });
  }

  private static List<String> lines(FieldsValue read, FormOptions forms) {
    SiblingForms names = new SiblingForms(TextForm.UTF8);
    SiblingForms texts = new SiblingForms(forms.form());
    List<String> lines = new ArrayList<>();
    read.values()
        .forEach(
            (name, value) ->
                lines.add(
                    names.onOneLine(TextForm.UTF8.parse(name)) + "\t" + texts.onOneLine(value)));
    return lines;
  }

  private static List<Map<String, Object>> json(FieldsValue read) {
    List<Map<String, Object>> fields = new ArrayList<>();
    read.values()
        .forEach(
            (name, value) -> {
              Map<String, Object> object = new LinkedHashMap<>();
              object.put("name", name);
              Json.putBytes(object, "value", value);
              fields.add(object);
            });
    return fields;
  }
}
