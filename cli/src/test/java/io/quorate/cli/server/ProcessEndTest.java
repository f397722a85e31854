package io.quorate.cli.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.quorate.cli.Children;
import io.quorate.cli.command.ExitCode;
import io.quorate.node.NodeEnd;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ProcessEndTest {
  private final BlockingQueue<Integer> halted = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final ProcessEnd end = new ProcessEnd(new PrintStream(said, true, UTF_8), halted::add);

  @Test
  void whatCannotGoOnEndsWithItsReasonInOneLine() throws Exception {
    end.broken(new NodeEnd.Broken(new IllegalStateException("a lane threw")));
    assertThat(halted.poll(10, SECONDS)).isEqualTo(ExitCode.FAILED);
    assertThat(said.toString(UTF_8))
        .startsWith("quorate: stopped, for something happened inside that must not happen")
        .contains("a lane threw")
        .hasLineCount(1);
  }

  @Test
  void lackOfMemoryHasItsOwnExitCode() throws Exception {
    end.broken(new NodeEnd.Broken(new OutOfMemoryError("unable to create native thread")));
    assertThat(halted.poll(10, SECONDS)).isEqualTo(ExitCode.OUT_OF_MEMORY);
    assertThat(said.toString(UTF_8)).contains("out of memory: unable to create native thread");
  }

  /** A full pipe of standard error blocks every writer until it is read. */
  @Test
  void lastWordsThatNobodyReadsDoNotKeepIt() throws Exception {
    ProcessEnd muted = new ProcessEnd(full(), halted::add);
    Thread broken =
        new Thread(() -> muted.broken(new NodeEnd.Broken(new IllegalStateException("x"))));
    broken.setDaemon(true);
    broken.start();
    assertThat(halted.poll(30, SECONDS)).isEqualTo(ExitCode.FAILED);
    muted.haltAfter(Duration.ZERO, ExitCode.FAILED, "hangs");
    broken.interrupt();
  }

  private static PrintStream full() {
    CountDownLatch never = new CountDownLatch(1);
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) {
            try {
              never.await();
            } catch (InterruptedException interrupted) {
              Thread.currentThread().interrupt();
            }
          }
        };
    return new PrintStream(full, true, UTF_8);
  }

  @Test
  void anErrorInAnyThreadEndsItAndAnExceptionInALibrarysDoesNot() throws Exception {
    Thread library = Thread.currentThread();
    end.uncaughtException(library, new IllegalStateException("a resolver failed"));
    assertThat(halted).isEmpty();
    end.uncaughtException(library, new StackOverflowError());
    assertThat(halted.poll(10, SECONDS)).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void theEarliestDeadlineCounts() throws Exception {
    end.haltAfter(Duration.ofHours(1), 7, "");
    end.haltAfter(Duration.ofMillis(1), 4, "hangs");
    end.haltAfter(Duration.ofHours(2), 8, "");
    assertThat(halted.poll(30, SECONDS)).isEqualTo(4);
    assertThat(said.toString(UTF_8)).contains("quorate: hangs");
  }

  /** Standard error may not be kept. */
  @Test
  void whatHangsIsInTheLogToo() throws Exception {
    isInTheLog(end);
  }

  /** Where the log is a file, it takes what a full pipe does not. */
  @Test
  void whatHangsIsInTheLogThoughNobodyReadsStandardError() throws Exception {
    isInTheLog(new ProcessEnd(full(), halted::add));
  }

  private void isInTheLog(ProcessEnd ending) throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger("io.quorate.node");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      ending.haltAfter(Duration.ZERO, 4, "hangs for this test");
      assertThat(halted.poll(30, SECONDS)).isEqualTo(4);
      await()
          .untilAsserted(
              () ->
                  assertThat(List.copyOf(lines.list))
                      .filteredOn(each -> each.getLevel() == Level.ERROR)
                      .extracting(ILoggingEvent::getFormattedMessage)
                      .contains("the node ends: hangs for this test"));
    } finally {
      log.detachAppender(lines);
    }
  }

  /** A real process with a hook that never ends; SIGTERM alone would wait for it for ever. */
  @Test
  void sigtermEndsAProcessWhoseHooksHang() throws Exception {
    Process hanging = Children.start(Children.Hangs.class, List.of());
    try {
      assertThat(hanging.inputReader(UTF_8).readLine()).isEqualTo("hangs");
      boolean unused = hanging.toHandle().destroy(); // its streams stay open, unlike by Process
      assertThat(hanging.waitFor(60, SECONDS)).isTrue();
      assertThat(hanging.exitValue()).isEqualTo(ExitCode.FAILED);
      assertThat(new String(hanging.getErrorStream().readAllBytes(), UTF_8))
          .contains("quorate: ended without waiting");
    } finally {
      hanging.destroyForcibly();
    }
  }

  @Test
  void aHeapThatOverflowsEndsTheProcess() throws Exception {
    Process hungry = Children.start(Children.Hungry.class, List.of(), "-Xmx32m -XX:+UseSerialGC");
    try {
      assertThat(hungry.waitFor(60, SECONDS)).isTrue();
      assertThat(hungry.exitValue()).isEqualTo(ExitCode.OUT_OF_MEMORY);
      assertThat(new String(hungry.getErrorStream().readAllBytes(), UTF_8))
          .contains("Terminating due to java.lang.OutOfMemoryError");
    } finally {
      hungry.destroyForcibly();
    }
  }

  /** A full heap that never quite overflows: see {@link MemoryWatch}. */
  @Test
  void aHeapThatIsFullForLongIsNoticed() {
    MemoryWatch watch = MemoryWatch.create();
    for (int i = 1; i < MemoryWatch.LOOKS_MAX; i++) {
      assertThat(watch.isFull(0.97, 0.99)).isFalse();
    }
    assertThat(watch.isFull(0.5, 0.99)).as("room was found").isFalse();
    for (int i = 1; i < MemoryWatch.LOOKS_MAX; i++) {
      assertThat(watch.isFull(0.97, 0.99)).isFalse();
    }
    assertThat(watch.isFull(0.97, 0.99)).isTrue();
  }
}
