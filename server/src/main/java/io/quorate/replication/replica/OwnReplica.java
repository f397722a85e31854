package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The replica of this node, as operations that this node coordinates ask it: without a message.
 * Each callback is called once, before the call returns or later.
 */
public interface OwnReplica {
  /** Makes the record of a fresh write, once it is known what the replica holds. */
  interface Stamper {
    /**
     * @param held the newest record here, not necessarily durable, or its header if that is enough
     *     for its model; null if there is none
     * @param promised hybrid time that the stamp must be above
     * @return the record; or null if the write was given up while it waited, and must have no
     *     effect
     */
    @Nullable Record stamp(@Nullable RecordHeader held, long promised);
  }

  /** How often this replica has begun to hold a partition, or has lost what it held there. */
  int tenure(int partition);

  /**
   * Stamps and merges a fresh write that this node coordinates. The stamper is called only if the
   * epoch is served, and before any answer; it is not called if the write is refused before.
   */
  void writeFresh(
      int partition,
      long epoch,
      int timeoutMillis,
      Key key,
      Stamper stamper,
      Consumer<WriteOutcome> callback);

  /** The same of a write under the token of a lock ({@link Cause#FENCED}). */
  void writeFenced(
      int partition,
      long epoch,
      int timeoutMillis,
      Key key,
      Stamper stamper,
      Consumer<WriteOutcome> callback);

  /** Merges a record that this node made for a write that it coordinates, and sends again. */
  void writeAgain(Write request, Consumer<WriteOutcome> callback);

  /** Merges a finished record that this replica lacks. */
  void write(Write request, Consumer<WriteOutcome> callback);

  /** Compares what is durable here with what the asker knows. */
  void read(Read request, Consumer<ReadOutcome> callback);

  /** Tells what is durable here under a key, and whether a version was ever offered. */
  void probe(Probe request, Consumer<ProbeOutcome> callback);

  /** Promises to accept nothing below a ballot, and tells what has been accepted. */
  void prepare(Prepare request, Consumer<PrepareOutcome> callback);

  /** Reads a page of what is durable here. */
  void readRange(ReadRange request, Consumer<RangeOutcome> callback);

  /** Reads a page of the image that this replica has of a cut. */
  void readImage(ReadImage request, Consumer<RangeOutcome> callback);
}
