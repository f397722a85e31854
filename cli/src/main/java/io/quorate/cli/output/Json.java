package io.quorate.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** JSON as commands print it. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The object on one line; fields in the order of the map. */
  public static String line(Map<String, ?> object) {
    try {
      return MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps of plain values can be written", impossible);
    }
  }

  /** The object over several lines. */
  public static String pretty(Map<String, ?> object) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(object);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps of plain values can be written", impossible);
    }
  }

  /**
   * Puts bytes into an object: as a string under {@code name} if they are UTF-8, else in base64
   * under {@code name_base64}.
   */
  public static void putBytes(Map<String, Object> object, String name, byte[] bytes) {
    String text = TextForm.textOrNull(bytes);
    if (text != null) {
      object.put(name, text);
    } else {
      object.put(name + "_base64", TextForm.BASE64.print(bytes));
    }
  }
}
