package io.quorate.node.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.quorate.model.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Reads a YAML file of sections into raw values, each with the place where it stands. What does not
 * have the shape of a setting is left out and noted, and reading goes on behind it.
 */
final class ConfigFile {
  /**
   * Something that was left out.
   *
   * @param key of a setting or of a whole section
   * @param problem why
   */
  record LeftOut(String key, ConfigProblem problem) {}

  private static final YAMLFactory YAML = new YAMLFactory();

  private final String name;
  private final Map<String, RawValue> values = new LinkedHashMap<>();
  private final List<LeftOut> leftOut = new ArrayList<>();

  /** The line of each section and setting that was met. */
  private final Map<String, Integer> lines = new HashMap<>();

  private ConfigFile(String name) {
    this.name = name;
  }

  /**
   * Reads {@code section: {name: value}}; a list becomes its elements, separated by commas.
   *
   * @param name of the file, for messages
   * @throws ConfigException if it is not YAML, or has no sections at all
   */
  static ConfigFile parse(String name, String text) throws ConfigException {
    PlainYaml.require(name, text);
    ConfigFile file = new ConfigFile(name);
    try (YAMLParser parser = YAML.createParser(text)) {
      file.readSections(parser);
    } catch (JsonProcessingException notYaml) {
      int line = notYaml.getLocation() == null ? 0 : notYaml.getLocation().getLineNr();
      String problem = notYaml.getOriginalMessage().lines().findFirst().orElse("not YAML");
      throw new ConfigException(new Place(name, line), problem);
    } catch (IOException impossible) {
      throw new ConfigException(new Place(name, 0), String.valueOf(impossible.getMessage()));
    }
    return file;
  }

  Map<String, RawValue> values() {
    return values;
  }

  List<LeftOut> leftOut() {
    return leftOut;
  }

  private void readSections(YAMLParser parser) throws IOException, ConfigException {
    JsonToken first = parser.nextToken();
    if (first == null || isNull(parser, first)) {
      return; // an empty file leaves everything as it is
    }
    if (first != JsonToken.START_OBJECT) {
      throw problem(parser, "expected sections such as 'node:' with settings below them");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String section = parser.currentName();
      Place place = place(parser);
      String twice = again(parser, section);
      JsonToken inside = parser.nextToken();
      if (twice != null) {
        leaveOut(parser, section, new ConfigProblem(place, twice));
      } else if (inside == JsonToken.START_OBJECT) {
        readSettings(parser, section);
      } else if (!isNull(parser, inside)) { // as it is where all settings are commented out
        leaveOut(
            parser,
            section,
            new ConfigProblem(
                place(parser),
                "%s is no setting but should be a section, with settings below it"
                    .formatted(Quoted.of(section))));
      }
    }
    if (parser.nextToken() != null) {
      throw problem(parser, "a second document: give one");
    }
  }

  private void readSettings(YAMLParser parser, String section) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = section + "." + parser.currentName();
      Place place = place(parser);
      String problem = again(parser, key);
      JsonToken token = parser.nextToken();
      if (problem == null && isNull(parser, token)) {
        problem = "%s has no value; to leave it as it is, remove it".formatted(shown(key));
      } else if (problem == null && token == JsonToken.START_OBJECT) {
        problem = "%s is a value, with no settings below it".formatted(shown(key));
      }
      String value = null;
      if (problem == null && token == JsonToken.START_ARRAY) {
        value = readList(parser);
        if (value == null) {
          problem = "%s: the elements of a list are plain values".formatted(shown(key));
        }
      } else if (problem == null) {
        value = parser.getText();
      }
      if (value == null) {
        leaveOut(parser, key, new ConfigProblem(place, problem == null ? "no value" : problem));
      } else {
        values.put(key, new RawValue(value, place, key));
      }
    }
  }

  /** Says where a section or setting stands already, if it does. */
  private @Nullable String again(YAMLParser parser, String key) throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    Integer first = lines.putIfAbsent(key, line);
    return first == null
        ? null
        : "%s is there already, in line %d: give it once".formatted(shown(key), first);
  }

  private void leaveOut(YAMLParser parser, String key, ConfigProblem problem) throws IOException {
    parser.skipChildren();
    leftOut.add(new LeftOut(key, problem));
  }

  /** Returns the elements, separated by commas; null if one of them is not a plain value. */
  private static @Nullable String readList(YAMLParser parser) throws IOException {
    StringJoiner elements = new StringJoiner(",");
    boolean plain = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken().isScalarValue()) {
        elements.add(parser.getText());
      } else {
        plain = false;
        parser.skipChildren();
      }
    }
    return plain ? elements.toString() : null;
  }

  /** Quotes a key, unless it has the form of a setting's. */
  private static String shown(String key) {
    return key.matches("[a-z_.]{1,60}") ? key : Quoted.of(key);
  }

  private static boolean isNull(YAMLParser parser, JsonToken token) throws IOException {
    return token == JsonToken.VALUE_NULL
        || (token == JsonToken.VALUE_STRING && parser.getText().isEmpty());
  }

  private Place place(YAMLParser parser) {
    return new Place(name, parser.currentTokenLocation().getLineNr());
  }

  private ConfigException problem(YAMLParser parser, String what) {
    return new ConfigException(place(parser), what);
  }
}
