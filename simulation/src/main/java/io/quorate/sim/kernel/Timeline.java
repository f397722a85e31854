package io.quorate.sim.kernel;

import io.quorate.sim.kernel.SimJournal.Line;
import io.quorate.sim.kernel.SimJournal.Topic;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What happened in a readable world, a line each: when (milliseconds since it began), at which
 * node, what. A message has a line where it is sent ({@code > b}) and one where it arrives ({@code
 * < a}), or one that says that it did not. Nodes go by one letter, and the time in a version counts
 * from the world's beginning too.
 */
public final class Timeline {
  private static final Pattern LONG_NAME = Pattern.compile("\\b[0-9a-f]{16}\\b");
  private static final Pattern REQUEST = Pattern.compile("~[0-9]+\\.[0-9a-f]+");
  private static final Pattern ANSWER = Pattern.compile("\\b(reply|forwarded) ~");
  private static final Pattern HEARTBEAT =
      Pattern.compile("^[^;]* heartbeat( heard|, commit [0-9]+)?$");
  private static final Pattern STAMP = Pattern.compile("\\b(1[0-9]{12})\\.([0-9]+)(?=@)");

  private final List<Line> lines;
  private final Map<String, String> shortNames;

  Timeline(List<Line> lines, Map<String, String> shortNames) {
    this.lines = lines;
    this.shortNames = new TreeMap<>(shortNames);
  }

  /** Only what happens at one node, what it sends and what arrives there. */
  public Timeline ofNode(String name) {
    return where(line -> name.equals(shorten(line.who())));
  }

  /** Only calls of one key, messages with their answers, and what becomes of machines and links. */
  public Timeline ofKey(String key) {
    Pattern word = Pattern.compile("(?<![\\w-])" + Pattern.quote(key) + "(?![\\w-])");
    Set<String> requests = new TreeSet<>();
    for (Line line : lines) {
      for (String message : messages(line)) {
        if (word.matcher(message).find()) {
          requests.addAll(requests(line, message));
        }
      }
    }
    return where(
        line ->
            line.topic() == Topic.WORLD
                || word.matcher(line.what()).find()
                || messages(line).stream()
                    .flatMap(message -> requests(line, message).stream())
                    .anyMatch(requests::contains));
  }

  private static List<String> messages(Line line) {
    return line.topic() == Topic.MESSAGE ? List.of(line.what().split("; ")) : List.of();
  }

  /** By the asking node and its number: each node numbers its own requests. */
  private static List<String> requests(Line line, String message) {
    boolean sent = !line.what().startsWith("< ");
    boolean answer = ANSWER.matcher(message).find();
    String other = line.what().substring(2).split("[ :]", 2)[0];
    String asker = sent != answer ? line.who() : other;
    return REQUEST.matcher(message).results().map(found -> asker + found.group()).toList();
  }

  /** All lines but heartbeats. */
  public Timeline withoutHeartbeats() {
    return where(line -> !(line.topic() == Topic.MESSAGE && HEARTBEAT.matcher(line.what()).find()));
  }

  /** Only one topic. */
  public Timeline of(Topic topic) {
    return where(line -> line.topic() == topic);
  }

  /** Only the time before the end that matters. */
  public Timeline lastMillis(long millis) {
    long end = lines.isEmpty() ? 0 : lines.getLast().nanos();
    return where(line -> line.nanos() >= end - millis * 1_000_000);
  }

  private Timeline where(Predicate<Line> chosen) {
    return new Timeline(lines.stream().filter(chosen).toList(), shortNames);
  }

  public String text() {
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      long micros = line.nanos() / 1_000;
      text.append(
          "%6d.%03d  %-4s %s%n"
              .formatted(
                  micros / 1_000, micros % 1_000, shorten(line.who()), shorten(line.what())));
    }
    return text.toString();
  }

  private String shorten(String text) {
    String named =
        LONG_NAME
            .matcher(text)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        shortNames.getOrDefault(found.group(), found.group())));
    return STAMP
        .matcher(named)
        .replaceAll(found -> "%d.%s".formatted(sinceBeginning(found.group(1)), found.group(2)));
  }

  private static long sinceBeginning(String millis) {
    return Long.parseLong(millis) - SimClock.EPOCH_MILLIS;
  }
}
