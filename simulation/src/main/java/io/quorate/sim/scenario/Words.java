package io.quorate.sim.scenario;

import io.quorate.placement.ReadRepair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The words of one command, taken one after another; a command with a missing word is refused, and
 * the refusal says what is missing.
 */
final class Words {
  private static final int NODES_MAX = 16;

  private final String where;
  private final List<String> words;
  private int taken;

  private Words(String where, List<String> words) {
    this.where = where;
    this.words = words;
  }

  static Words of(String file, Scenario.Line line) {
    return new Words(
        file + ":" + line.number() + ": " + line.text(),
        Arrays.asList(line.text().split("\\s+", -1)));
  }

  /** File, line and text, for messages. */
  String where() {
    return where;
  }

  BadScenario bad(String why) {
    return new BadScenario(where + "\n  " + why);
  }

  Unexpected unexpected(String what) {
    return new Unexpected(where + "\n  " + what);
  }

  boolean hasNext() {
    return taken < words.size();
  }

  /** The next word, which is {@code what}. */
  String next(String what) {
    if (!hasNext()) {
      throw bad("it lacks " + what);
    }
    return words.get(taken++);
  }

  /** Takes the next word if it is this one. */
  boolean take(String word) {
    boolean is = hasNext() && words.get(taken).equals(word);
    if (is) {
      taken++;
    }
    return is;
  }

  void literally(String word) {
    if (!take(word)) {
      throw bad("it lacks '" + word + "'" + (hasNext() ? " before " + words.get(taken) : ""));
    }
  }

  /** All words that are left, as one. */
  String rest(String what) {
    List<String> rest = new ArrayList<>();
    do {
      rest.add(next(what));
    } while (hasNext());
    return String.join(" ", rest);
  }

  int number(String what) {
    return (int) signed(next(what), what);
  }

  /** A length of time: {@code 10ms}, {@code 2s}. */
  Duration time(String what) {
    return time(next(what), what);
  }

  /** Milliseconds forward or back: {@code +10ms}, {@code -2s}. */
  long shiftMillis(String what) {
    return shiftMillis(next(what), what);
  }

  private long shiftMillis(String word, String what) {
    if (!word.startsWith("+") && !word.startsWith("-")) {
      throw bad(word + " is not " + what + ", like +10ms or -10ms");
    }
    long millis = time(word.substring(1), what).toMillis();
    return word.startsWith("-") ? -millis : millis;
  }

  private Duration time(String word, String what) {
    if (word.endsWith("ms")) {
      return Duration.ofMillis(signed(word.substring(0, word.length() - 2), what));
    }
    if (word.endsWith("s")) {
      return Duration.ofSeconds(signed(word.substring(0, word.length() - 1), what));
    }
    throw bad(word + " is not " + what + ", like 10ms or 2s");
  }

  private long signed(String word, String what) {
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException e) {
      throw new BadScenario(where + "\n  " + word + " is not " + what, e);
    }
  }

  /** One node: A is the first. */
  int node() {
    return node(next("a node"));
  }

  /** A word that names a node. */
  int node(String word) {
    int index = word.length() == 1 ? word.charAt(0) - 'A' : -1;
    if (index < 0 || index >= NODES_MAX) {
      throw bad("'" + word + "' is no node: they are A, B, C ...");
    }
    return index;
  }

  /** At least one node, up to the first word that names none. */
  List<Integer> nodes() {
    List<Integer> nodes = new ArrayList<>();
    do {
      nodes.add(node());
    } while (hasNext() && words.get(taken).matches("[A-Z]"));
    return nodes;
  }

  /** What is left, which is all of the form name=value with these names. */
  Options options(String... known) {
    Map<String, String> options = new TreeMap<>();
    while (hasNext()) {
      String word = next("an option");
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (equals < 0 || !Arrays.asList(known).contains(name)) {
        throw bad("'" + word + "' is not one of the options " + String.join("= ", known) + "=");
      }
      options.put(name, word.substring(equals + 1));
    }
    return new Options(options);
  }

  void end() {
    if (hasNext()) {
      throw bad("'" + String.join(" ", words.subList(taken, words.size())) + "' is too much");
    }
  }

  /** Values by the names of options. */
  final class Options {
    private final Map<String, String> values;

    private Options(Map<String, String> values) {
      this.values = values;
    }

    String word(String name, String otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
      String word = values.get(name);
      return word == null ? otherwise : (int) signed(word, "a number");
    }

    Duration time(String name, Duration otherwise) {
      String word = values.get(name);
      return word == null ? otherwise : Words.this.time(word, "a time");
    }

    /** A shift in time, like +10ms. */
    long shiftMillis(String name) {
      return Words.this.shiftMillis(values.getOrDefault(name, ""), "a shift in time");
    }

    /** What reads do for replicas that are behind; null if it is not said. */
    @Nullable ReadRepair repair(String name) {
      String word = values.getOrDefault(name, "");
      return switch (word) {
        case "" -> null;
        case "blocking" -> ReadRepair.BLOCKING;
        case "everyone" -> ReadRepair.EVERYONE;
        case "background" -> ReadRepair.background(100);
        case "off" -> ReadRepair.OFF;
        default -> throw bad("a read repairs blocking, everyone, background or off, not " + word);
      };
    }

    /** Whether there is no option but some of these. */
    boolean areOf(String... names) {
      return Arrays.asList(names).containsAll(values.keySet());
    }

    boolean has(String name) {
      return values.containsKey(name);
    }
  }
}
