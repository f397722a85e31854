package io.quorate.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One pod of the StatefulSet, as kubelet starts it. */
record Pod(JsonNode statefulSet, JsonNode config, int ordinal) {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\((\\w+)\\)");

  String name() {
    return statefulSet.at("/metadata/name").asText() + "-" + ordinal;
  }

  JsonNode spec() {
    return statefulSet.at("/spec/template/spec");
  }

  JsonNode container() {
    return spec().at("/containers/0");
  }

  String file(String name) {
    return config.path("data").path(name).asText();
  }

  /** The variables of its container, without labels of the pod. */
  Map<String, String> environment() {
    return environment(Map.of());
  }

  /**
   * The variables of its container. A reference to a variable that was not given before stays as it
   * is, as Kubernetes leaves it.
   */
  Map<String, String> environment(Map<String, String> labels) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (JsonNode each : container().path("env")) {
      String field = each.at("/valueFrom/fieldRef/fieldPath").asText();
      String value = field.isEmpty() ? each.path("value").asText() : field(field, labels);
      variables.put(
          each.path("name").asText(),
          REFERENCE
              .matcher(value)
              .replaceAll(
                  reference ->
                      Matcher.quoteReplacement(
                          variables.getOrDefault(reference.group(1), reference.group()))));
    }
    return variables;
  }

  private String field(String field, Map<String, String> labels) {
    if (field.equals("metadata.name")) {
      return name();
    }
    Matcher label = Pattern.compile("metadata\\.labels\\['(.*)'\\]").matcher(field);
    if (label.matches()) {
      return labels.getOrDefault(label.group(1), "");
    }
    throw new AssertionError("what is " + field + "?");
  }
}
