package io.quorate.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.UpgradeCommand;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The chart, rendered as a release {@code db} in the namespace {@code data}. */
final class Chart {
  static final Path DIRECTORY = Path.of("../deploy/helm/quorate");

  /** The least that is to be said: an image, and that there is no TLS. */
  static final String INSECURE =
      """
      image: {repository: registry.example/quorate}
      insecure: true
      """;

  static final String TLS =
      """
      image: {repository: registry.example/quorate}
      tls: {secretName: nodes, operatorSecret: operator}
      """;

  private static final Pattern HOOK = Pattern.compile("helm\\.sh/(hook[a-z-]*)");

  private static final YAMLMapper YAML = new YAMLMapper();

  private Chart() {}

  /**
   * Returns what the chart makes of values.
   *
   * @throws IllegalStateException with what Helm says, if it refuses them
   */
  static Rendered render(String... values) throws IOException {
    return render(DIRECTORY, values);
  }

  /**
   * Returns what the chart makes of values, with what Helm would run before an upgrade. The library
   * leaves such hooks out, so this is of a copy in which they are none.
   *
   * @param copy a directory for the copy
   */
  static Rendered renderWithHooks(Path copy, String... values) throws IOException {
    int hooks = 0;
    try (Stream<Path> files = Files.walk(DIRECTORY, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(DIRECTORY.relativize(file).toString());
        Files.createDirectories(target.getParent());
        String text = Files.readString(file);
        String plain = HOOK.matcher(text).replaceAll("example.org/was-$1");
        hooks += plain.equals(text) ? 0 : 1;
        Files.writeString(target, plain);
      }
    }
    assertThat(hooks).isOne();
    return render(copy, values);
  }

  static Rendered render(Path chart, String... values) throws IOException {
    List<Path> files = new ArrayList<>();
    try {
      TemplateCommand template =
          new Helm(chart).template().withName("db").withNamespace("data").withKubeVersion("1.34.0");
      for (String each : values) {
        Path file = Files.createTempFile("values", ".yaml");
        files.add(file);
        Files.writeString(file, each);
        template.withValuesFile(file);
      }
      return Rendered.of(template.call());
    } finally {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  /**
   * Tries an upgrade of the release in a cluster, which Helm asks for what is there, and returns
   * its notes.
   *
   * @throws IllegalStateException with what Helm says, if the chart refuses it
   */
  static String upgrade(FakeKubernetes cluster, String... values) throws IOException {
    List<Path> files = new ArrayList<>();
    try {
      UpgradeCommand upgrade =
          new Helm(DIRECTORY)
              .upgrade()
              .withName("db")
              .withNamespace("data")
              .withKubeConfigContents(cluster.configuration())
              .dryRun()
              .withDryRunOption(DryRun.SERVER)
              .disableOpenApiValidation();
      for (String each : values) {
        Path file = Files.createTempFile("values", ".yaml");
        files.add(file);
        Files.writeString(file, each);
        upgrade.withValuesFile(file);
      }
      return upgrade.call().getOutput();
    } finally {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  static LintResult lint() {
    return new Helm(DIRECTORY).lint().strict().call();
  }

  static JsonNode yaml(String text) throws IOException {
    return YAML.readTree(text);
  }

  static JsonNode file(String name) throws IOException {
    return yaml(Files.readString(DIRECTORY.resolve(name)));
  }

  /** All resources that were rendered. */
  record Rendered(String text, List<JsonNode> resources) {
    static Rendered of(String text) throws IOException {
      List<JsonNode> resources = new ArrayList<>();
      try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
        documents.forEachRemaining(
            document -> {
              if (document.isObject()) {
                resources.add(document);
              }
            });
      }
      return new Rendered(text, List.copyOf(resources));
    }

    List<JsonNode> all(String kind) {
      return resources.stream().filter(each -> kind.equals(each.path("kind").asText())).toList();
    }

    JsonNode one(String kind) {
      assertThat(all(kind)).as(kind).hasSize(1);
      return all(kind).getFirst();
    }

    JsonNode named(String kind, String name) {
      return all(kind).stream()
          .filter(each -> name.equals(each.at("/metadata/name").asText()))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    Pod pod(int ordinal) {
      return new Pod(one("StatefulSet"), named("ConfigMap", "db-quorate"), ordinal);
    }
  }
}
