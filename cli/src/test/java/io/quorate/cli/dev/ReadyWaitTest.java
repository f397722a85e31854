package io.quorate.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A cluster that comes up slowly is waited for, and what is waited for is said. */
class ReadyWaitTest {
  private final Nodes nodes = new Nodes();
  private final List<String> said = new ArrayList<>();

  private boolean await() throws InterruptedException {
    return new ReadyWait(nodes, () -> nodes.nowNanos, said::add).await();
  }

  @Test
  void nodesThatComeUpAtOnceAreAnnouncedByNothing() throws InterruptedException {
    nodes.readyAtSecond = 3;
    assertThat(await()).isTrue();
    assertThat(said).isEmpty();
  }

  @Test
  void whatIsWaitedForIsSaidMeanwhile() throws InterruptedException {
    nodes.readyAtSecond = 40;
    assertThat(await()).isTrue();
    assertThat(said).containsExactly("after 15 s: n2: no leader", "after 30 s: n2: no leader");
    assertThat(nodes.nowNanos).isEqualTo(TimeUnit.SECONDS.toNanos(40));
  }

  @Test
  void nodesThatDoNotComeUpAreGivenUpAfterFiveMinutes() throws InterruptedException {
    nodes.readyAtSecond = 301;
    assertThat(await()).isFalse();
    assertThat(said).hasSize(19).last().isEqualTo("after 285 s: n2: no leader");
    assertThat(nodes.nowNanos).isEqualTo(TimeUnit.SECONDS.toNanos(300));
  }

  @Test
  void aNodeThatEndsIsNotWaitedFor() throws InterruptedException {
    nodes.endsAtSecond = 20;
    assertThat(await()).isFalse();
    assertThat(nodes.nowNanos).isEqualTo(TimeUnit.SECONDS.toNanos(20));
    assertThat(said).hasSize(1);
  }

  /** Time passes only while they are waited for. */
  private static final class Nodes implements RunningNodes {
    private long readyAtSecond = Integer.MAX_VALUE;
    private long endsAtSecond = Integer.MAX_VALUE;
    private long nowNanos;

    @Override
    public boolean awaitReady(long deadlineNanos) {
      long changesNanos = TimeUnit.SECONDS.toNanos(Math.min(readyAtSecond, endsAtSecond));
      nowNanos = Math.min(deadlineNanos, changesNanos);
      return nowNanos == TimeUnit.SECONDS.toNanos(readyAtSecond);
    }

    @Override
    public Optional<String> failure() {
      return nowNanos == TimeUnit.SECONDS.toNanos(endsAtSecond)
          ? Optional.of("n1 ended with exit code 1")
          : Optional.empty();
    }

    @Override
    public String waitingFor() {
      return "n2: no leader";
    }

    @Override
    public List<String> describe() {
      return List.of();
    }

    @Override
    public void awaitEnd() {}

    @Override
    public void stop() {}
  }
}
