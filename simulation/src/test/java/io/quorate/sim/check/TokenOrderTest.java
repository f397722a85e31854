package io.quorate.sim.check;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.sim.check.TokenOrder.Call;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@link TokenOrder} finds wrong, and what it does not. */
class TokenOrderTest {
  private static final String KEY = "k";

  private final TokenOrder order = new TokenOrder();

  private Call put(long token, @Nullable String value) {
    Call call = order.writes(KEY, token);
    call.puts(value);
    return call;
  }

  private void written(long token, @Nullable String value) {
    put(token, value).acknowledged();
  }

  private void read(long token, @Nullable String value) {
    order.reads(KEY, token).found(value);
  }

  private void isWrong(Runnable what, String says) {
    assertThatThrownBy(what::run).isInstanceOf(PromiseBroken.class).hasMessageContaining(says);
  }

  @Test
  void nothingUnderALowerTokenIsAcknowledgedLater() {
    Call late = put(5, "late");
    written(7, "a");
    late.acknowledged(); // it began before
    read(7, "a");

    isWrong(() -> written(6, "b"), "was acknowledged after");
  }

  @Test
  void aReadUnderATokenHoldsBackAsMuch() {
    read(7, null);
    isWrong(() -> read(6, null), "was acknowledged after");
  }

  @Test
  void whatWasNotAcknowledgedUnderALowerTokenIsSeenNoMore() {
    put(5, "a");
    read(0, "a"); // until then it may
    written(7, "b");
    isWrong(() -> read(0, "a"), "shows");
  }

  @Test
  void whatAReadUnderATokenHasFoundStays() {
    put(5, "a");
    put(5, "b");
    read(7, "a");
    read(0, "a");
    isWrong(() -> read(0, "b"), "shows");
  }

  @Test
  void whatWasAcknowledgedIsNotMissed() {
    written(0, "a");
    written(0, "b");
    isWrong(() -> read(0, "a"), "missed");
  }

  @Test
  void nothingIsShownAfterADeleteOnly() {
    written(0, "a");
    Call delete = put(0, null);
    read(0, null);
    delete.acknowledged();
    written(0, "b");
    isWrong(() -> read(0, null), "missed");
  }

  @Test
  void aReadUnderATokenFindsWhatIsAcknowledgedLaterUnderALowerOne() {
    written(0, "old");
    Call late = put(5, "a");
    read(7, "old");
    isWrong(late::acknowledged, "missed");
  }
}
