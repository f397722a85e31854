package io.quorate.node.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.quorate.model.Quoted;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** Reads a YAML file of sections into raw values, each with the place where it stands. */
final class ConfigFile {
  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String name;
  private final Map<String, RawValue> values = new LinkedHashMap<>();

  private ConfigFile(String name) {
    this.name = name;
  }

  /**
   * Reads {@code section: {name: value}}; a list becomes its elements, separated by commas.
   *
   * @param name of the file, for messages
   * @throws ConfigException if it is not YAML, or not of this shape
   */
  static Map<String, RawValue> parse(String name, String text) throws ConfigException {
    PlainYaml.require(name, text);
    ConfigFile file = new ConfigFile(name);
    try (YAMLParser parser = YAML.createParser(text)) {
      file.readSections(parser);
    } catch (JsonProcessingException notYaml) {
      int line = notYaml.getLocation() == null ? 0 : notYaml.getLocation().getLineNr();
      String problem = notYaml.getOriginalMessage().lines().findFirst().orElse("not YAML");
      throw new ConfigException(name + ", line " + line + ": " + problem);
    } catch (IOException impossible) {
      throw new ConfigException(name + ": " + impossible.getMessage());
    }
    return file.values;
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
      JsonToken inside = parser.nextToken();
      if (isNull(parser, inside)) {
        continue; // a section whose settings are all commented out
      }
      if (inside != JsonToken.START_OBJECT) {
        throw problem(
            parser,
            "%s is no setting but should be a section, with settings below it"
                .formatted(Quoted.of(section)));
      }
      readSettings(parser, section);
    }
    if (parser.nextToken() != null) {
      throw problem(parser, "a second document: give one");
    }
  }

  private void readSettings(YAMLParser parser, String section) throws IOException, ConfigException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = section + "." + parser.currentName();
      String place = place(parser);
      JsonToken token = parser.nextToken();
      if (isNull(parser, token)) {
        throw problem(
            parser, "%s has no value; to leave it as it is, remove it".formatted(shown(key)));
      }
      String value =
          switch (token) {
            case START_ARRAY -> readList(parser, key);
            case START_OBJECT ->
                throw problem(
                    parser, "%s is a value, with no settings below it".formatted(shown(key)));
            default -> parser.getText();
          };
      values.put(key, new RawValue(value, place, key));
    }
  }

  private String readList(YAMLParser parser, String key) throws IOException, ConfigException {
    StringJoiner elements = new StringJoiner(",");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.currentToken().isScalarValue()) {
        throw problem(parser, "%s: the elements of a list are plain values".formatted(shown(key)));
      }
      elements.add(parser.getText());
    }
    return elements.toString();
  }

  /** A key as it stands, unless it is none that a setting could have. */
  private static String shown(String key) {
    return key.matches("[a-z_.]{1,60}") ? key : Quoted.of(key);
  }

  private static boolean isNull(YAMLParser parser, JsonToken token) throws IOException {
    return token == JsonToken.VALUE_NULL
        || (token == JsonToken.VALUE_STRING && parser.getText().isEmpty());
  }

  private String place(YAMLParser parser) {
    return name + ", line " + parser.currentTokenLocation().getLineNr();
  }

  private ConfigException problem(YAMLParser parser, String what) {
    return new ConfigException(place(parser) + ": " + what);
  }
}
