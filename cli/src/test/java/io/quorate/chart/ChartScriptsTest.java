package io.quorate.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.chart.Chart.Rendered;
import io.quorate.chart.Script.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scripts of the chart do, by what they are told. */
class ChartScriptsTest {
  private static final String ZONE = "topology.kubernetes.io/zone";

  @TempDir private Path directory;

  private Ended start(Pod pod, Map<String, String> labels) throws Exception {
    Map<String, String> environment = new TreeMap<>(pod.environment(labels));
    environment.put("ZONE_FILE", directory.resolve("zone").toString());
    environment.put("JOIN_TOKEN_FILE", directory.resolve("token").toString());
    return new Script(directory, environment, "env").run(pod.file("start.sh"));
  }

  private String zone(Pod pod, Map<String, String> labels) throws Exception {
    return start(pod, labels).variables().getOrDefault("QUORATE_NODE_ZONE", "");
  }

  @Test
  void theFirstPodsFormTheClusterAndOthersJoinIt() throws Exception {
    Rendered rendered = Chart.render(Chart.INSECURE, "replicas: 12");
    for (int ordinal : new int[] {0, 2}) {
      Ended started = start(rendered.pod(ordinal), Map.of());
      assertThat(started.commands())
          .containsExactly("server --config /opt/quorate/kubernetes/quorate.yml");
      assertThat(started.variables()).doesNotContainKey("QUORATE_CLUSTER_JOIN");
    }
    for (int ordinal : new int[] {3, 10}) {
      assertThat(start(rendered.pod(ordinal), Map.of()).variables())
          .containsEntry("QUORATE_CLUSTER_JOIN", "true")
          .doesNotContainKey("QUORATE_CLUSTER_JOIN_TOKEN_FILE");
    }
    Rendered spare = Chart.render(Chart.INSECURE, "cluster: {join: spare}");
    assertThat(start(spare.pod(3), Map.of()).variables())
        .containsEntry("QUORATE_CLUSTER_JOIN", "spare");
  }

  @Test
  void aTokenIsShownByPodsThatJoinIfThereIsOne() throws Exception {
    Rendered rendered = Chart.render(Chart.TLS, "cluster: {joinTokenSecret: join}");
    Path token = Files.writeString(directory.resolve("token"), "secret");
    assertThat(start(rendered.pod(3), Map.of()).variables())
        .containsEntry("QUORATE_CLUSTER_JOIN_TOKEN_FILE", token.toString());
    assertThat(start(rendered.pod(0), Map.of()).variables())
        .doesNotContainKey("QUORATE_CLUSTER_JOIN_TOKEN_FILE");
  }

  @Test
  void theZoneIsThatOfTheLabelInSmallLetters() throws Exception {
    Pod ofNode = Chart.render(Chart.INSECURE, "zone: {value: unknown}").pod(0);
    assertThat(zone(ofNode, Map.of(ZONE, "of-the-pod"))).isEqualTo("unknown");
    Files.writeString(directory.resolve("zone"), "");
    assertThat(zone(ofNode, Map.of())).isEqualTo("unknown");
    Files.writeString(directory.resolve("zone"), "EU-1a");
    assertThat(zone(ofNode, Map.of())).isEqualTo("eu-1a");
    Files.delete(directory.resolve("zone"));

    Pod ofPod = Chart.render(Chart.INSECURE, "zone: {source: pod}").pod(0);
    assertThat(zone(ofPod, Map.of(ZONE, "EU-1b"))).isEqualTo("eu-1b");
    assertThat(zone(ofPod, Map.of())).isEqualTo("default");

    Pod fixed = Chart.render(Chart.INSECURE, "zone: {source: value, value: rack-1}").pod(0);
    assertThat(zone(fixed, Map.of(ZONE, "eu-1b"))).isEqualTo("rack-1");
  }

  @Test
  void aPodIsDrainedOnceWhatTheLastOneMissedIsDelivered() throws Exception {
    Pod pod = Chart.render(Chart.INSECURE, "drain: {hintsSeconds: 7, seconds: 20}").pod(1);
    String address = "db-quorate-1.db-quorate-nodes.data.svc.cluster.local:7401";
    Ended drained = new Script(directory, pod.environment(), "true").run(pod.file("drain.sh"));
    assertThat(drained.exitCode()).isZero();
    assertThat(drained.commands())
        .containsExactly("hints wait --for 7s", "node drain " + address + " --for 20s");

    Ended failed = new Script(directory, pod.environment(), "exit 4").run(pod.file("drain.sh"));
    assertThat(failed.exitCode()).isEqualTo(4);
    assertThat(failed.commands()).as("hints do not hold it up").hasSize(2);
  }

