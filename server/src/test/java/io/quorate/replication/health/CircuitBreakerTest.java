package io.quorate.replication.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a replica is left alone, and when it is trusted again. */
class CircuitBreakerTest {
  private static final long REST = 1_000;

  private final CircuitBreaker breaker = new CircuitBreaker(new BreakerConfig(3, REST, 1));

  private void open() {
    for (int i = 0; i < 3; i++) {
      breaker.failed(0);
    }
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void opensAfterFailuresInARowOnly() {
    breaker.failed(0);
    breaker.failed(0);
    assertThat(breaker.succeeded(0)).isFalse();
    assertThat(breaker.failed(0)).isFalse();
    assertThat(breaker.failed(0)).isFalse();
    assertThat(breaker.failed(0)).isTrue();
  }

  @Test
  void isNotTriedWhileItRests() {
    open();
    assertThat(breaker.takeProbe(REST - 1)).isFalse();
    assertThat(breaker.succeeded(REST - 1)).isFalse();
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void isTriedNowAndThenAfterItsRest() {
    open();
    assertThat(breaker.takeProbe(REST)).isTrue();
    assertThat(breaker.takeProbe(REST + 1)).isFalse();
    assertThat(breaker.takeProbe(REST + REST / 10)).isTrue();
  }

  @Test
  void someGoodAnswersCloseIt() {
    open();
    assertThat(breaker.succeeded(REST)).isFalse();
    assertThat(breaker.succeeded(REST)).isFalse();
    assertThat(breaker.succeeded(REST)).isTrue();
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void probeThatFailsMeansALongerRest() {
    open();
    breaker.failed(REST);
    assertThat(breaker.takeProbe(REST + 2 * REST - 1)).isFalse();
    assertThat(breaker.takeProbe(REST + 2 * REST)).isTrue();
  }

  @Test
  void restIsBounded() {
    open();
    long now = 0;
    for (int i = 0; i < 50; i++) {
      now += 100 * REST;
      breaker.failed(now);
    }
    assertThat(breaker.takeProbe(now + 8 * REST)).isTrue();
  }
}
