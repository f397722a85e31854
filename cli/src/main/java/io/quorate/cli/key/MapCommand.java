package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Console;
import io.quorate.client.MapUpdate;
import io.quorate.client.MapValue;
import io.quorate.client.Maps;
import io.quorate.client.UpdateResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Keys that have fields. */
@Command(
    name = "map",
    description = {
      "Updates maps in a tenant with model MAPS, where each key has fields with names: counters,"
          + " sets, registers and flags.",
      "A command whose outcome is not known has taken effect once or never; repeated, it counts"
          + " again."
    })
public final class MapCommand {
  private final Console console;

  public MapCommand(Console console) {
    this.console = console;
  }

  @Command(description = "Makes all changes that are given together, or none.")
  int update(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Mixin FieldOptions changes,
      @Parameters(paramLabel = "KEY", description = "The key.") String key) {
    byte[] keyBytes = forms.parse(key, cluster);
    FieldCall call = new FieldCall(console, cluster, keyBytes);
    return call.make(
        client -> {
          Maps maps = client.maps(cluster.tenant());
          MapUpdate update =
              changes.update(cluster, forms, () -> maps.get(keyBytes, cluster.read()));
          UpdateResult result = maps.update(keyBytes, update, cluster.write());
          int count = update.changes().size();
          return call.changed(
              client, result, "changes", count, "updated, " + FieldCall.count(count, "change"));
        });
  }

  @Command(
      description = {
        "Prints the fields of a key; exits with 1 if it has none.",
        "Each value has a line: the name of the field, its kind and the value, separated by tabs."
      })
  int get(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Parameters(paramLabel = "KEY", description = "The key.") String key) {
    byte[] keyBytes = forms.parse(key, cluster);
    FieldCall call = new FieldCall(console, cluster, keyBytes);
    return call.make(
        client -> {
          MapValue read = client.maps(cluster.tenant()).get(keyBytes, cluster.read());
          return call.read(
              client,
              !read.isEmpty(),
              "fields",
              () -> FieldForms.json(read),
              read.info(),
              () -> new FieldForms(forms.form()).lines(read));
        });
  }
}
