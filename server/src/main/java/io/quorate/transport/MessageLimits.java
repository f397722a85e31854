package io.quorate.transport;

import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.KeyValueGrpc;
import java.util.Map;

/**
 * How long one message to each method may be. A bound that fits the largest of all, several values,
 * would let a few hundred calls that need none of it take the node's memory.
 *
 * @param byMethod by full method name
 * @param others of methods that are not named
 */
record MessageLimits(Map<String, Integer> byMethod, int others) {
  /** What a message has beside keys and values; far more than any of ours needs. */
  private static final int BESIDES_BYTES = 64 << 10;

  /** What a read in a batch has beside its key. */
  private static final int GET_BYTES = 512;

  MessageLimits {
    byMethod = Map.copyOf(byMethod);
  }

  static MessageLimits of(RequestLimits limits) {
    int small = limits.keyBytesMax() + BESIDES_BYTES;
    int gets = limits.batchOperationsMax() * (limits.keyBytesMax() + GET_BYTES) + BESIDES_BYTES;
    int several = limits.messageBytesMax();
    return new MessageLimits(
        Map.of(
            KeyValueGrpc.getPutMethod().getFullMethodName(),
            limits.valueBytesMax() + small,
            KeyValueGrpc.getUpdateMethod().getFullMethodName(),
            several,
            KeyValueGrpc.getUpdateFieldsMethod().getFullMethodName(),
            several,
            KeyValueGrpc.getBatchGetMethod().getFullMethodName(),
            Math.min(gets, several),
            KeyValueGrpc.getBatchPutMethod().getFullMethodName(),
            several,
            KeyValueGrpc.getPipeMethod().getFullMethodName(),
            several,
            BackupGrpc.getRestoreMethod().getFullMethodName(),
            several,
            PeeringGrpc.getStreamMethod().getFullMethodName(),
            several),
        small);
  }

  int of(String fullMethodName) {
    return byMethod.getOrDefault(fullMethodName, others);
  }
}
