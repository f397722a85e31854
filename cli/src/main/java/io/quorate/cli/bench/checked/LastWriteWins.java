package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.client.GetResult;
import io.quorate.client.Version;
import io.quorate.client.WriteResult;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Gets and puts of keys that have one value, judged by {@link VersionRule}. */
public final class LastWriteWins implements Operations {
  private final List<Store> stores;
  private final Tenants tenants;
  private final Contents contents;
  private final VersionRule rule;
  private final Tally tally;

  /**
   * @param stores the client, or its sessions: each operation is one of them's, by chance
   */
  public LastWriteWins(List<Store> stores, Tenants tenants, Contents contents, Tally tally) {
    this.stores = List.copyOf(stores);
    this.tenants = tenants;
    this.contents = contents;
    this.rule = new VersionRule(contents.size(), contents.writer());
    this.tally = tally;
  }

  @Override
  public void read(int key, SplittableRandom random, Done done) {
    Read read = new Read(key, rule.floor(key), done);
    var unused = store(random).get(contents.key(key), tenants.read(key)).handle(read);
  }

  @Override
  public void write(int key, SplittableRandom random, Done done) {
    Write write = new Write(key, rule.ackedFloor(key), contents.nextWrite(), done);
    byte[] value = contents.value(key, write.number, random);
    var unused = store(random).put(contents.key(key), value, tenants.write(key)).handle(write);
  }

  @Override
  public void load(int key, SplittableRandom random, Done done) {
    write(key, random, done);
  }

  private Store store(SplittableRandom random) {
    return stores.size() == 1 ? stores.get(0) : stores.get(random.nextInt(stores.size()));
  }

  // For handle, not for whenComplete: that wraps each failure in another one, with a stack trace,
  // which costs more than a refusal.

  private final class Read implements BiFunction<@Nullable GetResult, @Nullable Throwable, Void> {
    private final int key;
    private final @Nullable Version floor;
    private final Done done;
    private String found = "nothing";

    private Read(int key, @Nullable Version floor, Done done) {
      this.key = key;
      this.floor = floor;
      this.done = done;
    }

    @Override
    public @Nullable Void apply(@Nullable GetResult result, @Nullable Throwable failure) {
      if (result == null) {
        done.failed(failure);
        return null;
      }
      byte[] value = result.value();
      Version version = result.version();
      if (value == null || version == null) {
        done.missing(tally.ofRead(rule.onMissing(floor), result.info()), this);
        return null;
      }
      Verdict verdict =
          tally.ofRead(rule.onRead(key, floor, version, contents.origin(value)), result.info());
      if (verdict != Verdict.KEPT) {
        found = version + " of " + contents.origin(value);
      }
      done.answered(verdict, this);
      return null;
    }

    @Override
    public String toString() {
      return "key " + key + ", known before " + floor + ", read " + found;
    }
  }

  private final class Write
      implements BiFunction<@Nullable WriteResult, @Nullable Throwable, Void> {
    private final int key;
    private final @Nullable Version floor;
    private final long number;
    private final Done done;
    private @Nullable Version version;

    private Write(int key, @Nullable Version floor, long number, Done done) {
      this.key = key;
      this.floor = floor;
      this.number = number;
      this.done = done;
    }

    @Override
    public @Nullable Void apply(@Nullable WriteResult result, @Nullable Throwable failure) {
      if (result == null) {
        done.failed(failure);
        return null;
      }
      version = result.version();
      done.answered(rule.onAcked(key, floor, result.version(), number), this);
      return null;
    }

    @Override
    public String toString() {
      return "key " + key + ", known before " + floor + ", acknowledged " + version;
    }
  }
}
