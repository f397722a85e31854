package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What tests of this module rest on: a failure of their own threads and looks is not lost. */
class LoadsTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void aThreadThatThrowsIsNoted() throws InterruptedException {
    List<String> wrong = new CopyOnWriteArrayList<>();
    Thread thread =
        new NotingThread(
            "reader",
            () -> {
              throw new IllegalStateException("no number");
            },
            wrong::add);
    thread.start();
    thread.join();
    assertThat(wrong).singleElement().asString().startsWith("reader ended: ").contains("no number");
  }

  @Test
  void aLookThatIsNotAnsweredIsTakenAgain() {
    AtomicInteger looks = new AtomicInteger();
    Waiting.until(
        Duration.ofMinutes(1),
        () -> {
          if (looks.getAndIncrement() == 0) {
            throw new UncheckedIOException(new IOException("connection reset"));
          }
          return true;
        },
        () -> "not seen");
    assertThat(looks).hasValue(2);
  }

  @Test
  void theLastLookThatWasNotAnsweredIsTold() {
    assertThatThrownBy(
            () ->
                Waiting.until(
                    SHORT,
                    () -> {
                      throw new UncheckedIOException(new IOException("connection reset"));
                    },
                    () -> "not seen"))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("not seen; the last try: ")
        .hasMessageContaining("connection reset");
  }
}
