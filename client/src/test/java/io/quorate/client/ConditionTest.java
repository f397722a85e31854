package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.Tenant.Model;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes with a condition, of linearizable keys. */
class ConditionTest {
  private static final byte[] KEY = {3};
  private static final byte[] VALUE = {1, 2};
  private static final WriteOptions SEATS = WriteOptions.DEFAULT.tenant("seats");

  private final FakeCluster cluster = new FakeCluster(3);
  private final List<Operation> asked = new CopyOnWriteArrayList<>();
  private final QuorateClient client;

  ConditionTest() {
    cluster.createLinearizableTenant("seats");
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            asked.add(operation);
            return operation.hasDelete()
                ? FakeCluster.failed(Reason.REASON_CONDITION_FAILED)
                : cluster.serve(operation);
          };
    }
    client = QuorateClient.builder().endpoints(cluster.endpoints()).build();
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void theConditionGoesWithTheWrite() {
    client.keyValue().put("12A", "ada", SEATS.onlyIf(Condition.absent()));
    client.keyValue().put("12A", "ada", SEATS.onlyIf(Condition.value(VALUE)));
    Version version = Version.of(0, 5, 6, 7);
    client.keyValue().put("12A", "ada", SEATS.onlyIf(Condition.version(version)));
    client.keyValue().put("12A", "ada", SEATS);

    assertThat(asked).hasSize(4);
    assertThat(asked.get(0).getPut().getCondition().getAbsent()).isTrue();
    assertThat(asked.get(1).getPut().getCondition().getValue().toByteArray()).isEqualTo(VALUE);
    assertThat(asked.get(2).getPut().getCondition().getVersion().getNode()).isEqualTo(6);
    assertThat(asked.get(3).getPut().hasCondition()).isFalse();
  }

  @Test
  void oneThatIsNotMetIsDecidedAndNotTriedAgain() {
    assertThatThrownBy(() -> client.keyValue().delete("12A", SEATS.onlyIf(Condition.value(VALUE))))
        .isInstanceOf(ConditionFailedException.class)
        .satisfies(failed -> assertThat(((QuorateException) failed).mayHaveApplied()).isFalse());
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).getDelete().hasCondition()).isTrue();
  }

  /** Else the write would be made whatever the key has, and told to have gone well. */
  @Test
  void oneThatCannotBeSentIsRefused() {
    cluster.createTenantWithSiblings("carts");
    cluster.createTenantWithFields("likes", Model.MODEL_COUNTERS);
    cluster.createTenantWithFields("tags", Model.MODEL_SETS);
    cluster.createTenantWithFields("profiles", Model.MODEL_MAPS);
    WriteOptions absent = WriteOptions.DEFAULT.onlyIf(Condition.absent());
    SiblingKeyValue<String, String> carts = client.siblings("carts", Codec.utf8(), Codec.utf8());
    refused(() -> carts.put("k", "v", Context.NONE, absent));
    refused(() -> carts.delete("k", Context.NONE, absent));
    refused(() -> client.counters("likes").increment(KEY, 1, absent));
    refused(() -> client.sets("tags").add(KEY, List.of(VALUE), absent));
    refused(() -> client.maps("profiles").update(KEY, MapUpdate.EMPTY.increment("f", 1), absent));
    assertThat(asked).isEmpty();
  }

  private static void refused(ThrowingCallable write) {
    assertThatThrownBy(write)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("takes no condition");
  }

  @Test
  void oneWithAValueThatNoClusterTakesIsNotSent() {
    byte[] key = FakeCluster.utf8("12A");
    WriteOptions tooLong = SEATS.onlyIf(Condition.value(new byte[(64 << 20) + 1]));
    AsyncKeyValue kv = client.asyncKeyValue();
    assertThat(
            Stream.of(
                kv.put(key, VALUE, tooLong),
                kv.delete(key, tooLong),
                client
                    .asyncFields("seats")
                    .update(key, FieldsUpdate.EMPTY.set("name", "ada"), tooLong)))
        .allSatisfy(
            refused ->
                assertThatThrownBy(refused::join)
                    .cause()
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                        "a condition with a value of 67108865 bytes: more than 67108864 is never"
                            + " sent: split it over several keys"));
    assertThat(asked).isEmpty();
  }

  @Test
  void conditionsAreEqualByWhatTheyAskFor() {
    assertThat(Condition.value(VALUE)).isEqualTo(Condition.value(VALUE.clone()));
    assertThat(Condition.value(VALUE)).isNotEqualTo(Condition.absent());
    assertThat(SEATS.onlyIf(Condition.absent()))
        .isNotEqualTo(SEATS)
        .hasToString(
            "WriteOptions[level=null, timeout=null, tenant=seats, ttl=null, condition=absent]");
  }
}
