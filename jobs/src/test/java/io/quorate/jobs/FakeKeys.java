package io.quorate.jobs;

import io.quorate.client.Condition;
import io.quorate.client.ConditionFailedException;
import io.quorate.client.FailureInfo;
import io.quorate.client.FencedException;
import io.quorate.client.GetResult;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.ReadOptions;
import io.quorate.client.ResultInfo;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.UnavailableException;
import io.quorate.client.Version;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Linearizable keys with conditions and fences, in memory, which fail as a test says. */
final class FakeKeys implements JobKeys {
  /** How a write fails. */
  enum Fault {
    NONE,
    /** It is not applied, and the caller knows. */
    UNAVAILABLE,
    /** It is applied, and the caller does not know. */
    UNKNOWN_AND_APPLIED,
    /** It is not applied, and the caller does not know. */
    UNKNOWN_AND_LOST,
    /** It is applied by {@link #deliver}, if its condition holds then; the caller does not know. */
    UNKNOWN_AND_LATE
  }

  private record Stored(byte @Nullable [] value, Version version, long fence) {}

  private final Map<String, Stored> stored = new TreeMap<>();
  private final Deque<Runnable> late = new ArrayDeque<>();
  private long versions;

  /** Asked at each write; runs what is to happen before it. */
  Supplier<Fault> fault = () -> Fault.NONE;

  /** Runs before each read. */
  Runnable beforeRead = () -> {};

  /** Runs before each scan. */
  Runnable beforeScan = () -> {};

  int writes;
  int reads;

  @Override
  public WriteResult put(String key, byte[] value, WriteOptions options) {
    return write(key, value, options);
  }

  /** Value as UTF-8. */
  WriteResult put(String key, String value, WriteOptions options) {
    return put(key, value.getBytes(StandardCharsets.UTF_8), options);
  }

  GetResult get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }

  @Override
  public WriteResult delete(String key, WriteOptions options) {
    return write(key, null, options);
  }

  private WriteResult write(String key, byte @Nullable [] value, WriteOptions options) {
    Fault how = fault.get();
    synchronized (this) {
      writes++;
      switch (how) {
        case UNAVAILABLE -> throw new UnavailableException("as wanted", FailureInfo.NONE, null);
        case UNKNOWN_AND_LOST -> throw unknown();
        case UNKNOWN_AND_LATE -> {
          late.add(
              () -> {
                try {
                  WriteResult unused = apply(key, value, options);
                } catch (ConditionFailedException | FencedException notApplied) {
                  // Its caller has been told that the outcome is unknown.
                }
              });
          throw unknown();
        }
        case UNKNOWN_AND_APPLIED -> {
          try {
            WriteResult unused = apply(key, value, options);
          } catch (ConditionFailedException | FencedException notApplied) {
            // As above.
          }
          throw unknown();
        }
        case NONE -> {
          return apply(key, value, options);
        }
      }
      throw new AssertionError(how);
    }
  }

  private static OutcomeUnknownException unknown() {
    return new OutcomeUnknownException("as wanted", FailureInfo.NONE, null);
  }

  /** Applies the writes that are on their way. */
  synchronized void deliver() {
    while (!late.isEmpty()) {
      late.remove().run();
    }
  }

  private WriteResult apply(String key, byte @Nullable [] value, WriteOptions options) {
    Stored before = stored.get(key);
    long fence = before == null ? 0 : before.fence();
    checkFence(options.fenceToken(), fence);
    fence = Math.max(fence, options.fenceToken());
    Condition condition = options.condition();
    boolean exists = before != null && before.value() != null;
    if (condition != null
        && (condition.version() == null
            ? exists
            : before == null
                || before.value() == null
                || !condition.version().equals(before.version()))) {
      if (before != null) {
        stored.put(key, new Stored(before.value(), before.version(), fence));
      }
      throw new ConditionFailedException("the key has something else", FailureInfo.NONE);
    }
    Version version = Version.of(0, ++versions, 1, 1);
    stored.put(key, new Stored(value, version, fence));
    return WriteResult.of(version, ResultInfo.of(0, 1, new long[0], false));
  }

  private static void checkFence(long token, long fence) {
    if (token != 0 && token < fence) {
      throw new FencedException("token " + token + " is below " + fence, FailureInfo.NONE, fence);
    }
  }

  @Override
  public GetResult get(String key, ReadOptions options) {
    beforeRead.run();
    synchronized (this) {
      reads++;
      Stored found = stored.get(key);
      if (options.fenceToken() != 0) {
        checkFence(options.fenceToken(), found == null ? 0 : found.fence());
        Stored raised =
            found == null
                ? new Stored(null, Version.of(0, ++versions, 1, 1), options.fenceToken())
                : new Stored(found.value(), found.version(), options.fenceToken());
        stored.put(key, raised);
      }
      return found == null
          ? GetResult.builder().build()
          : GetResult.builder().value(found.value()).version(found.version()).build();
    }
  }

  @Override
  public Scan scan(String prefix, ScanOptions options) {
    beforeScan.run();
    return scan(prefix);
  }

  private synchronized Scan scan(String prefix) {
    List<ScanEntry> found = new ArrayList<>();
    stored.forEach(
        (key, each) -> {
          if (key.startsWith(prefix) && each.value() != null) {
            found.add(
                ScanEntry.of(
                    key.getBytes(StandardCharsets.UTF_8),
                    Objects.requireNonNull(each.value()),
                    each.version(),
                    0));
          }
        });
    Iterator<ScanEntry> entries = found.iterator();
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
}
