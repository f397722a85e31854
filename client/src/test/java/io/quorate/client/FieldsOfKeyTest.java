package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.FieldCondition;
import io.quorate.proto.v1.FieldEdit;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.UpdateFieldsRequest;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates and reads of the maps of fields that linearizable keys have. */
class FieldsOfKeyTest {
  /** As a server writes it: a has xy, b has nothing. */
  private static final byte[] MAP =
      hex("00514601" + "0002" + "0001" + "61" + "00000002" + "7879" + "0001" + "62" + "00000000");

  private static final FieldsUpdate SET = FieldsUpdate.EMPTY.set("a", MAP);

  private final FakeCluster cluster = new FakeCluster(3);
  private final List<UpdateFieldsRequest> asked = new CopyOnWriteArrayList<>();
  private volatile @Nullable Failure failure;
  private volatile int failures;
  private final QuorateClient client;
  private final Fields fields;

  FieldsOfKeyTest() {
    cluster.createLinearizableTenant("orders");
    for (FakeNode node : cluster.nodes) {
      node.script =
          (Operation operation) -> {
            if (!operation.hasUpdateFields()) {
              return cluster.serve(operation);
            }
            asked.add(operation.getUpdateFields());
            Failure fails = asked.size() <= failures ? failure : null;
            return fails == null ? cluster.serve(operation) : FakeCluster.failed(fails);
          };
    }
    client = QuorateClient.builder().endpoints(cluster.endpoints()).build();
    fields = client.fields("orders");
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private static byte[] hex(String digits) {
    byte[] bytes = new BigInteger("01" + digits, 16).toByteArray();
    return Arrays.copyOfRange(bytes, 1, bytes.length);
  }

  private void fail(int times, Reason reason, String field) {
    failure = Failure.newBuilder().setReason(reason).setMessage("why").setField(field).build();
    failures = times;
  }

  @Test
  void anUpdateIsSentAsItIs() {
    FieldsUpdate update =
        FieldsUpdate.EMPTY
            .ifAbsent("owner")
            .ifPresent("state")
            .ifEquals("note", "")
            .set("owner", "ada")
            .remove("note");
    WriteResult written =
        fields.update(
            "1",
            update,
            WriteOptions.DEFAULT
                .fencedBy(9)
                .level(Level.QUORUM)
                .onlyIf(Condition.version(Version.of(0, 7, 1, 1))));

    UpdateFieldsRequest sent = asked.get(0);
    assertThat(sent.getTenant()).isEqualTo("orders");
    assertThat(sent.getConditionsList())
        .containsExactly(
            FieldCondition.newBuilder().setField("owner").setAbsent(true).build(),
            FieldCondition.newBuilder().setField("state").setPresent(true).build(),
            FieldCondition.newBuilder().setField("note").setValue(ByteString.EMPTY).build());
    assertThat(sent.getEditsList())
        .containsExactly(
            FieldEdit.newBuilder().setField("owner").setSet(ByteString.copyFromUtf8("ada")).build(),
            FieldEdit.newBuilder().setField("note").setRemove(true).build());
    assertThat(sent.getFenceToken()).isEqualTo(9);
    assertThat(sent.getCondition().getVersion().getHlc()).isEqualTo(7);
    assertThat(written.version()).isNotNull();
  }

  /** Under the same id and stamp: so a node that took it before takes it once. */
  @Test
  void whatIsTriedAgainIsTheSameUpdate() {
    fail(1, Reason.REASON_UNAVAILABLE, "");
    WriteResult unused = client.asyncFields("orders").update("1", SET).join();

    assertThat(asked).hasSize(2);
    assertThat(asked.get(1).getRequestId()).isEqualTo(asked.get(0).getRequestId());
    assertThat(asked.get(1).getStamp().getHlc()).isEqualTo(asked.get(0).getStamp().getHlc());
    assertThat(asked.get(1).getStamp().getFirstAttempt()).isFalse();
  }

  @Test
  void aConditionThatDoesNotHoldIsToldWithItsField() {
    fail(9, Reason.REASON_CONDITION_FAILED, "owner");
    assertThatThrownBy(() -> fields.update("1", SET))
        .isInstanceOfSatisfying(
            ConditionFailedException.class,
            unmet -> {
              assertThat(unmet.field()).contains("owner");
              assertThat(unmet.mayHaveApplied()).isFalse();
            });
    assertThat(asked).as("it is decided").hasSize(1);

    fail(9, Reason.REASON_CONDITION_FAILED, "");
    assertThatThrownBy(() -> fields.update("1", SET))
        .isInstanceOfSatisfying(
            ConditionFailedException.class, other -> assertThat(other.field()).isEmpty());
  }

  @Test
  void fieldsAreRead() {
    assertThat(fields.get("1").found()).isFalse();
    WriteResult unused = fields.update("1", SET);
    FieldsValue read = fields.get("1");
    assertThat(read.found()).isTrue();
    assertThat(read.values()).containsOnlyKeys("a", "b");
    assertThat(read.text("a")).contains("xy");
    assertThat(read.value("b")).hasValueSatisfying(value -> assertThat(value).isEmpty());
    assertThat(read.value("c")).isEmpty();
    assertThat(read.has("b")).isTrue();
    assertThat(read.version()).isNotNull();
    assertThat(client.asyncFields("orders").get("1").join().text("a")).contains("xy");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "34",
        "005146",
        "005146010001",
        "00514602" + "0000",
        "00514601" + "0000" + "00",
        "00514601" + "0001" + "0000" + "00000000",
        "00514601" + "0001" + "0001" + "ff" + "00000000",
        "00514601" + "0001" + "0001" + "61" + "ffffffff",
        "00514601" + "0001" + "0001" + "61" + "7fffffff",
        "00514601" + "0002" + "0001" + "62" + "00000000" + "0001" + "61" + "00000000",
        "00514601" + "0401",
      })
  void aValueThatIsNoMapIsToldWithItsBytes(String digits) {
    byte[] value = hex(digits);
    WriteResult unused =
        client
            .keyValue()
            .put(new byte[] {1}, value, WriteOptions.DEFAULT.tenant("orders").level(Level.QUORUM));
    assertThatThrownBy(() -> fields.get(new byte[] {1}, ReadOptions.DEFAULT))
        .isInstanceOfSatisfying(
            DecodingException.class, noMap -> assertThat(noMap.result().value()).isEqualTo(value));
    assertThatThrownBy(
            () -> client.asyncFields("orders").get(new byte[] {1}, ReadOptions.DEFAULT).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(DecodingException.class);
  }

  @Test
  void whatCannotBeIsRefusedBeforeItIsSent() {
    assertThatThrownBy(() -> FieldsUpdate.EMPTY.set("", "x")).hasMessageContaining("0 bytes");
    assertThatThrownBy(() -> FieldsUpdate.EMPTY.remove("\u00fc".repeat(129)))
        .hasMessageContaining("258 bytes: give 1 to 256");
    assertThatThrownBy(() -> FieldsUpdate.EMPTY.ifAbsent("\ud800")).hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> SET.remove("a")).hasMessageContaining("'a' is named twice");
    assertThatThrownBy(() -> FieldsUpdate.EMPTY.ifAbsent("a").ifEquals("a", "x"))
        .hasMessageContaining("'a' is named twice in the conditions");
    FieldsUpdate full = FieldsUpdate.EMPTY;
    for (int i = 0; i < 1024; i++) {
      full = full.remove("f" + i);
    }
    FieldsUpdate most = full;
    assertThatThrownBy(() -> most.remove("more")).hasMessageContaining("at most 1024 edits");

    assertThatThrownBy(() -> fields.update("1", FieldsUpdate.EMPTY.ifAbsent("a")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("no edit");
    assertThatThrownBy(() -> fields.update("1", SET, WriteOptions.DEFAULT.ttl(Duration.ofHours(1))))
        .hasMessageContaining("time to live");
    assertThatThrownBy(() -> fields.update("1", SET, WriteOptions.DEFAULT.level(Level.ONE)))
        .hasMessageContaining("level QUORUM");
    assertThatThrownBy(
            () -> fields.get("1", ReadOptions.DEFAULT.fallback(key -> new CompletableFuture<>())))
        .hasMessageContaining("fallback");
    assertThat(asked).isEmpty();
  }
}
