package io.quorate.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.access.AccessChange.AddGrant;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.Grant;
import io.quorate.access.Grantee;
import io.quorate.access.KeyPrefix;
import io.quorate.access.TenantPattern;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.WatchPlacementResponse;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.access.Caller;
import io.quorate.transport.access.RuleBook;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlacementViewTest {
  private static final byte[] UPDATE =
      WatchPlacementResponse.newBuilder()
          .setStateVersion(7)
          .addTenants(Tenant.newBuilder().setName("orders"))
          .addTenants(Tenant.newBuilder().setName("other"))
          .addRemovedTenants("old-orders")
          .build()
          .toByteArray();

  private final RuleBook rules = new RuleBook(true, new SystemClock(), event -> {});
  private final Caller anna = AnyCallers.named("anna", rules);

  private void grant(Grant grant) {
    AccessRules created =
        rules.rules().hasUser("anna")
            ? rules.rules()
            : rules.rules().with(new CreateUser("anna", new TreeSet<>()));
    rules.follow(
        created.with(new AddGrant(new Grantee(Grantee.Kind.USER, "anna"), grant)),
        rules.stateVersion() + 1);
  }

  private static Grant reading(String tenant) {
    return new Grant(Set.of(Action.READ), new TenantPattern(tenant), KeyPrefix.of("eu/"));
  }

  private static List<String> tenants(byte[] update) throws Exception {
    return WatchPlacementResponse.parseFrom(update).getTenantsList().stream()
        .map(Tenant::getName)
        .toList();
  }

  @Test
  void tenantsOnWhichNothingIsGrantedAreNotToldOf() throws Exception {
    grant(reading("orders"));
    PlacementView view = new PlacementView(anna);
    WatchPlacementResponse told = WatchPlacementResponse.parseFrom(view.of(UPDATE));
    assertThat(told.getTenantsList()).extracting(Tenant::getName).containsExactly("orders");
    assertThat(told.getRemovedTenantsList()).isEmpty();
    assertThat(told.getStateVersion()).isEqualTo(7);
    GetPlacementResponse all =
        GetPlacementResponse.newBuilder()
            .addTenants(Tenant.newBuilder().setName("orders"))
            .addTenants(Tenant.newBuilder().setName("other"))
            .build();
    assertThat(PlacementView.of(all, anna).getTenantsList())
        .extracting(Tenant::getName)
        .containsExactly("orders");
  }

  @Test
  void grantsThatAreNotAboutTenantsTellOfNone() throws Exception {
    grant(Grant.of(Action.LOCK, Action.AUDIT));
    assertThat(tenants(new PlacementView(anna).of(UPDATE))).isEmpty();
  }

  @Test
  void thoseWhoMayKnowAllTenantsShareTheBytes() {
    grant(Grant.of(Action.MONITOR));
    assertThat(new PlacementView(anna).of(UPDATE)).isSameAs(UPDATE);
    assertThat(new PlacementView(AnyCallers.one()).of(UPDATE)).isSameAs(UPDATE);
  }

  @Test
  void whoComesBackAfterAChangeOfTheRulesIsToldAll() {
    grant(reading("orders"));
    long told = rules.stateVersion();
    assertThat(new PlacementView(anna).baseOf(told)).isEqualTo(told);
    grant(reading("other"));
    assertThat(new PlacementView(anna).baseOf(told)).isZero();
    assertThat(new PlacementView(anna).baseOf(rules.stateVersion()))
        .isEqualTo(rules.stateVersion());
    rules.follow(rules.rules(), rules.stateVersion() + 5);
    assertThat(new PlacementView(anna).baseOf(told + 1)).isEqualTo(told + 1);
    assertThat(new PlacementView(AnyCallers.one()).baseOf(1)).isEqualTo(1);
  }

  @Test
  void whatIsGrantedLaterIsToldOnce() throws Exception {
    grant(reading("orders"));
    PlacementView view = new PlacementView(anna);
    assertThat(view.hasChanged()).isFalse();
    grant(reading("other"));
    assertThat(view.hasChanged()).isTrue();
    assertThat(view.hasChanged()).isFalse();
    assertThat(tenants(view.of(UPDATE))).containsExactly("orders", "other");
    grant(Grant.of(Action.READ));
    assertThat(view.hasChanged()).isTrue();
    grant(reading("third"));
    assertThat(view.hasChanged()).as("all were told of before").isFalse();
  }
}
