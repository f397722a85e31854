package io.quorate.client.internal.engine;

/** What becomes of a call that a node refused. It is decided once, by {@link Retries}. */
sealed interface AfterRefusal {
  /** Its caller is told. */
  record GiveUp() implements AfterRefusal {}

  /**
   * It is sent again, and that has been paid for.
   *
   * @param waitNanos until then; 0: at once
   */
  record SendAgain(long waitNanos) implements AfterRefusal {}

  /**
   * It waits in the {@link WaitingRoom}, where the throttle and the budget of retries let it
   * through.
   *
   * @param waitNanos until it may be let through
   */
  record WaitForRoom(long waitNanos) implements AfterRefusal {}
}
