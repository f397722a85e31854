package io.quorate.client.internal.engine;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The circuit breaker of one node: a node that is connected but fails most of what it is given is
 * left alone for a while, then tried with a few calls.
 *
 * <p>An attempt costs some 45 ns and no garbage of consequence here, so every one is counted.
 *
 * <p>What counts against a node is its own: lost connections, no answer in time, not serving, a
 * fault inside, and too few live replicas where another node then found enough: it is the one that
 * is cut off. A refusal that speaks for the cluster does not count. Each attempt that was admitted
 * reports exactly once, or a half-open breaker would wait for ever; a failure may be added to one
 * that was undecided.
 */
public final class Breaker {
  static final int WINDOW_CALLS = 100;
  static final int JUDGED_FROM_CALLS = 20;
  static final int TRIAL_CALLS = 5;
  public static final Duration OPEN = Duration.ofMillis(500);

  private static final CircuitBreakerConfig CONFIG =
      CircuitBreakerConfig.custom()
          .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
          .slidingWindowSize(WINDOW_CALLS)
          .minimumNumberOfCalls(JUDGED_FROM_CALLS)
          .failureRateThreshold(50)
          .permittedNumberOfCallsInHalfOpenState(TRIAL_CALLS)
          .waitDurationInOpenState(OPEN)
          .writableStackTraceEnabled(false)
          .build();

  private final CircuitBreaker circuit;
  private String lastFailure = "";

  public Breaker(String address) {
    circuit = CircuitBreaker.of(address, CONFIG);
  }

  /** Whether another attempt may go to the node; if so it must be reported. */
  public boolean admits() {
    return circuit.tryAcquirePermission();
  }

  public void onAnswered() {
    circuit.onSuccess(0, TimeUnit.NANOSECONDS);
  }

  /**
   * @param why for people: what the node did, or did not do
   */
  public void onFailed(String why) {
    lastFailure = why;
    circuit.onError(0, TimeUnit.NANOSECONDS, new NodeFailed());
  }

  /** The attempt says nothing of the node, or nothing yet. */
  public void onUndecided() {
    circuit.releasePermission();
  }

  public boolean closed() {
    return circuit.getState() == CircuitBreaker.State.CLOSED;
  }

  /** Why the last attempt that counted against the node failed; empty if none did. */
  public String lastFailure() {
    return lastFailure;
  }

  /** The library wants one; it is only counted. */
  private static final class NodeFailed extends RuntimeException {
    NodeFailed() {
      super("the node failed", null, false, false);
    }
  }
}
