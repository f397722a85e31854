package io.quorate.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The dashboards that come with Quorate. */
final class Dashboards {
  /** What a panel asks for: meters of Quorate and of its process. */
  private static final Pattern METER = Pattern.compile("\\b(quorate|jvm|process|system)_[a-z_]+");

  private Dashboards() {}

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Repository.file("config/grafana"))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  /** Those that show something, and are no headings. */
  static List<JsonNode> panels(JsonNode dashboard) {
    List<JsonNode> panels = new ArrayList<>();
    for (JsonNode panel : dashboard.get("panels")) {
      if (!panel.get("type").asText().equals("row")) {
        panels.add(panel);
      }
    }
    return panels;
  }

  static List<String> expressions(JsonNode panel) {
    List<String> expressions = new ArrayList<>();
    panel.get("targets").forEach(target -> expressions.add(target.get("expr").asText()));
    return expressions;
  }

  static Set<String> meters(String expression) {
    return METER
        .matcher(expression)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All meters that any panel asks for. */
  static Set<String> meters() throws IOException {
    Set<String> meters = new TreeSet<>();
    for (Path file : files()) {
      panels(read(file))
          .forEach(panel -> expressions(panel).forEach(each -> meters.addAll(meters(each))));
    }
    return meters;
  }
}
