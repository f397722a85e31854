package io.quorate.client.internal.login;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where passwords or tokens come from. It is code of the application, which may take for ever: it
 * is asked once at a time, and it can be told for how long it has not returned. For all threads.
 */
final class AskedSource {
  private final String name;
  private final Supplier<String> source;
  private final LongSupplier nanos;
  private volatile @Nullable Asked asked;

  /** That it was asked, and has not returned. */
  private record Asked(long sinceNanos) {}

  /**
   * @param name for messages
   * @param nanos never going back
   */
  AskedSource(String name, Supplier<String> source, LongSupplier nanos) {
    this.name = name;
    this.source = source;
    this.nanos = nanos;
  }

  /** Asks it. On the one thread that does. */
  String get() throws LoginRefusedException {
    asked = new Asked(nanos.getAsLong());
    String given;
    try {
      given = source.get();
    } finally {
      asked = null;
    }
    if (given == null) {
      throw new LoginRefusedException(name + " gave null");
    }
    return given;
  }

  /** What there is to say of it if it was asked and has not returned yet; else null. */
  @Nullable String silence() {
    Asked open = asked;
    return open == null
        ? null
        : "%s has not returned for %d s: there is no login until it returns"
            .formatted(name, TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - open.sinceNanos()));
  }
}
