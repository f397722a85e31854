package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.BenchModel;
import io.quorate.cli.bench.checked.Contents;
import io.quorate.cli.bench.checked.LastWriteWins;
import io.quorate.cli.bench.checked.MapOperations;
import io.quorate.cli.bench.checked.SiblingOperations;
import io.quorate.cli.bench.checked.Store;
import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.bench.checked.Tenants;
import io.quorate.client.AsyncMaps;
import io.quorate.client.AsyncSiblingKeyValue;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.Retries;
import java.util.List;

/** Runs of a load against stores in memory. */
final class Runs {
  static final int VALUE_BYTES = 64;
  private static final long WRITER = 5;

  private Runs() {}

  static BenchSetup setup(Store store, int keys, String... tenants) {
    Tally tally = new Tally();
    Tenants dealt = tenants(tenants);
    return new BenchSetup(
        new BenchModel(dealt.name(0), Model.LAST_WRITE_WINS, Retries.REPEAT, 0),
        new LastWriteWins(List.of(store), dealt, contents(keys), tally),
        dealt,
        keys,
        tally);
  }

  static BenchSetup setup(AsyncSiblingKeyValue<byte[], byte[]> store, int keys) {
    Tally tally = new Tally();
    Tenants dealt = tenants("bench-siblings");
    return new BenchSetup(
        new BenchModel(dealt.name(0), Model.SIBLINGS, Retries.REPEAT, 0),
        new SiblingOperations(store, dealt, contents(keys), tally),
        dealt,
        keys,
        tally);
  }

  static BenchSetup setup(AsyncMaps maps, int keys) {
    Tally tally = new Tally();
    Tenants dealt = tenants("bench-maps");
    return new BenchSetup(
        new BenchModel(dealt.name(0), Model.MAPS, Retries.REPEAT, 0),
        new MapOperations(maps, dealt, contents(keys), tally),
        dealt,
        keys,
        tally);
  }

  private static Tenants tenants(String... names) {
    return Tenants.of(List.of(names), 0.9, ReadOptions.DEFAULT, WriteOptions.DEFAULT);
  }

  private static Contents contents(int keys) {
    return new Contents(keys, VALUE_BYTES, WRITER);
  }

  /** Loads all keys, and runs workload a for a second. */
  static Tally run(BenchSetup setup) throws InterruptedException {
    new Sweep(setup).load();
    KeyChooser keys = new KeyChooser(KeyChooser.Distribution.UNIFORM, setup.keys());
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
    assertThat(loop.writeLatencies().getTotalCount()).isPositive();
    return setup.tally();
  }
}
