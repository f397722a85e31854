package io.quorate.replication.api;

import io.quorate.model.Invariant;
import io.quorate.version.CausalContext;
import io.quorate.version.FieldValue;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an operation ended. */
public sealed interface Outcome {

  /**
   * A put, delete, increment or update of fields is on stable storage of as many replicas as its
   * level asks for.
   *
   * @param context of keys with siblings: what its writer has seen with it, see {@link
   *     CausalContext#toBytes}; else empty
   * @param sum of an increment, what it has stored; else 0
   */
  record Written(Version version, ResultInfo info, byte[] context, long sum) implements Outcome {
    /** Of a key with siblings. */
    public Written(Version version, ResultInfo info, byte[] context) {
      this(version, info, context, 0);
    }

    /** Of a key that has one value. */
    public Written(Version version, ResultInfo info) {
      this(version, info, NO_CONTEXT);
    }

    @Override
    public String toString() {
      String context =
          this.context.length == 0 ? "" : ", context of %d bytes".formatted(this.context.length);
      String sum = this.sum == 0 ? "" : ", sum=" + this.sum;
      return "Written[version=%s, info=%s%s%s]".formatted(version, info, context, sum);
    }
  }

  /**
   * An update is on stable storage of as many replicas as its level asks for, merged with what they
   * held.
   */
  record Updated(ResultInfo info) implements Outcome {}

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
   * @param found of keys with siblings or fields, in place of {@code live}; null of others, and if
   *     there is no version
   */
  record Read(
      @Nullable Record live,
      @Nullable Version version,
      ResultInfo info,
      int repaired,
      long purged,
      @Nullable Found found)
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

    /** Of a key with siblings or fields, of which all may be deleted or empty. */
    public static Read of(Found found, Version version, ResultInfo info) {
      return new Read(null, version, info, 0, 0, found);
    }

    /** What was found of a key with siblings; null of others, and if there is no version. */
    public @Nullable Siblings siblings() {
      return found instanceof Siblings siblings ? siblings : null;
    }

    /** The fields of a key whose fields are merged; empty of others, and if it has none. */
    public List<FieldValue> fields() {
      return found instanceof Fields fields ? fields.values() : List.of();
    }

    /** Bytes of what was found, give or take. */
    public int bytes() {
      return (live == null ? 0 : live.bytes().length) + (found == null ? 0 : found.valueBytes());
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
