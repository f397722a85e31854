package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an operator needs to read a panel, and to choose what it is about. That the meters which
 * panels ask for exist is seen by {@link NamedMetersTest} and {@link MetersOfRealNodesTest}.
 */
class DashboardsTest {
  private static final String CHOSEN = "job=~\"$job\",instance=~\"$instance\"";
  private static final Pattern METER_CHOSEN =
      Pattern.compile("\\b(?:quorate|jvm|process|system)_[a-z_]+\\{" + Pattern.quote(CHOSEN));

  static List<Path> files() throws IOException {
    return Dashboards.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void eachPanelSaysWhatItShowsAndInWhichUnit(Path file) throws IOException {
    JsonNode dashboard = Dashboards.read(file);
    assertThat(dashboard.path("description").asText()).endsWith(".");
    Set<String> titles = new TreeSet<>();
    for (JsonNode panel : Dashboards.panels(dashboard)) {
      String title = panel.path("title").asText();
      assertThat(titles.add(title)).as("one panel is called %s", title).isTrue();
      assertThat(panel.path("description").asText()).as(title).endsWith(".");
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotEmpty();
      assertThat(Dashboards.expressions(panel)).as(title).isNotEmpty();
    }
  }

  /** A panel that leaves the choice out would show other clusters among the chosen one. */
  @ParameterizedTest
  @MethodSource("files")
  void eachPanelIsOfTheChosenClusterAndNode(Path file) throws IOException {
    JsonNode dashboard = Dashboards.read(file);
    List<String> variables = new ArrayList<>();
    for (JsonNode each : dashboard.at("/templating/list")) {
      if (!each.get("type").asText().equals("datasource")) {
        variables.add(each.get("name").asText());
      }
    }
    assertThat(variables).startsWith("job", "instance");
    List<String> more =
        variables.subList(2, variables.size()).stream().map(name -> "$" + name).toList();
    for (JsonNode panel : Dashboards.panels(dashboard)) {
      for (String expression : Dashboards.expressions(panel)) {
        long asked = METER_CHOSEN.matcher(expression).results().count();
        long named =
            Pattern.compile("\\b(?:quorate|jvm|process|system)_")
                .matcher(expression)
                .results()
                .count();
        assertThat(asked).as(expression).isEqualTo(named);
        assertThat(more).as(expression).allMatch(expression::contains);
      }
    }
  }

  /** A refusal takes no time: many of them would make the others look fast. */
  @ParameterizedTest
  @MethodSource("files")
  void latencyIsThatOfRequestsThatWentWell(Path file) throws IOException {
    for (JsonNode panel : Dashboards.panels(Dashboards.read(file))) {
      for (String expression : Dashboards.expressions(panel)) {
        if (expression.contains("request_seconds_bucket")) {
          assertThat(expression).contains("outcome=\"ok\"");
        }
      }
    }
  }

  /**
   * A data source that a file names is there in the Grafana alone that it was made in. The choice
   * comes first, as Grafana asks the chosen one for the values of the others.
   */
  @ParameterizedTest
  @MethodSource("files")
  void theDataSourceIsChosenAndNotNamed(Path file) throws IOException {
    JsonNode dashboard = Dashboards.read(file);
    JsonNode first = dashboard.at("/templating/list/0");
    assertThat(first.get("name").asText()).isEqualTo("datasource");
    assertThat(first.get("type").asText()).isEqualTo("datasource");
    assertThat(first.get("query").asText()).isEqualTo("prometheus");
    List<JsonNode> asked = new ArrayList<>(Dashboards.panels(dashboard));
    dashboard.at("/templating/list").forEach(asked::add);
    asked.remove(first);
    for (JsonNode each : asked) {
      assertThat(each.at("/datasource/uid").asText()).isEqualTo("${datasource}");
    }
    assertThat(dashboard.findValues("datasource"))
        .allMatch(each -> each.path("uid").asText().equals("${datasource}"))
        .hasSizeGreaterThanOrEqualTo(asked.size());
  }

  @Test
  void composeHasAllOfThemAndTheyAreToldApart() throws IOException {
    String compose = Files.readString(Repository.file("docker-compose.yml"));
    Set<String> uids = new TreeSet<>();
    for (Path file : Dashboards.files()) {
      assertThat(uids.add(Dashboards.read(file).get("uid").asText())).isTrue();
      String name = file.getFileName().toString();
      assertThat(compose)
          .contains("./config/grafana/" + name + ":/etc/grafana/dashboards/" + name + ":ro");
    }
    assertThat(uids).hasSizeGreaterThanOrEqualTo(4);
    assertThat(compose)
        .contains(
            "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: /etc/grafana/dashboards/overview.json");
  }
}
