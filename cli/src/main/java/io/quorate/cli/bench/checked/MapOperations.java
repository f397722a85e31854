package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.client.AsyncMaps;
import io.quorate.client.MapUpdate;
import io.quorate.client.MapValue;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Reads of maps, and updates that count in two fields and assign a value to a third. Counts are
 * judged by {@link CounterRule}. The two are equal in every read, and the third is there if they
 * are, since the changes of an update are made together; it is one that was written to this key.
 */
public final class MapOperations implements Operations {
  private static final String COUNT = "count";
  private static final String TWIN = "twin";
  private static final String VALUE = "value";

  private final AsyncMaps maps;
  private final Tenants tenants;
  private final Contents contents;
  private final CounterRule rule;
  private final Tally tally;

  public MapOperations(AsyncMaps maps, Tenants tenants, Contents contents, Tally tally) {
    this.maps = maps;
    this.tenants = tenants;
    this.contents = contents;
    this.rule = new CounterRule(contents.size());
    this.tally = tally;
  }

  @Override
  public void read(int key, SplittableRandom random, Done done) {
    long began = rule.begin(key);
    var unused =
        maps.get(contents.key(key), tenants.read(key))
            .handle(
                (value, failure) -> {
                  if (value == null) {
                    done.failed(failure);
                    return false;
                  }
                  Verdict verdict = tally.ofRead(judge(key, began, value), value.info());
                  Object what =
                      "key %d, known before %d, read %d and %d"
                          .formatted(key, began, value.count(COUNT), value.grown(TWIN));
                  if (value.isEmpty()) {
                    done.missing(verdict, what);
                  } else {
                    done.answered(verdict, what);
                  }
                  return true;
                });
  }

  private Verdict judge(int key, long began, MapValue value) {
    return value.count(COUNT) == value.grown(TWIN) && isOfKey(key, value)
        ? rule.onRead(key, began, value.count(COUNT), value.info().potentiallyStale())
        : Verdict.WRONG_VALUE;
  }

  private boolean isOfKey(int key, MapValue value) {
    Optional<byte[]> assigned = value.register(VALUE);
    if (assigned.isEmpty()) {
      return value.count(COUNT) == 0;
    }
    Origin origin = contents.origin(assigned.get());
    return origin != null && origin.key() == key;
  }

  @Override
  public void write(int key, SplittableRandom random, Done done) {
    rule.onSent(key);
    byte[] value = contents.value(key, contents.nextWrite(), random);
    MapUpdate update = MapUpdate.EMPTY.increment(COUNT, 1).grow(TWIN, 1).assign(VALUE, value);
    var unused =
        maps.update(contents.key(key), update, tenants.write(key))
            .handle(
                (result, failure) -> {
                  if (result == null) {
                    done.failed(failure);
                    return false;
                  }
                  rule.onAcked(key);
                  done.answered(Verdict.KEPT, "key " + key);
                  return true;
                });
  }

  @Override
  public void load(int key, SplittableRandom random, Done done) {
    read(key, random, new ReadFirst(this, key, random, done));
  }

  @Override
  public boolean mustBeReadFirst() {
    return true;
  }

  @Override
  public String note() {
    return "each write counts in two fields, and assigns a value to a third";
  }
}
