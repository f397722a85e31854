package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElectionTimerTest {
  private final List<Integer> drawn = new ArrayList<>();
  private final ElectionTime time = new ElectionTime(10);
  private final ElectionTimer timer =
      new ElectionTimer(
          time,
          below -> {
            drawn.add(below);
            return 0;
          });

  private void tick(int times) {
    for (int i = 0; i < times; i++) {
      timer.tick();
    }
  }

  @Test
  void shorterTimesThanTheConfiguredOneChangeNothing() {
    time.set(9);
    timer.restart();
    time.set(0);
    timer.restart();

    assertThat(drawn).containsExactly(10, 10, 10);
    tick(9);
    assertThat(timer.isOver()).isFalse();
    assertThat(timer.isRecent()).isTrue();
    tick(1);
    assertThat(timer.isOver()).isTrue();
    assertThat(timer.isRecent()).isFalse();
  }

  @Test
  void longerOneCountsFromTheNextRestart() {
    time.set(40);
    tick(10);
    assertThat(timer.isOver()).isTrue();

    timer.restart();
    assertThat(drawn).containsExactly(10, 40);
    tick(39);
    assertThat(timer.isOver()).isFalse();
    assertThat(timer.isRecent()).isTrue();
    tick(1);
    assertThat(timer.isOver()).isTrue();
    assertThat(timer.isRecent()).isFalse();
  }

  @Test
  void goesBackToTheConfiguredOne() {
    time.set(40);
    timer.restart();
    time.set(0);
    timer.restart();

    assertThat(drawn).containsExactly(10, 40, 10);
  }
}
