package io.quorate.client.internal.engine;

import io.quorate.client.Condition;
import io.quorate.client.IncrementOptions;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.ScanOptions;
import io.quorate.client.internal.text.Quoted;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What can be refused before anything is sent. The limits proper are the cluster's. */
public final class Checks {
  /** No cluster can be configured to take longer ones. */
  static final int KEY_BYTES_MAX = 64 << 10;

  /** Past this a value would not fit into one message of any server. */
  static final int VALUE_BYTES_MAX = 64 << 20;

  /** No cluster has tenants or roles of longer names. */
  private static final int NAME_CHARS_MAX = 64;

  /** No cluster has users of longer names, which are as certificates say them. */
  private static final int USER_CHARS_MAX = 128;

  private Checks() {}

  /** What is wrong with an operation on a key of a tenant; null if nothing is. */
  public static @Nullable InvalidRequestException operation(String tenant, byte[] key) {
    InvalidRequestException refused = tenant(tenant);
    return refused == null ? key(key) : refused;
  }

  /** What is wrong with a scan; null if nothing is. */
  public static @Nullable InvalidRequestException scan(
      String tenant, byte[] prefix, ScanOptions options) {
    InvalidRequestException refused = tenant(tenant);
    if (refused == null) {
      refused = bound("a prefix", prefix, KEY_BYTES_MAX);
    }
    if (refused == null) {
      refused = bound("a start", options.start(), KEY_BYTES_MAX + 1);
    }
    return refused == null ? bound("an end", options.end(), KEY_BYTES_MAX + 1) : refused;
  }

  private static @Nullable InvalidRequestException bound(String what, byte[] bytes, int bytesMax) {
    return bytes.length <= bytesMax
        ? null
        : new InvalidRequestException(
            what + " of " + bytes.length + " bytes: no cluster takes more than " + bytesMax);
  }

  public static @Nullable InvalidRequestException tenant(String tenant) {
    return name("tenant", tenant, NAME_CHARS_MAX);
  }

  public static @Nullable InvalidRequestException role(String role) {
    return name("role", role, NAME_CHARS_MAX);
  }

  public static @Nullable InvalidRequestException user(String user) {
    return name("user", user, USER_CHARS_MAX);
  }

  private static @Nullable InvalidRequestException name(String what, String name, int charsMax) {
    return name.length() <= charsMax
        ? null
        : new InvalidRequestException(
            what + " " + Quoted.of(name) + ": names have 1 to " + charsMax + " characters");
  }

  static @Nullable InvalidRequestException key(byte[] key) {
    if (key.length >= 1 && key.length <= KEY_BYTES_MAX) {
      return null;
    }
    return new InvalidRequestException(
        key.length == 0
            ? "the key is empty: give one of 1 byte or more"
            : "a key of " + key.length + " bytes: no cluster takes more than " + KEY_BYTES_MAX);
  }

  /** What is wrong with a put; null if nothing is. */
  public static @Nullable InvalidRequestException put(String tenant, byte[] key, byte[] value) {
    InvalidRequestException refused = operation(tenant, key);
    return refused == null ? value("a value", value) : refused;
  }

  /** What is wrong with a put on a condition; null if nothing is. */
  public static @Nullable InvalidRequestException put(
      String tenant, byte[] key, byte[] value, @Nullable Condition condition) {
    InvalidRequestException refused = put(tenant, key, value);
    return refused == null ? condition(condition) : refused;
  }

  /** What is wrong with another write on a condition; null if nothing is. */
  public static @Nullable InvalidRequestException write(
      String tenant, byte[] key, @Nullable Condition condition) {
    InvalidRequestException refused = operation(tenant, key);
    return refused == null ? condition(condition) : refused;
  }

  private static @Nullable InvalidRequestException condition(@Nullable Condition condition) {
    byte[] expected = condition == null ? null : condition.value();
    return expected == null ? null : value("a condition with a value", expected);
  }

  /** What is wrong with an increment; null if nothing is. */
  public static @Nullable InvalidRequestException increment(
      String tenant, byte[] key, IncrementOptions options) {
    InvalidRequestException refused = operation(tenant, key);
    if (refused != null || options.min() <= options.max()) {
      return refused;
    }
    return new InvalidRequestException(
        "min "
            + options.min()
            + " is above max "
            + options.max()
            + ", so that no sum is within them: give a min up to max");
  }

  private static @Nullable InvalidRequestException value(String what, byte[] value) {
    if (value.length <= VALUE_BYTES_MAX) {
      return null;
    }
    return new InvalidRequestException(
        what
            + " of "
            + value.length
            + " bytes: more than "
            + VALUE_BYTES_MAX
            + " is never sent: split it over several keys");
  }

  /** Longer than any process waits. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** A time to wait, in nanoseconds; one that is too long for a number of these is cut. */
  public static long nanos(Duration timeout) {
    return timeout.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : timeout.toNanos();
  }

  /** A time to live, in milliseconds; one that is too long for a number of these never ends. */
  public static long millis(Duration ttl) {
    return ttl.toSeconds() >= Long.MAX_VALUE / 1000 ? Long.MAX_VALUE : ttl.toMillis();
  }
}
