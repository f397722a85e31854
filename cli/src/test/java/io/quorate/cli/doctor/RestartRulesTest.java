package io.quorate.cli.doctor;

import static io.quorate.cli.doctor.Heard.B;
import static io.quorate.cli.doctor.Heard.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.admin.ClusterStatus.Disk;
import org.junit.jupiter.api.Test;

/** Which disks keep nodes from being restarted. */
class RestartRulesTest {
  @Test
  void aDiskThatFillsHoldsUpNoRestart() {
    Heard nearlyFull = Heard.well().reports(B, new Said().disk(Disk.WRITABLE, 99));
    assertThat(RestartRules.obstacles(nearlyFull.views())).isEmpty();
  }

  @Test
  void aNodeThatIsDrainedSoAsToBeStoppedIsNoObstacleItself() {
    Heard heard = Heard.well().drained(B);
    assertThat(RestartRules.obstacles(heard.views())).hasSize(1);
    assertThat(RestartRules.obstaclesBeside(heard.views(), B)).isEmpty();
    assertThat(RestartRules.obstaclesBeside(heard.views(), C)).hasSize(1);
  }

  @Test
  void aDiskThatTakesNoWritesDoes() {
    Heard full = Heard.well().reports(B, new Said().disk(Disk.FULL, 100));
    assertThat(RestartRules.obstacles(full.views()))
        .singleElement()
        .asString()
        .contains("Its disk is full");
    Heard failed = Heard.well().reports(B, new Said().disk(Disk.FAILED, 10));
    assertThat(RestartRules.obstacles(failed.views()))
        .singleElement()
        .asString()
        .contains("Its disk failed");
  }
}
