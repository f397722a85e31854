package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.client.FlagKind;
import io.quorate.client.MapUpdate;
import io.quorate.client.MapValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is changed of the fields of a map. Each option may be given several times. */
final class FieldOptions {
  private static final String COUNT = "NAME=N";
  private static final String VALUE = "NAME=VALUE";

  @Option(names = "--increment", paramLabel = COUNT, description = "Add to a counter.")
  private List<String> increments = new ArrayList<>();

  @Option(names = "--decrement", paramLabel = COUNT, description = "Take away from a counter.")
  private List<String> decrements = new ArrayList<>();

  @Option(names = "--grow", paramLabel = COUNT, description = "Add to a counter that only grows.")
  private List<String> grown = new ArrayList<>();

  @Option(names = "--add", paramLabel = VALUE, description = "Add an element to a set.")
  private List<String> additions = new ArrayList<>();

  @Option(names = "--remove", paramLabel = VALUE, description = "Remove an element from a set.")
  private List<String> removals = new ArrayList<>();

  @Option(names = "--assign", paramLabel = VALUE, description = "Give a register a value.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--clear",
      paramLabel = "NAME",
      description = "Take the value of a register away.")
  private List<String> cleared = new ArrayList<>();

  @Option(
      names = "--replace",
      paramLabel = VALUE,
      description =
          "Read a multi-value register, and give it a value in the place of those that were read."
              + " Values that others assign meanwhile stay beside it")
  private List<String> replacements = new ArrayList<>();

  @Option(names = "--enable", paramLabel = "NAME", description = "Turn a flag on.")
  private List<String> enabled = new ArrayList<>();

  @Option(names = "--disable", paramLabel = "NAME", description = "Turn a flag off.")
  private List<String> disabled = new ArrayList<>();

  @Option(
      names = "--disable-wins",
      description =
          "The flags of this command are of the kind that is off after an enabling and a"
              + " disabling at the same time. Default: they are on")
  private boolean disableWins;

  /** A field and what is said of it. */
  private record Said(String name, String text) {}

  /**
   * Returns what was given.
   *
   * @param read reads the key, if that is needed
   */
  MapUpdate update(ClusterOptions cluster, FormOptions forms, Supplier<MapValue> read) {
    MapUpdate update = MapUpdate.EMPTY;
    for (String each : increments) {
      Said said = said("--increment", each, cluster);
      update = update.increment(said.name(), number("--increment", said, cluster));
    }
    for (String each : decrements) {
      Said said = said("--decrement", each, cluster);
      update = update.decrement(said.name(), number("--decrement", said, cluster));
    }
    for (String each : grown) {
      Said said = said("--grow", each, cluster);
      update = update.grow(said.name(), number("--grow", said, cluster));
    }
    for (String each : additions) {
      Said said = said("--add", each, cluster);
      update = update.add(said.name(), List.of(forms.parse(said.text(), cluster)));
    }
    for (String each : removals) {
      Said said = said("--remove", each, cluster);
      update = update.remove(said.name(), List.of(forms.parse(said.text(), cluster)));
    }
    for (String each : assignments) {
      Said said = said("--assign", each, cluster);
      update = update.assign(said.name(), forms.parse(said.text(), cluster));
    }
    for (String each : cleared) {
      update = update.clear(each);
    }
    update = withReplacements(update, cluster, forms, read);
    FlagKind kind = disableWins ? FlagKind.DISABLE_WINS : FlagKind.ENABLE_WINS;
    for (String each : enabled) {
      update = update.enable(each, kind);
    }
    for (String each : disabled) {
      update = update.disable(each, kind);
    }
    if (update.changes().isEmpty()) {
      throw cluster.usage(
          "nothing to update: give --increment, --decrement, --grow, --add, --remove, --assign,"
              + " --clear, --replace, --enable or --disable");
    }
    return update;
  }

  private MapUpdate withReplacements(
      MapUpdate others, ClusterOptions cluster, FormOptions forms, Supplier<MapValue> read) {
    MapUpdate update = others;
    MapValue seen = null;
    for (String each : replacements) {
      Said said = said("--replace", each, cluster);
      seen = seen == null ? read.get() : seen;
      update = update.replace(said.name(), forms.parse(said.text(), cluster), seen);
    }
    return update;
  }

  private static Said said(String option, String given, ClusterOptions cluster) {
    int end = given.indexOf('=');
    if (end <= 0) {
      throw cluster.usage(option + " '" + given + "': give NAME=VALUE");
    }
    return new Said(given.substring(0, end), given.substring(end + 1));
  }

  private static long number(String option, Said said, ClusterOptions cluster) {
    Long number = numberOrNull(said.text());
    if (number == null) {
      throw cluster.usage(
          option + " '" + said.name() + "=" + said.text() + "': give a whole number after the =");
    }
    return number;
  }

  private static @Nullable Long numberOrNull(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException none) {
      return null;
    }
  }
}
