package io.quorate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.output.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A bench that is ended by Ctrl-C tells what it has found until then. */
class EndedEarlyTest {
  private final Tally tally = new Tally();
  private long now = TimeUnit.SECONDS.toNanos(7);

  private EndedEarly begin() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    return new EndedEarly(
        tally,
        () -> now,
        new Console(InputStream.nullInputStream(), nowhere, nowhere, false, false));
  }

  @Test
  void whatTheTimedWindowHasFoundUntilThen() {
    try (EndedEarly ended = begin()) {
      tally.success();
      assertThat(ended.words())
          .isEqualTo("ended before the timed window began: nothing was measured");
      ended.onTimed(20);
      for (int i = 0; i < 3000; i++) {
        tally.success();
      }
      tally.failure("late", "too late", now);
      now += TimeUnit.MILLISECONDS.toNanos(1500);
      assertThat(ended.words().lines())
          .containsExactly(
              "ended after 1.5 of 20 s of the timed window: 3,000 operations, 2,000 per second,"
                  + " errors: 1",
              "checked: 0 stale reads, 0 lost writes, 0 wrong values");
      now += TimeUnit.SECONDS.toNanos(20);
      assertThat(ended.words())
          .startsWith("ended after the timed window, before its figures were told");
    }
  }
}
