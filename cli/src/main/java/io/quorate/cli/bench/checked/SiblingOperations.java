package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.client.AsyncSiblingKeyValue;
import io.quorate.client.Sibling;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.Siblings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Gets and puts of keys with siblings, judged by {@link SiblingRule}. A write gets the key, and
 * puts a value with the context of that, in the place of all that it has found: the way
 * applications write such keys. It ends when the put does.
 */
public final class SiblingOperations implements Operations {
  private final AsyncSiblingKeyValue<byte[], byte[]> store;
  private final Tenants tenants;
  private final Contents contents;
  private final SiblingRule rule;
  private final Tally tally;
  private final LongAdder reads = new LongAdder();
  private final LongAdder siblings = new LongAdder();

  public SiblingOperations(
      AsyncSiblingKeyValue<byte[], byte[]> store, Tenants tenants, Contents contents, Tally tally) {
    this.store = store;
    this.tenants = tenants;
    this.contents = contents;
    this.rule = new SiblingRule(contents.size(), contents.writer());
    this.tally = tally;
  }

  @Override
  public void read(int key, SplittableRandom random, Done done) {
    Read read = new Read(key, rule.begin());
    var unused =
        store
            .get(contents.key(key), tenants.read(key))
            .handle(
                (result, failure) -> {
                  if (result == null) {
                    done.failed(failure);
                  } else {
                    Verdict verdict = read.judge(result);
                    if (result.isEmpty()) {
                      done.missing(verdict, read);
                    } else {
                      done.answered(verdict, read);
                    }
                  }
                  return true;
                });
  }

  @Override
  public void write(int key, SplittableRandom random, Done done) {
    write(key, random, done, true);
  }

  /** What the key had before may be no value of a run, which is no fault of the cluster. */
  @Override
  public void load(int key, SplittableRandom random, Done done) {
    write(key, random, done, false);
  }

  private void write(int key, SplittableRandom random, Done done, boolean judged) {
    long number = contents.nextWrite();
    byte[] value = contents.value(key, number, random);
    Read read = new Read(key, rule.begin());
    var unused =
        store
            .get(contents.key(key), tenants.read(key))
            .handle(
                (result, failure) -> {
                  if (result == null) {
                    done.failed(failure);
                  } else {
                    Verdict verdict = judged ? read.judge(result) : Verdict.KEPT;
                    put(read, verdict, result, number, value, done);
                  }
                  return true;
                });
  }

  private void put(
      Read read, Verdict verdict, Siblings<byte[]> result, long number, byte[] value, Done done) {
    int key = read.key;
    List<Origin> replaced = new ArrayList<>(result.size());
    for (Origin each : origins(result)) {
      if (each != null) {
        replaced.add(each);
      }
    }
    rule.onPut(key, number, replaced);
    var unused =
        store
            .put(contents.key(key), value, result.context(), tenants.write(key))
            .handle(
                (SiblingWriteResult stored, Throwable failure) -> {
                  if (stored == null) {
                    rule.onFailed(key, number, replaced, Outcome.mayHaveApplied(failure));
                    done.failed(failure);
                  } else {
                    rule.onAcked(key, number, replaced);
                    done.answered(verdict, read);
                  }
                  return true;
                });
  }

  private List<@Nullable Origin> origins(Siblings<byte[]> result) {
    List<@Nullable Origin> origins = new ArrayList<>(result.size());
    for (Sibling<byte[]> each : result.list()) {
      origins.add(contents.origin(each.value()));
    }
    return origins;
  }

  private double siblingsPerRead() {
    long all = reads.sum();
    return all == 0 ? 0 : (double) siblings.sum() / all;
  }

  @Override
  public String note() {
    return String.format(
        Locale.ROOT,
        "each write is a read and a put with its context; siblings per read: %.2f",
        siblingsPerRead());
  }

  @Override
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("siblings_per_read", Math.round(siblingsPerRead() * 100) / 100.0);
    return figures;
  }

  /** A read, of its own or for a write. */
  private final class Read {
    private final int key;
    private final long began;
    private List<@Nullable Origin> found = List.of();

    private Read(int key, long began) {
      this.key = key;
      this.began = began;
    }

    private Verdict judge(Siblings<byte[]> result) {
      reads.increment();
      siblings.add(result.size());
      found = origins(result);
      return tally.ofRead(rule.onRead(key, began, found), result.info());
    }

    @Override
    public String toString() {
      return "key " + key + ", read " + found;
    }
  }
}
