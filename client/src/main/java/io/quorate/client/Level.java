package io.quorate.client;

import io.quorate.client.internal.text.Quoted;
import java.util.Locale;

/**
 * How many replicas must answer before an operation is answered. Where a call gives none, the
 * client's default for reads or writes holds, and where the client has none, the tenant's.
 */
public sealed interface Level {
  /** One replica. Reads and writes at ONE may miss each other: results say potentially stale. */
  Level ONE = Named.ONE;

  /** Two replicas. */
  Level TWO = Named.TWO;

  /** A majority of the replicas. */
  Level QUORUM = Named.QUORUM;

  /** Every replica. */
  Level ALL = Named.ALL;

  /**
   * One replica in the region of the node that carries the request out. Of a tenant that is not
   * replicated by region, the same as {@link #ONE}.
   */
  Level LOCAL_ONE = Named.LOCAL_ONE;

  /**
   * A majority of the replicas in the region of the node that carries the request out: reads and
   * writes at LOCAL_QUORUM see each other within a region, and no other region is waited for. Of a
   * tenant that is not replicated by region, the same as {@link #QUORUM}.
   */
  Level LOCAL_QUORUM = Named.LOCAL_QUORUM;

  /**
   * In each region a majority of its replicas: what is written at EACH_QUORUM is seen by reads at
   * LOCAL_QUORUM everywhere. Of a tenant that is not replicated by region, the same as {@link
   * #QUORUM}.
   */
  Level EACH_QUORUM = Named.EACH_QUORUM;

  /** The levels that have a name. */
  enum Named implements Level {
    ONE,
    TWO,
    QUORUM,
    ALL,
    LOCAL_ONE,
    LOCAL_QUORUM,
    EACH_QUORUM
  }

  /** A level said as a number of replicas, from 1 to the tenant's replication factor. */
  record Count(int replicas) implements Level {
    public Count {
      if (replicas < 1) {
        throw new IllegalArgumentException(
            "level " + replicas + ": at least 1 replica must answer");
      }
    }

    @Override
    public String toString() {
      return Integer.toString(replicas);
    }
  }

  /** A number of replicas. */
  static Level of(int replicas) {
    return new Count(replicas);
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
      throw new IllegalArgumentException(
          "level "
              + Quoted.of(text)
              + ": give ONE, TWO, QUORUM, ALL, LOCAL_ONE, LOCAL_QUORUM, EACH_QUORUM or a number of"
              + " replicas",
          notANumber);
    }
  }
}
