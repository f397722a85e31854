package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.client.AsyncSets;
import io.quorate.client.Element;
import io.quorate.client.SetValue;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads of sets, and writes that add a value, or remove one that was added before once the key has
 * several; judged by {@link SiblingRule}, to which a value that was added is one that was put.
 */
final class SetOperations implements Operations {
  /** Values that a key has of this run, give or take those under way. */
  private static final int VALUES = 4;

  private final AsyncSets sets;
  private final Tenants tenants;
  private final Contents contents;
  private final SiblingRule rule;
  private final Tally tally;

  /** Of each key the values that were added and are not being removed, the oldest first. */
  private final List<Deque<Added>> added;

  private record Added(Origin origin, byte[] value) {}

  SetOperations(AsyncSets sets, Tenants tenants, Contents contents, Tally tally) {
    this.sets = sets;
    this.tenants = tenants;
    this.contents = contents;
    this.rule = new SiblingRule(contents.size(), contents.writer());
    this.tally = tally;
    this.added =
        Stream.generate(() -> (Deque<Added>) new ConcurrentLinkedDeque<Added>())
            .limit(contents.size())
            .toList();
  }

  @Override
  public void read(int key, SplittableRandom random, Done done) {
    long began = rule.begin();
    var unused =
        sets.get(contents.key(key), tenants.read(key))
            .handle(
                (found, failure) -> {
                  if (found == null) {
                    done.failed(failure);
                    return false;
                  }
                  List<@Nullable Origin> origins = origins(found);
                  Verdict verdict = tally.ofRead(rule.onRead(key, began, origins), found.info());
                  Object what = "key %d, read %s".formatted(key, origins);
                  if (origins.isEmpty()) {
                    done.missing(verdict, what);
                  } else {
                    done.answered(verdict, what);
                  }
                  return true;
                });
  }

  private List<@Nullable Origin> origins(SetValue found) {
    List<@Nullable Origin> origins = new ArrayList<>(found.size());
    for (Element each : found.elements()) {
      origins.add(contents.origin(each.value()));
    }
    return origins;
  }

  @Override
  public void write(int key, SplittableRandom random, Done done) {
    Deque<Added> values = added.get(key);
    Added oldest = values.size() < VALUES ? null : values.poll();
    if (oldest == null) {
      add(key, random, done);
    } else {
      remove(key, oldest, done);
    }
  }

  @Override
  public void load(int key, SplittableRandom random, Done done) {
    add(key, random, done);
  }

  private void add(int key, SplittableRandom random, Done done) {
    long number = contents.nextWrite();
    byte[] value = contents.value(key, number, random);
    rule.onPut(key, number, List.of());
    var unused =
        sets.add(contents.key(key), List.of(value), tenants.write(key))
            .handle(
                (result, failure) -> {
                  if (result == null) {
                    rule.onFailed(key, number, List.of(), Outcome.mayHaveApplied(failure));
                    done.failed(failure);
                    return false;
                  }
                  rule.onAcked(key, number, List.of());
                  added.get(key).add(new Added(new Origin(key, contents.writer(), number), value));
                  done.answered(Verdict.KEPT, "key " + key);
                  return true;
                });
  }

  private void remove(int key, Added oldest, Done done) {
    List<Origin> removed = List.of(oldest.origin());
    rule.onRemoval(key, removed);
    var unused =
        sets.remove(contents.key(key), List.of(oldest.value()), tenants.write(key))
            .handle(
                (result, failure) -> {
                  if (result == null) {
                    if (!Outcome.mayHaveApplied(failure)) {
                      rule.onNotRemoved(key, removed);
                      added.get(key).addFirst(oldest);
                    }
                    done.failed(failure);
                    return false;
                  }
                  rule.onRemoved(key, removed);
                  done.answered(Verdict.KEPT, "key " + key);
                  return true;
                });
  }

  @Override
  public String note() {
    return "each write adds a value, or looks for one that was added before and removes it";
  }
}
