package io.quorate.testkit.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One connection, in two halves: from its opener to here, and from here to the node. What comes in
 * one half goes out of the other, and the end of one is the end of the other. In a direction that
 * is cut nothing is read and nothing written, as if each packet were lost: what was on its way
 * comes after the network has healed. Used on the thread of {@link Links} alone.
 */
final class Connection {
  private static final int BUFFER_BYTES = 1 << 16;

  /** What has been read and not yet written, in one direction. */
  private static final class Flow {
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private boolean ended;
    private boolean endTold;

    boolean wantsMore() {
      return !ended && !bytes.hasRemaining();
    }

    boolean hasSomething() {
      return bytes.hasRemaining() || (ended && !endTold);
    }

    void readFrom(SocketChannel source) throws IOException {
      bytes.clear();
      ended = source.read(bytes) < 0;
      bytes.flip();
    }

    void writeTo(SocketChannel sink) throws IOException {
      if (bytes.hasRemaining()) {
        int unused = sink.write(bytes);
      }
      if (ended && !bytes.hasRemaining() && !endTold) {
        endTold = true;
        sink.shutdownOutput();
      }
    }
  }

  private final Link link;
  private final SocketChannel near;
  private final Flow forth = new Flow();
  private final Flow back = new Flow();

  private @Nullable SelectionKey nearKey;
  private @Nullable SocketChannel far;
  private @Nullable SelectionKey farKey;

  /** It came while the link was cut, so the node never hears of it. */
  private boolean held;

  /** One end has died, and the other cannot hear of that before the link has healed. */
  private boolean halfDead;

  Connection(Link link, SocketChannel near) {
    this.link = link;
    this.near = near;
  }

  /** Keeps a connection that does not come about: its opener waits until it gives up. */
  void hold(Selector selector) {
    held = true;
    try {
      near.configureBlocking(false);
      nearKey = near.register(selector, SelectionKey.OP_READ, (Runnable) this::readHeld);
    } catch (IOException failed) {
      reset();
    }
  }

  private void readHeld() {
    try {
      forth.readFrom(near); // to see its end; what it says is lost
      if (forth.ended) {
        reset();
      }
    } catch (IOException gone) {
      reset();
    }
  }

  void dial(Selector selector, InetSocketAddress target) {
    try {
      near.configureBlocking(false);
      near.setOption(StandardSocketOptions.TCP_NODELAY, true);
      nearKey = near.register(selector, 0, (Runnable) this::onReady);
      SocketChannel opened = SocketChannel.open();
      far = opened;
      opened.configureBlocking(false);
      opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
      boolean connected = opened.connect(target);
      farKey =
          opened.register(
              selector, connected ? 0 : SelectionKey.OP_CONNECT, (Runnable) this::onReady);
      if (connected) {
        chooseWhatToWaitFor();
      }
    } catch (IOException failed) {
      reset();
    }
  }

  private void onReady() {
    SocketChannel node = far;
    if (node == null || !near.isOpen() || !node.isOpen()) {
      return;
    }
    try {
      if (node.isConnectionPending() && !node.finishConnect()) {
        return;
      }
      if (!link.isCutForth()) {
        pass(forth, near, node);
      }
      if (!link.isCutBack()) {
        pass(back, node, near);
      }
      if (forth.endTold && back.endTold) {
        close();
      } else {
        chooseWhatToWaitFor();
      }
    } catch (IOException | CancelledKeyException broken) {
      reset();
    }
  }

  private static void pass(Flow flow, SocketChannel source, SocketChannel sink) throws IOException {
    if (flow.wantsMore()) {
      flow.readFrom(source);
    }
    flow.writeTo(sink);
  }

  private void chooseWhatToWaitFor() {
    if (nearKey != null && farKey != null) {
      nearKey.interestOps(interest(forth, link.isCutForth(), back, link.isCutBack()));
      farKey.interestOps(interest(back, link.isCutBack(), forth, link.isCutForth()));
    }
  }

  private static int interest(Flow in, boolean inCut, Flow out, boolean outCut) {
    int read = !inCut && in.wantsMore() ? SelectionKey.OP_READ : 0;
    int write = !outCut && out.hasSomething() ? SelectionKey.OP_WRITE : 0;
    return read | write;
  }

  void cutsChanged() {
    if (held || halfDead) {
      if (!link.isCutForth() && !link.isCutBack()) {
        reset(); // its opener tries again
      }
    } else if (far != null && far.isConnected()) {
      chooseWhatToWaitFor();
    }
  }

  /** The process that opened the connection has ended. */
  void openerDied() {
    if (held || far == null || !link.isCutForth()) {
      reset();
    } else {
      endAlone(near, farKey);
    }
  }

  /** The process of the node has ended. */
  void nodeDied() {
    if (held) {
      return; // no node has heard of it
    }
    if (far == null || !link.isCutBack()) {
      reset();
    } else {
      endAlone(far, nearKey);
    }
  }

  /** Ends one half; the other stays as it is, and nothing passes it. */
  private void endAlone(SocketChannel dead, @Nullable SelectionKey other) {
    halfDead = true;
    resetHalf(dead);
    close(dead);
    if (other != null && other.isValid()) {
      other.interestOps(0);
    }
  }

  /** Ends both halves at once, as the end of a process does that had not read all. */
  void reset() {
    resetHalf(near);
    if (far != null) {
      resetHalf(far);
    }
    close();
  }

  private static void resetHalf(SocketChannel half) {
    try {
      half.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException alreadyClosed) {
      return;
    }
  }

  private void close() {
    link.gone(this);
    close(near);
    if (far != null) {
      close(far);
    }
  }

  private static void close(SocketChannel half) {
    try {
      half.close();
    } catch (IOException ignored) {
      // It is not used any more.
    }
  }
}
