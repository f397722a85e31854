package io.quorate.cli.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.client.Lock;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Why a command is stopped, as its user is told. */
final class HeldCommandTest {
  private static final Duration TTL = Duration.ofMillis(100);

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int runWhileHeldFor(Duration... seen) {
    return runWhileHeldFor(List.of("sleep", "100"), seen);
  }

  private int runWhileHeldFor(List<String> command, Duration... seen) {
    PrintStream told = new PrintStream(err, true, UTF_8);
    Console console = new Console(InputStream.nullInputStream(), told, told, false, false);
    Lock lock = new SeenLock(List.of(seen).iterator());
    return new HeldCommand(lock, command).run(console);
  }

  @Test
  void aLockThatHasLittleTimeLeftWasNotRenewed() {
    int exitCode = runWhileHeldFor(Duration.ofMinutes(1), Duration.ofMillis(20));
    assertThat(exitCode).isEqualTo(ExitCode.LOCK_LOST);
    assertThat(err.toString(UTF_8))
        .isEqualTo("quorate: no renewal was answered in time: the command is stopped\n");
  }

  /** This process stood still until then: it cannot have heard of anything. */
  @Test
  void aLockWhoseTimeWasOverBeforeItWasLookedAtWasNotRenewed() {
    int exitCode = runWhileHeldFor(Duration.ofMillis(26), Duration.ofMillis(26), Duration.ZERO);
    assertThat(exitCode).isEqualTo(ExitCode.LOCK_LOST);
    assertThat(err.toString(UTF_8)).contains("no renewal was answered in time");
  }

  @Test
  void aLockThatIsGoneBeforeItsTimeIsOverIsLost() {
    int exitCode = runWhileHeldFor(Duration.ofMinutes(1), Duration.ZERO);
    assertThat(exitCode).isEqualTo(ExitCode.LOCK_LOST);
    assertThat(err.toString(UTF_8)).contains("the lock is lost: the command is stopped");
  }

  /** As Ctrl-C in a shell may do, before the command is there to be stopped. */
  @Test
  void nothingIsRunUnderALockThatIsLostAlready() {
    int exitCode = runWhileHeldFor(List.of("no-such-command-x"), Duration.ZERO);
    assertThat(exitCode).isEqualTo(ExitCode.LOCK_LOST);
    assertThat(err.toString(UTF_8))
        .isEqualTo("quorate: the lock is lost: the command is not run\n");
  }

  /** Else it would take the next lines of a script for a shell. */
  @Test
  void itFindsNothingOnStandardInputWhereItsConsoleReadsSomethingElse() {
    Duration[] held = new Duration[500];
    Arrays.fill(held, Duration.ofMinutes(1));
    held[held.length - 1] = Duration.ofMillis(1);
    assertThat(runWhileHeldFor(List.of("sh", "-c", "cat > /dev/null; exit 3"), held)).isEqualTo(3);
  }

  /** A lock that is seen to be held for some more time, each time that it is looked at. */
  private record SeenLock(Iterator<Duration> seen) implements Lock {
    @Override
    public String name() {
      return "nightly";
    }

    @Override
    public String owner() {
      return "me";
    }

    @Override
    public long token() {
      return 1;
    }

    @Override
    public Duration ttl() {
      return TTL;
    }

    @Override
    public boolean isHeld() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Duration remaining() {
      Duration remaining = seen.next();
      if (remaining.isZero()) {
        standStill();
      }
      return remaining;
    }

    private static void standStill() {
      long untilNanos = System.nanoTime() + Duration.ofMillis(50).toNanos();
      while (System.nanoTime() - untilNanos < 0) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void onLost(Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean release() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Boolean> releaseAsync() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
