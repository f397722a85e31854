package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.Tenants;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  private static final int KEYS = 100;

  @Test
  void operationsBeginByTheScheduleAndAreChecked() throws InterruptedException {
    BenchSetup setup = Runs.setup(new FakeStore(), KEYS, "hot", "quiet");
    new Sweep(setup).load();
    OpenLoop loop =
        new OpenLoop(
            setup,
            Workload.A,
            new KeyChooser(KeyChooser.Distribution.UNIFORM, KEYS),
            2_000,
            1,
            TimeUnit.SECONDS.toNanos(1));
    Flow flow = loop.run(() -> {});

    assertThat(loop.awaitEnd(5)).isTrue();
    assertThat(flow.offeredPerSecond()).isBetween(1_000.0, 2_000.0);
    assertThat(flow.bySecond()).hasSize(1).allMatch(second -> second.p99Nanos() > 0);
    assertThat(flow.good(0)).as("the hot one").isGreaterThan(5 * flow.good(1));
    assertThat(setup.tally().errors()).isZero();
    assertThat(setup.tally().count(Verdict.STALE_READ)).isZero();
  }

  @Test
  void keysStayTheirTenants() {
    Tenants tenants =
        Tenants.of(List.of("a", "b", "c"), 0.5, ReadOptions.DEFAULT, WriteOptions.DEFAULT);
    SplittableRandom random = new SplittableRandom(1);
    int hot = 0;
    for (int i = 0; i < 10_000; i++) {
      int key = tenants.deal(random.nextInt(KEYS), KEYS, random);
      assertThat(key).isBetween(0, KEYS - 1);
      hot += tenants.of(key) == 0 ? 1 : 0;
    }
    assertThat(hot).isBetween(4_700, 5_300);
    assertThat(tenants.read(4).tenant()).isEqualTo("b");
  }
}
