package io.quorate.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a node has come: it serves at some time, and ends once. The first reason to end decides
 * how it ends. For all threads.
 */
final class Lifetime {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  private final String name;
  private final Closing closing;
  private final Runnable atEnding;
  private final CompletableFuture<NodeEnd> ending = new CompletableFuture<>();

  /** Completes with false if it ends before it has served. */
  private final CompletableFuture<Boolean> serves = new CompletableFuture<>();

  private final CompletableFuture<NodeEnd> ended = new CompletableFuture<>();

  /**
   * @param closing what is closed when it ends
   * @param atEnding called when it begins to end
   */
  Lifetime(String name, Closing closing, Runnable atEnding) {
    this.name = name;
    this.closing = closing;
    this.atEnding = atEnding;
  }

  /** The node is part of its cluster and serves. */
  void serves() {
    boolean unused = serves.complete(true);
  }

  /**
   * Waits until the node serves.
   *
   * @return false if it does not within this time, or has ended before
   */
  boolean awaitServing(Duration atMost) throws InterruptedException {
    try {
      return serves.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  boolean isEnding() {
    return ending.isDone();
  }

  /**
   * Ends the node, unless it is ending already. Returns at once; see {@link #ended}.
   *
   * @param finish called before anything is closed; may take its time
   */
  void end(NodeEnd how, Runnable finish) {
    if (!ending.complete(how)) {
      return;
    }
    atEnding.run();
    boolean unused = serves.complete(false);
    Thread stopper =
        new Thread(
            () -> {
              try {
                finish.run();
                closing.closeAll();
                log.info("stopped");
              } finally {
                boolean unusedToo = ended.complete(how);
              }
            },
            name + "-stop");
    try {
      stopper.start();
    } catch (OutOfMemoryError noThread) {
      log.error("the node cannot stop in order: {}", noThread.toString());
      boolean unusedToo = ended.complete(how);
    }
  }

  /** Completes with how the node ends, as soon as it begins to. */
  CompletableFuture<NodeEnd> ending() {
    return ending.copy();
  }

  /** Completes with how the node ended, once nothing of it runs any more. */
  CompletableFuture<NodeEnd> ended() {
    return ended.copy();
  }
}
