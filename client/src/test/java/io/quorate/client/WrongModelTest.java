package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeFields;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.fake.FakeSiblings;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.Tenant.Model;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Methods for one model, called for a tenant of another one. */
class WrongModelTest {
  private static final String CARTS = "carts";
  private static final String KEY = "k";

  /** A tenant with siblings that was created a moment ago: clients have not heard of it. */
  private static final String NEW = "new";

  private static final ReadOptions READ = ReadOptions.DEFAULT.tenant(CARTS);
  private static final WriteOptions WRITE = WriteOptions.DEFAULT.tenant(CARTS);

  private final FakeCluster cluster = new FakeCluster(3);

  /** What arrived at any node. */
  private final List<Operation> asked = new CopyOnWriteArrayList<>();

  private final List<FinishedRequest> finished = new CopyOnWriteArrayList<>();
  private final QuorateClient client;
  private final SiblingKeyValue<String, String> ofDefault;

  WrongModelTest() {
    cluster.createTenantWithSiblings(CARTS);
    cluster.createTenantWithFields("likes", Model.MODEL_COUNTERS);
    cluster.createTenantWithFields("tags", Model.MODEL_SETS);
    cluster.createTenantWithFields("profiles", Model.MODEL_MAPS);
    cluster.siblings.put(NEW, new FakeSiblings());
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            asked.add(operation);
            return cluster.serve(operation);
          };
    }
    client =
        QuorateClient.builder()
            .endpoints(cluster.endpoints())
            .requestListener(finished::add)
            .build();
    ofDefault = client.siblings("default", Codec.utf8(), Codec.utf8());
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void keyValueIsRefusedWhereAKeyHasSiblingsBeforeAnythingIsSent() {
    KeyValue kv = client.keyValue();
    assertThatThrownBy(() -> kv.get(KEY, READ))
        .isInstanceOf(WrongModelException.class)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("get of key 'k' of tenant 'carts'")
        .hasMessageContaining("has model SIBLINGS")
        .hasMessageContaining("use QuorateClient.siblings");
    assertThatThrownBy(() -> kv.put(KEY, "v", WRITE))
        .isInstanceOf(WrongModelException.class)
        .satisfies(failed -> assertThat(((QuorateException) failed).mayHaveApplied()).isFalse());
    assertThatThrownBy(() -> kv.delete(KEY, WRITE)).isInstanceOf(WrongModelException.class);
    assertThat(kv.putAll(List.of(Entry.of(KEY, "v")), WRITE))
        .allMatch(
            each ->
                each instanceof Outcome.Failed<?> failed
                    && failed.failure() instanceof WrongModelException);
    assertThat(kv.getAll(List.of(FakeCluster.utf8(KEY)), READ))
        .allMatch(Outcome.Failed.class::isInstance);
    assertThatThrownBy(() -> client.asyncKeyValue().get(KEY, READ).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(WrongModelException.class);
    assertThatThrownBy(() -> client.keyValue(CARTS, Codec.utf8(), Codec.utf8()).put(KEY, "v"))
        .isInstanceOf(WrongModelException.class);
    assertThat(asked).isEmpty();
    assertThat(finished)
        .hasSize(7)
        .allMatch(request -> request.result() == FinishedRequest.Result.INVALID_REQUEST);
  }

  @Test
  void siblingsAreRefusedWhereAKeyHasOneValueBeforeAnythingIsSent() {
    assertThatThrownBy(() -> ofDefault.get(KEY))
        .isInstanceOf(WrongModelException.class)
        .hasMessageContaining("has model LAST_WRITE_WINS")
        .hasMessageContaining("use QuorateClient.keyValue");
    assertThatThrownBy(() -> ofDefault.put(KEY, "v")).isInstanceOf(WrongModelException.class);
    assertThatThrownBy(() -> ofDefault.delete(KEY)).isInstanceOf(WrongModelException.class);
    assertThatThrownBy(() -> ofDefault.update(KEY, siblings -> siblings.get(0), value -> "changed"))
        .isInstanceOf(WrongModelException.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void countersSetsAndMapsAreForTheirTenantsAndNoOthersAreForThese() {
    Map<String, Supplier<Object>> asked =
        Map.of(
            "counters", () -> client.counters("tags").increment(KEY, 1),
            "sets", () -> client.sets("likes").get(KEY),
            "maps", () -> client.maps(CARTS).update(KEY, MapUpdate.EMPTY.enable("f")),
            "value", () -> client.keyValue().put(KEY, "v", WriteOptions.DEFAULT.tenant("likes")),
            "siblings", () -> client.siblings("profiles", Codec.utf8(), Codec.utf8()).get(KEY),
            "default", () -> client.counters("default").increment(KEY, 1));
    Map<String, String> said =
        Map.of(
            "counters", "has model SETS",
            "sets", "use QuorateClient.counters",
            "maps", "has model SIBLINGS",
            "value", "has model COUNTERS",
            "siblings", "use QuorateClient.maps",
            "default", "has model LAST_WRITE_WINS");
    asked.forEach(
        (name, call) ->
            assertThatThrownBy(call::get)
                .as(name)
                .isInstanceOf(WrongModelException.class)
                .hasMessageContaining(said.get(name))
                .satisfies(
                    failed ->
                        assertThat(failed.getMessage())
                            .contains("has model " + ((WrongModelException) failed).model()))
                .satisfies(
                    failed -> assertThat(((QuorateException) failed).mayHaveApplied()).isFalse()));
    assertThat(this.asked).isEmpty();
  }

  @Test
  void readOfATenantWithFieldsThatIsNotKnownYetIsRefusedByItsAnswer() {
    cluster.placementHlc = 1L << 40;
    FakeFields unheard = new FakeFields();
    cluster.fields.put("unheard", unheard);
    try (QuorateClient other = cluster.client()) {
      other.counters("unheard").increment(KEY, 1);
      assertThatThrownBy(() -> client.keyValue().get(KEY, ReadOptions.DEFAULT.tenant("unheard")))
          .isInstanceOf(WrongModelException.class)
          .hasMessageContaining("has model COUNTERS");
      assertThatThrownBy(() -> client.sets("unheard").get(KEY))
          .isInstanceOf(WrongModelException.class);
      client.keyValue().put(KEY, "v");
      assertThatThrownBy(() -> client.counters("elsewhere").get(KEY))
          .as("a key with a value")
          .isInstanceOf(WrongModelException.class);
    }
  }

  /** The answer shows its model. */
  @Test
  void readOfATenantThatIsNotKnownYetIsRefusedByItsAnswer() {
    ReadOptions read = ReadOptions.DEFAULT.tenant(NEW);
    SiblingKeyValue<String, String> siblings = client.siblings(NEW, Codec.utf8(), Codec.utf8());
    assertThat(client.keyValue().get(KEY, read).found()).as("never written").isFalse();
    siblings.put(KEY, "v");
    assertThatThrownBy(() -> client.keyValue().get(KEY, read))
        .isInstanceOf(WrongModelException.class);
    siblings.delete(KEY);
    assertThatThrownBy(() -> client.keyValue().get(KEY, read))
        .as("deleted")
        .isInstanceOf(WrongModelException.class);
    client.keyValue().put(KEY, "v", WriteOptions.DEFAULT.tenant("other"));
    assertThatThrownBy(() -> client.siblings("other", Codec.utf8(), Codec.utf8()).get(KEY))
        .as("a value without siblings")
        .isInstanceOf(WrongModelException.class);
  }

  /** Reads at QUORUM see what was written: a session has nothing to remember of such keys. */
  @Test
  void sessionsRememberNothingOfKeysWithSiblings() {
    String before = client.session().token();
    Session session = client.session();
    session.keyValue().put(KEY, "v", WriteOptions.DEFAULT.tenant(NEW));
    session.keyValue().delete(KEY, WriteOptions.DEFAULT.tenant(NEW));
    assertThatThrownBy(() -> session.keyValue().get(KEY, ReadOptions.DEFAULT.tenant(NEW)))
        .isInstanceOf(WrongModelException.class);
    assertThatThrownBy(() -> session.keyValue().put(KEY, "v", WRITE))
        .isInstanceOf(WrongModelException.class);
    assertThatThrownBy(() -> session.keyValue().get(KEY, READ))
        .isInstanceOf(WrongModelException.class);
    assertThat(session.token()).isEqualTo(before);
    session.keyValue().put(KEY, "v");
    assertThat(session.token()).isNotEqualTo(before);
  }
}
