package io.quorate.outside;

import java.util.EnumMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** How many operations of a load ended in which way. For many threads. */
final class Counts {
  /** How an operation ended. */
  enum Kind {
    /** It was acknowledged. */
    WRITTEN,
    /** It was answered. */
    READ,
    /** It was answered with more than one value. */
    CONFLICT,
    /** It was not applied, as another one came first, which its condition excludes. */
    OUTRUN,
    /** It may have been applied. */
    UNKNOWN,
    /** It was not applied, as too few nodes were there. */
    REFUSED
  }

  private final Map<Kind, AtomicLong> byKind = new EnumMap<>(Kind.class);

  Counts() {
    for (Kind each : Kind.values()) {
      byKind.put(each, new AtomicLong());
    }
  }

  void add(Kind kind) {
    counter(kind).incrementAndGet();
  }

  long of(Kind kind) {
    return counter(kind).get();
  }

  private AtomicLong counter(Kind kind) {
    return Objects.requireNonNull(byKind.get(kind));
  }

  /** Says how many there are of each kind; leaves out those that there are none of. */
  @Override
  public String toString() {
    return byKind.entrySet().stream()
        .filter(each -> each.getValue().get() > 0)
        .map(Counts::text)
        .collect(Collectors.joining(", "));
  }

  private static String text(Entry<Kind, AtomicLong> count) {
    return count.getKey() + " " + count.getValue();
  }
}
