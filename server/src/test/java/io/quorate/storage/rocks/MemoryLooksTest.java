package io.quorate.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryLooksTest {
  private final MemoryLooks looks = new MemoryLooks();

  /** Of 800 reads, how many were given a look. */
  private int made(boolean inMemory) {
    int made = 0;
    for (int i = 0; i < 800; i++) {
      if (looks.takeTurnToLook()) {
        looks.looked(inMemory);
        made++;
      }
    }
    return made;
  }

  @Test
  void allAreMadeWhileTheyFindSomething() {
    assertThat(made(true)).isEqualTo(800);
  }

  @Test
  void allAreMadeWhereOneOfThreeFindsSomething() {
    for (int i = 0; i < 3_000; i++) {
      assertThat(looks.takeTurnToLook()).isTrue();
      looks.looked(i % 3 == 0);
    }
  }

  @Test
  void fewAreMadeWhileTheyFindNothing() {
    int unused = made(false);
    assertThat(made(false)).isEqualTo(100);
  }

  @Test
  void allAreMadeAgainOnceTheyFindSomething() {
    int unused = made(false);
    unused += made(true);
    assertThat(made(true)).isEqualTo(800);
  }
}
