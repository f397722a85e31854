package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Console;
import io.quorate.client.SetValue;
import io.quorate.client.Sets;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Keys that are sets. */
@Command(
    name = "set",
    description = {
      "Adds to and removes from sets in a tenant with model SETS, where each key is a set of"
          + " values.",
      "Of an addition and a removal at the same time, the addition wins."
    })
public final class SetCommand {
  private final Console console;

  public SetCommand(Console console) {
    this.console = console;
  }

  @Command(description = "Adds elements to a key.")
  int add(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Parameters(index = "0", paramLabel = "KEY", description = "The key.") String key,
      @Parameters(
              index = "1..*",
              arity = "1..*",
              paramLabel = "ELEMENT",
              description = "The elements, at most 1000.")
          List<String> elements) {
    return change(cluster, forms, key, elements, "added", Sets::add);
  }

  @Command(
      description = "Removes elements from a key: what a quorum of replicas has of them by then.")
  int remove(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Parameters(index = "0", paramLabel = "KEY", description = "The key.") String key,
      @Parameters(
              index = "1..*",
              arity = "1..*",
              paramLabel = "ELEMENT",
              description = "The elements, at most 1000.")
          List<String> elements) {
    return change(cluster, forms, key, elements, "removed", Sets::remove);
  }

  @Command(description = "Prints the elements of a key, one a line; exits with 1 if it has none.")
  int get(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Parameters(paramLabel = "KEY", description = "The key.") String key) {
    byte[] keyBytes = forms.parse(key, cluster);
    FieldCall call = new FieldCall(console, cluster, keyBytes);
    return call.make(
        client -> {
          SetValue read = client.sets(cluster.tenant()).get(keyBytes, cluster.read());
          return call.read(
              client,
              !read.isEmpty(),
              "elements",
              () -> FieldForms.json(read.elements()),
              read.info(),
              () -> new FieldForms(forms.form()).elements(read.elements()));
        });
  }

  private interface Change {
    UpdateResult of(Sets sets, byte[] key, List<byte[]> elements, WriteOptions options);
  }

  private int change(
      ClusterOptions cluster,
      FormOptions forms,
      String key,
      List<String> elements,
      String done,
      Change change) {
    byte[] keyBytes = forms.parse(key, cluster);
    List<byte[]> values = elements.stream().map(each -> forms.parse(each, cluster)).toList();
    FieldCall call = new FieldCall(console, cluster, keyBytes);
    return call.make(
        client ->
            call.changed(
                client,
                change.of(client.sets(cluster.tenant()), keyBytes, values, cluster.write()),
                done,
                values.size(),
                done + " " + FieldCall.count(values.size(), "element")));
  }
}
