package io.quorate.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.locks.LockAnswer.Granted;
import io.quorate.locks.LockAnswer.Renewed;
import io.quorate.locks.LockWorld.Node;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.kernel.SimFailure;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that keep locks, and do nothing else: more of what can go wrong in less time. */
class LocksUnderFaultsTest {
  /** System property: how many seeds a campaign runs. */
  private static final int SEEDS = Integer.getInteger("quorate.locks.seeds", 20);

  private static final int SEEDS_OF_TWINS = 300;
  private static final Duration TIME = Duration.ofSeconds(20);

  @Test
  void noTwoOwnersRelyOnALockAtOneTime() {
    Map<String, Integer> windows = new TreeMap<>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      LockWorld run = new LockWorld(seed, Set.of());
      try {
        run.run(TIME);
      } catch (PromiseBroken broken) {
        throw new AssertionError("seed " + seed, broken);
      }
      run.windows.forEach((window, count) -> windows.merge(window, count, Integer::sum));
    }
    assertThat(windows)
        .containsKeys(
            "GRANTED",
            "GRANTED_AFTER_WAIT",
            "GRANTED_BESIDE_OTHERS",
            "ACQUIRED_AGAIN",
            "EXPIRED",
            "LEASES_EXTENDED",
            "RENEWED",
            "RENEWED_TOO_LATE",
            "RELEASED_BEFORE",
            "WITHDRAWN",
            "VOTERS_FOLLOWED",
            "FOUNDED_AGAIN",
            "locks: founded again",
            "COMPACTED",
            "WATCH_TOLD",
            "locks: watch told",
            "locks: shared by several",
            "locks: a semaphore is full",
            "locks: exclusive after shared ones",
            "locks: refused, HELD_OTHERWISE",
            "locks: holder died",
            "locks: lost");
  }

  /** Each rule is there for a schedule that these runs meet. */
  @ParameterizedTest
  @EnumSource(LaxLocks.class)
  void aRuleThatIsLeftOutIsNoticed(LaxLocks rule) {
    assertThat(seedThatNotices(rule)).as("%s was noticed by no seed", rule).isNotNull();
  }

  private static @Nullable Integer seedThatNotices(LaxLocks rule) {
    for (int seed = 1; seed <= SEEDS_OF_TWINS; seed++) {
      try {
        new LockWorld(seed, EnumSet.of(rule)).run(TIME);
      } catch (PromiseBroken | SimFailure noticed) {
        return seed;
      }
    }
    return null;
  }

  /** A renewal changes nothing but the memory of the leader. */
  @Test
  void renewalsMakeNoEntriesOfTheLog() {
    LockWorld quiet = new LockWorld(5, Set.of());
    assertThat(quiet.world.runUntil(() -> quiet.leader() != null, Duration.ofSeconds(10))).isTrue();
    Node leader = Objects.requireNonNull(quiet.leader());
    Node other = quiet.nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
    for (int i = 0; i < 50; i++) {
      assertThat(quiet.ask(other, new LockRequest.Acquire("l" + i, "owner", 5_000, 0)))
          .isInstanceOf(Granted.class);
    }
    quiet.world.runFor(Duration.ofSeconds(1));
    long before = Objects.requireNonNull(leader.locks().group()).raft().lastIndex();
    for (int i = 0; i < 1_000; i++) {
      assertThat(quiet.ask(other, new LockRequest.Renew("owner")))
          .isInstanceOfSatisfying(Renewed.class, renewed -> assertThat(renewed.held()).hasSize(50));
      quiet.world.runFor(Duration.ofMillis(20));
    }
    assertThat(Objects.requireNonNull(leader.locks().group()).raft().lastIndex()).isEqualTo(before);
  }

  /** What was granted stays so, and another one decides before any node has missed the leader. */
  @Test
  void aLeaderThatIsDrainedHandsOver() {
    LockWorld quiet = new LockWorld(5, Set.of());
    assertThat(quiet.world.runUntil(() -> quiet.leader() != null, Duration.ofSeconds(10))).isTrue();
    Node before = Objects.requireNonNull(quiet.leader());
    Node other = quiet.nodes.stream().filter(node -> node != before).findFirst().orElseThrow();
    assertThat(quiet.ask(other, new LockRequest.Acquire("l", "owner", 60_000, 0)))
        .isInstanceOf(Granted.class);
    before.locks().drain(true);
    quiet.world.runFor(Duration.ofMillis(400));
    assertThat(before.locks().decides()).isFalse();
    assertThat(quiet.leader()).isNotNull().isNotEqualTo(before);
    assertThat(quiet.ask(before, new LockRequest.Renew("owner")))
        .isInstanceOfSatisfying(Renewed.class, renewed -> assertThat(renewed.held()).hasSize(1));
  }
}
