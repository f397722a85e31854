package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.HeldLock;
import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.LockWatch;
import io.quorate.client.Locks;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Locks of processes that contend, while the leader of the locks, or a holder, is killed. */
@ExtendWith(SharedNodes.class)
class LocksTest {
  /** Beyond the time of a lock: the leader's look at the clock, its log, and this test's polls. */
  private static final Duration LATE = Duration.ofMillis(1_500);

  /** What a lock's time lacks at its holder; and the way of its last renewal. */
  private static final Duration EARLY = Duration.ofMillis(500);

  private static final Duration RENEWED_WITHIN = Duration.ofSeconds(20);

  /**
   * Waits until a lock is renewed, and returns the leader of the group of the locks: only the
   * leader counts what happens to them.
   */
  private static Node awaitLeaderThatRenews(Nodes nodes) {
    Map<Node, Double> before = new HashMap<>(); // as each node first says
    AtomicReference<@Nullable Node> leader = new AtomicReference<>();
    Waiting.until(
        RENEWED_WITHIN,
        () -> {
          for (Node node : nodes.all()) {
            OptionalDouble now =
                node.meterIfShown("quorate_lock_events_total", "event=\"renewed\"");
            if (now.isPresent()) {
              Double first = before.putIfAbsent(node, now.getAsDouble());
              if (first != null && now.getAsDouble() > first) {
                leader.set(node);
              }
            }
          }
          return leader.get() != null;
        },
        () -> "no lock is renewed");
    return Objects.requireNonNull(leader.get());
  }

