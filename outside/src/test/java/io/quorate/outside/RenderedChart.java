package io.quorate.outside;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Helm makes of the chart for a release {@code db} in the namespace {@code data}. */
record RenderedChart(List<JsonNode> resources) {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern REFERENCE = Pattern.compile("\\$\\((\\w+)\\)");

  static RenderedChart of(Path directory, String values) throws IOException {
    Path file = Files.writeString(directory.resolve("values.yaml"), values);
    String text =
        new Helm(copyWithoutHooks(directory.resolve("chart")))
            .template()
            .withName("db")
            .withNamespace("data")
            .withKubeVersion("1.34.0")
            .withValuesFile(file)
            .call();
    List<JsonNode> resources = new ArrayList<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      documents.forEachRemaining(resources::add);
    }
    return new RenderedChart(List.copyOf(resources));
  }

  /** The library leaves out what Helm runs before an upgrade; in the copy there is no such hook. */
  private static Path copyWithoutHooks(Path copy) throws IOException {
    Path chart = Distribution.home().resolve("deploy/helm/quorate");
    try (Stream<Path> files = Files.walk(chart, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(chart.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.writeString(
            target, Files.readString(file).replace("helm.sh/hook", "example.org/was"));
      }
    }
    return copy;
  }

  JsonNode first(String kind) {
    return resources.stream()
        .filter(each -> kind.equals(each.path("kind").asText()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind));
  }

  /** The container that runs a node, or that of a job. */
  JsonNode container(String kind) {
    return first(kind).at("/spec/template/spec/containers/0");
  }

  /** The variables of that container in a pod of this name, as Kubernetes has them. */
  Map<String, String> environment(String kind, String pod) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (JsonNode each : container(kind).path("env")) {
      boolean own = "metadata.name".equals(each.at("/valueFrom/fieldRef/fieldPath").asText());
      variables.put(
          each.path("name").asText(),
          REFERENCE
              .matcher(own ? pod : each.path("value").asText())
              .replaceAll(
                  reference ->
                      Matcher.quoteReplacement(
                          variables.getOrDefault(reference.group(1), reference.group()))));
    }
    return variables;
  }
}
