package io.quorate.cli.key;

import io.quorate.cli.output.Json;
import io.quorate.cli.output.TextForm;
import io.quorate.client.Element;
import io.quorate.client.FieldKind;
import io.quorate.client.FieldValue;
import io.quorate.client.MapValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How counters, sets and maps are shown, where values are written in this form. */
record FieldForms(TextForm form) {
  /**
   * Returns a line for each value: of a map after the name and the kind of the field, separated by
   * tabs.
   */
  List<String> lines(MapValue read) {
    List<String> lines = new ArrayList<>();
    for (FieldValue field : read.fields()) {
      String before =
          field.name().isEmpty()
              ? ""
              : new SiblingForms(TextForm.UTF8).onOneLine(TextForm.UTF8.parse(field.name()))
                  + "\t"
                  + word(field.kind())
                  + "\t";
      values(field).forEach(value -> lines.add(before + value));
    }
    return lines;
  }

  private List<String> values(FieldValue field) {
    return switch (field.kind()) {
      case COUNTER, GROW_ONLY_COUNTER -> List.of(String.valueOf(field.count()));
      case SET, REGISTER, MULTI_VALUE_REGISTER -> elements(field.elements());
      case FLAG_ENABLE_WINS, FLAG_DISABLE_WINS -> List.of(field.enabled() ? "on" : "off");
    };
  }

  /** Returns a line for each element. */
  List<String> elements(List<Element> elements) {
    SiblingForms lines = new SiblingForms(form);
    return elements.stream().map(each -> lines.onOneLine(each.value())).toList();
  }

  private static String word(FieldKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the fields as objects. */
  static List<Map<String, Object>> json(MapValue read) {
    List<Map<String, Object>> fields = new ArrayList<>();
    for (FieldValue field : read.fields()) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", field.name());
      object.put("kind", field.kind().name());
      switch (field.kind()) {
        case COUNTER, GROW_ONLY_COUNTER -> object.put("count", field.count());
        case SET, REGISTER, MULTI_VALUE_REGISTER -> object.put("elements", json(field.elements()));
        case FLAG_ENABLE_WINS, FLAG_DISABLE_WINS -> object.put("enabled", field.enabled());
      }
      fields.add(object);
    }
    return fields;
  }

  /** Returns elements as objects. */
  static List<Map<String, Object>> json(List<Element> elements) {
    List<Map<String, Object>> values = new ArrayList<>();
    for (Element each : elements) {
      Map<String, Object> object = new LinkedHashMap<>();
      Json.putBytes(object, "value", each.value());
      values.add(object);
    }
    return values;
  }
}
