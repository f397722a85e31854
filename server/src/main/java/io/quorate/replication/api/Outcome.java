package io.quorate.replication.api;

import io.quorate.model.Invariant;
import io.quorate.version.Record;
import io.quorate.version.Version;
import org.jspecify.annotations.Nullable;

/** How an operation ended. */
public sealed interface Outcome {

  /** A put or delete is on stable storage of as many replicas as its level asks for. */
  record Written(Version version, ResultInfo info) implements Outcome {}

  /**
   * A get was answered.
   *
   * @param live the record, if it has a value that is neither deleted nor expired
   * @param version of the value, the deletion, or the value that expired; null if the key was never
   *     written
   * @param repaired replicas that were behind and have been brought what is returned, if everyone
   *     was to be asked
   * @param purged if there is no version: hybrid time up to which deletions are purged, as which
   *     "not found" counts (docs/design/purge.md#f16)
   */
  record Read(
      @Nullable Record live, @Nullable Version version, ResultInfo info, int repaired, long purged)
      implements Outcome {

    public static Read of(Record live, ResultInfo info) {
      return new Read(live, live.version(), info, 0, 0);
    }

    public static Read absent(@Nullable Version deletion, ResultInfo info) {
      return new Read(null, deletion, info, 0, 0);
    }

    /** Nothing lies under the key; what was deleted up to a time is purged. */
    public static Read nothing(long purged, ResultInfo info) {
      return new Read(null, null, info, 0, purged);
    }

    public Read repaired(int replicas) {
      return replicas == repaired ? this : new Read(live, version, info, replicas, purged);
    }
  }

  /** It failed; the failure says what that means for the data. */
  record Failed(Failure failure) implements Outcome {
    public Failed {
      Invariant.hold(
          failure.reason() != Failure.Reason.FAILED_PRECONDITION,
          "an operation on a key failed as a change of the cluster does: %s",
          failure);
    }
  }
}
