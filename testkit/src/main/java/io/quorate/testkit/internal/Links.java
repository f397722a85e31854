package io.quorate.testkit.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * The network of a cluster under test: for each pair that talks, a socket that listens on loopback
 * and passes on what comes, as long as it is not cut. The sockets stay open for the life of the
 * cluster, on ports that the system has chosen. So addresses outlive the nodes behind them, and no
 * port is ever free for another process to take.
 *
 * <p>Functions may be called from any thread, and return once what they ask for is in force. One
 * thread does all work.
 */
public final class Links implements AutoCloseable {
  /** Stands for all clients, where others have the number of their node. */
  public static final int CLIENTS = 0;

  private static final int BACKLOG = 128;

  private final Selector selector;
  private final Thread thread;

  /** Guarded by itself, as is {@code ended}. */
  private final List<Runnable> tasks = new ArrayList<>();

  private boolean ended;

  /** Owned by the thread, as are the two below. */
  private final List<Link> links = new ArrayList<>();

  private final Set<Cut> cuts = new HashSet<>();
  private boolean closing;

  private Links(Selector selector) {
    this.selector = selector;
    this.thread = new Thread(this::run, "quorate-testkit-links");
    this.thread.setDaemon(true);
  }

  /**
   * Opens a network without links.
   *
   * @throws UncheckedIOException if the system gives no selector
   */
  public static Links open() {
    try {
      Links links = new Links(Selector.open());
      links.thread.start();
      return links;
    } catch (IOException failed) {
      throw new UncheckedIOException("no selector for the network of a test cluster", failed);
    }
  }

  /**
   * Opens a way from one to a node, which leads nowhere until {@link #up}.
   *
   * @return the address to connect to, {@code host:port}
   * @throws UncheckedIOException if the system gives no port
   */
  public String listen(int from, int to) {
    try {
      ServerSocketChannel listening = ServerSocketChannel.open();
      listening.bind(new InetSocketAddress(loopback(), 0), BACKLOG);
      listening.configureBlocking(false);
      InetSocketAddress address = (InetSocketAddress) listening.getLocalAddress();
      perform(() -> add(new Link(from, to, listening, this::isCut)));
      return "127.0.0.1:" + address.getPort();
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot listen on loopback for a test cluster", failed);
    }
  }

  /** What nodes listen on, also where the JVM prefers IPv6. */
  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private void add(Link link) {
    try {
      link.register(selector);
      links.add(link);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Connections to a node lead to where it listens from now on. */
  public void up(int node, int port) {
    InetSocketAddress target = new InetSocketAddress(loopback(), port);
    perform(() -> links.stream().filter(link -> link.to() == node).forEach(l -> l.lead(target)));
  }

  /** Connections to a node are refused from now on; those that there are stay as they are. */
  public void down(int node) {
    perform(() -> links.stream().filter(link -> link.to() == node).forEach(l -> l.lead(null)));
  }

  /**
   * Ends all connections from and to a node, as the end of its process would. Where what the node
   * sends is cut, the other end hears of that once the cut has healed.
   */
  public void sever(int node) {
    perform(
        () -> {
          for (Link link : links) {
            if (link.from() == node) {
              link.openerDied();
            } else if (link.to() == node) {
              link.nodeDied();
            }
          }
        });
  }

  /** Delivers nothing any more of what is sent in these directions. */
  public void cut(Set<Cut> more) {
    perform(
        () -> {
          cuts.addAll(more);
          links.forEach(Link::cutsChanged);
        });
  }

  /** Delivers again what is sent in directions of this kind, and what was held back in them. */
  public void heal(Predicate<Cut> which) {
    perform(
        () -> {
          cuts.removeIf(which);
          links.forEach(Link::cutsChanged);
        });
  }

  /** The directions in which nothing is delivered now. */
  public Set<Cut> cuts() {
    Set<Cut> now = new HashSet<>();
    perform(() -> now.addAll(cuts));
    return now;
  }

  private boolean isCut(Cut cut) {
    return cuts.contains(cut);
  }

  /** Ends all connections, and the thread. */
  @Override
  public void close() {
    perform(() -> closing = true);
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException hurried) {
        interrupted = true; // the thread ends soon, and the next test counts threads
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does something on the thread, and waits for it; does nothing once the network is closed. */
  private void perform(Runnable task) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    synchronized (tasks) {
      if (ended) {
        return;
      }
      tasks.add(
          () -> {
            try {
              task.run();
              boolean unused = done.complete(true);
            } catch (RuntimeException | Error thrown) {
              boolean unused = done.completeExceptionally(thrown);
            }
          });
    }
    selector.wakeup();
    boolean unused = done.join();
  }

  private void run() {
    try {
      while (!closing) {
        int unused = selector.select();
        runTasks();
        Set<SelectionKey> ready = selector.selectedKeys();
        for (SelectionKey key : ready) {
          ((Runnable) key.attachment()).run();
        }
        ready.clear();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } finally {
      end();
    }
  }

  private void runTasks() {
    List<Runnable> now;
    synchronized (tasks) {
      now = List.copyOf(tasks);
      tasks.clear();
    }
    now.forEach(Runnable::run);
  }

  private void end() {
    links.forEach(Link::close);
    synchronized (tasks) {
      ended = true;
    }
    runTasks();
    try {
      selector.close();
    } catch (IOException ignored) {
      // Nothing is registered with it any more.
    }
  }
}
