package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.outside.Candidates.Apart;
import io.quorate.outside.Candidates.One;
import io.quorate.outside.Candidates.Struck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Leaders of an election that are killed, paused and cut off, in processes of their own: how long
 * it takes until the next one has acted, and that no earlier one acts after it. {@code
 * -Dquorate.failover.rounds} says how often; the figures are printed.
 */
class FailoverTest {
  private static final int CANDIDATES = 3;

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

  /**
   * Waits until one leads above this token, and until anywhere between two of its renewals.
   *
   * @return the one that leads then: another one, if the first was late to renew
   */
  private static One awaitLeaderForSomeTime(Candidates candidates, long token) {
    One unused = candidates.awaitLeaderAbove(token);
    Waiting.pass(
        Duration.ofMillis(
            1_000 + ThreadLocalRandom.current().nextLong(FailoverTimes.TTL.toMillis() / 3)));
    return candidates.awaitLeadingAbove(token);
  }

  private static Struck pauseLeader(Candidates candidates, long above) {
    return candidates.pause(() -> awaitLeaderForSomeTime(candidates, above));
  }

  /** It is killed while it is paused, once it is known that it led. */
  @Test
  void theNextOneLeadsWhenTheLeaderIsKilled() {
    try (Candidates candidates = new Candidates(nodes, "killed", FailoverTimes.TTL)) {
      for (int i = 0; i < CANDIDATES; i++) {
        One unused = candidates.start(HostsFile.ofThisJvm().file());
      }
      FailoverTimes times = new FailoverTimes();
      long token = 0;
      for (int round = 0; round < FailoverTimes.ROUNDS; round++) {
        Struck killed = pauseLeader(candidates, token);
        killed.leader().kill();
        token = killed.token();
        One next = candidates.awaitLeaderAbove(token);
        assertThat(next).isNotSameAs(killed.leader());
        times.add(candidates.firstActNanosAbove(token) - killed.nanos());
        One unused = candidates.start(HostsFile.ofThisJvm().file());
      }
      times.report("leader killed", candidates);
    }
  }

  /** It goes on when it is woken, with a write that it had begun, and is refused. */
  @Test
  void theNextOneLeadsWhenTheLeaderIsPaused() {
    try (Candidates candidates = new Candidates(nodes, "paused", FailoverTimes.TTL)) {
      for (int i = 0; i < CANDIDATES; i++) {
        One unused = candidates.start(HostsFile.ofThisJvm().file());
      }
      FailoverTimes times = new FailoverTimes();
      long token = 0;
      for (int round = 0; round < FailoverTimes.ROUNDS; round++) {
        Paused paused = pauseUntilTheNextOneActs(candidates, token);
        token = paused.token();
        times.add(paused.nanos());
        paused.leader().awaitFenced(token);
      }
      times.report("leader paused", candidates);
    }
  }

  /**
   * The twin of the test before: the same happens, and no write has a token. The one that was
   * paused goes on and overwrites what the next one wrote, though the recipe has told it to stop;
   * and what the tests here look for is seen.
   */
  @Test
  void withoutTokensALeaderThatWasPausedOverwritesWhatTheNextOneWrote() {
    try (Candidates candidates =
        new Candidates(nodes, "unfenced", FailoverTimes.TTL, Candidate.Writes.PLAIN)) {
      for (int i = 0; i < CANDIDATES; i++) {
        One unused = candidates.start(HostsFile.ofThisJvm().file());
      }
      Paused paused = pauseUntilTheNextOneActs(candidates, 0);
      One leader = paused.leader();
      long token = paused.token();
      candidates.awaitOverwritten(leader, token);
      assertThat(candidates.wrong())
          .as("what the other tests demand not to be")
          .anyMatch(it -> it.startsWith("read token " + token + " after"))
          .anyMatch(it -> it.startsWith("acted under token " + token + " after a later one"));
      assertThat(leader.has("fenced", token)).isFalse();
    }
  }

  /**
   * A leader that was paused.
   *
   * @param token under which it led then
   * @param nanos from the pause until the next one had acted
   */
  private record Paused(One leader, long token, long nanos) {}

  /**
   * Pauses the one that leads above a token, beyond the time of its lock, and lets it go on once
   * the next one has acted.
   */
  private static Paused pauseUntilTheNextOneActs(Candidates candidates, long above) {
    Struck paused = pauseLeader(candidates, above);
    One leader = paused.leader();
    long token = paused.token();
    One next = candidates.awaitLeaderAbove(token);
    assertThat(next).isNotSameAs(leader);
    leader.signal("CONT");
    return new Paused(leader, token, candidates.firstActNanosAbove(token) - paused.nanos());
  }

  /** What it has sent waits on the way, and arrives when another one has led. */
  @Test
  void theNextOneLeadsWhenTheLeaderIsCutOffWhichStopsByItself() {
    try (Candidates candidates = new Candidates(nodes, "cut", FailoverTimes.TTL)) {
      List<Apart> all = new ArrayList<>();
      for (int i = 1; i <= CANDIDATES; i++) {
        all.add(candidates.startApart(List.of(NAMES), i));
      }
      FailoverTimes times = new FailoverTimes();
      long token = 0;
      for (int round = 0; round < FailoverTimes.ROUNDS; round++) {
        long above = token;
        Struck cut =
            candidates.strike(
                () -> awaitLeaderForSomeTime(candidates, above),
                one -> ways(all, one).become(Way.State.ALL_WAITS),
                one -> ways(all, one).become(Way.State.OPEN));
        One leader = cut.leader();
        token = cut.token();
        One next = candidates.awaitLeaderAbove(token);
        assertThat(next).isNotSameAs(leader);
        times.add(candidates.firstActNanosAbove(token) - cut.nanos());
        long stopped = token;
        Waiting.until(
            Duration.ofSeconds(5),
            () -> leader.has("stops", stopped),
            () -> "it does not stop by itself");
        assertThat(leader.nanos("stops", token))
            .as("the one that is cut off stops before the next one leads")
            .isLessThan(candidates.nextLeadsNanos(token));
        ways(all, leader).become(Way.State.OPEN);
        leader.awaitFenced(token);
      }
      times.report("leader cut off", candidates);
      all.forEach(it -> it.ways().close());
    }
  }

  private static OwnWays ways(List<Apart> all, One process) {
    return all.stream()
        .filter(it -> it.process() == process)
        .findFirst()
        .map(Apart::ways)
        .orElseThrow();
  }
}
