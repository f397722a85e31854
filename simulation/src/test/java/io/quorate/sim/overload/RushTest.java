package io.quorate.sim.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.Windows;
import io.quorate.sim.program.LeftOut;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RushTest {
  private static final int SEEDS = 5;

  @Test
  void aTenantThatAsksLittleIsServedBesideOneThatAsksMuch() {
    Windows entered = new Windows();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Rush rush = new Rush(seed, Set.of());
      rush.run();
      entered.addAll(rush.windows());
    }

    for (String window :
        new String[] {
          "Expired, waiting",
          "Overloaded, waiting bytes",
          "Overloaded, waiting requests",
          "Overloaded, waiting deadline",
          "Throttled",
          "retry-after honoured",
          "scan yielded"
        }) {
      assertThat(entered.count(window)).as(window).isPositive();
    }
  }

  @Test
  void theSameSeedIsTheSameRush() {
    Rush once = new Rush(7, Set.of());
    Rush again = new Rush(7, Set.of());
    once.run();
    again.run();
    assertThat(again.fingerprint()).isEqualTo(once.fingerprint());
  }

  @ParameterizedTest
  @EnumSource(names = {"LINES_OF_TENANTS", "DROP_OF_EXPIRED", "QUOTA_COUNTED_ONCE"})
  void aRuleThatIsLeftOutIsMissed(LeftOut rule) {
    assertThat(isCaught(rule)).as("some seed notices").isTrue();
  }

  private static boolean isCaught(LeftOut rule) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        new Rush(seed, Set.of(rule)).run();
      } catch (PromiseBroken noticed) {
        return true;
      }
    }
    return false;
  }
}
