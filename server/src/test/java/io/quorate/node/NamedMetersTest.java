package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Label;
import io.quorate.event.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An alert on a meter that does not exist never rings, and a panel of one stays empty. */
class NamedMetersTest {
  private static final Pattern METER = Pattern.compile("\\b(quorate_[a-z_]+)(?:\\{([^}]*)\\})?");
  private static final Pattern SELECTOR =
      Pattern.compile("(\\w+)\\s*(?:=|!=|=~|!~)\\s*\"([^\"]*)\"");

  /** Prometheus adds them to all series. */
  private static final Set<String> OF_THE_SCRAPE = Set.of("job", "instance");

  private static final Pattern PART = Pattern.compile("_(bucket|sum|count)$");

  private final Map<String, Meter> byName = new TreeMap<>();

  NamedMetersTest() {
    try (AllMeters all = AllMeters.ofNode()) {
      all.meters().declared().forEach(meter -> byName.put(meter.shownName(), meter));
    }
  }

  static Stream<Path> files() throws IOException {
    Stream<String> others =
        Stream.of(
            "config/alerts.yml",
            "config/quorate.yml",
            "GUARANTEES.md",
            "docs/operations/topology.md");
    return Stream.concat(others.map(Repository::file), Dashboards.files().stream());
  }

  @ParameterizedTest
  @MethodSource("files")
  void onlyMetersAndLabelsThatExistAreNamed(Path file) throws IOException {
    String text = Files.readString(file).replace("\\\"", "\"");
    Set<String> unknown = new TreeSet<>();
    METER.matcher(text).results().forEach(each -> addUnknown(each, unknown));
    assertThat(METER.matcher(text).find()).isTrue();
    assertThat(unknown).isEmpty();
  }

  private void addUnknown(MatchResult named, Set<String> unknown) {
    Meter meter = meter(named.group(1));
    if (meter == null) {
      unknown.add(named.group());
    } else if (named.group(2) != null) {
      Map<String, Label> labels =
          meter.labels().stream().collect(Collectors.toMap(Label::name, label -> label));
      SELECTOR
          .matcher(named.group(2))
          .results()
          .filter(selector -> !OF_THE_SCRAPE.contains(selector.group(1)))
          .filter(selector -> !takes(labels.get(selector.group(1)), selector.group(2)))
          .forEach(selector -> unknown.add(named.group(1) + "{" + selector.group() + "}"));
    }
  }

  private @Nullable Meter meter(String name) {
    Meter whole = byName.get(name);
    if (whole != null) {
      return whole;
    }
    Meter histogram = byName.get(PART.matcher(name).replaceFirst(""));
    return histogram != null && histogram.type().equals("histogram") ? histogram : null;
  }

  private static boolean takes(@Nullable Label label, String values) {
    return label != null
        && (label.values().isEmpty()
            || Arrays.stream(values.split("\\|")).allMatch(label.values()::contains));
  }
}
