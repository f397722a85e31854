package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jobs.DueQueue.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DueQueueTest {
  private final HandMovedClock clock = new HandMovedClock("2026-11-25T00:30:00Z");
  private final DueQueue queue = new DueQueue(clock);

  private Due due(String name, int seconds) {
    return new Due(name, clock.instant().plusSeconds(seconds), 0);
  }

  @Test
  void whatIsDueFirstIsTakenFirst() throws InterruptedException {
    queue.replaceAll(List.of(due("b", -1), due("a", -2), due("c", -3)));
    assertThat(queue.take()).isEqualTo(due("c", -3));
    assertThat(queue.take()).isEqualTo(due("a", -2));
    assertThat(queue.take()).isEqualTo(due("b", -1));
  }

  /** A scan finds it, which has read it before it was taken. */
  @Test
  void whatIsTakenIsNotHandedOutAgainBeforeItIsGivenBack() throws InterruptedException {
    queue.replaceAll(List.of(due("a", -2)));
    assertThat(queue.take()).isEqualTo(due("a", -2));
    queue.replaceAll(List.of(due("a", -2), due("b", -1)));
    assertThat(queue.take()).isEqualTo(due("b", -1));
    queue.giveBack("a", due("a", 0));
    assertThat(queue.take()).isEqualTo(due("a", 0));
  }

  @Test
  void aScanTakesAwayWhatItDidNotFind() throws InterruptedException {
    queue.replaceAll(List.of(due("a", -2), due("b", -1)));
    queue.replaceAll(List.of(due("b", -1)));
    assertThat(queue.take()).isEqualTo(due("b", -1));
  }

  @Test
  void nothingIsHandedOutBeforeItsTimeNorAfterTheEnd() throws InterruptedException {
    queue.replaceAll(List.of(due("a", 10)));
    Thread mover =
        new Thread(
            () -> {
              clock.advance(Duration.ofSeconds(11));
              queue.giveBack("x", null); // as any change of it, has those that wait look again
            });
    Instant ready = due("a", 10).ready();
    mover.start();
    assertThat(queue.take()).isNotNull();
    assertThat(clock.instant()).isAfter(ready);
    queue.close();
    assertThat(queue.take()).isNull();
    mover.join();
  }
}
