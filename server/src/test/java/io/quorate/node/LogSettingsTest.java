package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.admin.LogAdmin.LoggerLevel;
import io.quorate.model.LogLevel;
import io.quorate.runtime.Clock;
import io.quorate.runtime.DirectLane;
import io.quorate.runtime.Lane;
import io.quorate.runtime.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an operator sets holds at once, and not for longer than was said. */
class LogSettingsTest {
  private static final String NODE = "io.quorate.node";

  private long nowNanos;
  private final List<Due> timers = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  private record Due(long atNanos, Runnable task) {}

  private final Lane lane =
      new DirectLane(
          (delayNanos, task) -> {
            Due due = new Due(nowNanos + delayNanos, task);
            timers.add(due);
            return () -> timers.remove(due);
          });

  private final Clock clock = TestClock.ofNanosOnly(() -> nowNanos);

  private final LogSettings logs =
      new LogSettings(
          (logger, level) -> told.add(logger + " " + level), LogLevel.INFO, lane, clock);

  private void pass(long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    for (Due due : List.copyOf(timers)) {
      if (due.atNanos() <= nowNanos && timers.remove(due)) {
        due.task().run();
      }
    }
  }

  private List<String> told() {
    List<String> all = List.copyOf(told);
    told.clear();
    return all;
  }

