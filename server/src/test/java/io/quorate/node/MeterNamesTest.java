package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.admin.ClusterAdmin.Purging;
import io.quorate.event.EventSamples;
import io.quorate.event.Label;
import io.quorate.event.Meter;
import io.quorate.metrics.Meters;
import io.quorate.model.NodeId;
import io.quorate.node.core.Readiness;
import io.quorate.placement.HealthCount;
import io.quorate.placement.Level;
import io.quorate.raft.LogSize;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.AntiEntropy.Age;
import io.quorate.replication.repair.Filler;
import io.quorate.transport.event.RequestKind;
import io.quorate.transport.event.RequestResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dashboards and alerts of a cluster that is upgraded go on to find what they ask for. */
class MeterNamesTest {
  private static final NodeId OTHER = new NodeId(7);
  private static final Pattern MAXIMUM =
      Pattern.compile("quorate_storage_sync_(seconds|writes)_max");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  private final AllMeters all = AllMeters.ofNode();
  private final Meters meters = all.meters();
  private final Vitals vitals = all.vitals();

  @AfterEach
  void close() {
    all.close();
  }

  @Test
  void metersOfThePastReleaseAreThere() throws IOException {
    Set<String> shown = shown().lines().collect(Collectors.toCollection(TreeSet::new));
    // What came with its first event may be shown from the start: nothing that asks for it misses
    // it.
    assertThat(released().lines())
        .allMatch(line -> shown.contains(line) || shown.contains(line.replaceFirst("^later ", "")));
  }

  /** So that the page which is generated from the declarations is true. */
  @Test
  void whatIsShownIsWhatIsDeclared() {
    everythingHappens();
    Map<String, Meter> byName =
        meters.declared().stream().collect(Collectors.toMap(Meter::shownName, meter -> meter));
    Set<String> shown = new TreeSet<>();
    for (String line : names(meters.scrape())) {
      if (MAXIMUM.matcher(line).find()) {
        continue; // Micrometer shows it beside each of its histograms
      }
      if (line.startsWith("# TYPE")) {
        String[] words = line.split(" ", 4);
        Meter meter = Objects.requireNonNull(byName.get(words[2]), words[2]);
        assertThat(line).isEqualTo("# TYPE " + meter.shownName() + " " + meter.type());
        shown.add(words[2]);
      } else if (line.startsWith("# HELP")) {
        String name = line.split(" ", 4)[2];
        assertThat(line)
            .isEqualTo(
                "# HELP " + name + " " + Objects.requireNonNull(byName.get(name), name).help());
      } else {
        String name = line.replaceAll("\\{.*", "");
        Meter meter = byName.getOrDefault(name, byName.get(name.replaceAll("_[a-z]+$", "")));
        Set<String> labels = found(LABEL, line);
        labels.remove("le");
        assertThat(labels).as(line).isEqualTo(labels(Objects.requireNonNull(meter, name)));
      }
    }
    assertThat(shown).containsExactlyInAnyOrderElementsOf(byName.keySet());
  }

  private static Set<String> labels(Meter meter) {
    return meter.labels().stream().map(Label::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String shown() {
    Set<String> atStart = names(meters.scrape());
    everythingHappens();
    Set<String> later = names(meters.scrape());
    assertThat(later).containsAll(atStart);
    return later.stream()
        .map(line -> line.startsWith("#") || atStart.contains(line) ? line : "later " + line)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** The lines about Quorate's own meters, without their values. */
  private static Set<String> names(String scrape) {
    return scrape
        .lines()
        .filter(line -> line.contains("quorate_"))
        .map(line -> line.startsWith("#") ? line : line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String released() throws IOException {
    try (InputStream in = MeterNamesTest.class.getResourceAsStream("/released/0.1.0/meters.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void everythingHappens() {
    EventSamples.ofAll(NodeEvents.FAMILIES).forEach(meters.events());
    meters.storage().synced(1, 1, 1);
    meters.storage().readFromCache();
    meters.storage().writesFailed(1);
    meters.requests().forLane().served("", RequestKind.PUT, Level.QUORUM, RequestResult.OK, 1);
    vitals.beat(
        Readiness.READY,
        null,
        0,
        0,
        Hints.Sum.NOTHING,
        AntiEntropy.Standing.NOTHING,
        new Filler.Progress(3, 16, 1_000, 5_000_000, 2_000_000),
        new Purging(70, 4, 2, 90_000, 3_700_000),
        HealthCount.NONE);
    vitals.count(
        List.of(new Age(2, OTHER, 1, true)),
        List.of(new Hints.Standing(OTHER, 12, 3_400, List.of(), 0, 0, false, 0, 0)),
        Map.of("us", 1L),
        LogSize.EMPTY,
        0);
  }
}
