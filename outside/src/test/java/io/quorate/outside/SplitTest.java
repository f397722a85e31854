package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.outside.Candidates.Apart;
import io.quorate.outside.Candidates.One;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Five nodes fall apart into three and two. The leader of an election is with the two, and so is
 * the leader of the locks: it gives up by itself, and the next one acts with the three. {@code
 * -Dquorate.failover.rounds} says how often; the figures are printed.
 */
class SplitTest {
  private static final List<String> NAMES =
      List.of("split-a", "split-b", "split-c", "split-d", "split-e");
  private static final int CANDIDATES = 3;

  private final Nodes nodes = Nodes.onHosts(NAMES.toArray(String[]::new));
  private final List<OwnWays> waysOfNodes = new ArrayList<>();

  @Test
  void theNextOneLeadsWithTheMajorityAndTheLeaderOfTheMinorityGivesUp() {
    HostsFile hosts = HostsFile.ofThisJvm();
    NAMES.forEach(name -> hosts.put(name, "127.0.0.1"));
    for (int i = 0; i < NAMES.size(); i++) {
      OwnWays ways = OwnWays.ofNode(nodes, NAMES, i);
      waysOfNodes.add(ways);
      nodes.node(i).addJavaOption("-Djdk.net.hosts.file=" + ways.hosts());
    }
    try (Nodes started = nodes.set("QUORATE_CLUSTER_PARTITIONS", "16").start();
        Candidates candidates = new Candidates(started, "split", FailoverTimes.TTL)) {
      splitAgainAndAgain(candidates);
    } finally {
      waysOfNodes.forEach(OwnWays::close);
      NAMES.forEach(hosts::remove);
    }
  }

  private void splitAgainAndAgain(Candidates candidates) {
    List<Apart> all = new ArrayList<>();
    for (int i = 1; i <= CANDIDATES; i++) {
      all.add(candidates.startApart(NAMES, NAMES.size() + i));
    }
    FailoverTimes times = new FailoverTimes();
    long token = 0;
    for (int round = 0; round < FailoverTimes.ROUNDS; round++) {
      One leader = candidates.awaitLeaderAbove(token);
      token = leader.lastToken();
      int leads = leaderOfLocks();
      Set<Integer> minority = Set.of(leads, (leads + 1 + round % 4) % NAMES.size());
      long struck = System.nanoTime();
      split(minority, all, leader, Way.State.ALL_WAITS);
      One next = candidates.awaitLeaderAbove(token);
      assertThat(next).isNotSameAs(leader);
      times.add(candidates.firstActNanosAbove(token) - struck);
      assertThat(leader.nanos("stops", token))
          .as("the one with the minority stops before the next one leads")
          .isLessThan(candidates.nextLeadsNanos(token));
      split(minority, all, leader, Way.State.OPEN);
      leader.awaitFenced(token);
      nodes.awaitReady();
    }
    all.forEach(it -> it.ways().close());
    times.report("split of five", candidates);
  }

  /** Lets this happen between the two nodes with the leader, and all others. */
  private void split(Set<Integer> minority, List<Apart> all, One leader, Way.State state) {
    for (int i = 0; i < NAMES.size(); i++) {
      between(waysOfNodes.get(i), minority.contains(i), minority, state);
    }
    all.forEach(it -> between(it.ways(), it.process() == leader, minority, state));
  }

  private static void between(
      OwnWays ways, boolean inMinority, Set<Integer> minority, Way.State state) {
    IntStream.range(0, NAMES.size())
        .filter(node -> minority.contains(node) != inMinority)
        .forEach(node -> ways.become(node, state));
  }

  /** The node that counts renewals. */
  private int leaderOfLocks() {
    double[] before = renewals();
    List<Integer> found = new ArrayList<>();
    Waiting.until(
        Duration.ofSeconds(20),
        () -> {
          double[] now = renewals();
          IntStream.range(0, now.length).filter(i -> now[i] > before[i]).forEach(found::add);
          return !found.isEmpty();
        },
        () -> "no node counts renewals");
    return found.getFirst();
  }

  private double[] renewals() {
    return nodes.all().stream()
        .mapToDouble(node -> node.meter("quorate_lock_events_total", "event=\"renewed\""))
        .toArray();
  }
}