  private LoggerLevel level(String logger) {
    return logs.levels().stream()
        .filter(each -> each.logger().equals(logger))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aLevelHoldsAtOnceAndGoesBackByItself() {
    logs.set(NODE, LogLevel.DEBUG, 60_000);
    assertThat(told()).containsExactly("io.quorate.node DEBUG");
    assertThat(level(NODE)).isEqualTo(new LoggerLevel(NODE, LogLevel.DEBUG, LogLevel.INFO, 60_000));
    assertThat(level("io.quorate").level()).isEqualTo(LogLevel.INFO);
    pass(59_999);
    assertThat(told()).isEmpty();
    assertThat(level(NODE).leftMillis()).isEqualTo(1);
    pass(1);
    assertThat(told()).containsExactly("io.quorate.node null");
    assertThat(level(NODE)).isEqualTo(new LoggerLevel(NODE, LogLevel.INFO, LogLevel.INFO, 0));
    assertThat(timers).isEmpty();
  }

  @Test
  void withoutATimeItIsAnHour() {
    logs.set("", LogLevel.TRACE, 0);
    assertThat(told()).containsExactly("io.quorate TRACE");
    assertThat(level(NODE).leftMillis()).isEqualTo(TimeUnit.HOURS.toMillis(1));
    pass(TimeUnit.HOURS.toMillis(1));
    assertThat(told()).containsExactly("io.quorate null");
  }

  /** The timer of what was set before must not end what was set after it. */
  @Test
  void whatIsSetAgainBeginsAgain() {
    logs.set(NODE, LogLevel.DEBUG, 10_000);
    pass(9_000);
    logs.set(NODE, LogLevel.TRACE, 10_000);
    told();
    pass(9_000);
    assertThat(told()).isEmpty();
    assertThat(level(NODE).level()).isEqualTo(LogLevel.TRACE);
    pass(1_000);
    assertThat(told()).containsExactly("io.quorate.node null");
  }

  @Test
  void aLoggerFollowsTheOneAboveItUnlessItHasALevelOfItsOwn() {
    logs.set("io.quorate", LogLevel.WARN, 60_000);
    assertThat(level(NODE)).isEqualTo(new LoggerLevel(NODE, LogLevel.WARN, LogLevel.INFO, 60_000));
    logs.set(NODE, LogLevel.DEBUG, 10_000);
    assertThat(level(NODE).level()).isEqualTo(LogLevel.DEBUG);
    assertThat(level("io.quorate.slow").level()).isEqualTo(LogLevel.WARN);
    pass(10_000);
    assertThat(level(NODE).level()).isEqualTo(LogLevel.WARN);
  }

  @Test
  void whatWasSetIsUndoneAtOnce() {
    logs.set(NODE, LogLevel.DEBUG, 60_000);
    logs.set("io.quorate.slow", LogLevel.ERROR, 60_000);
    told();
    logs.reset(NODE);
    assertThat(told()).containsExactly("io.quorate.node null");
    logs.reset("");
    assertThat(told()).as("the other one").containsExactly("io.quorate.slow null");
    logs.reset("");
    assertThat(told()).isEmpty();
    assertThat(timers).isEmpty();
  }

  @Test
  void whatCannotBeSetIsRefusedWithWhatCan() {
    assertThatThrownBy(() -> logs.set("io.quorate.nod", LogLevel.DEBUG, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("did you mean 'io.quorate.node'?")
        .hasMessageContaining("io.quorate.slow");
    assertThatThrownBy(() -> logs.set("root", LogLevel.DEBUG, 0))
        .hasMessageContaining("there are io.quorate, io.quorate.node");
    assertThatThrownBy(() -> logs.set("a".repeat(100_000), LogLevel.DEBUG, 0))
        .message()
        .hasSizeLessThan(500);
    assertThatThrownBy(() -> logs.reset("io.grpc")).isInstanceOf(IllegalArgumentException.class);
    for (long millis : new long[] {-1, 999, TimeUnit.DAYS.toMillis(1) + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> logs.set(NODE, LogLevel.DEBUG, millis))
          .hasMessageContaining("1 second to 24 hours");
    }
    assertThat(told()).isEmpty();
    assertThat(timers).isEmpty();
  }

  /** Who may maintain a node could else hide what they do. */
  @Test
  void theAuditIsAlwaysKept() {
    assertThatThrownBy(() -> logs.set(NodeAudit.LOGGER, LogLevel.ERROR, 0))
        .hasMessageContaining("the audit is always kept");
    assertThatThrownBy(() -> logs.reset(NodeAudit.LOGGER))
        .hasMessageContaining("the audit is always kept");
    assertThat(LogSettings.LOGGERS).doesNotContain(NodeAudit.LOGGER);
  }

  @Test
  void aProgramWithANodeInsideDecidesItself() {
    LogSettings none = new LogSettings(null, LogLevel.INFO, lane, clock);
    assertThatThrownBy(none::levels)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("within a program");
    assertThatThrownBy(() -> none.set(NODE, LogLevel.DEBUG, 0))
        .isInstanceOf(IllegalArgumentException.class);
    none.end();
  }

  /** A logger that is new has to be one that can be set, and one that the page explains. */
  @Test
  void eachLoggerOfANodeCanBeSetAndIsExplained() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "operations", "monitor.md"));
    for (String logger : LogSettings.LOGGERS) {
      assertThat(page).contains("| `" + logger + "` |");
    }
    Pattern made = Pattern.compile("getLogger\\(\\s*([\\w.\"]+)\\s*\\)");
    TreeMap<String, Path> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        Matcher each = made.matcher(Files.readString(file));
        while (each.find()) {
          String what = each.group(1);
          String inPackage = Path.of("src", "main", "java").relativize(file.getParent()).toString();
          found.put(
              what.startsWith("\"")
                  ? what.replace("\"", "")
                  : what.equals("LOGGER")
                      ? NodeAudit.LOGGER
                      : inPackage.replace('/', '.') + "." + what,
              file);
        }
      }
    }
    TreeSet<String> unknown = new TreeSet<>(found.keySet());
    unknown.remove(NodeAudit.LOGGER);
    unknown.removeIf(
        name ->
            LogSettings.LOGGERS.stream()
                .filter(each -> !each.equals(LogSettings.ALL))
                .anyMatch(each -> name.equals(each) || name.startsWith(each + ".")));
    assertThat(unknown).as("add it to LogSettings.LOGGERS and to the page").isEmpty();
    assertThat(found).containsKeys(NODE, "io.quorate.slow", NodeAudit.LOGGER);
  }
}
