package io.quorate.client.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicationFactorTest {

  @Test
  void numbersAndNumbersByRegionAreReadAsPeopleWriteThem() {
    assertThat(ReplicationFactor.parse("3")).isEqualTo(ReplicationFactor.of(3)).hasToString("3");
    ReplicationFactor geo = ReplicationFactor.parse("eu=3, us=2,asia=1");
    assertThat(geo)
        .isEqualTo(ReplicationFactor.byRegion(Map.of("us", 2, "asia", 1, "eu", 3)))
        .hasToString("asia=1,eu=3,us=2");
    assertThat(geo.replicas()).isEqualTo(6);
    assertThat(ReplicationFactor.parse(geo.toString())).isEqualTo(geo).hasSameHashCodeAs(geo);
    assertThat(geo).isNotEqualTo(ReplicationFactor.of(6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "eu", "eu=", "=3", "eu=3,eu=2", "eu=3,", "eu=3,us"})
  void anythingElseIsRefusedWithWhatToGive(String text) {
    assertThatThrownBy(() -> ReplicationFactor.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "eu=0", "eu=3,us=-2"})
  void lessThanOneReplicaIsRefused(String text) {
    assertThatThrownBy(() -> ReplicationFactor.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give at least 1");
  }
}
