package io.quorate.cli.shell;

import io.quorate.cli.command.Connections;
import io.quorate.client.QuorateClient;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps the clients of commands for the commands that follow, and passwords that were typed. The
 * clients that were used least recently are closed if there are too many.
 */
final class KeptConnections implements Connections, AutoCloseable {
  /** One for each tenant that a person works with at a time. */
  private static final int CLIENTS_MAX = 8;

  /** A person who logs in to more clusters, or as more users, is asked again. */
  private static final int PASSWORDS_MAX = 64;

  private final Map<Object, QuorateClient> clients = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Object, String> passwords = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<Runnable> beforeClose = new LinkedHashSet<>();

  @Override
  public synchronized QuorateClient client(Object options, Supplier<QuorateClient> open) {
    QuorateClient kept = clients.get(options);
    if (kept == null) {
      if (clients.size() == CLIENTS_MAX) {
        Iterator<QuorateClient> oldest = clients.values().iterator();
        oldest.next().close();
        oldest.remove();
      }
      kept = open.get();
      clients.put(options, kept);
    }
    return KeptClient.of(kept);
  }

  @Override
  public synchronized String password(Object login, Supplier<String> ask) {
    String kept = passwords.get(login);
    if (kept == null) {
      kept = ask.get();
      if (passwords.size() == PASSWORDS_MAX) {
        Iterator<String> oldest = passwords.values().iterator();
        String unused = oldest.next();
        oldest.remove();
      }
      passwords.put(login, kept);
    }
    return kept;
  }

  @Override
  public synchronized Stop beforeClose(Runnable task) {
    boolean unused = beforeClose.add(task);
    return () -> remove(task);
  }

  private synchronized void remove(Runnable task) {
    boolean unused = beforeClose.remove(task);
  }

  private synchronized List<Runnable> tasksBeforeClose() {
    return List.copyOf(beforeClose);
  }

  /** As {@link #close}, and passwords are asked for again: one may have been mistyped. */
  void forget() {
    close();
    synchronized (this) {
      passwords.clear();
    }
  }

  /**
   * Closes all clients: a command that waits for an answer fails. The next one opens its own, with
   * the password that was typed before. What a command relies on a client for is ended first: a
   * client that is closed releases its locks.
   */
  @Override
  public void close() {
    Set<Runnable> done = new HashSet<>();
    while (!closeUnlessSomeAreLeft(done)) {
      for (Runnable task : tasksBeforeClose()) {
        if (done.add(task)) {
          task.run();
        }
      }
    }
  }

  /** Closes all clients, unless tasks came meanwhile that are to be done before. */
  private synchronized boolean closeUnlessSomeAreLeft(Set<Runnable> done) {
    if (!done.containsAll(beforeClose)) {
      return false;
    }
    clients.values().forEach(QuorateClient::close);
    clients.clear();
    return true;
  }
}
