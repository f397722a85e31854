package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.client.AsyncCounters;
import java.util.SplittableRandom;

/** Reads and increments of counters, judged by {@link CounterRule}. */
final class CounterOperations implements Operations {
  private final AsyncCounters counters;
  private final Tenants tenants;
  private final Contents contents;
  private final CounterRule rule;
  private final Tally tally;

  CounterOperations(AsyncCounters counters, Tenants tenants, Contents contents, Tally tally) {
    this.counters = counters;
    this.tenants = tenants;
    this.contents = contents;
    this.rule = new CounterRule(contents.size());
    this.tally = tally;
  }

  @Override
  public void read(int key, SplittableRandom random, Done done) {
    long began = rule.begin(key);
    var unused =
        counters
            .get(contents.key(key), tenants.read(key))
            .handle(
                (value, failure) -> {
                  if (value == null) {
                    done.failed(failure);
                    return false;
                  }
                  boolean mayMiss = value.info().potentiallyStale();
                  Verdict verdict =
                      tally.ofRead(rule.onRead(key, began, value.value(), mayMiss), value.info());
                  Object what = "key %d, known before %d, read %s".formatted(key, began, value);
                  if (value.found()) {
                    done.answered(verdict, what);
                  } else {
                    done.missing(verdict, what);
                  }
                  return true;
                });
  }

  @Override
  public void write(int key, SplittableRandom random, Done done) {
    rule.onSent(key);
    var unused =
        counters
            .increment(contents.key(key), 1, tenants.write(key))
            .handle(
                (counted, failure) -> {
                  if (counted == null) {
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
    return "each write is an increment; those of one key that wait are sent together";
  }
}
