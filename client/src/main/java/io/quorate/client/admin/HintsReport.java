package io.quorate.client.admin;

import java.time.Duration;
import java.util.List;

/** What one node remembers for replicas that were away. */
public sealed interface HintsReport {
  /** Id of the node. */
  String holder();

  /** By the node that lacks something. */
  List<Target> targets();

  /** Whether nothing is delivered to anyone. */
  boolean paused();

  /** The marker that was set, if one was asked for. */
  long marker();

  /** Hints before it, or before the one that was given, that the node still holds. */
  long hintsBeforeMarker();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .holder(holder())
        .targets(targets())
        .paused(paused())
        .marker(marker())
        .hintsBeforeMarker(hintsBeforeMarker());
  }

  /** What is owed to one node. */
  sealed interface Target {
    /** Id of that node. */
    String target();

    /** Records that it lacks. */
    long hints();

    /** Room that this takes, about. */
    long bytes();

    /** Its partitions that must be compared, since there were too many hints. */
    List<Integer> repairs();

    /** Hints that it refused again and again. */
    long deadLetters();

    /** Age of the oldest hint, about; zero if there is none, or it is not known. */
    Duration oldest();

    boolean paused();

    /** Hints that it got of late. */
    double deliveredPerSecond();

    static Builder builder() {
      return new Builder();
    }

    /** Returns a builder that has all of this. */
    default Builder toBuilder() {
      return builder()
          .target(target())
          .hints(hints())
          .bytes(bytes())
          .repairs(repairs())
          .deadLetters(deadLetters())
          .oldest(oldest())
          .paused(paused())
          .deliveredPerSecond(deliveredPerSecond());
    }

    /**
     * Each part is what the method of its name tells; what is not said is nothing, or not known.
     */
    final class Builder {
      private String target = "";
      private long hints;
      private long bytes;
      private List<Integer> repairs = List.of();
      private long deadLetters;
      private Duration oldest = Duration.ZERO;
      private boolean paused;
      private double deliveredPerSecond;

      private Builder() {}

      public Builder target(String target) {
        this.target = target;
        return this;
      }

      public Builder hints(long hints) {
        this.hints = hints;
        return this;
      }

      public Builder bytes(long bytes) {
        this.bytes = bytes;
        return this;
      }

      public Builder repairs(List<Integer> repairs) {
        this.repairs = repairs;
        return this;
      }

      public Builder deadLetters(long deadLetters) {
        this.deadLetters = deadLetters;
        return this;
      }

      public Builder oldest(Duration oldest) {
        this.oldest = oldest;
        return this;
      }

      public Builder paused(boolean paused) {
        this.paused = paused;
        return this;
      }

      public Builder deliveredPerSecond(double deliveredPerSecond) {
        this.deliveredPerSecond = deliveredPerSecond;
        return this;
      }

      public Target build() {
        return new TargetValues(
            target, hints, bytes, repairs, deadLetters, oldest, paused, deliveredPerSecond);
      }

      private record TargetValues(
          String target,
          long hints,
          long bytes,
          List<Integer> repairs,
          long deadLetters,
          Duration oldest,
          boolean paused,
          double deliveredPerSecond)
          implements Target {
        TargetValues {
          repairs = List.copyOf(repairs);
        }
      }
    }
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String holder = "";
    private List<Target> targets = List.of();
    private boolean paused;
    private long marker;
    private long hintsBeforeMarker;

    private Builder() {}

    public Builder holder(String holder) {
      this.holder = holder;
      return this;
    }

    public Builder targets(List<Target> targets) {
      this.targets = targets;
      return this;
    }

    public Builder paused(boolean paused) {
      this.paused = paused;
      return this;
    }

    public Builder marker(long marker) {
      this.marker = marker;
      return this;
    }

    public Builder hintsBeforeMarker(long hintsBeforeMarker) {
      this.hintsBeforeMarker = hintsBeforeMarker;
      return this;
    }

    public HintsReport build() {
      return new HintsReportValues(holder, targets, paused, marker, hintsBeforeMarker);
    }

    private record HintsReportValues(
        String holder, List<Target> targets, boolean paused, long marker, long hintsBeforeMarker)
        implements HintsReport {
      HintsReportValues {
        targets = List.copyOf(targets);
      }
    }
  }
}
