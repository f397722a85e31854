package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.VersionRule.Verdict;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of the keys of a run, each answer judged by what the model of the tenants
 * promises. There is a class for each model. Safe for many threads.
 */
public interface Operations {
  /** Begins a read of a key; {@code done} is told once of its end. */
  void read(int key, SplittableRandom random, Done done);

  /** Begins a write of a key as users of the model do; {@code done} is told once of its end. */
  void write(int key, SplittableRandom random, Done done);

  /** Begins a write whatever the key has, from earlier runs perhaps. */
  void load(int key, SplittableRandom random, Done done);

  /** Whether a key is judged by how it changes, so that it must be read before it is written. */
  default boolean mustBeReadFirst() {
    return false;
  }

  /** What to know about the figures of a run, for people; empty: nothing. */
  default String note() {
    return "";
  }

  /** What was measured of this model beside times, as JSON fields. */
  default Map<String, Object> figures() {
    return Map.of();
  }

  /** Is told how an operation ended, on the thread that completes it. */
  interface Done {
    /**
     * It was answered.
     *
     * @param what the operation and its answer, for people, if the verdict is against the cluster
     */
    void answered(Verdict verdict, Object what);

    /** A read found nothing. */
    void missing(Verdict verdict, Object what);

    /** It failed. */
    void failed(@Nullable Throwable failure);
  }
}
