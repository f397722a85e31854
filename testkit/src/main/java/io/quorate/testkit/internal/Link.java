package io.quorate.testkit.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way from one to a node: a socket that listens, and the connections that came by it. Used on
 * the thread of {@link Links} alone.
 */
final class Link {
  private final int from;
  private final int to;
  private final ServerSocketChannel listening;
  private final Predicate<Cut> isCut;
  private final Set<Connection> connections = new HashSet<>();

  private @Nullable Selector selector;

  /** Where the node listens; null while it does not. */
  private @Nullable InetSocketAddress target;

  Link(int from, int to, ServerSocketChannel listening, Predicate<Cut> isCut) {
    this.from = from;
    this.to = to;
    this.listening = listening;
    this.isCut = isCut;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  void register(Selector by) throws IOException {
    selector = by;
    listening.register(by, SelectionKey.OP_ACCEPT, (Runnable) this::accept);
  }

  void lead(@Nullable InetSocketAddress now) {
    target = now;
  }

  /** Whether what the opener of a connection sends is held back. */
  boolean isCutForth() {
    return isCut.test(new Cut(from, to));
  }

  /** Whether what the node answers is held back. */
  boolean isCutBack() {
    return isCut.test(new Cut(to, from));
  }

  private void accept() {
    SocketChannel near;
    try {
      near = listening.accept();
    } catch (IOException overloaded) {
      return; // the caller asks again
    }
    if (near == null || selector == null) {
      return;
    }
    Connection connection = new Connection(this, near);
    connections.add(connection);
    // Where packets are lost either way no connection comes about, and none is refused.
    if (isCutForth() || isCutBack()) {
      connection.hold(selector);
    } else if (target != null) {
      connection.dial(selector, target);
    } else {
      connection.reset();
    }
  }

  void cutsChanged() {
    for (Connection each : all()) {
      each.cutsChanged();
    }
  }

  void openerDied() {
    all().forEach(Connection::openerDied);
  }

  void nodeDied() {
    all().forEach(Connection::nodeDied);
  }

  void gone(Connection connection) {
    connections.remove(connection);
  }

  void close() {
    all().forEach(Connection::reset);
    try {
      listening.close();
    } catch (IOException ignored) {
      // It ends with the process at the latest.
    }
  }

  private List<Connection> all() {
    return new ArrayList<>(connections);
  }
}
