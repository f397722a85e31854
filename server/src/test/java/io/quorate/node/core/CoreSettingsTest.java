package io.quorate.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.migration.MoveConfig;
import io.quorate.model.Releases;
import io.quorate.node.config.NodeConfig;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Settings that an operator writes reach the parts of the node that use them. */
class CoreSettingsTest {

  @Test
  void whatIsLeftOutIsAsUsual() throws Exception {
    assertThat(CoreSettings.of(NodeConfig.of(Map.of()), Releases.THIS).moves())
        .isEqualTo(MoveConfig.DEFAULT);
  }

  @Test
  void howPartitionsMoveIsForTheOperatorToSay() throws Exception {
    Map<String, String> settings =
        Map.of(
            "moves.down_after", "1m",
            "moves.alarm_after", "2m",
            "moves.report_interval", "50ms",
            "moves.step_timeout", "7s",
            "moves.slow_start", "11");
    assertThat(CoreSettings.of(NodeConfig.of(settings), Releases.THIS).moves())
        .isEqualTo(
            new MoveConfig(
                TimeUnit.MINUTES.toNanos(1),
                TimeUnit.MILLISECONDS.toNanos(50),
                TimeUnit.SECONDS.toNanos(7),
                TimeUnit.MINUTES.toNanos(2),
                11));
  }
}
