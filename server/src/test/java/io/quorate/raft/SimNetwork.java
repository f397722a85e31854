package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Carries messages as bytes; loses, doubles, delays and so reorders them; its links can be cut. */
final class SimNetwork {
  /** How late a late one may be: later than an election takes. */
  private static final int LATE_MAX = 200;

  private record Flying(long at, long number, NodeId from, NodeId to, byte[] bytes) {}

  private record Link(NodeId from, NodeId to) {}

  private final SplittableRandom random;
  private final SimWindows windows;
  private final SimSetting setting;
  private final PriorityQueue<Flying> flying =
      new PriorityQueue<>(
          (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.number, b.number));
  private final Set<Link> cut = new HashSet<>();
  private boolean kind;
  private long now;
  private long sent;

  SimNetwork(SplittableRandom random, SimSetting setting, SimWindows windows) {
    this.random = random;
    this.setting = setting;
    this.windows = windows;
  }

  void send(List<RaftMessage> messages) {
    for (RaftMessage message : messages) {
      if (message instanceof RaftMessage.SnapshotChunk chunk && chunk.offset() > 0) {
        windows.enter(SimWindow.SNAPSHOT_CHUNK_BEYOND_FIRST);
      }
      byte[] bytes = RaftMessageCodec.encode(message);
      if (!kind && random.nextInt(10_000) < setting.lossRate()) {
        windows.enter(SimWindow.MESSAGE_LOST);
        continue;
      }
      put(message, bytes);
      if (!kind && random.nextInt(10_000) < setting.doubleRate()) {
        windows.enter(SimWindow.MESSAGE_DOUBLED);
        put(message, bytes);
      }
    }
  }

  private void put(RaftMessage message, byte[] bytes) {
    int delay = 1 + random.nextInt(kind ? 2 : setting.delayMax());
    if (!kind && random.nextInt(10_000) < setting.lateRate()) {
      delay += random.nextInt(LATE_MAX);
    }
    flying.add(new Flying(now + delay, sent++, message.from(), message.to(), bytes));
  }

  /** The next message that is due and gets through, or null. */
  @Nullable RaftMessage next(long time) {
    now = time;
    while (!flying.isEmpty() && flying.element().at <= now) {
      Flying message = flying.remove();
      if (!cut.contains(new Link(message.from, message.to))) {
        return RaftMessageCodec.decode(message.bytes);
      }
    }
    return null;
  }

  void cut(NodeId from, NodeId to) {
    cut.add(new Link(from, to));
  }

  void heal(NodeId from, NodeId to) {
    cut.remove(new Link(from, to));
  }

  /** From now on nothing is lost, doubled, cut or late. */
  void becomeKind() {
    kind = true;
    cut.clear();
  }
}
