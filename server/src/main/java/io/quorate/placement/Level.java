package io.quorate.placement;

import java.util.Locale;

/**
 * How many replicas must answer before an operation is answered. A level is asked for by name or as
 * a number; how many replicas that is depends on the replication factor.
 */
public sealed interface Level {
  Level ONE = Named.ONE;
  Level TWO = Named.TWO;
  Level QUORUM = Named.QUORUM;
  Level ALL = Named.ALL;

  /** Replicas out of {@code replicas} that must answer; may be more than there are. */
  int required(int replicas);

  /** The levels that have a name. */
  enum Named implements Level {
    ONE,
    TWO,
    QUORUM,
    ALL;

    @Override
    public int required(int replicas) {
      return switch (this) {
        case ONE -> 1;
        case TWO -> 2;
        case QUORUM -> replicas / 2 + 1;
        case ALL -> replicas;
      };
    }
  }

  /** A level said as a number of replicas. */
  record Count(int replicas) implements Level {
    public Count {
      if (replicas < 1) {
        throw new IllegalArgumentException(
            "level " + replicas + ": at least 1 replica must answer");
      }
    }

    @Override
    public int required(int ofReplicas) {
      return replicas;
    }

    @Override
    public String toString() {
      return Integer.toString(replicas);
    }
  }

  /**
   * Reads a level as people write it: a name in any case, or a number.
   *
   * @throws IllegalArgumentException if it is neither; the message says what is allowed
   */
  static Level parse(String text) {
    for (Named named : Named.values()) {
      if (named.name().equals(text.toUpperCase(Locale.ROOT))) {
        return named;
      }
    }
    try {
      return new Count(Integer.parseInt(text));
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          "level '" + text + "': give ONE, TWO, QUORUM, ALL or a number of replicas", notANumber);
    }
  }
}
