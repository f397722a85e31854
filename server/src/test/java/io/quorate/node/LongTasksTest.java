package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.runtime.real.MachineThreads;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of a long task that fails, and of those after it. */
class LongTasksTest {
  private final List<Throwable> broken = new CopyOnWriteArrayList<>();
  private final List<String> failed = new CopyOnWriteArrayList<>();

  @Test
  void aTaskThatFailsIsToldByItsKindAndEndsNothingElse() throws Exception {
    try (LongTasks tasks = new LongTasks("tasks", 10, new MachineThreads(broken::add))) {
      Executor plans = tasks.of("planning", this::failed);
      Executor files = tasks.of("reading files", this::failed);
      plans.execute(() -> fail("a"));
      files.execute(() -> fail("b"));
      CountDownLatch done = new CountDownLatch(1);
      files.execute(done::countDown);
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(failed).containsExactly("planning: a", "reading files: b");
      assertThat(broken).isEmpty();

      CountDownLatch after = new CountDownLatch(1);
      plans.execute(
          () -> {
            throw new LinkageError("c");
          });
      plans.execute(after::countDown);
      assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
      // A thread that fails starts the next one before its failure is told.
      await().until(() -> !broken.isEmpty());
      assertThat(broken).singleElement().isInstanceOf(LinkageError.class);
      assertThat(failed).hasSize(2);
    }
  }

  private void failed(String kind, RuntimeException cause) {
    failed.add(kind + ": " + cause.getMessage());
  }

  private static void fail(String why) {
    throw new IllegalStateException(why);
  }
}
