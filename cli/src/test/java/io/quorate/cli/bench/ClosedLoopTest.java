package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.VersionRule.Verdict;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ClosedLoopTest {
  private static final int KEYS = 10;

  @Test
  void honestStoreBreaksNothing() throws InterruptedException {
    Tally tally = run(new FakeStore());
    assertThat(tally.successes()).isGreaterThan(1000);
    assertThat(tally.errors()).isZero();
    assertThat(tally.broken()).isFalse();
  }

  /** A store that acknowledges a write and drops it: what a lost write looks like to a client. */
  @Test
  void acknowledgedWriteThatIsDroppedIsFound() throws InterruptedException {
    AtomicInteger writes = new AtomicInteger();
    Tally tally =
        run(
            new FakeStore() {
              @Override
              void store(ByteBuffer key, Stored value) {
                if (writes.incrementAndGet() % 100 != 0) {
                  super.store(key, value);
                }
              }
            });
    assertThat(tally.count(Verdict.STALE_READ)).isPositive();
    assertThat(tally.broken()).isTrue();
    assertThat(tally.examples().get(Verdict.STALE_READ)).contains("known before");
  }

  /**
   * The last write of a key is dropped and not read afterwards: only reading back all keys can
   * tell.
   */
  @Test
  void verificationFindsWhatNoReadMet() throws InterruptedException {
    BenchSetup setup = setup(new ForgetfulAtTheEnd());
    new Sweep(setup).load();
    setup.store().put(setup.keyBytes()[3], new byte[64]).join();
    assertThat(setup.tally().broken()).isFalse();
    new Sweep(setup).verify();
    assertThat(setup.tally().count(Verdict.LOST_WRITE)).isEqualTo(1);
  }

  /** Stores each key once and acknowledges all later writes without a trace of the key. */
  private static final class ForgetfulAtTheEnd extends FakeStore {
    private int writes;

    @Override
    void store(ByteBuffer key, Stored value) {
      if (++writes <= KEYS) {
        super.store(key, value);
      } else {
        super.forget(key);
      }
    }
  }

  private static Tally run(FakeStore store) throws InterruptedException {
    BenchSetup setup = setup(store);
    new Sweep(setup).load();
    KeyChooser keys = new KeyChooser(KeyChooser.Distribution.UNIFORM, KEYS);
    ClosedLoop loop = new ClosedLoop(setup, 1, Workload.A, keys);
    Thread runner = new Thread(loop::start);
    runner.start();
    loop.beginTimedWindow();
    Window window = Window.watch(setup.tally()::successes, loop::recentLatencies, 1);
    assertThat(loop.stop(10)).isTrue();
    runner.join();
    assertThat(window.seconds())
        .singleElement()
        .matches(each -> each.operations() > 0 && each.p99Nanos() > 0);
    assertThat(loop.readLatencies().getTotalCount()).isPositive();
    return setup.tally();
  }

  private static BenchSetup setup(FakeStore store) {
    return BenchSetup.of(
        store, Tenants.one(ReadOptions.DEFAULT, WriteOptions.DEFAULT), KEYS, 64, 5);
  }
}
