package io.quorate.transport;

import io.quorate.model.DurationText;
import io.quorate.model.KeyRange;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import org.jspecify.annotations.Nullable;

/**
 * What one node takes from clients at most. Beyond, a request is refused at once, with the limit in
 * the message.
 *
 * @param keyBytesMax longest key
 * @param valueBytesMax longest value
 * @param batchOperationsMax operations in one BatchGet or BatchPut
 * @param inFlightMax operations that the node works on at one time, of all clients together
 * @param pipeInFlightMax operations of one Pipe that are worked on before more is read from it
 * @param pipeUnreadBytesMax results that a Pipe's client has not read before more is read from it
 * @param unreadBytesMax answers that all clients together have not read before large ones are
 *     replaced by a refusal
 * @param defaultTimeoutMillis of operations that come without a deadline
 */
public record RequestLimits(
    int keyBytesMax,
    int valueBytesMax,
    int batchOperationsMax,
    int inFlightMax,
    int pipeInFlightMax,
    int pipeUnreadBytesMax,
    long unreadBytesMax,
    int defaultTimeoutMillis) {

  public static final RequestLimits DEFAULT =
      new RequestLimits(4096, 4 << 20, 1000, 20_000, 4096, 4 << 20, 64 << 20, 5000);

  /** How long the client of a node that is overloaded is told to wait. */
  private static final int RETRY_AFTER_MILLIS = 50;

  /** Null if the operation's sizes are within the limits. */
  @Nullable
  public Failure refusal(Operation operation) {
    int keyBytes = operation.key().length;
    if (keyBytes == 0) {
      return Failure.refused(
          Reason.INVALID, "the key is empty: give one of 1 to " + keyBytesMax + " bytes");
    }
    if (keyBytes > keyBytesMax) {
      return Failure.refused(
          Reason.INVALID,
          "the key has " + keyBytes + " bytes; at most " + keyBytesMax + " are allowed");
    }
    int valueBytes = operation.largestValueBytes();
    if (valueBytes > valueBytesMax) {
      return Failure.refused(
          Reason.INVALID,
          "the value has "
              + valueBytes
              + " bytes; at most "
              + valueBytesMax
              + " are allowed: split it, or raise the limit in the configuration of all nodes");
    }
    return null;
  }

  /**
   * Null if the bounds of a scan are within the limits. Start and end may have one byte more than a
   * key: the least key above the longest one is that key with a zero appended.
   */
  @Nullable
  public Failure refusal(KeyRange keys) {
    if (keys.prefix().length > keyBytesMax) {
      return tooLong("prefix", keys.prefix(), "%d are allowed, as in a key".formatted(keyBytesMax));
    }
    int bytesMax = keyBytesMax + 1;
    String allowed = "%d are allowed, one more than a key has".formatted(bytesMax);
    if (keys.start().length > bytesMax) {
      return tooLong("start", keys.start(), allowed);
    }
    return keys.end().length > bytesMax ? tooLong("end", keys.end(), allowed) : null;
  }

  private static Failure tooLong(String bound, byte[] bytes, String allowed) {
    return Failure.refused(
        Reason.INVALID,
        "the %s of the scan has %d bytes; at most %s".formatted(bound, bytes.length, allowed));
  }

  public Failure overloaded() {
    return Failure.overloaded(
        "this node works on "
            + inFlightMax
            + " operations already, its limit: try again in "
            + DurationText.ofMillis(RETRY_AFTER_MILLIS)
            + ", with fewer at a time",
        RETRY_AFTER_MILLIS);
  }

  /**
   * Largest gRPC message that is read of a client. Above the largest value, so that one that is too
   * large gets an answer that says so instead of a broken stream.
   */
  public int messageBytesMax() {
    return (int) Math.min(4L * valueBytesMax + (1 << 20), Integer.MAX_VALUE);
  }
}
