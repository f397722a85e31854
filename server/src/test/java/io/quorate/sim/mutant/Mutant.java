package io.quorate.sim.mutant;

import io.quorate.model.Key;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.storage.Storage;
import java.util.function.UnaryOperator;

/**
 * Classic bugs, each put into a door of nodes that are otherwise as they are: a lie on the network
 * is what a node that lacks the rule would have said.
 */
public enum Mutant implements Sabotage {
  /** A replica that holds a higher version does not say so: the write is not stamped again. */
  NO_RESTAMP {
    @Override
    public void network(SimNetwork network) {
      onMessages(
          network,
          message ->
              message instanceof WriteReply(long id, long hlc, HoldsNewer newer)
                  ? new WriteReply(id, hlc, Stored.INSTANCE)
                  : message);
    }
  },

  /** A read returns what its coordinator holds, whatever the others say. */
  FIRST_ANSWER_WINS {
    @Override
    public void network(SimNetwork network) {
      onMessages(
          network,
          message ->
              message instanceof ReadReply(long id, long hlc, var outcome)
                      && !(outcome instanceof Refused || outcome instanceof StaleEpoch)
                  ? new ReadReply(id, hlc, Same.INSTANCE)
                  : message);
    }
  },

  /** Other replicas that a read finds behind stay so: the repair goes to a tenant nobody asks. */
  NO_READ_REPAIR {
    @Override
    public void network(SimNetwork network) {
      onMessages(
          network,
          message ->
              message instanceof Write write && write.cause() == Cause.REPAIR
                  ? new Write(
                      write.id(),
                      write.partition(),
                      write.epoch(),
                      new Key(write.key().tenant() + 1_000, write.key().bytes()),
                      write.record(),
                      write.cause(),
                      write.timeoutMillis())
                  : message);
    }
  },

  /** A write is acknowledged, and read, before it is synced. */
  ACKNOWLEDGED_BEFORE_SYNC {
    @Override
    public Storage storage(Storage real) {
      return new EarlyStorage(real);
    }
  },

  /** The count of starts is not kept: versions and request ids of two lives are alike. */
  BOOT_LEFT_OUT {
    @Override
    public Storage storage(Storage real) {
      return new ForgetfulStorage(real);
    }
  },

  /** A write that was sent is called unavailable when it fails: applied nowhere. */
  UNAVAILABLE_THOUGH_SENT {
    @Override
    public DataPlane dataPlane(DataPlane real) {
      return new DataPlane() {
        @Override
        public void submit(Operation operation, long deadlineNanos, OutcomeCallback callback) {
          real.submit(operation, deadlineNanos, outcome -> callback.done(callUnavailable(outcome)));
        }

        @Override
        public void scan(ScanRequest request, long deadlineNanos, ScanCallback callback) {
          real.scan(request, deadlineNanos, callback);
        }
      };
    }
  };

  private static void onMessages(SimNetwork network, UnaryOperator<ReplicaMessage> lie) {
    network.addRule(ReplicaMessage.class, sent -> lie.apply(sent.message()));
  }

  private static Outcome callUnavailable(Outcome outcome) {
    return outcome instanceof Outcome.Failed(Failure failure) && failure.mayHaveApplied()
        ? new Outcome.Failed(Failure.refused(Reason.UNAVAILABLE, "not available"))
        : outcome;
  }
}
