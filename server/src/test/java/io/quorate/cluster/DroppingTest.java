package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.model.NodeId;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What becomes of tenants, and of their ids, that are dropped or truncated. */
class DroppingTest {
  private ClusterState state = Genesis.create(Clusters.ID, Clusters.members(5), 4);
  private long index = 1;

  private void accept(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as(command.toString()).isInstanceOf(Accepted.class);
    state = ((Accepted) decision).next();
  }

  private Rejected refuse(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as(command.toString()).isInstanceOf(Rejected.class);
    return (Rejected) decision;
  }

  private Tenant tenant(String name) {
    return Objects.requireNonNull(state.tenants().get(name));
  }

  private void create(String name) {
    accept(new CreateTenant(name, 3, null, null, 7));
  }

  @Test
  void aTenantIsGoneAndItsIdIsOfOneThatWasDropped() {
    create("orders");
    int id = tenant("orders").id();

    accept(new DropTenant("orders"));

    assertThat(state.tenants()).containsOnlyKeys(Tenant.DEFAULT_NAME);
    assertThat(state.placements().tenants().dropped().contains(id)).isTrue();
    assertThat(state.placements().tenants().dropped().contains(1)).isFalse();
    assertThat(state.placements().tenants().dropped().contains(id + 1)).isFalse();
  }

  @Test
  void aTenantThatTakesTheNameHasAnotherId() {
    create("orders");
    int before = tenant("orders").id();
    accept(new DropTenant("orders"));
    create("orders");

    assertThat(tenant("orders").id()).isNotEqualTo(before);
    assertThat(state.placements().tenants().dropped().contains(tenant("orders").id())).isFalse();
  }

  @Test
  void aTruncatedTenantIsAsItWasUnderAnotherId() {
    create("orders");
    Tenant before = tenant("orders");

    accept(new TruncateTenant("orders"));
    create("later");

    Tenant now = tenant("orders");
    assertThat(now.withId(before.id())).isEqualTo(before);
    assertThat(now.id()).isNotEqualTo(before.id());
    assertThat(tenant("later").id()).isNotIn(before.id(), now.id());
    assertThat(state.placements().tenants().dropped().contains(before.id())).isTrue();
    assertThat(state.placements().tenants().dropped().contains(now.id())).isFalse();
  }

  @Test
  void theDefaultTenantIsTruncatedAndNotDropped() {
    assertThat(refuse(new DropTenant(Tenant.DEFAULT_NAME)).reason()).contains("truncate it");
    accept(new TruncateTenant(Tenant.DEFAULT_NAME));
    assertThat(state.placements().tenants().dropped().contains(1)).isTrue();
  }

  @Test
  void aTenantThatThereIsNotIsRefused() {
    for (Command command : List.of(new DropTenant("unknown"), new TruncateTenant("unknown"))) {
      Rejected rejected = refuse(command);
      assertThat(rejected.kind()).isEqualTo(RefusalKind.UNKNOWN_TENANT);
      assertThat(rejected.reason()).contains("unknown");
    }
    assertThat(refuse(new DropTenant("")).kind()).isEqualTo(RefusalKind.INVALID);
  }

  /** However late it is repeated: the cluster does not remember all requests. */
  @Test
  void aTenantThatIsNamedByItsIdIsTruncatedOnce() {
    create("orders");
    int before = tenant("orders").id();
    accept(new TruncateTenant("orders", before));
    ClusterState truncated = state;
    assertThat(tenant("orders").id()).isNotEqualTo(before);

    // A success would be untrue where the id was looked up at a node that lags.
    assertThat(refuse(new TruncateTenant("orders", before)).reason())
        .contains("has id " + tenant("orders").id() + ", and not " + before);
    assertThat(state).isEqualTo(truncated);

    accept(new DropTenant("orders", tenant("orders").id()));
    create("orders");
    ClusterState created = state;
    assertThat(refuse(new TruncateTenant("orders", before)).reason()).contains("and not " + before);
    assertThat(state).isEqualTo(created);
    assertThat(refuse(new TruncateTenant("orders", 99)).reason()).contains("and not 99");
  }

  @Test
  void aTenantThatIsNamedByItsIdIsDroppedAndNoLaterOne() {
    create("orders");
    int before = tenant("orders").id();
    accept(new DropTenant("orders", before));
    ClusterState dropped = state;

    accept(new DropTenant("orders", before));
    assertThat(state).isEqualTo(dropped);
    assertThat(refuse(new DropTenant("orders", 99)).kind()).isEqualTo(RefusalKind.UNKNOWN_TENANT);

    create("orders");
    Rejected rejected = refuse(new DropTenant("orders", before));
    assertThat(rejected.kind()).isEqualTo(RefusalKind.FAILED_PRECONDITION);
    assertThat(rejected.reason())
        .contains("has id %d, and not %d".formatted(tenant("orders").id(), before));
    assertThat(refuse(new DropTenant("orders", -1)).kind()).isEqualTo(RefusalKind.INVALID);
  }

  @Test
  void operatorsMayRequestIt() {
    create("orders");
    accept(new Requested(new RequestKey(1, 1), 1, 0, new TruncateTenant("orders")));
    accept(new Requested(new RequestKey(1, 2), 1, 0, new DropTenant("orders")));
    assertThat(state.change().id()).as("no change of the topology").isZero();
  }

  /** A tenant may be dropped while its partitions come to another factor. */
  @Test
  void aTenantThatIsBeingAlteredCanBeDropped() {
    create("orders");
    accept(new AlterTenant("orders", TenantSettings.NONE, 5));
    assertThat(state.isChanging()).isTrue();

    accept(new DropTenant("orders"));

    assertThat(state.awaitingMove()).isEmpty();
  }

  @Test
  void whatWasDroppedIsPartOfAStateThatIsReadAgain() {
    create("a");
    create("b");
    accept(new DropTenant("a"));
    accept(new TruncateTenant("b"));

    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
  }

  /** Tenants of which the survivor never heard may have records, and these are not to go. */
  @Test
  void whatARecoveredGroupDoesNotKnowIsNotTakenForDropped() {
    create("a");
    int known = tenant("a").id();
    accept(new DropTenant("a"));
    NodeId survivor = state.members().firstKey();

    ClusterState recovered =
        state.recovered(
            new GroupRecovery(1, survivor, 1, state.stateVersion(), 0, "", List.of()), 1_000);

    assertThat(recovered.placements().tenants().dropped().contains(known)).isTrue();
    assertThat(recovered.placements().tenants().dropped().contains(known + 1)).isFalse();
  }

  @Test
  void anEarlierVersionHasNoneOfIt() {
    ClusterState early =
        new ClusterState(
            state.clusterId(), 1, 1, state.members(), state.tenants(), 2, state.partitions());
    assertThat(early.apply(new TruncateTenant(Tenant.DEFAULT_NAME), 2))
        .asInstanceOf(type(Rejected.class))
        .extracting(Rejected::reason)
        .asString()
        .contains("since cluster version 2");
  }
}
