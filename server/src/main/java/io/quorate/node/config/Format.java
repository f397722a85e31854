package io.quorate.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the value of a setting is written.
 *
 * @param allowed what may be written, for people: completes "allowed: ..."
 * @param reader throws IllegalArgumentException if the text is not allowed
 */
record Format<T>(String allowed, Reader<T> reader) {

  /** Reads a value; every text it accepts is inside the range. */
  @FunctionalInterface
  interface Reader<T> {
    T read(String text);
  }

  private static final int PATH_CHARS_MAX = 4096;

  private static final Pattern QUANTITY = Pattern.compile("(0|[1-9][0-9]{0,17}) *([A-Za-z]*)");

  /** With underscores between digits, and without a zero in front, which octal numbers have. */
  private static final Pattern COUNT = Pattern.compile("0|[1-9][0-9]{0,9}|[1-9][0-9_]{0,12}[0-9]");

  private static final Pattern DECIMAL = Pattern.compile("(0|[1-9][0-9]{0,8})(\\.[0-9]{1,9})?");

  <R> Format<R> map(Function<T, R> meaning) {
    return new Format<>(allowed, text -> meaning.apply(reader.read(text)));
  }

  static Format<String> text(String allowed, Pattern pattern) {
    return new Format<>(
        allowed,
        text -> {
          require(pattern.matcher(text).matches());
          return text;
        });
  }

  static Format<HostPort> hostPort() {
    return new Format<>("host:port, as in 10.0.0.1:7401 or [::1]:7401", HostPort::parse);
  }

  /** As above, for where others are to come: not port 0, which says any that is free. */
  static Format<HostPort> address() {
    return new Format<>(
        "host:port, as in 10.0.0.1:7401 or [::1]:7401, with a port from 1 to 65535",
        text -> {
          HostPort address = HostPort.parse(text);
          require(address.port() > 0);
          return address;
        });
  }

  static Format<Path> path() {
    return new Format<>(
        "a path",
        text -> {
          require(!text.isBlank() && text.length() <= PATH_CHARS_MAX);
          return Path.of(text); // refuses what the file system cannot name
        });
  }

  /** Several of another format, as a YAML list or separated by commas. */
  static <T> Format<List<T>> listOf(Format<T> one, int most) {
    return new Format<>(
        "a list of at most " + most + " of " + one.allowed(),
        text -> {
          List<T> all = new ArrayList<>();
          for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
              require(all.size() < most);
              all.add(one.reader().read(part.strip()));
            }
          }
          return List.copyOf(all);
        });
  }

  static Format<Integer> count(int min, int max) {
    return new Format<>(
        "a whole number from " + min + " to " + max,
        text -> {
          require(COUNT.matcher(text).matches());
          int value = Integer.parseInt(text.replace("_", ""));
          require(value >= min && value <= max);
          return value;
        });
  }

  static Format<Double> decimal(double min, double max) {
    return new Format<>(
        "a number from " + min + " to " + max,
        text -> {
          require(DECIMAL.matcher(text).matches());
          double value = Double.parseDouble(text);
          require(value >= min && value <= max);
          return value;
        });
  }

  static Format<Boolean> yesOrNo() {
    return new Format<>(
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  static <E extends Enum<E>> Format<E> oneOf(Class<E> type) {
    List<String> names = new ArrayList<>();
    for (E value : type.getEnumConstants()) {
      names.add(value.name().toLowerCase(Locale.ROOT));
    }
    return new Format<>(
        String.join(" or ", names),
        text -> {
          require(names.contains(text));
          return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
        });
  }

  /** Bytes: {@code 4096}, {@code 64KiB}, {@code 256MiB}, {@code 1GiB}. */
  static Format<Long> size(String min, String max) {
    long minBytes = bytes(min);
    long maxBytes = bytes(max);
    return new Format<>(
        "a size from " + min + " to " + max + ", as in 4096, 64KiB, 256MiB or 1GiB",
        text -> {
          long value = bytes(text);
          require(value >= minBytes && value <= maxBytes);
          return value;
        });
  }

  /** Time with its unit: {@code 50ms}, {@code 2s}, {@code 5m}. */
  static Format<Duration> duration(String min, String max) {
    Duration least = time(min);
    Duration most = time(max);
    return new Format<>(
        "a duration from " + min + " to " + max + ", as in 50ms, 2s or 5m",
        text -> {
          Duration value = time(text);
          require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
          return value;
        });
  }

  private static long bytes(String text) {
    Matcher quantity = QUANTITY.matcher(text);
    require(quantity.matches());
    long unit =
        switch (quantity.group(2)) {
          case "", "B" -> 1L;
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          case "TiB" -> 1L << 40;
          default -> throw new IllegalArgumentException();
        };
    try {
      return Math.multiplyExact(Long.parseLong(quantity.group(1)), unit);
    } catch (ArithmeticException tooLarge) {
      throw new IllegalArgumentException(tooLarge);
    }
  }

  private static Duration time(String text) {
    Matcher quantity = QUANTITY.matcher(text);
    require(quantity.matches());
    long number = Long.parseLong(quantity.group(1));
    require(number <= 1_000_000_000_000L);
    return switch (quantity.group(2)) {
      case "us" -> Duration.ofNanos(number * 1000);
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> throw new IllegalArgumentException();
    };
  }

  private static void require(boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException();
    }
  }
}
