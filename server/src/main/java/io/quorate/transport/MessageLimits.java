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

  /**
   * Longest frame of another node, whatever values this node takes from clients: others may take
   * larger ones while the setting is changed node by node, and what was stored while it was higher
   * is still read, repaired and copied. It has room for the largest value that a node can be set to
   * take (64 MiB), for the page of 4 MiB at most that is before it in a message, and for the frame
   * of 1 MiB before that.
   */
  static final int NODE_FRAME_BYTES = 72 << 20;

  /** As many tenants as a cluster can have, with the longest names and what is before each. */
  private static final int CUT_NAMES_BYTES = 4_096 * (64 + 4);

  private static final String NODE_STREAM = PeeringGrpc.getStreamMethod().getFullMethodName();

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
            2 * limits.valueBytesMax() + small, // with the one that its condition names
            KeyValueGrpc.getDeleteMethod().getFullMethodName(),
            limits.valueBytesMax() + small, // that of its condition
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
            BackupGrpc.getMakeCutMethod().getFullMethodName(),
            CUT_NAMES_BYTES + small, // it names all tenants that it is of
            NODE_STREAM,
            NODE_FRAME_BYTES),
        small);
  }

  /** Returns how long a message to any method may be. */
  int largest() {
    return byMethod.values().stream().reduce(others, Math::max);
  }

  /**
   * Returns how long the first message of a call may be. The one of a stream between nodes says who
   * speaks: until it is read, that may be anyone.
   */
  int ofFirst(String fullMethodName) {
    return fullMethodName.equals(NODE_STREAM) ? others : of(fullMethodName);
  }

  int of(String fullMethodName) {
    return byMethod.getOrDefault(fullMethodName, others);
  }
}
