package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.Operations;
import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.AsyncMaps;
import io.quorate.client.Context;
import io.quorate.client.Element;
import io.quorate.client.FieldChange;
import io.quorate.client.FieldKind;
import io.quorate.client.FieldValue;
import io.quorate.client.MapUpdate;
import io.quorate.client.MapValue;
import io.quorate.client.ReadOptions;
import io.quorate.client.ResultInfo;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MapOperationsTest {
  private static final int KEYS = 10;

  /** Maps in memory of which counters are kept, unless a test makes them break that. */
  private static class FakeMaps implements AsyncMaps {
    private static final ResultInfo INFO = ResultInfo.of(0, 1, new long[] {1, 2}, false);

    private final Map<ByteBuffer, Map<String, FieldValue>> stored = new HashMap<>();
    int updates;

    @Override
    public synchronized CompletableFuture<UpdateResult> update(
        byte[] key, MapUpdate update, WriteOptions options) {
      var fields = stored.computeIfAbsent(ByteBuffer.wrap(key), unused -> new HashMap<>());
      updates++;
      for (FieldChange each : changesOf(update)) {
        if (each.kind() == FieldKind.REGISTER) {
          fields.put(each.field(), register(each));
        } else {
          fields.merge(each.field(), counter(each), FakeMaps::sum);
        }
      }
      return CompletableFuture.completedFuture(UpdateResult.of(INFO));
    }

    List<FieldChange> changesOf(MapUpdate update) {
      return update.changes();
    }

    private static FieldValue register(FieldChange change) {
      Element element = Element.of(Objects.requireNonNull(change.value()), Context.NONE);
      return FieldValue.values(change.field(), change.kind(), List.of(element));
    }

    private static FieldValue counter(FieldChange change) {
      return FieldValue.counter(change.field(), change.kind(), change.by());
    }

    private static FieldValue sum(FieldValue one, FieldValue other) {
      return FieldValue.counter(one.name(), one.kind(), one.count() + other.count());
    }

    @Override
    public synchronized CompletableFuture<MapValue> get(byte[] key, ReadOptions options) {
      var fields = stored.getOrDefault(ByteBuffer.wrap(key), Map.of());
      return CompletableFuture.completedFuture(MapValue.of(List.copyOf(fields.values()), INFO));
    }
  }

  @Test
  void honestMapsBreakNothing() throws InterruptedException {
    Tally tally = Runs.run(Runs.setup(new FakeMaps(), KEYS));
    assertThat(tally.successes()).isGreaterThan(1000);
    assertThat(tally.errors()).isZero();
    assertThat(tally.broken()).isFalse();
  }

  @Test
  void acknowledgedUpdateThatIsDroppedIsFound() throws InterruptedException {
    FakeMaps forgetful =
        new FakeMaps() {
          @Override
          List<FieldChange> changesOf(MapUpdate update) {
            return updates % 100 == 0 ? List.of() : update.changes();
          }
        };
    Tally tally = Runs.run(Runs.setup(forgetful, KEYS));
    assertThat(tally.count(Verdict.STALE_READ)).isPositive();
  }

  @Test
  void updateThatIsMadeInPartIsFound() throws InterruptedException {
    FakeMaps partial =
        new FakeMaps() {
          @Override
          List<FieldChange> changesOf(MapUpdate update) {
            return updates == 100 ? update.changes().subList(1, 3) : update.changes();
          }
        };
    Tally tally = Runs.run(Runs.setup(partial, KEYS));
    assertThat(tally.count(Verdict.WRONG_VALUE)).isPositive();
    assertThat(tally.examples().get(Verdict.WRONG_VALUE)).contains("key ", "read ");
  }

  /** Of most keys of a large run, the first read is that at the end. */
  @Test
  void updatesThatAreLostBeforeTheFirstReadAreFound() throws InterruptedException {
    AtomicBoolean forgets = new AtomicBoolean();
    FakeMaps forgetful =
        new FakeMaps() {
          @Override
          List<FieldChange> changesOf(MapUpdate update) {
            return forgets.get() ? List.of() : update.changes();
          }
        };
    BenchSetup setup = Runs.setup(forgetful, KEYS);
    new Sweep(setup).load();
    updatesThatAreLostAreFound(setup, forgets);

    BenchSetup notLoaded = Runs.setup(forgetful, KEYS);
    assertThat(notLoaded.operations().mustBeReadFirst()).isTrue();
    new Sweep(notLoaded).read();
    updatesThatAreLostAreFound(notLoaded, forgets);
  }

  private static void updatesThatAreLostAreFound(BenchSetup setup, AtomicBoolean forgets)
      throws InterruptedException {
    forgets.set(true);
    for (int key = 0; key < KEYS; key++) {
      setup.operations().write(key, new SplittableRandom(key), new Ignored());
    }

    Checked checked = new Sweep(setup).verify();
    assertThat(checked.verified()).isTrue();
    assertThat(checked.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(setup.tally().count(Verdict.LOST_WRITE)).isEqualTo(KEYS);
  }

  private record Ignored() implements Operations.Done {
    @Override
    public void answered(Verdict verdict, Object what) {}

    @Override
    public void missing(Verdict verdict, Object what) {}

    @Override
    public void failed(@Nullable Throwable failure) {}
  }
}
