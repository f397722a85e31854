package io.quorate.cli.backup.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Of several threads that fail, which one is told of. */
class WorkerThreadsTest {
  /** The one that was begun first fails only since the other one did. */
  @Test
  void whatFailedFirstIsTold() {
    WorkerThreads workers = new WorkerThreads();
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch bothAreThere = new CountDownLatch(2);
    assertThatThrownBy(
            () ->
                workers.run(
                    2,
                    () -> {
                      boolean isFirst = begun.incrementAndGet() == 1;
                      bothAreThere.countDown();
                      bothAreThere.await();
                      if (isFirst) {
                        while (!workers.isStopped()) {
                          Thread.sleep(1);
                        }
                        throw new IllegalStateException("too few replicas");
                      }
                      throw new IOException("no space left");
                    },
                    () -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left")
        .satisfies(
            told ->
                assertThat(told.getSuppressed())
                    .singleElement()
                    .isInstanceOf(IllegalStateException.class));
  }
}
