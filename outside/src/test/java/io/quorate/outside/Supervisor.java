package io.quorate.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Restarts nodes when a line of shell asks for it, as systemd does: the line makes a file of the
 * node's name, or of its port, and waits until it is gone.
 */
final class Supervisor implements AutoCloseable {
  private final Nodes nodes;
  private final Path asked;

  /** Tells that a file was made. */
  private final WatchService made;

  /** What is looked at before a node is stopped. */
  private final Consumer<Node> before;

  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final Thread thread = new Thread(this::serve, "supervisor");

  private Supervisor(Nodes nodes, Consumer<Node> before) {
    this.nodes = nodes;
    this.before = before;
    try {
      this.asked = Files.createTempDirectory(nodes.directory(), "asked");
      this.made = asked.getFileSystem().newWatchService();
      WatchKey unused = asked.register(made, StandardWatchEventKinds.ENTRY_CREATE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Supervisor of(Nodes nodes, Consumer<Node> before) {
    Supervisor supervisor = new Supervisor(nodes, before);
    supervisor.thread.start();
    return supervisor;
  }

  /**
   * A line of shell that restarts a node, and fails if that fails.
   *
   * @param name of the node, or its port
   */
  String line(String name) {
    return "touch '%1$s/%2$s'; while [ -e '%1$s/%2$s' ]; do sleep 0.05; done; [ ! -e '%1$s/failed' ]"
        .formatted(asked, name);
  }

  private void serve() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        for (Node node : nodes.all()) {
          for (String name : names(node)) {
            Path file = asked.resolve(name);
            if (Files.exists(file)) {
              before.accept(node);
              node.stop();
              node.start();
              Files.delete(file);
            }
          }
        }
        awaitFile();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException | AssertionError failed) {
      failure.completeExceptionally(failed);
      end();
    }
  }

  private static List<String> names(Node node) {
    return List.of(node.name(), node.address().substring(node.address().lastIndexOf(':') + 1));
  }

  private void awaitFile() throws InterruptedException {
    WatchKey key = made.take();
    key.pollEvents().clear();
    boolean unused = key.reset();
  }

  private void end() {
    try {
      Files.createFile(asked.resolve("failed"));
      for (Node node : nodes.all()) {
        for (String name : names(node)) {
          Files.deleteIfExists(asked.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Why a node was not restarted; null if each was. */
  @Nullable Throwable failure() {
    return failure.isCompletedExceptionally() ? failure.exceptionNow() : null;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
      made.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
