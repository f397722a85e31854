package io.quorate.transport;

import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** One real event loop with its lane, and what broke on it. */
public final class TestLane implements AutoCloseable {
  public final List<Throwable> broken = new CopyOnWriteArrayList<>();
  private final EventLoops eventLoops = EventLoops.start(1, "test-lane", broken::add);

  public Lane lane() {
    return eventLoops.lanes().getFirst();
  }

  public Loops loops() {
    return new Loops(eventLoops.group(), eventLoops.serverChannelType(), eventLoops.channelType());
  }

  /** Runs on the lane and waits for the result. */
  public <T> T on(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    lane()
        .execute(
            () -> {
              try {
                result.complete(task.call());
              } catch (Throwable t) {
                result.completeExceptionally(t);
              }
            });
    try {
      return result.get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  public void run(Runnable task) {
    on(
        () -> {
          task.run();
          return null;
        });
  }

  @Override
  public void close() {
    eventLoops.close();
  }
}
