package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.VersionRule.Verdict;
import java.util.List;
import java.util.SplittableRandom;

/** Gets and puts of linearizable keys, judged by {@link RegisterRule}. */
final class RegisterOperations implements Operations {
  private final List<Store> stores;
  private final Tenants tenants;
  private final Contents contents;
  private final RegisterRule rule;
  private final Tally tally;

  /**
   * @param stores the client, or its sessions: each operation is one of them's, by chance
   */
  RegisterOperations(List<Store> stores, Tenants tenants, Contents contents, Tally tally) {
    this.stores = List.copyOf(stores);
    this.tenants = tenants;
    this.contents = contents;
    this.rule = new RegisterRule(contents.size(), contents.writer());
    this.tally = tally;
  }

  @Override
  public void read(int key, SplittableRandom random, Done done) {
    long began = rule.begin(key);
    var unused =
        store(random)
            .get(contents.key(key), tenants.read(key))
            .handle(
                (result, failure) -> {
                  if (result == null) {
                    done.failed(failure);
                    return false;
                  }
                  byte[] value = result.value();
                  Object what = "key %d, known before %d, read %s".formatted(key, began, result);
                  if (value == null) {
                    done.missing(tally.ofRead(rule.onMissing(began), result.info()), what);
                  } else {
                    Verdict verdict = rule.onRead(key, began, contents.origin(value));
                    done.answered(tally.ofRead(verdict, result.info()), what);
                  }
                  return true;
                });
  }

  @Override
  public void write(int key, SplittableRandom random, Done done) {
    long number = contents.nextWrite();
    byte[] value = contents.value(key, number, random);
    rule.onSent(key, number);
    var unused =
        store(random)
            .put(contents.key(key), value, tenants.write(key))
            .handle(
                (result, failure) -> {
                  if (result == null) {
                    rule.onFailed(key, number, Outcome.mayHaveApplied(failure));
                    done.failed(failure);
                    return false;
                  }
                  rule.onAcked(key, number);
                  done.answered(Verdict.KEPT, "key " + key);
                  return true;
                });
  }

  @Override
  public void load(int key, SplittableRandom random, Done done) {
    write(key, random, done);
  }

  private Store store(SplittableRandom random) {
    return stores.size() == 1 ? stores.get(0) : stores.get(random.nextInt(stores.size()));
  }
}
