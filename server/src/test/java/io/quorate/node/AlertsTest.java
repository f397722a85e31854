package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What Prometheus and Alertmanager would take without a word, and that then never rings. */
class AlertsTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern SET_OF_AGGREGATES =
      Pattern.compile("\\b(?:and|unless)\\s+\\(?\\s*(?:min|max|sum|count|avg)\\b");
  private static final Pattern AGGREGATE =
      Pattern.compile("\\b(?:min|max|sum|count|avg)\\b(?!_)\\s*(\\S+)");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~?)\"([^\"]*)\"");

  private static final Pattern RATE = Pattern.compile("\\brate\\([^\\[]*\\[(\\d+[smh])\\]");
  private static final Pattern RANGE = Pattern.compile("\\[(\\d+[smh])\\]");
  private static final Duration RANGE_MIN = Duration.ofMinutes(4);

  private static final Pattern EXPIRES =
      Pattern.compile("(quorate_\\w+_expiry_seconds) < (?:[1-9]\\d* \\* )?86400");

  private static final Pattern ALERT_OF_ROW = Pattern.compile("`(Quorate[A-Z]\\w+)`");

  private final Map<String, JsonNode> rules = new TreeMap<>();
  private final JsonNode alertmanager;

  AlertsTest() throws IOException {
    JsonNode alerts = YAML.readTree(Repository.file("config/alerts.yml").toFile());
    alerts.at("/groups/0/rules").forEach(rule -> rules.put(rule.get("alert").asText(), rule));
    alertmanager = YAML.readTree(Repository.file("config/alertmanager.yml").toFile());
  }

  /**
   * Prometheus compares all labels of both sides: a series of a node is never equal to one of an
   * aggregate, which has lost them, unless the rule says on which labels they meet.
   */
  @Test
  void whatIsComparedWithAnAggregateSaysByWhichLabels() {
    assertThat(rules).hasSizeGreaterThan(30);
    rules.forEach(
        (name, rule) ->
            assertThat(SET_OF_AGGREGATES.matcher(expression(rule)).find()).as(name).isFalse());
  }

  /** Else an alert of one cluster would be that of all that one Prometheus scrapes. */
  @Test
  void aggregatesKeepTheCluster() {
    rules.forEach(
        (name, rule) -> {
          Matcher aggregate = AGGREGATE.matcher(expression(rule));
          while (aggregate.find()) {
            assertThat(expression(rule).substring(aggregate.start()))
                .as(name)
                .matches("(?:min|max|sum|count|avg) by \\(job\\b.*");
          }
        });
  }

  /** A replica that is down fails, too: that is told by another alert. */
  @Test
  void whatIsSaidOfAReplicaIsSaidOfALiveOne() {
    String live =
        " and on (job, instance, replica)"
            + " label_replace(quorate_node_live == 1, \"replica\", \"$1\", \"node\", \"(.*)\")";
    List<JsonNode> ofReplicas =
        rules.values().stream()
            .filter(rule -> rule.at("/annotations/summary").asText().contains("$labels.replica"))
            .toList();
    assertThat(ofReplicas)
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(rule -> assertThat(expression(rule)).endsWith(live));
  }

  /** Prometheus scrapes once a minute unless it is told otherwise; a rate needs two figures. */
  @Test
  void rangesHaveSeveralFiguresInThem() {
    rules.forEach(
        (name, rule) ->
            assertThat(RANGE.matcher(expression(rule)).results())
                .as(name)
                .allSatisfy(
                    range ->
                        assertThat(duration(range.group(1))).isGreaterThanOrEqualTo(RANGE_MIN)));
  }

  /** Else one burst rings: it is in the rate for as long as the range is. */
  @Test
  void ratesAreOverNoMoreThanTheirRuleWaits() {
    rules.forEach(
        (name, rule) ->
            assertThat(RATE.matcher(expression(rule)).results())
                .as(name)
                .allSatisfy(
                    range ->
                        assertThat(duration(range.group(1)))
                            .isLessThanOrEqualTo(duration(rule.path("for").asText("0s")))));
  }

  private static Duration duration(String text) {
    return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
  }

  private static String expression(JsonNode rule) {
    return rule.get("expr").asText();
  }

  private static String severity(@Nullable JsonNode rule) {
    return Objects.requireNonNull(rule).at("/labels/severity").asText();
  }

  @Test
  void eachSeverityHasItsReceiver() {
    Set<String> severities = new TreeSet<>();
    rules.values().forEach(rule -> severities.add(severity(rule)));
    Set<String> routed = new TreeSet<>();
    List<String> receivers = new ArrayList<>();
    alertmanager.get("receivers").forEach(each -> receivers.add(each.get("name").asText()));
    for (JsonNode route : alertmanager.at("/route/routes")) {
      assertThat(receivers).contains(route.get("receiver").asText());
      matchers(route.get("matchers")).forEach((label, values) -> routed.addAll(values));
    }
    assertThat(receivers).contains(alertmanager.at("/route/receiver").asText());
    assertThat(routed).isEqualTo(severities);
  }

  /** What is looked at first on the page is what somebody is woken up for. */
  @Test
  void thePageHasEachAlertUnderItsSeverity() throws IOException {
    String page = Files.readString(Repository.file("docs/operations/monitor.md"));
    Map<String, String> explained = new TreeMap<>();
    List<String> headings = List.of("**Now.**", "**Today.**", "**When convenient.**", "\n## ");
    List<String> severities = List.of("critical", "warning", "info");
    int from = page.indexOf(headings.getFirst());
    for (int i = 0; i < severities.size(); i++) {
      int to = page.indexOf(headings.get(i + 1), from);
      Matcher alert = ALERT_OF_ROW.matcher(page.substring(from, to < 0 ? page.length() : to));
      while (alert.find()) {
        explained.put(alert.group(1), severities.get(i));
      }
      from = to;
    }
    Map<String, String> ringing = new TreeMap<>();
    rules.forEach((name, rule) -> ringing.put(name, severity(rule)));
    assertThat(explained).isEqualTo(ringing);
  }

  /** A node does not start with what has expired: an alert on that comes too late. */
  @Test
  void whatExpiresIsToldDaysBefore() {
    Map<String, Set<String>> severities = new TreeMap<>();
    rules.forEach(
        (name, rule) -> {
          if (expression(rule).contains("_expiry_seconds")) {
            Matcher bound = EXPIRES.matcher(expression(rule));
            assertThat(bound.matches()).as(name).isTrue();
            severities
                .computeIfAbsent(bound.group(1), meter -> new TreeSet<>())
                .add(severity(rule));
          }
        });
    assertThat(severities)
        .containsOnlyKeys("quorate_certificate_expiry_seconds", "quorate_revoked_expiry_seconds")
        .allSatisfy((meter, told) -> assertThat(told).containsExactly("critical", "warning"));
  }

  /** The address is that of the sources: a release puts its own in place (.ci/release). */
  @Test
  void eachAlertLeadsToItsRowOfThePage() throws IOException {
    String page = "docs/operations/monitor.md";
    String text = Files.readString(Repository.file(page));
    rules.forEach(
        (name, rule) -> {
          String anchor = name.toLowerCase(Locale.ROOT);
          assertThat(rule.at("/annotations/runbook_url").asText())
              .isEqualTo("https://quorate.example/blob/main/" + page + "#" + anchor);
          assertThat(text)
              .as(name)
              .containsOnlyOnce("id=\"" + anchor + "\"")
              .containsPattern("(?m)^\\|.*<a id=\"" + anchor + "\"></a>`" + name + "`.*\\|$");
        });
  }

  /** An alert is left out only for one of the same cluster, and never for itself. */
  @Test
  void whatIsLeftOutExists() {
    for (JsonNode rule : alertmanager.get("inhibit_rules")) {
      Set<String> why = matchers(rule.get("source_matchers")).get("alertname");
      Set<String> leftOut = matchers(rule.get("target_matchers")).get("alertname");
      assertThat(rules.keySet()).containsAll(why).containsAll(leftOut);
      assertThat(why).doesNotContainAnyElementsOf(leftOut);
      List<String> equal = new ArrayList<>();
      rule.get("equal").forEach(label -> equal.add(label.asText()));
      assertThat(equal).contains("job");
      if (!equal.contains("instance")) {
        assertThat(leftOut)
            .as("what is critical on a node is left out for the same node only")
            .noneMatch(name -> severity(rules.get(name)).equals("critical"));
      }
    }
  }

  /** By label, the values that it may have. */
  private static Map<String, Set<String>> matchers(JsonNode texts) {
    Map<String, Set<String>> byLabel = new TreeMap<>();
    for (JsonNode text : texts) {
      Matcher matcher = MATCHER.matcher(text.asText());
      assertThat(matcher.matches()).as(text.asText()).isTrue();
      byLabel.put(matcher.group(1), new TreeSet<>(List.of(matcher.group(3).split("\\|"))));
    }
    return byLabel;
  }
}
