package io.quorate.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A namespace that enforces the level {@code restricted} of the Pod Security Standards takes all
 * pods: those of the chart, and those that its page has operators make.
 */
class RestrictedPodsTest {
  @TempDir private Path directory;

  @Test
  void podsOfTheChart() throws IOException {
    List<JsonNode> pods = new ArrayList<>();
    for (JsonNode each : Chart.renderWithHooks(directory, Chart.TLS, ChartTest.ALL).resources()) {
      pods.add(each.at("/spec/template/spec"));
    }
    pods.removeIf(JsonNode::isMissingNode);
    assertThat(pods).as("nodes, the toolbox and the job").hasSize(3);
    pods.forEach(RestrictedPodsTest::assertRestricted);
  }

  @Test
  void podsOfThePage() throws IOException {
    List<JsonNode> pods = new ArrayList<>();
    for (JsonNode example : ExamplesOfThePage.all()) {
      JsonNode job = example.at("/spec/jobTemplate");
      pods.add((job.isMissingNode() ? example : job).at("/spec/template/spec"));
    }
    pods.removeIf(JsonNode::isMissingNode);
    assertThat(pods).as("the backup, the look for one, and the restore").hasSize(3);
    pods.forEach(RestrictedPodsTest::assertRestricted);
  }

  private static void assertRestricted(JsonNode pod) {
    JsonNode context = pod.path("securityContext");
    assertThat(context.path("runAsNonRoot").asBoolean()).as(pod.toString()).isTrue();
    assertThat(context.at("/seccompProfile/type").asText())
        .as(pod.toString())
        .isEqualTo("RuntimeDefault");
    List<JsonNode> containers = new ArrayList<>();
    pod.path("initContainers").forEach(containers::add);
    pod.path("containers").forEach(containers::add);
    assertThat(containers).isNotEmpty();
    for (JsonNode container : containers) {
      JsonNode own = container.path("securityContext");
      assertThat(own.path("allowPrivilegeEscalation").asBoolean(true))
          .as(container.toString())
          .isFalse();
      assertThat(own.at("/capabilities/drop").toString())
          .as(container.toString())
          .isEqualTo("[\"ALL\"]");
    }
  }
}
