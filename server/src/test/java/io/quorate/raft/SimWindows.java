package io.quorate.raft;

import java.util.EnumMap;
import java.util.Map;

/** How often each window was entered. */
final class SimWindows {
  private final Map<SimWindow, Long> entered = new EnumMap<>(SimWindow.class);

  void enter(SimWindow window) {
    enter(window, 1);
  }

  void enter(SimWindow window, long times) {
    entered.merge(window, times, Long::sum);
  }

  long count(SimWindow window) {
    return entered.getOrDefault(window, 0L);
  }

  void addAll(SimWindows other) {
    other.entered.forEach(this::enter);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (SimWindow window : SimWindow.values()) {
      text.append("  %-40s %,12d%n".formatted(window, count(window)));
    }
    return text.toString();
  }
}
