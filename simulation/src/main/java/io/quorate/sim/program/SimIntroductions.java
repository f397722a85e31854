package io.quorate.sim.program;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.model.NodeId;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.IntroduceResponse;
import io.quorate.sim.kernel.SimJournal.Topic;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.transport.codec.admin.IntroductionCodec;
import java.util.Map;
import java.util.TreeMap;

/** Which node answers at which address, and the way there: cut where the network is cut. */
public final class SimIntroductions {
  private static final long GIVE_UP_NANOS = 2_000_000_000L;
  private static final long LATENCY_NANOS_MAX = 5_000_000;

  private final SimWorld world;
  private final SimNetwork network;
  private final SimRandom random;
  private final Map<String, Listener> listeners = new TreeMap<>();

  private record Listener(NodeId node, SimLane lane, Introductions.Host host) {}

  public SimIntroductions(SimWorld world, SimNetwork network) {
    this.world = world;
    this.network = network;
    this.random = world.random("introductions");
  }

  /** From now on a node answers at an address, until its lane dies. */
  public void listen(String address, NodeId node, SimLane lane, Introductions.Host host) {
    listeners.put(address, new Listener(node, lane, host));
  }

  /** The introductions of one node. */
  public Introductions of(SimLane lane) {
    return (address, mine, callback) -> new Question(lane, mine, callback).ask(address);
  }

  /** One node asks another for its id; answered once. */
  private final class Question {
    private final SimLane lane;
    private final Introduction mine;
    private final Introductions.Callback callback;
    private boolean answered;

    Question(SimLane lane, Introduction mine, Introductions.Callback callback) {
      this.lane = lane;
      this.mine = mine;
      this.callback = callback;
    }

    void ask(String address) {
      byte[] question = IntroductionCodec.write(mine).toByteArray();
      world.witness(question);
      later(GIVE_UP_NANOS, () -> end(() -> callback.failed("no answer")));
      later(latency(), () -> arrive(address, question));
    }

    private void arrive(String address, byte[] question) {
      Listener listener = listeners.get(address);
      if (listener == null || listener.lane().isDead()) {
        end(() -> callback.failed("connection refused"));
      } else if (!network.isCut(mine.node(), listener.node())) {
        listener
            .lane()
            .execute(
                () -> {
                  IntroductionReply reply = listener.host().answer(read(question));
                  byte[] answer = IntroductionCodec.write(reply).toByteArray();
                  world.note(
                      Topic.MESSAGE,
                      listener.node().toString(),
                      () ->
                          "is introduced to "
                              + mine.node()
                              + (reply.refusal() == null ? "" : ": " + reply.refusal().message()));
                  later(latency(), () -> comeBack(listener, answer));
                });
      }
    }

    private void comeBack(Listener listener, byte[] answer) {
      if (!network.isCut(listener.node(), mine.node())) {
        end(() -> callback.answered(readReply(answer)));
      }
    }

    private void end(Runnable how) {
      lane.execute(
          () -> {
            if (!answered) {
              answered = true;
              how.run();
            }
          });
    }

    private void later(long nanos, Runnable what) {
      world.schedule(nanos, "introduction", what);
    }
  }

  private long latency() {
    return random.between(50_000, LATENCY_NANOS_MAX);
  }

  private static Introduction read(byte[] question) {
    try {
      return IntroductionCodec.read(IntroduceRequest.parseFrom(question));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static IntroductionReply readReply(byte[] answer) {
    try {
      return IntroductionCodec.read(IntroduceResponse.parseFrom(answer));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
