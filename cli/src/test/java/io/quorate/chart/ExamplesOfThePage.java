package io.quorate.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/operations/kubernetes.md has operators write: resources, and values of the chart. */
final class ExamplesOfThePage {
  private static final Path PAGE = Path.of("../docs/operations/kubernetes.md");
  private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");

  private ExamplesOfThePage() {}

  /** Each document of each example. */
  static List<JsonNode> all() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String text : texts()) {
      all.addAll(Chart.Rendered.of(text).resources());
    }
    return all;
  }

  /** Examples that are values of the chart, or a part of them. */
  static List<String> values() throws IOException {
    List<String> values = new ArrayList<>();
    for (String text : texts()) {
      if (!text.startsWith("apiVersion:")) {
        values.add(text);
      }
    }
    return values;
  }

  /** Commands that begin so, each in one line. */
  static List<String> commands(String beginning) throws IOException {
    return Files.readString(PAGE)
        .replace("\\\n", "")
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith(beginning))
        .toList();
  }

  /** The resource of a kind of which there is one. */
  static JsonNode one(String kind) throws IOException {
    return all().stream()
        .filter(each -> each.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the page has no " + kind));
  }

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    Matcher examples = EXAMPLE.matcher(Files.readString(PAGE));
    while (examples.find()) {
      texts.add(examples.group(1));
    }
    return texts;
  }
}
