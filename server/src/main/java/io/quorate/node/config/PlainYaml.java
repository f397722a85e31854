package io.quorate.node.config;

import io.quorate.model.Quoted;
import java.io.StringReader;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * Refuses what YAML has beyond plain values: a value that stands elsewhere, or has a type of its
 * own, is not what its line says.
 */
final class PlainYaml {
  /** Sections, settings, lists; and some, so that what is too deep is told in its own words. */
  private static final int DEPTH_MAX = 10;

  private PlainYaml() {}

  /**
   * Requires that a text is YAML of plain values.
   *
   * @throws ConfigException if not; says where, of everything that is not plain
   */
  static void require(String name, String text) throws ConfigException {
    int depth = 0;
    Set<ConfigProblem> problems = new LinkedHashSet<>();
    try {
      for (Event event : new Yaml(new LoaderOptions()).parse(new StringReader(text))) {
        if (event.is(Event.ID.MappingStart) || event.is(Event.ID.SequenceStart)) {
          depth++;
        } else if (event.is(Event.ID.MappingEnd) || event.is(Event.ID.SequenceEnd)) {
          depth--;
        }
        if (depth > DEPTH_MAX) {
          throw new ConfigException(place(name, event.getStartMark()), "nested too deep");
        }
        String problem = problem(event);
        if (problem != null) {
          problems.add(new ConfigProblem(place(name, event.getStartMark()), problem));
        }
      }
    } catch (MarkedYAMLException notYaml) {
      problems.add(
          new ConfigProblem(
              place(name, notYaml.getProblemMark()),
              inPlainWords(String.valueOf(notYaml.getProblem()))));
    } catch (YAMLException notText) {
      String words = String.valueOf(notText.getMessage()).replaceAll("\\s+", " ");
      throw new ConfigException(
          new Place(name, 0), Quoted.of(words) + " is in the way of reading it");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
  }

  /** What the parser found, and what the usual mistakes are that make it say so. */
  private static String inPlainWords(String problem) {
    if (problem.contains("TAB")) {
      return "tabs cannot indent YAML: use spaces";
    }
    if (problem.contains("<block end>")) {
      return "not indented as the lines above: settings of one section begin in one column";
    }
    if (problem.contains("mapping values are not allowed")) {
      return "a ':' where no value can begin: indent the line as those above, or put text with ': '"
          + " into quotes";
    }
    if (problem.contains("could not find expected ':'")) {
      return "no ':' after the name of a setting, on this line or the one above";
    }
    if (problem.contains("expected the node content")) {
      return "no value where one must stand: is a bracket open, or closed that was never opened?";
    }
    if (problem.contains("unexpected end of stream")) {
      return "the file ends within quotes: close them";
    }
    return problem.replaceAll("'?<stream end>'?", "the end of the file");
  }

  private static Place place(String name, @Nullable Mark mark) {
    return new Place(name, mark == null ? 0 : mark.getLine() + 1);
  }

  private static @Nullable String problem(Event event) {
    if (event instanceof AliasEvent) {
      return "an alias (*name): write the value itself; in quotes, if it is text";
    }
    if (event instanceof NodeEvent node && node.getAnchor() != null) {
      return "an anchor (&name): it is of no use here; in quotes, if it is text";
    }
    if (tag(event) != null) {
      return "a tag (!type): values have the types of their settings";
    }
    if (event instanceof ScalarEvent scalar
        && scalar.isPlain()
        && Objects.equals(scalar.getValue(), "<<")) {
      return "a merge key (<<): write the settings themselves";
    }
    return null;
  }

  private static @Nullable String tag(Event event) {
    return switch (event) {
      case ScalarEvent scalar -> scalar.getTag();
      case CollectionStartEvent collection -> collection.getTag();
      default -> null;
    };
  }
}
