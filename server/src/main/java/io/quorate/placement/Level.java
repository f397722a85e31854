package io.quorate.placement;

import java.util.Locale;

/**
 * How many replicas must answer before an operation is answered. A level is asked for by name or as
 * a number; how many replicas that is depends on the replication factor. Levels about regions ask
 * for replicas of one region, or of each (docs/design/regions.md#levels).
 */
public sealed interface Level {
  /** What a level may be, as it follows "give" in a message. */
  String ALLOWED =
      "ONE, TWO, QUORUM, ALL, LOCAL_ONE, LOCAL_QUORUM, EACH_QUORUM or a number of replicas";

  Level ONE = Named.ONE;
  Level TWO = Named.TWO;
  Level QUORUM = Named.QUORUM;
  Level ALL = Named.ALL;
  Level LOCAL_ONE = Named.LOCAL_ONE;
  Level LOCAL_QUORUM = Named.LOCAL_QUORUM;
  Level EACH_QUORUM = Named.EACH_QUORUM;

  /**
   * Replicas out of {@code replicas} that must answer; may be more than there are. Of a level about
   * regions: out of the replicas of a region.
   */
  int required(int replicas);

  /** Returns this level as a coordinator in a region takes it. */
  Level in(String region);

  /** Whether it says anything of regions: releases of the first cluster version know no such. */
  boolean isAboutRegions();

  /** The levels that have a name. */
  enum Named implements Level {
    ONE,
    TWO,
    QUORUM,
    ALL,
    /** One replica in the region of the coordinator. */
    LOCAL_ONE,
    /** A majority of the replicas in the region of the coordinator. */
    LOCAL_QUORUM,
    /** In each region a majority of its replicas. */
    EACH_QUORUM;

    /** Whether it is about the region of the coordinator. */
    public boolean isLocal() {
      return this == LOCAL_ONE || this == LOCAL_QUORUM;
    }

    @Override
    public Level in(String region) {
      return isLocal() ? new InRegion(this, region) : this;
    }

    @Override
    public boolean isAboutRegions() {
      return isLocal() || this == EACH_QUORUM;
    }

    @Override
    public int required(int replicas) {
      return switch (this) {
        case ONE, LOCAL_ONE -> 1;
        case TWO -> 2;
        case QUORUM, LOCAL_QUORUM, EACH_QUORUM -> replicas / 2 + 1;
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
    public Level in(String region) {
      return this;
    }

    @Override
    public boolean isAboutRegions() {
      return false;
    }

    @Override
    public String toString() {
      return Integer.toString(replicas);
    }
  }

  /**
   * A level about the coordinator's region, once that region is known.
   *
   * @param local which level
   */
  record InRegion(Named local, String region) implements Level {
    public InRegion {
      if (!local.isLocal()) {
        throw new IllegalArgumentException("level " + local + " is not about one region");
      }
    }

    @Override
    public int required(int replicas) {
      return local.required(replicas);
    }

    @Override
    public Level in(String other) {
      return this;
    }

    @Override
    public boolean isAboutRegions() {
      return true;
    }

    @Override
    public String toString() {
      return local.toString();
    }
  }

  /**
   * Reads a level as people write it: a name in any case, with '-' or '_', or a number.
   *
   * @throws IllegalArgumentException if it is neither; the message says what is allowed
   */
  static Level parse(String text) {
    for (Named named : Named.values()) {
      if (named.name().equals(text.toUpperCase(Locale.ROOT).replace('-', '_'))) {
        return named;
      }
    }
    try {
      return new Count(Integer.parseInt(text));
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("level '" + text + "': give " + ALLOWED, notANumber);
    }
  }
}
