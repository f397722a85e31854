package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KindTest {
  private static final int SEEDS = 200;

  @Test
  void everyKindIsInSomeRunsAndLeftOutOfOthers() {
    Map<String, Integer> drawn = new TreeMap<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      Swarm.draw(new SimRandom(seed))
          .faults()
          .keySet()
          .forEach(kind -> drawn.merge(kind, 1, Integer::sum));
    }

    List<String> names = Kind.ALL.stream().map(Kind::name).toList();
    assertThat(drawn.keySet()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(drawn.values()).allMatch(times -> times > SEEDS / 10 && times < SEEDS * 9 / 10);
  }

  /** Otherwise every seed that is known for something would be lost with each new kind. */
  @Test
  void kindIsDrawnWhateverOtherKindsThereAre() {
    for (Kind kind : Kind.ALL) {
      for (int seed = 0; seed < SEEDS; seed++) {
        Fault alone = kind.draw(new SimRandom(seed));
        assertThat(Swarm.draw(new SimRandom(seed)).faults().get(kind.name())).isEqualTo(alone);
      }
    }
  }
}
