package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.Tenant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tenant that this client has created, beside what nodes tell of it. */
class LearnedTenantTest {
  private final ClusterView view = new ClusterView(new Session(1));

  @BeforeEach
  void follow() {
    view.follow(
        RouteTable.of(
            ScriptedClient.placement(0xC1, 5, "a:1").toBuilder()
                .addTenants(tenant(7).toBuilder().setReplicationFactor(3))
                .build()));
  }

  private static Tenant tenant(int id) {
    return Tenant.newBuilder().setName("t").setId(id).setReplicationFactor(1).build();
  }

  private @Nullable Tenant known() {
    RouteTable table = view.table();
    return table == null ? null : table.tenant("t");
  }

  /** The answer to its creation may come after it was altered, which is not told again. */
  @Test
  void whatNodesToldOfATenantStays() {
    view.learn(tenant(7));
    assertThat(known()).isNotNull().returns(3, Tenant::getReplicationFactor);
    view.learn(tenant(6));
    assertThat(known()).isNotNull().returns(7, Tenant::getId);
  }

  @Test
  void aTenantThatWasCreatedAgainIsLearned() {
    view.learn(tenant(8));
    assertThat(known()).isNotNull().returns(8, Tenant::getId);
  }
}
