package io.quorate.event;

import java.util.List;

/**
 * The declaration of one meter: its name, what it means and its labels. Two meters are never
 * declared under one name.
 */
public sealed interface Meter permits Counter, Gauge, Timer, Distribution {
  /** Words joined by dots, {@code quorate} first and the unit last: {@code quorate.raft.term}. */
  String name();

  /** What it counts or measures, in one sentence without a period. */
  String help();

  List<Label> labels();

  /** The name under which Prometheus shows it, following Prometheus' conventions. */
  default String shownName() {
    String words = name().replace('.', '_');
    return switch (this) {
      case Counter counter -> words + "_total";
      case Timer timer -> words + "_seconds";
      case Gauge gauge -> words;
      case Distribution distribution -> words;
    };
  }

  /** The kind, as Prometheus calls it. */
  default String type() {
    return switch (this) {
      case Counter counter -> "counter";
      case Gauge gauge -> "gauge";
      case Timer timer -> "histogram";
      case Distribution distribution -> "histogram";
    };
  }

  /** The unit, which ends the name; empty for a number of things, and for a state. */
  default String unit() {
    if (this instanceof Timer || name().endsWith(".seconds")) {
      return "seconds";
    }
    if (name().endsWith(".bytes.per.second")) {
      return "bytes per second";
    }
    return name().endsWith(".bytes") ? "bytes" : "";
  }
}
