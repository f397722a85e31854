package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.placement.Level;
import io.quorate.placement.Model;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import org.junit.jupiter.api.Test;

/** A tenant whose writes take effect at most once: how it is created, and what it keeps. */
class OnceTenantTest {
  private static final TenantSettings ONCE =
      TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE);

  private final ClusterState state = Clusters.ofNodes(3);

  private static CreateTenant create(TenantSettings settings) {
    return new CreateTenant("orders", 3, settings);
  }

  @Test
  void isCreatedOnceTheClusterIsAtVersionTwo() {
    assertThat(CommandRules.refusalOf(create(ONCE), 1)).contains("retries", "finalize");
    assertThat(CommandCodec.decode(CommandCodec.encode(create(ONCE), 2))).isEqualTo(create(ONCE));

    ClusterState next = ((Accepted) state.apply(create(ONCE), 2)).next();
    assertThat(next.tenants().get("orders"))
        .isNotNull()
        .extracting(Tenant::writesOnce)
        .isEqualTo(true);
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(next))).isEqualTo(next);
  }

  @Test
  void readsAndWritesAtQuorumOnly() {
    assertThat(reason(create(ONCE.with(TenantSetting.READ_LEVEL, Level.ONE))))
        .contains(
            "'orders'", "read_level ONE does not go with retries ONCE", "QUORUM", "leave read");
    assertThat(reason(create(ONCE.with(TenantSetting.WRITE_LEVEL, Level.ALL)))).contains("QUORUM");
    assertThat(reason(create(ONCE.with(TenantSetting.READ_REPAIR, ReadRepair.OFF))))
        .contains("read_repair OFF does not go with retries ONCE");
  }

  @Test
  void isForKeysWithOneValue() {
    TenantSettings both = ONCE.with(TenantSetting.MODEL, Model.SIBLINGS);
    assertThat(reason(create(both)))
        .contains("'orders'", "retries ONCE does not go with model SIBLINGS", "leave retries out");
  }

  @Test
  void cannotBeCreatedOverAnother() {
    ClusterState next = ((Accepted) state.apply(create(ONCE), 2)).next();
    assertThat(((Rejected) next.apply(create(TenantSettings.NONE), 3)).reason())
        .isEqualTo(
            "tenant 'orders' exists with retries ONCE, and this is never changed to REPEAT: choose"
                + " another name");
  }

  @Test
  void keepsItsRetries() {
    ClusterState next = ((Accepted) state.apply(create(ONCE), 2)).next();
    TenantSettings repeat = TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.REPEAT);

    assertThat(((Rejected) next.apply(new AlterTenant("orders", repeat), 3)).reason())
        .contains("retries is given when a tenant is created");
    assertThat(((Rejected) next.apply(new AlterTenant("default", ONCE), 3)).reason())
        .contains("retries is given when a tenant is created");
    assertThat(next.apply(new AlterTenant("orders", ONCE), 3)).isInstanceOf(Accepted.class);
    assertThat(
            ((Rejected)
                    next.apply(
                        new AlterTenant("orders", TenantSettings.of(Level.ONE, Level.ONE, null)),
                        3))
                .reason())
        .contains("QUORUM");
  }

  private String reason(Command command) {
    return ((Rejected) state.apply(command, 2)).reason();
  }
}
