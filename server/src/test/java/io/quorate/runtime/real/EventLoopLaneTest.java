package io.quorate.runtime.real;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Invariant;
import io.quorate.model.Invariant.BrokenInvariant;
import io.quorate.runtime.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lane over Netty's event loops, over epoll and NIO alike. */
final class EventLoopLaneTest {
  private final BlockingQueue<Throwable> broken = new LinkedBlockingQueue<>();
  private final List<EventLoops> started = new ArrayList<>();

  @AfterEach
  void close() {
    started.forEach(EventLoops::close);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tasksRunInOrderOnOneNamedThread(boolean epoll) throws Exception {
    Lane lane = loops(1, epoll).lanes().getFirst();
    List<String> ran = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < 100; i++) {
      int number = i;
      lane.execute(
          () -> ran.add(number + " " + lane.isCurrent() + " " + Thread.currentThread().getName()));
    }
    lane.execute(done::countDown);
    assertThat(done.await(10, SECONDS)).isTrue();
    assertThat(lane.isCurrent()).isFalse();
    assertThat(ran).hasSize(100);
    assertThat(ran.get(0)).startsWith("0 true test-lane-");
    assertThat(ran.get(99)).startsWith("99 true test-lane-");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void taskQueuedFromATurnRunsAfterTheTasksAlreadyQueued(boolean epoll) throws Exception {
    Lane lane = loops(1, epoll).lanes().getFirst();
    List<String> ran = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    lane.execute(
        () -> {
          lane.execute(() -> ran.add("second"));
          lane.execute(
              () -> {
                lane.execute(done::countDown);
                ran.add("third");
              });
          ran.add("first");
        });
    assertThat(done.await(10, SECONDS)).isTrue();
    assertThat(ran).containsExactly("first", "second", "third");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void timersRunWhenTheyAreDueUnlessCancelled(boolean epoll) throws Exception {
    Lane lane = loops(1, epoll).lanes().getFirst();
    BlockingQueue<Long> ran = new LinkedBlockingQueue<>();
    long began = System.nanoTime();
    // On the lane itself: from another thread it might be cancelled only once it has run.
    lane.execute(() -> lane.schedule(MILLISECONDS.toNanos(10), () -> ran.add(-1L)).cancel());
    Lane.Timer unused =
        lane.schedule(MILLISECONDS.toNanos(30), () -> ran.add(System.nanoTime() - began));
    assertThat(ran.poll(10, SECONDS)).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(30));
    assertThat(ran).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void brokenInvariantIsReportedOnceAndTheLaneRunsNothingMore(boolean epoll) throws Exception {
    EventLoops loops = loops(2, epoll);
    Lane lane = loops.lanes().get(0);
    List<String> ran = new ArrayList<>();
    lane.execute(() -> Invariant.hold(false, "two leaders in term %d", 4));
    lane.execute(() -> ran.add("after"));
    Lane.Timer unused = lane.schedule(0, () -> ran.add("later"));
    assertThat(broken.poll(10, SECONDS))
        .isInstanceOf(BrokenInvariant.class)
        .hasMessage("two leaders in term 4");
    CountDownLatch other = new CountDownLatch(1);
    loops.lanes().get(1).execute(other::countDown);
    assertThat(other.await(10, SECONDS)).isTrue();
    loops.close();
    assertThat(ran).isEmpty();
    assertThat(broken).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void errorInATimerBreaksTheLane(boolean epoll) throws Exception {
    Lane lane = loops(1, epoll).lanes().getFirst();
    Lane.Timer unused =
        lane.schedule(
            1,
            () -> {
              throw new AssertionError("unexpected");
            });
    assertThat(broken.poll(10, SECONDS)).hasMessage("unexpected");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closingRunsWhatIsQueuedAndDropsWhatComesAfter(boolean epoll) {
    EventLoops loops = loops(1, epoll);
    Lane lane = loops.lanes().getFirst();
    List<String> ran = new ArrayList<>();
    lane.execute(() -> ran.add("queued"));
    loops.close();
    lane.execute(() -> ran.add("too late"));
    Lane.Timer dropped = lane.schedule(0, () -> ran.add("too late"));
    dropped.cancel();
    assertThat(ran).containsExactly("queued");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void laneCannotWaitForItsOwnEnd(boolean epoll) throws Exception {
    EventLoops loops = loops(1, epoll);
    loops.lanes().getFirst().execute(loops::close);
    assertThatThrownBy(
            () -> {
              throw broken.poll(10, SECONDS);
            })
        .hasMessageContaining("its own end");
  }

  /** As after an error in the loop itself, which Netty logs before it lets the thread end. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void loopThatEndsWithoutBeingClosedIsReported(boolean epoll) throws Exception {
    EventLoops loops = loops(1, epoll);
    var unused = loops.lanes().getFirst().loop().shutdownGracefully(0, 0, SECONDS);
    assertThat(broken.poll(10, SECONDS)).hasMessageContaining("ended by itself");
  }

  @Test
  void threadOfANodeThatDiesIsTold() throws Exception {
    IllegalStateException cause = new IllegalStateException("for the test");
    new MachineThreads(broken::add)
        .unstarted(
            "writer",
            () -> {
              throw cause;
            })
        .start();
    assertThat(broken.poll(10, SECONDS)).isSameAs(cause);
  }

  private EventLoops loops(int threads, boolean epoll) {
    EventLoops loops = EventLoops.start(threads, "test-lane", broken::add, epoll);
    started.add(loops);
    return loops;
  }
}
