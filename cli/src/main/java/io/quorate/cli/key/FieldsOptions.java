package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.client.FieldsUpdate;
import io.quorate.client.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is expected of the fields of a linearizable key. Each option may be given several times. */
final class FieldsOptions {
  private static final String VALUE = "NAME=VALUE";

  @Option(
      names = "--expect",
      paramLabel = VALUE,
      description = "The field must have exactly this value.")
  private List<String> expected = new ArrayList<>();

  @Option(names = "--absent", paramLabel = "NAME", description = "The field must not be there.")
  private List<String> absent = new ArrayList<>();

  @Option(
      names = "--present",
      paramLabel = "NAME",
      description = "The field must be there, with any value.")
  private List<String> present = new ArrayList<>();

  @Option(names = "--remove", paramLabel = "NAME", description = "The field is removed.")
  private List<String> removed = new ArrayList<>();

  /** Returns what was given, with these values of fields. */
  FieldsUpdate update(List<String> values, ClusterOptions cluster, FormOptions forms) {
    try {
      FieldsUpdate update = FieldsUpdate.EMPTY;
      for (String each : expected) {
        update = update.ifEquals(name(each, cluster), value(each, cluster, forms));
      }
      for (String each : absent) {
        update = update.ifAbsent(each);
      }
      for (String each : present) {
        update = update.ifPresent(each);
      }
      for (String each : values) {
        update = update.set(name(each, cluster), value(each, cluster, forms));
      }
      for (String each : removed) {
        update = update.remove(each);
      }
      if (update.edits().isEmpty()) {
        throw cluster.usage("nothing to change: give NAME=VALUE, or --remove NAME");
      }
      return update;
    } catch (InvalidRequestException invalid) {
      throw cluster.usage(String.valueOf(invalid.getMessage()));
    }
  }

  private static String name(String given, ClusterOptions cluster) {
    int end = given.indexOf('=');
    if (end <= 0) {
      throw cluster.usage("'" + given + "': give NAME=VALUE");
    }
    return given.substring(0, end);
  }

  private static byte[] value(String given, ClusterOptions cluster, FormOptions forms) {
    return forms.parse(given.substring(given.indexOf('=') + 1), cluster);
  }
}
