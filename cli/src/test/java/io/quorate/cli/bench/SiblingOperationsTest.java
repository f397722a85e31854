package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.BenchData;
import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.client.Sibling;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SiblingOperationsTest {
  private static final int KEYS = 10;

  @Test
  void honestStoreBreaksNothing() throws InterruptedException {
    BenchSetup setup = Runs.setup(new FakeSiblingStore(), KEYS);
    Tally tally = Runs.run(setup);
    assertThat(tally.successes()).isGreaterThan(1000);
    assertThat(tally.errors()).isZero();
    assertThat(tally.broken()).isFalse();
    assertThat(setup.operations().figures()).containsEntry("siblings_per_read", 1.0);
    assertThat(setup.text()).contains("model SIBLINGS", "read and a put", "1.00");
  }

  /** The newest write wins: what siblings are kept from. */
  @Test
  void acknowledgedPutThatIsDroppedIsFound() throws InterruptedException {
    AtomicInteger writes = new AtomicInteger();
    Tally tally =
        Runs.run(
            Runs.setup(
                new FakeSiblingStore() {
                  @Override
                  void store(List<Sibling<byte[]>> siblings, Sibling<byte[]> put, String context) {
                    if (writes.incrementAndGet() % 100 != 0) {
                      super.store(siblings, put, context);
                    }
                  }
                },
                KEYS));
    assertThat(tally.count(Verdict.STALE_READ)).isPositive();
    assertThat(tally.broken()).isTrue();
    assertThat(tally.examples().get(Verdict.STALE_READ)).contains("key ", "read ");
  }

  @Test
  void valueThatIsNotReplacedIsFound() throws InterruptedException {
    AtomicInteger writes = new AtomicInteger();
    Tally tally =
        Runs.run(
            Runs.setup(
                new FakeSiblingStore() {
                  @Override
                  void store(List<Sibling<byte[]>> siblings, Sibling<byte[]> put, String context) {
                    super.store(siblings, put, writes.incrementAndGet() == 100 ? "" : context);
                  }
                },
                KEYS));
    assertThat(tally.count(Verdict.STALE_READ)).isPositive();
  }

  @Test
  void verificationTellsALostPut() throws InterruptedException {
    AtomicInteger writes = new AtomicInteger();
    BenchSetup setup =
        Runs.setup(
            new FakeSiblingStore() {
              @Override
              void store(List<Sibling<byte[]>> siblings, Sibling<byte[]> put, String context) {
                super.store(siblings, put, context);
                if (writes.incrementAndGet() == KEYS) {
                  siblings.clear();
                }
              }
            },
            KEYS);
    new Sweep(setup).load();
    assertThat(new Sweep(setup).verify().verified()).isTrue();
    assertThat(setup.tally().count(Verdict.LOST_WRITE)).isEqualTo(1);
  }

  /** Loading replaces what earlier runs have left, of whatever size: it is no fault. */
  @Test
  void whatWasThereBeforeLoadingIsReplacedAndNotJudged() throws InterruptedException {
    FakeSiblingStore store = new FakeSiblingStore();
    for (int key = 0; key < KEYS; key++) {
      store.put(BenchData.key(key), new byte[1]).join();
    }
    assertThat(Runs.run(Runs.setup(store, KEYS)).broken()).isFalse();
  }
}
