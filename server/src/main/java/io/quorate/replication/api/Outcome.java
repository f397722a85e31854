package io.quorate.replication.api;

import io.quorate.version.Record;
import io.quorate.version.Version;
import org.jspecify.annotations.Nullable;

/** How an operation ended. */
public sealed interface Outcome {

  /** A put or delete is on stable storage of as many replicas as its level asks for. */
  record Written(Version version, Facts facts) implements Outcome {}

  /**
   * A get was answered.
   *
   * @param live the record, if it has a value that is neither deleted nor expired
   * @param version of the value, the deletion, or the value that expired; null if the key was never
   *     written
   */
  record Read(@Nullable Record live, @Nullable Version version, Facts facts) implements Outcome {

    public static Read of(Record live, Facts facts) {
      return new Read(live, live.version(), facts);
    }

    public static Read absent(@Nullable Version deletion, Facts facts) {
      return new Read(null, deletion, facts);
    }
  }

  /** It failed; the failure says what that means for the data. */
  record Failed(Failure failure) implements Outcome {}
}
