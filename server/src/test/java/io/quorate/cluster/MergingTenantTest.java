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
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tenant whose keys have fields that are merged: how it is created, and what it keeps. */
class MergingTenantTest {
  private final ClusterState state = Clusters.ofNodes(3);

  private static TenantSettings of(Model model) {
    return TenantSettings.NONE.with(TenantSetting.MODEL, model);
  }

  private static CreateTenant create(TenantSettings settings) {
    return new CreateTenant("carts", 3, settings);
  }

  private ClusterState created(Model model) {
    return ((Accepted) state.apply(create(of(model)), 2)).next();
  }

  private static String reason(Decision decision) {
    return ((Rejected) decision).reason();
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNTERS", "SETS", "MAPS"})
  void isCreatedOnceTheClusterIsAtVersionTwo(Model model) {
    CreateTenant create = create(of(model));
    assertThat(CommandRules.refusalOf(create, 1)).contains("model", "finalize");
    assertThat(CommandCodec.decode(CommandCodec.encode(create, 2))).isEqualTo(create);

    ClusterState next = created(model);
    assertThat(next.tenants().get("carts"))
        .isNotNull()
        .extracting(Tenant::mergesFields, Tenant::model, Tenant::namesWrites)
        .containsExactly(true, model.records(), false);
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(next))).isEqualTo(next);
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNTERS", "SETS", "MAPS"})
  void readsAndWritesAtAnyLevel(Model model) {
    TenantSettings one =
        of(model)
            .with(TenantSetting.READ_LEVEL, Level.ONE)
            .with(TenantSetting.WRITE_LEVEL, Level.ALL);
    assertThat(state.apply(create(one), 2)).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNTERS", "SETS", "MAPS"})
  void saysWhatToDoInPlaceOfWhatItDoesNotTake(Model model) {
    assertThat(reason(state.apply(create(of(model).with(TenantSetting.RETRIES, Retries.ONCE)), 2)))
        .isEqualTo(
            "tenant 'carts': with model %s, an update counts once, however often it is tried, as it is: leave out retries"
                .formatted(model));
    assertThat(reason(state.apply(create(of(model).with(TenantSetting.DEFAULT_TTL_MILLIS, 5L)), 2)))
        .contains("'carts'", "model " + model, "do not expire", "leave", "at 0");
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNTERS", "SETS", "MAPS"})
  void keepsItsModelAndItsLimits(Model model) {
    ClusterState next = created(model);
    TenantSettings expiring = TenantSettings.NONE.with(TenantSetting.DEFAULT_TTL_MILLIS, 5L);

    assertThat(reason(next.apply(new AlterTenant("carts", of(Model.SIBLINGS)), 3)))
        .contains("model is given when a tenant is created");
    assertThat(reason(next.apply(new AlterTenant("default", of(model)), 3)))
        .contains("model is given when a tenant is created");
    assertThat(reason(next.apply(new AlterTenant("carts", expiring), 3))).contains("do not expire");
    assertThat(next.apply(new AlterTenant("carts", of(model)), 3)).isInstanceOf(Accepted.class);
  }
}
