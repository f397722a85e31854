package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks, as a user types them. */
final class LockCommandsTest {
  private final FakeCluster cluster = new FakeCluster();

  @TempDir private Path directory;

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran run(String... args) {
    List<String> all = new ArrayList<>(List.of("lock", args[0], "--endpoints", cluster.endpoint()));
    all.addAll(List.of(args).subList(1, args.length));
    return Ran.command(all.toArray(String[]::new));
  }

  @Test
  void aLockIsLeftToBeRenewedAndReleased() {
    Ran acquired = run("acquire", "nightly", "--ttl", "1m", "--owner", "me", "--json");
    assertThat(acquired.exitCode()).isZero();
    JsonNode lock = acquired.json();
    assertThat(lock.get("name").asText()).isEqualTo("nightly");
    assertThat(lock.get("owner").asText()).isEqualTo("me");
    assertThat(lock.get("ttl_ms").asLong()).isEqualTo(60_000);
    String token = lock.get("token").asText();
    assertThat(cluster.locks.holder("nightly")).isEqualTo("me");

    Ran again = run("acquire", "nightly", "--ttl", "1m");
    assertThat(again.exitCode()).isEqualTo(ExitCode.LOCK_NOT_ACQUIRED).isEqualTo(123);
    assertThat(again.err()).contains("lock nightly is held by another owner");
    assertThat(run("acquire", "nightly", "--ttl", "1m", "--owner", "me").out())
        .contains("token " + token);

    assertThat(run("show", "nightly").out()).contains("nightly", "me", token, "60000ms");
    JsonNode renewed = run("renew", "--owner", "me", "--json").json();
    assertThat(renewed.get("locks").get(0).get("token").asText()).isEqualTo(token);

    assertThat(run("release", "nightly", "--owner", "me", "--token", "1").exitCode())
        .isEqualTo(ExitCode.NOT_FOUND);
    assertThat(run("release", "nightly", "--owner", "me", "--token", token).out())
        .isEqualTo("released\n");
    assertThat(run("renew", "--owner", "me").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    Ran free = run("show", "nightly");
    assertThat(free.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(free.out()).isEqualTo("lock nightly is free\n");
    assertThat(run("show", "nightly", "--json").json().get("held").asBoolean()).isFalse();
  }

  @Test
  void locksAreListed() {
    for (String name : List.of("a", "b1", "b2", "b3", "b\u001b[2J")) {
      cluster.locks.take(name, "o", 60_000);
    }
    assertThat(run("list", "--prefix", "b", "--json").json().get("locks")).hasSize(4);
    Ran all = run("list");
    assertThat(all.out()).contains("| a ").contains("0x62").doesNotContain("\u001b");
  }

  @Test
  void aWatchPrintsEachStateAndEndsWhenTheLockIsFree() {
    cluster.locks.take("a", "o", 60_000);
    CompletableFuture<Ran> ran =
        CompletableFuture.supplyAsync(() -> run("watch", "a", "--until-free", "--json"));
    await().until(() -> cluster.locks.watched("a"));
    cluster.locks.free("a");
    assertThat(ran.join().out().lines())
        .satisfiesExactly(
            held -> assertThat(held).contains("\"held\":true", "\"owner\":\"o\""),
            free -> assertThat(free).contains("\"held\":false"));
  }

  @Test
  void howALockIsSharedIsAskedForAndChecked() {
    assertThat(run("acquire", "a", "--ttl", "1m", "--at-most", "3").exitCode()).isZero();
    assertThat(cluster.locks.acquired().getShared()).isTrue();
    assertThat(cluster.locks.acquired().getAtMost()).isEqualTo(3);
    assertThat(run("acquire", "b", "--ttl", "1m", "--at-most", "0").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aCommandRunsWhileTheLockIsHeld() throws IOException {
    Path heard = directory.resolve("heard");
    Ran ran =
        run(
            "acquire",
            "nightly",
            "--ttl",
            "10s",
            "--owner",
            "me",
            "--",
            "sh",
            "-c",
            "echo $QUORATE_LOCK_NAME $QUORATE_LOCK_OWNER $QUORATE_LOCK_TOKEN > "
                + heard
                + "; exit 7");
    assertThat(ran.exitCode()).isEqualTo(7);
    assertThat(ran.out()).isEmpty();
    assertThat(Files.readString(heard)).matches("nightly me \\d+\n");
    assertThat(cluster.locks.holder("nightly")).isNull();
  }

  /** Not with less time: a machine that is busy may hold all of this process up for 0.5 s. */
  @Test
  void aLockIsRenewedWhileItsCommandRuns() {
    Ran ran = run("acquire", "nightly", "--ttl", "6s", "--", "sleep", "7");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(cluster.locks.holder("nightly")).isNull();
  }

  /** By then the time that the cluster counts is not over, so no other owner runs. */
  @Test
  void aCommandIsStoppedBeforeTheLockIsOver() throws IOException {
    Path pids = directory.resolve("pids");
    // It lets SIGTERM pass, and has a process of its own.
    String stubborn = "trap '' TERM; sleep 100 & echo $$ $! > " + pids + "; wait; sleep 100";
    CompletableFuture<Ran> ran =
        CompletableFuture.supplyAsync(
            () -> run("acquire", "nightly", "--ttl", "1s", "--", "sh", "-c", stubborn));
    await().until(() -> Files.exists(pids) && !Files.readString(pids).isEmpty());
    cluster.locksAreMute = true;
    await().atMost(Duration.ofSeconds(20)).until(ran::isDone);
    assertThat(ran.join().exitCode()).isEqualTo(ExitCode.LOCK_LOST).isEqualTo(124);
    assertThat(ran.join().err()).contains("no renewal was answered in time");
    for (String pid : Files.readString(pids).strip().split(" ", -1)) {
      assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void aCommandIsStoppedWhenTheClusterSaysThatTheLockIsLost() {
    Path begun = directory.resolve("begun");
    String script = "touch '" + begun + "'; exec sleep 100";
    CompletableFuture<Ran> ran =
        CompletableFuture.supplyAsync(
            // Renewed each two seconds: what is told is heard long before the time is over.
            () -> run("acquire", "nightly", "--ttl", "6s", "--", "sh", "-c", script));
    // Before, it may have yet to hear that it has the lock.
    await().until(() -> Files.exists(begun));
    cluster.locks.take("nightly", "another", 60_000);
    await().atMost(Duration.ofSeconds(20)).until(ran::isDone);
    assertThat(ran.join().exitCode()).isEqualTo(ExitCode.LOCK_LOST);
    assertThat(ran.join().err()).contains("the lock is lost: the command is stopped");
    assertThat(cluster.locks.holder("nightly")).isEqualTo("another");
  }

  @Test
  void nothingRunsWithoutTheLock() {
    cluster.locks.take("nightly", "another", 60_000);
    Path ran = directory.resolve("ran");
    Ran refused = run("acquire", "nightly", "--ttl", "1s", "--", "touch", ran.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.LOCK_NOT_ACQUIRED);
    assertThat(ran).doesNotExist();
  }

  @Test
  void whatCannotBeRunIsToldAsAShellTellsIt() throws IOException {
    Ran absent = run("acquire", "nightly", "--ttl", "10s", "--", "no-such-command-" + "x");
    assertThat(absent.exitCode()).isEqualTo(127);
    assertThat(absent.err()).contains("there is no such command");
    Path text = Files.writeString(directory.resolve("text"), "no program");
    assertThat(run("acquire", "nightly", "--ttl", "10s", "--", text.toString()).exitCode())
        .isEqualTo(126);
    assertThat(cluster.locks.holder("nightly")).isNull();
  }

  @Test
  void whatIsMissingIsUsage() {
    assertThat(run("acquire", "nightly").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("acquire", "--ttl", "10s").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("acquire", "nightly", "--ttl", "ten").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("renew").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("release", "nightly", "--owner", "me").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("release", "nightly", "--owner", "me", "--token", "x").exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("show").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aClusterThatDoesNotAnswerIsToldAsForOtherCommands() {
    cluster.locksAreMute = true;
    Ran ran = run("show", "nightly", "--timeout", "300ms");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(ran.err()).startsWith("quorate: lock 'nightly': no node could answer");
  }
}
