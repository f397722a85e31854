package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.BenchData;
import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
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
    FakeStore store = new ForgetfulAtTheEnd();
    BenchSetup setup = Runs.setup(store, KEYS, "default");
    new Sweep(setup).load();
    store.put(BenchData.key(3), new byte[Runs.VALUE_BYTES], WriteOptions.DEFAULT).join();
    assertThat(setup.tally().broken()).isFalse();
    assertThat(new Sweep(setup).verify().verified()).isTrue();
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
    return Runs.run(Runs.setup(store, KEYS, "default"));
  }
}
