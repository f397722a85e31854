package io.quorate.replication.coordinator;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Model;
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.version.FenceRank;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.Hlc;
import io.quorate.version.Writer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What requests are refused for that ask for what their tenant does not offer. */
class TenantChecksTest {
  private static final long TOKEN = 7;
  private static final Key KEY = new Key(1, new byte[] {7});
  private static final Field COUNTER = new Field("visits", Field.Kind.COUNTER);
  private static final Field SET = new Field("items", Field.Kind.SET);
  private static final byte[] X = "x".getBytes(UTF_8);

  private static final Tenant MAPS = tenant(3).with(TenantSetting.MODEL, Model.MAPS);

  private final PlayedNode node = new PlayedNode(A, B, C);
  private final Writer writer = new Writer(Hlc.of(node.wallMillis(), 1), 7);

  private static FieldChange.Count count(long number, long up) {
    return new FieldChange.Count(COUNTER, number, up, 0);
  }

  private static FieldChange.Add add(long number, byte[] value) {
    return new FieldChange.Add(SET, number, value, List.of());
  }

  @Test
  void tenantSaysWhatToUseInstead() {
    Tenant counters = tenant(3).with(TenantSetting.MODEL, Model.COUNTERS);
    Tenant sets = tenant(3).with(TenantSetting.MODEL, Model.SETS);
    Operation put = new Operation.Put("", new byte[1], X, null, 0, RequestId.NONE);
    Operation delete = new Operation.Delete("", X, null, RequestId.NONE);

    assertThat(misfit(counters, put)).contains("model COUNTERS", "not put", "by updates");
    assertThat(misfit(sets, delete)).contains("model SETS", "not deleted", "remove values");
    assertThat(misfit(MAPS, put)).contains("model MAPS", "change its fields by updates");
    assertThat(misfit(tenant(3), update(count(1, 1))))
        .contains("model LAST_WRITE_WINS", "COUNTERS, SETS or MAPS", "Nothing was applied");
    assertThat(misfit(counters, update(count(1, 1))))
        .contains("no key has a field 'visits' of kind COUNTER", "without a name");
    assertThat(
            misfit(sets, update(new FieldChange.Count(new Field("", Field.Kind.COUNTER), 1, 1, 0))))
        .contains("model SETS", "kind COUNTER: change the one of kind SET");
    assertThat(
            misfit(MAPS, update(new FieldChange.Count(new Field("", Field.Kind.COUNTER), 1, 1, 0))))
        .contains("names of 1 to 256 bytes");
    assertThat(misfit(MAPS.with(TenantSetting.MAX_VALUE_BYTES, 10L), update(add(1, new byte[11]))))
        .contains("11 bytes", "at most 10");

    assertThat(TenantChecks.misfit(MAPS, update(count(1, 1), add(1, X)))).isNull();
    assertThat(
            TenantChecks.misfit(
                counters,
                update(new FieldChange.Count(new Field("", Field.Kind.COUNTER), 1, 1, 0))))
        .isNull();
  }

  private Operation update(FieldChange... changes) {
    return new Operation.Update(
        "", new byte[1], null, RequestId.NONE, writer, true, List.of(changes), 0);
  }

  private static String misfit(Tenant tenant, Operation operation) {
    Failure failure = Objects.requireNonNull(TenantChecks.misfit(tenant, operation));
    assertThat(failure.reason()).isEqualTo(Reason.INVALID);
    return failure.message();
  }

  private static Operation.Get get(long token) {
    return new Operation.Get("orders", KEY.bytes(), Level.QUORUM, null, null, token);
  }

  private static Tenant with(TenantSettings settings) {
    return new Tenant(1, "orders", 3, settings);
  }

  /** Nodes that run the release before do not know marks. */
  @Test
  void beforeTheUpgradeIsFinalizedATokenIsRefused() {
    Failure failure =
        Objects.requireNonNull(
            new TenantChecks(node.context()).refusal(get(TOKEN), node.plan(), Level.QUORUM));

    assertThat(failure.reason()).isEqualTo(Reason.INVALID);
    assertThat(failure.message()).contains("need cluster version 2").contains("at version 1");
    assertThat(new TenantChecks(node.context()).refusal(get(0), node.plan(), Level.ONE)).isNull();
  }

  @Test
  void tenantsWhoseWritesCannotBeStampedAgainTakeNoToken() {
    Tenant once = with(TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE));
    Tenant siblings = with(TenantSettings.NONE.with(TenantSetting.MODEL, Model.SIBLINGS));

    assertThat(TenantChecks.misfit(with(TenantSettings.NONE), get(TOKEN))).isNull();
    assertThat(Objects.requireNonNull(TenantChecks.misfit(once, get(TOKEN))).message())
        .contains("retries ONCE");
    assertThat(Objects.requireNonNull(TenantChecks.misfit(siblings, get(TOKEN))).message())
        .contains("has model SIBLINGS");
    assertThat(
            Objects.requireNonNull(
                    TenantChecks.misfit(with(TenantSettings.NONE), get(FenceRank.TOKEN_MAX + 1)))
                .message())
        .contains("is that of no lock");
  }
}
