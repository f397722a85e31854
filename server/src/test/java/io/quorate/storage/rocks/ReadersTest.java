package io.quorate.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Pages leave a thread to single reads, and each thing that was asked for is read. */
class ReadersTest {
  private final CountDownLatch go = new CountDownLatch(1);
  private final List<Integer> pages = Collections.synchronizedList(new ArrayList<>());

  @Test
  void aSingleReadDoesNotWaitForPages() throws InterruptedException {
    Readers readers = new Readers("reader", 3, (name, task) -> new Thread(task, name));
    for (int i = 0; i < 10; i++) {
      assertThat(readers.runPage(page(i))).isTrue();
    }
    CountDownLatch read = new CountDownLatch(1);
    assertThat(readers.run(read::countDown)).isTrue();
    assertThat(read.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(pages).isEmpty();
    go.countDown();
    readers.close();
    assertThat(pages).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void singleReadsComeBetweenPages() throws InterruptedException {
    Readers readers = new Readers("reader", 1, (name, task) -> new Thread(task, name));
    CountDownLatch read = new CountDownLatch(1);
    AtomicBoolean before = new AtomicBoolean();
    readers.runPage(page(1));
    readers.run(read::countDown);
    readers.runPage(() -> before.set(read.getCount() == 0));
    go.countDown();
    assertThat(read.await(60, TimeUnit.SECONDS)).isTrue();
    readers.close();
    assertThat(before).isTrue();
  }

  @Test
  void nothingIsTakenOnceTheyAreClosed() {
    Readers readers = new Readers("reader", 2, (name, task) -> new Thread(task, name));
    readers.close();
    assertThat(readers.runPage(page(1))).isFalse();
    assertThat(readers.runPage(page(2))).isFalse();
    assertThat(readers.run(go::countDown)).isFalse();
    assertThat(pages).isEmpty();
  }

  private Runnable page(int number) {
    return () -> {
      try {
        go.await();
        pages.add(number);
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
    };
  }
}