  @Test
  void aHolderKeepsItsLockWhileTheLeaderIsKilled() {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient one = nodes.client();
        QuorateClient other = nodes.client()) {
      Lock held = one.locks().tryAcquire("kept", Duration.ofSeconds(6)).orElseThrow();
      AtomicBoolean lost = new AtomicBoolean();
      held.onLost(() -> lost.set(true));
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger tries = new AtomicInteger();
      List<Lock> second = new ArrayList<>();
      Runnable contend =
          () -> {
            while (!done.get()) {
              try {
                other.locks().tryAcquire("kept", Duration.ofSeconds(6)).ifPresent(second::add);
                tries.incrementAndGet();
              } catch (QuorateException whileThereIsNoLeader) {
                // The next try tells.
              }
              Waiting.pass(Duration.ofMillis(50));
            }
          };
      Node leader = awaitLeaderThatRenews(nodes);
      CompletableFuture<Void> contender = CompletableFuture.runAsync(contend);
      leader.kill();
      Waiting.pass(Duration.ofSeconds(7)); // longer than the time of the lock
      done.set(true);
      contender.join();
      assertThat(second).isEmpty();
      assertThat(tries.get()).isPositive();
      assertThat(held.isHeld()).isTrue();
      assertThat(lost).isFalse();
      assertThat(held.release()).isTrue();
      Lock next = other.locks().tryAcquire("kept", Duration.ofSeconds(6)).orElseThrow();
      assertThat(next.token()).isGreaterThan(held.token());
      next.close();
    }
  }

  /** The command is the holder: it renews, and is killed with no time to release. */
  @Test
  void theLockOfAHolderThatWasKilledIsFreeAfterItsTimeAndNotBefore(Nodes nodes) throws Exception {
    Duration ttl = Duration.ofSeconds(3);
    try (QuorateClient client = nodes.client()) {
      Locks locks = client.locks();
      Process holder = acquire(nodes, "locks:left", "3s", List.of("sleep", "60"));
      Waiting.until(Duration.ofSeconds(20), () -> isHeld(locks, "locks:left"), () -> "not held");
      Waiting.pass(Duration.ofMillis(1_500)); // it is renewed once
      List<ProcessHandle> left = holder.descendants().toList();
      long asked = System.nanoTime();
      HeldLock seen = locks.show("locks:left").holders().getFirst();
      long killed = System.nanoTime();
      holder.destroyForcibly().waitFor();
      left.forEach(ProcessHandle::destroyForcibly);
      Optional<Lock> next = locks.acquire("locks:left", ttl, Duration.ofSeconds(20));
      long free = System.nanoTime();
      assertThat(next).isPresent();
      assertThat(next.orElseThrow().token()).isGreaterThan(seen.token());
      // What was left of its time when it died, and not the whole of it.
      assertThat(Duration.ofNanos(free - asked)).isGreaterThan(seen.left().minus(EARLY));
      assertThat(Duration.ofNanos(free - killed)).isLessThan(seen.left().plus(LATE));
      next.orElseThrow().close();
    }
  }

  @Test
  void aCommandIsStoppedWhenItsLockIsLost(Nodes nodes) throws Exception {
    try (QuorateClient client = nodes.client()) {
      Path alive = nodes.directory().resolve("alive");
      Process command =
          acquire(
              nodes,
              "locks:lost",
              "2s",
              List.of("bash", "-c", "while :; do date > " + alive + "; sleep 0.1; done"));
      Waiting.until(Duration.ofSeconds(20), () -> Files.exists(alive), () -> "it does not run");
      HeldLock held = client.locks().show("locks:lost").holders().getFirst();
      assertThat(client.locks().release("locks:lost", held.owner(), held.token())).isTrue();
      assertThat(command.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(command.exitValue()).isEqualTo(124);
      Files.delete(alive);
      Waiting.pass(Duration.ofMillis(500));
      assertThat(alive).doesNotExist();
    }
  }

  @Test
  void aLockIsSharedAndItsHoldersAreWatched(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      Locks locks = client.locks();
      List<Integer> holders = new CopyOnWriteArrayList<>();
      Duration ttl = Duration.ofSeconds(10);
      LockOptions two = LockOptions.DEFAULT.sharedAmong(2);
      try (LockWatch watch =
          locks.watch("locks:shared", status -> holders.add(status.holders().size()))) {
        Lock first = locks.tryAcquire("locks:shared", ttl, two).orElseThrow();
        Lock second = locks.tryAcquire("locks:shared", ttl, two).orElseThrow();
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(locks.tryAcquire("locks:shared", ttl, two)).isEmpty();
        assertThat(locks.tryAcquire("locks:shared", ttl)).isEmpty();
        assertThat(locks.show("locks:shared").holders()).hasSize(2).allMatch(HeldLock::isShared);
        first.close();
        second.close();
        Waiting.until(
            Duration.ofSeconds(10),
            () -> holders.size() > 1 && holders.getLast() == 0,
            () -> "seen: " + holders);
        assertThat(watch.ended()).isNotDone();
      }
    }
  }

  @Test
  void aCommandThatIsInterruptedReleasesItsLock(Nodes nodes) throws Exception {
    try (QuorateClient client = nodes.client()) {
      Process command = acquire(nodes, "locks:interrupted", "1m", List.of("sleep", "60"));
      Waiting.until(
          Duration.ofSeconds(20),
          () -> isHeld(client.locks(), "locks:interrupted") && runs(command, "sleep"),
          () -> "not held");
      List<ProcessHandle> started = command.descendants().toList();
      command.destroy();
      assertThat(command.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(command.exitValue()).isEqualTo(143);
      assertThat(started).isNotEmpty().noneMatch(ProcessHandle::isAlive);
      assertThat(client.locks().show("locks:interrupted").holders()).isEmpty();
    }
  }

  private static boolean isHeld(Locks locks, String name) {
    try {
      return locks.show(name).isHeld();
    } catch (QuorateException whileThereIsNoLeader) {
      return false;
    }
  }

  private static boolean runs(Process process, String program) {
    return process
        .descendants()
        .anyMatch(each -> each.info().command().orElse("").endsWith(program));
  }

  private static Process acquire(Nodes nodes, String lock, String ttl, List<String> command) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Distribution.launcher(),
                "lock",
                "acquire",
                lock,
                "--ttl",
                ttl,
                "--endpoints",
                nodes.endpoints(),
                "--"));
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(nodes.directory().resolve(lock + ".err").toFile());
    CommandClasses.give(builder.environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
