package io.quorate.transport.codec.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cluster.Command;
import io.quorate.placement.TenantSetting;
import io.quorate.proto.v1.Tenant;
import org.junit.jupiter.api.Test;

/** What requests for tenants say. */
class TenantCodecTest {
  private static final Tenant PLAIN = Tenant.newBuilder().setName("orders").build();

  /** Else no tenant could be created while a cluster is upgraded, before that is finalized. */
  @Test
  void aPlainRequestSaysNothingThatTheFirstReleaseDoesNotKnow() {
    Command.CreateTenant create = TenantCodec.createTenant(PLAIN);
    assertThat(create.settings().said()).allMatch(setting -> setting.existsAt(1));
  }

  @Test
  void whatARestoreGivesIsSaidByOneAlone() {
    Command.CreateTenant begun = TenantCodec.beginRestore(PLAIN, 7, 8);
    assertThat(begun.settings().get(TenantSetting.RESTORING)).isEqualTo(7);
    assertThat(begun.settings().get(TenantSetting.RESTORED_FROM)).isEqualTo(8);
    assertThatThrownBy(() -> TenantCodec.createTenant(PLAIN.toBuilder().setRestoring(7).build()))
        .hasMessageContaining("are given by a restore");
  }
}
