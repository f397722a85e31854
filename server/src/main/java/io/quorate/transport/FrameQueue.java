package io.quorate.transport;

import io.quorate.transport.codec.WireWriter;
import io.quorate.transport.codec.peer.PeerCodec;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * What waits to be sent on one stream, already encoded: full frames, then the one being filled. A
 * frame that reaches about 1 MiB, or as many messages as its reader takes, is closed and another
 * begun, so that no frame is much larger than its largest message.
 */
public final class FrameQueue {
  private static final int FRAME_BYTES = 1 << 20;

  private final ArrayDeque<WireWriter> full = new ArrayDeque<>();
  private WireWriter filling = new WireWriter();
  private long fullBytes;

  /** Messages in the frame that is being filled. */
  private int messages;

  /** The frame to append one message to. */
  public WireWriter tail() {
    if (filling.size() >= FRAME_BYTES || messages >= PeerCodec.FRAME_MESSAGES_MAX) {
      full.add(filling);
      fullBytes += filling.size();
      filling = new WireWriter();
      messages = 0;
    }
    messages++;
    return filling;
  }

  public long bytes() {
    return fullBytes + filling.size();
  }

  public boolean isEmpty() {
    return full.isEmpty() && filling.isEmpty();
  }

  /** Sends the first frame, whose bytes must have been copied when {@code send} returns. */
  public void sendFirst(Consumer<Frame> send) {
    sendFirst(frame -> {}, send);
  }

  /**
   * Sends the first frame, whose bytes must have been copied when {@code send} returns.
   *
   * @param end appends to the frame what is to be as of the moment when it is sent
   */
  public void sendFirst(Consumer<WireWriter> end, Consumer<Frame> send) {
    WireWriter first = full.poll();
    if (first == null) {
      end.accept(filling);
      // Taken out first, for the stream may end within send and clear what is left.
      Frame frame = new Frame(filling.buffer(), filling.size());
      filling.clear();
      messages = 0;
      send.accept(frame);
    } else {
      fullBytes -= first.size();
      end.accept(first);
      send.accept(new Frame(first.buffer(), first.size()));
    }
  }

  public void clear() {
    full.clear();
    fullBytes = 0;
    filling.clear();
    messages = 0;
  }
}
