package io.quorate.sim.kernel;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.runtime.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One node's end of the network, in one of its lives. Packages open channels on it. As in
 * production, what a lane sends to one node during a turn travels as one frame.
 */
public final class SimPort {
  private final SimNetwork network;
  private final NodeId self;
  private final SimLane lane;

  /** By name; only looked up, never walked through. */
  private final Map<String, Channel<?>> channels = new HashMap<>();

  SimPort(SimNetwork network, NodeId self, SimLane lane) {
    this.network = network;
    this.self = self;
    this.lane = lane;
  }

  /** Opens the channel of one protocol; what arrives for it is handed over on the lane. */
  public <M> Network<M> open(String name, SimCodec<M> codec, BiConsumer<NodeId, M> receiver) {
    var channel = new Channel<>(this, name, codec, receiver);
    channels.put(name, channel);
    return channel;
  }

  /** Null if there is no channel of that name. */
  @Nullable Channel<?> channel(String name) {
    return channels.get(name);
  }

  void arrive(NodeId from, String channelName, byte[] bytes) {
    Channel<?> channel = channels.get(channelName);
    if (channel != null) {
      lane.execute(() -> channel.take(from, bytes));
    }
  }

  /** The messages of one protocol, to and from one node. */
  static final class Channel<M> implements Network<M> {
    private final SimPort port;
    private final String name;
    private final SimCodec<M> codec;
    private final BiConsumer<NodeId, M> receiver;
    private final Map<NodeId, List<M>> gathered = new TreeMap<>();

    Channel(SimPort port, String name, SimCodec<M> codec, BiConsumer<NodeId, M> receiver) {
      this.port = port;
      this.name = name;
      this.codec = codec;
      this.receiver = receiver;
    }

    String name() {
      return name;
    }

    SimCodec<M> codec() {
      return codec;
    }

    /** For people. */
    String text(List<M> messages) {
      return messages.stream().map(codec::text).collect(Collectors.joining("; "));
    }

    @Override
    public void send(NodeId to, M message) {
      Invariant.hold(port.lane.isCurrent(), "%s sends from outside its lane", port.self);
      Invariant.hold(!to.equals(port.self), "%s sends to itself: %s", port.self, message);
      if (gathered.isEmpty()) {
        port.lane.execute(this::flush);
      }
      gathered.computeIfAbsent(to, node -> new ArrayList<>()).add(message);
    }

    @Override
    public boolean isConnected(NodeId to) {
      return port.network.isConnected(port.self, to);
    }

    private void flush() {
      gathered.forEach(
          (to, messages) -> {
            if (isConnected(to)) {
              port.network.send(port.self, to, this, messages);
            }
          });
      gathered.clear();
    }

    private void take(NodeId from, byte[] bytes) {
      for (M message : codec.decode(bytes)) {
        receiver.accept(from, message);
      }
    }
  }
}
