package io.quorate.node.core;

import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.runtime.Randomness;
import io.quorate.storage.Storage;
import java.util.concurrent.Executor;

/**
 * All that a node has of the world outside.
 *
 * @param lane on which all of its protocol runs
 * @param messages to other nodes about records; may be used once the node has its identity
 * @param metadataMessages to other nodes about the cluster, likewise
 * @param introductions to addresses where a node may be
 * @param longTasks does beside the lane what would keep it busy for long and needs nothing of it;
 *     throws {@link java.util.concurrent.RejectedExecutionException} if it has too much to do
 */
public record NodeEnvironment(
    Lane lane,
    Clock clock,
    Randomness randomness,
    Storage storage,
    Network<ReplicaMessage> messages,
    Network<byte[]> metadataMessages,
    Introductions introductions,
    Executor longTasks) {

  /** The time on the lane. */
  LaneTime time() {
    return new LaneTime(lane, clock);
  }
}
