package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.config.ConfigException;
import io.quorate.node.config.NodeConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageLimitsTest {
  private static NodeConfig with(String valueMax) throws ConfigException {
    return NodeConfig.of(
        Map.of("limits.max_value_bytes", valueMax, "limits.inflight_bytes", "1GiB"));
  }

  /** Beside it there may be a page of 4 MiB and a frame of 1 MiB. */
  @Test
  void framesHaveRoomForTheLargestValueThatANodeCanBeSetToTake() throws Exception {
    int largest = with("64MiB").limits().valueBytesMax();
    assertThat(MessageLimits.NODE_FRAME_BYTES).isGreaterThan(largest + (6 << 20));
    assertThatThrownBy(() -> with("65MiB")).hasMessageContaining("64MiB");
  }
}
