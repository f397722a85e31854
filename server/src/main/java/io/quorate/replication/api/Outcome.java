package io.quorate.replication.api;

import io.quorate.model.Invariant;
import io.quorate.version.CausalContext;
import io.quorate.version.Record;
import io.quorate.version.Version;
import org.jspecify.annotations.Nullable;

/** How an operation ended. */
public sealed interface Outcome {

  /**
   * A put or delete is on stable storage of as many replicas as its level asks for.
   *
   * @param context of keys with siblings: what its writer has seen with it, see {@link
   *     CausalContext#toBytes}; else empty
   */
  record Written(Version version, ResultInfo info, byte[] context) implements Outcome {
    /** Of a key whose last write wins. */
    public Written(Version version, ResultInfo info) {
      this(version, info, NO_CONTEXT);
    }

    @Override
    public String toString() {
      String context =
          this.context.length == 0 ? "" : ", context of %d bytes".formatted(this.context.length);
      return "Written[version=%s, info=%s%s]".formatted(version, info, context);
    }
  }

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
   * @param found of keys with siblings, in place of {@code live}; null of others, and if there is
   *     no version
   */
  record Read(
      @Nullable Record live,
      @Nullable Version version,
      ResultInfo info,
      int repaired,
      long purged,
      @Nullable Siblings found)
      implements Outcome {

    public static Read of(Record live, ResultInfo info) {
      return new Read(live, live.version(), info, 0, 0, null);
    }

    public static Read absent(@Nullable Version deletion, ResultInfo info) {
      return new Read(null, deletion, info, 0, 0, null);
    }

    /** Nothing lies under the key; what was deleted up to a time is purged. */
    public static Read nothing(long purged, ResultInfo info) {
      return new Read(null, null, info, 0, purged, null);
    }

    /** Of a key with siblings, of which all may be deleted. */
    public static Read of(Siblings found, Version version, ResultInfo info) {
      return new Read(null, version, info, 0, 0, found);
    }

    public Read repaired(int replicas) {
      return replicas == repaired ? this : new Read(live, version, info, replicas, purged, found);
    }
  }

  /** Of keys whose last write wins, and of clients that have seen nothing. */
  byte[] NO_CONTEXT = {};

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
