package io.quorate.client.recipe;

import io.quorate.client.Condition;
import io.quorate.client.ConditionFailedException;
import io.quorate.client.DeletionOptions;
import io.quorate.client.DeletionResult;
import io.quorate.client.Entry;
import io.quorate.client.FailureInfo;
import io.quorate.client.FencedException;
import io.quorate.client.GetResult;
import io.quorate.client.IncrementOptions;
import io.quorate.client.IncrementResult;
import io.quorate.client.KeyValue;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.ResultInfo;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.Version;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A tenant with linearizable keys: with conditions, and with fences, which deletions leave. */
final class MemoryStore implements KeyValue {
  private final Map<String, byte[]> values = new HashMap<>();
  private final Map<String, Long> fences = new HashMap<>();
  private long version;

  /** Told of each request before it takes effect, such as {@code put KEY}; may throw, or act. */
  volatile Consumer<String> before = request -> {};

  private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();

  /** How often this kind of request was made. */
  int requests(String what) {
    return requests.getOrDefault(what, new AtomicInteger()).get();
  }

  private void begin(String what, String key) {
    requests.computeIfAbsent(what, it -> new AtomicInteger()).incrementAndGet();
    before.accept(what + " " + key);
  }

  private void fence(String key, long token) {
    long fence = fences.getOrDefault(key, 0L);
    if (token != 0 && token < fence) {
      throw new FencedException("token " + token + " is stale", FailureInfo.NONE, fence);
    }
    fences.put(key, Math.max(fence, token));
  }

  private WriteResult write(String key, byte @Nullable [] value, WriteOptions options) {
    fence(key, options.fenceToken());
    Condition condition = options.condition();
    byte[] held = values.get(key);
    if (condition != null) {
      byte[] expected = condition.value();
      boolean met = expected == null ? held == null : Arrays.equals(expected, held);
      if (!met) {
        throw new ConditionFailedException("it has something else", FailureInfo.NONE);
      }
    }
    if (value == null) {
      values.remove(key);
    } else {
      values.put(key, value.clone());
    }
    return WriteResult.of(Version.of(0, ++version, 1, 1), info());
  }

  private static ResultInfo info() {
    return GetResult.builder().build().info();
  }

  synchronized boolean has(String key) {
    return values.containsKey(key);
  }

  synchronized List<String> keys() {
    return values.keySet().stream().sorted().toList();
  }

  @Override
  public WriteResult put(byte[] key, byte[] value, WriteOptions options) {
    begin("put", text(key));
    synchronized (this) {
      return write(text(key), value, options);
    }
  }

  @Override
  public WriteResult delete(byte[] key, WriteOptions options) {
    begin("delete", text(key));
    synchronized (this) {
      return write(text(key), null, options);
    }
  }

  @Override
  public GetResult get(byte[] key, ReadOptions options) {
    begin("get", text(key));
    synchronized (this) {
      fence(text(key), options.fenceToken());
      byte[] value = values.get(text(key));
      return GetResult.builder().value(value == null ? null : value.clone()).build();
    }
  }

  @Override
  public Scan scan(byte[] prefix, ScanOptions options) {
    begin("scan", text(prefix));
    List<ScanEntry> found = new ArrayList<>();
    synchronized (this) {
      values.forEach(
          (key, value) -> {
            if (key.startsWith(text(prefix))) {
              found.add(
                  ScanEntry.of(
                      key.getBytes(StandardCharsets.UTF_8),
                      options.keysOnly() ? new byte[0] : value,
                      Version.of(0, 1, 1, 1),
                      0));
            }
          });
    }
    Stream<ScanEntry> all = found.stream();
    Iterator<ScanEntry> entries =
        (options.limit() == 0 ? all : all.limit(options.limit())).toList().iterator();
    return new Scan() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public ScanEntry next() {
        return entries.next();
      }

      @Override
      public byte[] cursor() {
        return new byte[0];
      }

      @Override
      public boolean potentiallyStale() {
        return false;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public DeletionResult deleteAll(byte[] prefix, DeletionOptions options) {
    long found = 0;
    long deleted = 0;
    try (Scan scan = scan(prefix, ScanOptions.DEFAULT)) {
      while (scan.hasNext()) {
        byte[] key = scan.next().key();
        found++;
        if (!options.dryRun()) {
          var unused = delete(key, options.write());
          deleted++;
        }
      }
      return DeletionResult.of(found, deleted, 0, null, new byte[0], true);
    } catch (QuorateException failed) {
      return DeletionResult.of(found, deleted, found - deleted, failed, new byte[0], false);
    }
  }

  @Override
  public IncrementResult increment(byte[] key, long by, IncrementOptions options) {
    begin("increment", text(key));
    synchronized (this) {
      fence(text(key), options.fenceToken());
      long sum = sum(values.get(text(key)), by, options);
      WriteResult written =
          write(
              text(key), Long.toString(sum).getBytes(StandardCharsets.UTF_8), WriteOptions.DEFAULT);
      return IncrementResult.of(sum, written.version(), written.info());
    }
  }

  private static long sum(byte @Nullable [] held, long by, IncrementOptions options) {
    try {
      long number = held == null ? 0 : Long.parseLong(new String(held, StandardCharsets.UTF_8));
      long sum = Math.addExact(number, by);
      if (sum >= options.min() && sum <= options.max()) {
        return sum;
      }
    } catch (NumberFormatException | ArithmeticException none) {
      // As below.
    }
    throw new ConditionFailedException(
        "it has no number, or the sum is out of bounds", FailureInfo.NONE);
  }

  @Override
  public List<Outcome<GetResult>> getAll(List<byte[]> keys, ReadOptions options) {
    return keys.stream().map(key -> outcome(() -> get(key, options))).toList();
  }

  @Override
  public List<Outcome<WriteResult>> putAll(List<Entry> entries, WriteOptions options) {
    return entries.stream()
        .map(each -> outcome(() -> put(each.key(), each.value(), options)))
        .toList();
  }

  private static <T> Outcome<T> outcome(Supplier<T> operation) {
    try {
      return new Outcome.Done<>(operation.get());
    } catch (QuorateException failed) {
      return new Outcome.Failed<>(failed);
    }
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
