package io.quorate.outside;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What each model promises, all models at once, while nodes are killed and paused. */
@ExtendWith(DisturbedNodes.class)
class ModelsTest {
  @Test
  void eachModelIsRightWhileNodesAreKilledAndPaused(Nodes nodes) throws InterruptedException {
    Load.whileNodesAreKilledAndPaused(
        nodes,
        new OnceTest(),
        new SiblingsTest(),
        new CountersTest(),
        new LinearizableTest(),
        new LinearizableFieldsTest());
  }
}