  /** A command that never ends does not take the time of an orderly stop. */
  @Test
  void aDrainThatHangsIsGivenUp() throws Exception {
    Pod pod = Chart.render(Chart.INSECURE, "drain: {hintsSeconds: 1, seconds: 1}").pod(1);
    String quick = pod.file("drain.sh").replace("+ 5", "+ 0");
    assertThat(quick).isNotEqualTo(pod.file("drain.sh"));
    Ended hung = new Script(directory, pod.environment(), "exec sleep 50").run(quick);
    assertThat(hung.commands()).hasSize(2);
    assertThat(hung.exitCode()).isEqualTo(124);
  }

  private Ended nightlyBackup(String quorate) throws Exception {
    var container =
        ExamplesOfThePage.one("CronJob").at("/spec/jobTemplate/spec/template/spec/containers/0");
    assertThat(container.path("command").path(1).asText()).isEqualTo("-ec");
    return new Script(directory, Map.of("AT", "s3://backups/db"), quorate)
        .run("set -e\n" + container.path("command").path(2).asText());
  }

  /** The CronJob of the page; one that failed runs again on the same day. */
  @Test
  void eachNightABackupIsMadeAndVerifiedAndOldOnesDeleted() throws Exception {
    String today = LocalDate.now(ZoneOffset.UTC).toString();
    String verify = "backup verify s3://backups/db/" + today + " --no-progress";
    String create = "backup create --to s3://backups/db --name " + today;
    String delete = "backup delete --older-than 14d s3://backups/db --yes";
    String made = directory.resolve("made").toString();
    String storage =
        """
        case "$*" in
          *create*) touch MADE ;;
          *verify*) [ -e MADE ] ;;
        esac
        """
            .replace("MADE", made);
    Ended first = nightlyBackup(storage);
    assertThat(first.exitCode()).isZero();
    assertThat(first.commands())
        .containsExactly(verify, create + " --take-over --no-progress", verify, delete);
    Ended again = nightlyBackup(storage);
    assertThat(again.exitCode()).isZero();
    assertThat(again.commands()).containsExactly(verify, delete);
    Files.delete(Path.of(made));
    Ended notMade = nightlyBackup("exit 4");
    assertThat(notMade.exitCode()).isEqualTo(4);
    assertThat(notMade.commands()).hasSize(2);
    Ended damaged = nightlyBackup("[[ \"$*\" != *verify* ]] || exit 4");
    assertThat(damaged.exitCode()).isEqualTo(4);
    assertThat(damaged.commands()).as("old ones are kept").hasSize(3).doesNotContain(delete);
    assertThat(nightlyBackup("[[ \"$*\" != *delete* ]] || exit 4").exitCode())
        .as("a storage that refuses to delete")
        .isEqualTo(4);
  }

  @Test
  void membersAreRemovedAndOthersLeftAlone() throws Exception {
    Rendered rendered =
        Chart.renderWithHooks(
            directory.resolve("chart"), Chart.INSECURE, "remove: [db-quorate-4, db-quorate-3]");
    var container = rendered.one("Job").at("/spec/template/spec/containers/0");
    String script = container.path("command").path(2).asText();
    String domain = ".db-quorate-nodes.data.svc.cluster.local:7401";
    Map<String, String> environment = new TreeMap<>();
    container
        .path("env")
        .forEach(each -> environment.put(each.path("name").asText(), each.path("value").asText()));
    assertThat(environment).containsEntry("QUORATE_ENDPOINTS", "db-quorate.data.svc:7401");

    String third =
        """
        case "$*" in
          *status*) [ -e gone ] || echo '{"address" : "db-quorate-3%s"}' ;;
          *remove*) touch gone ;;
        esac
        """
            .formatted(domain)
            .replace("gone", directory.resolve("gone").toString());
    Ended removed = new Script(directory, environment, third).run(script);
    assertThat(removed.exitCode()).isZero();
    assertThat(removed.out()).isEqualTo("db-quorate-4" + domain + " is no member\n");
    assertThat(removed.commands())
        .containsExactly(
            "cluster status --json",
            "cluster status --json",
            "cluster remove db-quorate-3" + domain + " --yes",
            "cluster status --json");

    assertThat(new Script(directory, environment, "exit 3").run(script))
        .as("a cluster that does not answer has not shown that a node is gone")
        .satisfies(ended -> assertThat(ended.exitCode()).isEqualTo(3))
        .satisfies(ended -> assertThat(ended.commands()).hasSize(1));
  }
}
