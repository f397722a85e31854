package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.outside.Candidates.One;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Leaders of an election that are killed, paused and cut off, in processes of their own: how long
 * it takes until the next one has acted, and that no earlier one acts after it. {@code
 * -Dquorate.failover.rounds} says how often; the figures are printed.
 */
class FailoverTest {
  private static final int ROUNDS = Integer.getInteger("quorate.failover.rounds", 2);
  private static final Duration TTL = Duration.ofSeconds(2);
  private static final int CANDIDATES = 3;

  /** Beyond the time of a lock: the leader's look at the clock, its log, and a busy machine. */
  private static final Duration LATE = Duration.ofSeconds(5);

  private static final String[] NAMES = {"failover-a", "failover-b", "failover-c"};

  private static final Nodes nodes = byName();

  private static Nodes byName() {
    HostsFile hosts = HostsFile.ofThisJvm();
    for (String name : NAMES) {
      hosts.put(name, "127.0.0.1");
    }
    Nodes named = Nodes.onHosts(NAMES);
    named.all().forEach(node -> node.addJavaOption("-Djdk.net.hosts.file=" + hosts.file()));
    return named.set("QUORATE_CLUSTER_PARTITIONS", "16");
  }

  @BeforeAll
  static void start() {
    nodes.start();
  }

  @AfterAll
  static void stop() {
    nodes.close();
    for (String name : NAMES) {
      HostsFile.ofThisJvm().remove(name);
    }
  }

  /** A candidate, and its ways to the nodes, which are no one else's. */
  private record Apart(One process, List<Way> ways) {
    void become(Way.State state) {
      ways.forEach(way -> way.become(state));
    }
  }

  /** To whom nodes have addresses of its own, by names that only it resolves so. */
  private static Apart startApart(Candidates candidates, int number) {
    HostsFile hosts = new HostsFile(nodes.directory().resolve("hosts-" + number));
    List<Way> ways = new ArrayList<>();
    for (int i = 0; i < NAMES.length; i++) {
      String at = "127.0." + (number + 1) + "." + (i + 1);
      String port = nodes.node(i).address().replaceFirst(".*:", "");
      ways.add(new Way("127.0.0.1:" + port, at, Integer.parseInt(port)));
      hosts.put(NAMES[i], at);
    }
    return new Apart(candidates.start(hosts.file()), ways);
  }

  /** Anywhere between two renewals. */
  private static void passSomeTime() {
    Waiting.pass(
        Duration.ofMillis(1_000 + ThreadLocalRandom.current().nextLong(TTL.toMillis() / 3)));
  }

  private static void report(String what, List<Long> tookNanos, Candidates candidates) {
    List<Long> millis = tookNanos.stream().map(TimeUnit.NANOSECONDS::toMillis).sorted().toList();
    int last = millis.size() - 1;
    System.out.printf(
        "failover, leader %s, %d rounds, ttl %s: until the next one has acted, in ms: min %d,"
            + " median %d, p99 %d, max %d; %d acts%n",
        what,
        millis.size(),
        TTL,
        millis.get(0),
        millis.get(last / 2),
        millis.get((int) Math.ceil(0.99 * last)),
        millis.get(last),
        candidates.acts());
    assertThat(candidates.wrong()).isEmpty();
    assertThat(millis.get(last)).isLessThan(TTL.plus(LATE).toMillis());
  }

  @Test
  void theNextOneLeadsWhenTheLeaderIsKilled() {
    try (Candidates candidates = new Candidates(nodes, "killed", TTL)) {
      for (int i = 0; i < CANDIDATES; i++) {
        One unused = candidates.start(HostsFile.ofThisJvm().file());
      }
      List<Long> took = new ArrayList<>();
      long token = 0;
      for (int round = 0; round < ROUNDS; round++) {
        One leader = candidates.awaitLeaderAbove(token);
        token = leader.lastToken();
        passSomeTime();
        long struck = System.nanoTime();
        leader.kill();
        One next = candidates.awaitLeaderAbove(token);
        assertThat(next).isNotSameAs(leader);
        took.add(candidates.firstActNanosAbove(token) - struck);
        One unused = candidates.start(HostsFile.ofThisJvm().file());
      }
      report("killed", took, candidates);
    }
  }

  /** It goes on when it is woken, with a write that it had begun, and is refused. */
  @Test
  void theNextOneLeadsWhenTheLeaderIsPaused() {
    try (Candidates candidates = new Candidates(nodes, "paused", TTL)) {
      for (int i = 0; i < CANDIDATES; i++) {
        One unused = candidates.start(HostsFile.ofThisJvm().file());
      }
      List<Long> took = new ArrayList<>();
      long token = 0;
      for (int round = 0; round < ROUNDS; round++) {
        One leader = candidates.awaitLeaderAbove(token);
        token = leader.lastToken();
        passSomeTime();
        long struck = System.nanoTime();
        leader.signal("STOP");
        One next = candidates.awaitLeaderAbove(token);
        assertThat(next).isNotSameAs(leader);
        took.add(candidates.firstActNanosAbove(token) - struck);
        leader.signal("CONT");
        awaitFenced(leader, token);
      }
      report("paused", took, candidates);
    }
  }

  private static void awaitFenced(One leader, long token) {
    Waiting.until(
        Duration.ofSeconds(30),
        () -> leader.has("fenced", token) && leader.has("stops", token),
        () -> "it goes on under token " + token);
  }

  /** What it has sent waits on the way, and arrives when another one has led. */
  @Test
  void theNextOneLeadsWhenTheLeaderIsCutOffWhichStopsByItself() {
    try (Candidates candidates = new Candidates(nodes, "cut", TTL)) {
      List<Apart> all = new ArrayList<>();
      for (int i = 0; i < CANDIDATES; i++) {
        all.add(startApart(candidates, i));
      }
      List<Long> took = new ArrayList<>();
      long token = 0;
      for (int round = 0; round < ROUNDS; round++) {
        One leader = candidates.awaitLeaderAbove(token);
        Apart cut = all.stream().filter(it -> it.process() == leader).findFirst().orElseThrow();
        token = leader.lastToken();
        passSomeTime();
        long struck = System.nanoTime();
        cut.become(Way.State.ALL_WAITS);
        One next = candidates.awaitLeaderAbove(token);
        assertThat(next).isNotSameAs(leader);
        took.add(candidates.firstActNanosAbove(token) - struck);
        long stopped = token;
        Waiting.until(
            Duration.ofSeconds(5),
            () -> leader.has("stops", stopped),
            () -> "it does not stop by itself");
        assertThat(leader.nanos("stops", token))
            .as("the one that is cut off stops before the next one leads")
            .isLessThan(candidates.nextLeadsNanos(token));
        cut.become(Way.State.OPEN);
        awaitFenced(leader, token);
      }
      report("cut off", took, candidates);
      all.forEach(it -> it.ways().forEach(Way::close));
    }
  }
}
