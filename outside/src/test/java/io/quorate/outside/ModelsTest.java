package io.quorate.outside;

import org.junit.jupiter.api.Test;

/** What each model promises, all models at once, while nodes are killed and paused. */
class ModelsTest {
  @Test
  void eachModelIsRightWhileNodesAreKilledAndPaused() throws InterruptedException {
    Load.whileNodesAreKilledAndPaused(
        new OnceTest(),
        new SiblingsTest(),
        new CountersTest(),
        new LinearizableTest(),
        new LinearizableFieldsTest());
  }
}
