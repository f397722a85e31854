package io.quorate.client.internal.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClusterCodecTest {
  @Test
  void timeToLiveBeyondAllNumbersIsTheLongestThereIs() {
    TenantSettings settings = TenantSettings.DEFAULT.defaultTtl(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(ClusterCodec.newTenant("t", settings).getDefaultTtlMs()).isEqualTo(Long.MAX_VALUE);
    assertThat(ClusterCodec.alteration("t", settings).getDefaultTtlMs()).isEqualTo(Long.MAX_VALUE);
  }
}
