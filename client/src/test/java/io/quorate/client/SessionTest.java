package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.internal.engine.Words;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.ResultInfo;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session adds to its requests, and where it sends them. */
class SessionTest {
  private static final String KEY = "user:1";
  private static final ReadOptions AT_ONE = ReadOptions.DEFAULT.level(Level.ONE);
  private static final WriteOptions WRITE_AT_ONE = WriteOptions.DEFAULT.level(Level.ONE);
  private static final WriteOptions WRITE_AT_QUORUM = WriteOptions.DEFAULT.level(Level.QUORUM);

  private final FakeCluster cluster = new FakeCluster(3);
  private final QuorateClient client = cluster.client();
  private final Session session = client.session();
  private final KeyValue kv = session.keyValue();

  @BeforeEach
  void connectToAll() {
    cluster.connect(client);
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private List<Operation> asked() {
    return cluster.nodes.stream().flatMap(node -> node.operations().stream()).toList();
  }

  private GetRequest lastGet() {
    List<Operation> gets = asked().stream().filter(Operation::hasGet).toList();
    return gets.get(gets.size() - 1).getGet();
  }

  // ---- what requests say

  @Test
  void readNamesWhatTheSessionWrote() {
    WriteResult written = kv.put(KEY, "Ada", WRITE_AT_ONE);
    kv.get(KEY, AT_ONE);
    assertThat(Words.fromWire(lastGet().getMinVersion())).isEqualTo(written.version());

    WriteResult again = kv.put(KEY, "Grace", WRITE_AT_QUORUM);
    kv.get(KEY, AT_ONE);
    assertThat(Words.fromWire(lastGet().getMinVersion())).isEqualTo(again.version());
  }

  @Test
  void readNamesWhatTheSessionRead() {
    client.keyValue().put(KEY, "Ada");
    GetResult read = kv.get(KEY, AT_ONE);
    kv.get(KEY, AT_ONE);
    assertThat(Words.fromWire(lastGet().getMinVersion())).isEqualTo(read.version());
  }

  @Test
  void readNamesWhatTheSessionIncremented() {
    IncrementResult added = kv.increment(KEY, 1);
    kv.put("other", "v");
    Operation put = asked().stream().filter(Operation::hasPut).findAny().orElseThrow();
    assertThat(put.getPut().getAboveHlc()).isEqualTo(added.version().hlc());
    kv.get(KEY, AT_ONE);
    assertThat(Words.fromWire(lastGet().getMinVersion())).isEqualTo(added.version());
  }

  @Test
  void writeIsAboveAllThatTheSessionHasSeen() {
    WriteResult other = kv.put("other", "v");
    kv.put(KEY, "v");
    kv.delete(KEY);
    List<Operation> asked = asked();
    assertThat(asked.stream().filter(Operation::hasPut).map(each -> each.getPut().getAboveHlc()))
        .contains(0L, other.version().hlc());
    assertThat(asked.stream().filter(Operation::hasDelete).findAny().orElseThrow())
        .satisfies(
            delete ->
                assertThat(delete.getDelete().getAboveHlc()).isGreaterThan(other.version().hlc()));
  }

  /** Each read of them finds the newest version: a session has nothing to keep but the time. */
  @Test
  void ofLinearizableKeysTheTimeAloneIsRemembered() {
    cluster.createLinearizableTenant("accounts");
    try (QuorateClient later = cluster.client()) {
      cluster.connect(later);
      Session knowing = later.session();
      knowing.keyValue().put(KEY, "Ada", WRITE_AT_ONE.tenant("accounts"));
      GetResult read = knowing.keyValue().get(KEY, AT_ONE.tenant("accounts"));
      assertThat(lastGet().hasMinVersion()).isFalse();
      assertThat(lastGet().getMinHlc()).isZero();
      knowing.keyValue().put("other", "v");
      assertThat(
              asked().stream().filter(Operation::hasPut).map(each -> each.getPut().getAboveHlc()))
          .contains(Objects.requireNonNull(read.version()).hlc());
    }
  }

  @Test
  void requestsOfNoSessionSayNothing() {
    kv.put(KEY, "v");
    cluster.nodes.forEach(node -> node.frames.clear());
    client.keyValue().get(KEY);
    client.keyValue().put(KEY, "v");
    client.session().keyValue().get(KEY);
    for (Operation each : asked()) {
      assertThat(each.getPut().getAboveHlc()).isZero();
      assertThat(each.getGet().hasMinVersion()).isFalse();
      assertThat(each.getGet().getMinHlc()).isZero();
    }
  }

  @Test
  void readThatNamesAVersionItselfNamesTheLaterOfBoth() {
    WriteResult written = kv.put(KEY, "Ada");
    Version later = Version.of(0, written.version().hlc() + 9, 1, 1);
    kv.get(KEY, AT_ONE.minVersion(later));
    assertThat(Words.fromWire(lastGet().getMinVersion())).isEqualTo(later);

    client.keyValue().get(KEY, AT_ONE.minVersion(later));
    assertThat(Words.fromWire(lastGet().getMinVersion())).isEqualTo(later);

    WriteResult last = kv.put(KEY, "Grace");
    kv.get(KEY, AT_ONE.minVersion(written.version()));
    assertThat(Words.fromWire(lastGet().getMinVersion())).isGreaterThanOrEqualTo(last.version());
  }

  /** What a batch writes and reads is part of the session as well. */
  @Test
  void batchesAreOfTheSession() {
    kv.putAll(List.of(Entry.of(KEY, "v")), WriteOptions.DEFAULT);
    kv.getAll(List.of(FakeCluster.utf8(KEY)), AT_ONE);
    assertThat(lastGet().hasMinVersion()).isTrue();
  }

  @Test
  void versionThatIsPurgedIsNotAskedForAgain() {
    kv.put(KEY, "Ada");
    for (FakeNode node : cluster.nodes) {
      node.script =
          asked ->
              OperationResult.newBuilder()
                  .setGet(
                      GetResponse.newBuilder()
                          .setPurgedHlc(1L << 60)
                          .setInfo(ResultInfo.getDefaultInstance()))
                  .build();
    }
    assertThat(kv.get(KEY).found()).isFalse();
    assertThat(lastGet().hasMinVersion()).isTrue();
    assertThat(kv.get(KEY).found()).isFalse();
    assertThat(lastGet().hasMinVersion()).isFalse();
  }

  // ---- tokens

  @Test
  void tokenGoesOnInAnotherProcess() {
    WriteResult written = kv.put(KEY, "Ada");
    try (QuorateClient other = cluster.client()) {
      Session resumed = other.session(session.token());
      resumed.keyValue().get(KEY, AT_ONE);
      assertThat(Words.fromWire(lastGet().getMinVersion())).isEqualTo(written.version());
      assertThat(other.session(resumed.token()).token()).isEqualTo(resumed.token());
    }
  }

  @Test
  void tokenThatIsNoneIsAnInvalidRequest() {
    assertThatThrownBy(() -> client.session("nonsense"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("no session token");
    assertThatThrownBy(() -> session.merge(session.token() + "A"))
        .isInstanceOf(InvalidRequestException.class);
  }

  // ---- what is too much

  @Test
  void keysThatOnlySomeReplicasHoldAreReadAtQuorumBeforeTheyAreForgotten() {
    List<GetRequest> gets = new CopyOnWriteArrayList<>();
    for (FakeNode node : cluster.nodes) {
      node.script =
          asked -> {
            if (asked.hasGet()) {
              gets.add(asked.getGet());
            }
            return cluster.serve(asked);
          };
    }
    for (int i = 0; i < 66; i++) {
      kv.put("key" + i, "v", WRITE_AT_ONE);
    }
    await().until(() -> gets.size() == 2);
    GetRequest promotion = gets.get(1);
    assertThat(promotion.getLevel()).isEqualTo(Words.toWire(Level.QUORUM));
    assertThat(promotion.hasMinVersion()).isTrue();
    // It may not be answered yet. What the session remembers is asked of its token, since what the
    // session itself reads it remembers again.
    String forgotten = promotion.getKey().toStringUtf8();
    await()
        .untilAsserted(
            () -> {
              client.session(session.token()).keyValue().get(forgotten, AT_ONE);
              GetRequest get = gets.get(gets.size() - 1);
              assertThat(get.hasMinVersion()).isFalse();
              assertThat(get.getMinHlc()).isPositive();
            });
  }

  @Test
  void sessionThatCannotRememberAnotherKeyRefusesIt() {
    for (FakeNode node : cluster.nodes) {
      node.script =
          asked ->
              asked.hasGet()
                  ? FakeCluster.failed(Failure.Reason.REASON_UNAVAILABLE)
                  : cluster.serve(asked);
    }
    for (int i = 0; i < 128; i++) {
      kv.put("key" + i, "v", WRITE_AT_ONE);
    }
    assertThatThrownBy(() -> kv.put("one more", "v", WRITE_AT_ONE))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("cannot remember another one");
    kv.put("key7", "v", WRITE_AT_ONE);
  }

  /** An application that writes one array again and again. */
  @Test
  void eachKeyIsReadOnceAtQuorumThoughItsArrayIsWrittenAgain() {
    List<GetRequest> gets = new CopyOnWriteArrayList<>();
    answerGets(
        get -> {
          gets.add(get);
          return null;
        });
    byte[] key = FakeCluster.utf8("key00");
    for (int i = 0; i < 70; i++) {
      key[3] = (byte) ('0' + i / 10);
      key[4] = (byte) ('0' + i % 10);
      kv.put(key, new byte[1], WRITE_AT_ONE);
    }
    await().until(() -> gets.size() >= 6);
    await().during(Duration.ofMillis(300)).until(() -> gets.size() == 6);
    assertThat(gets).extracting(GetRequest::getKey).doesNotHaveDuplicates();
  }

  /** It is the first one that is asked for. */
  @Test
  void keyThatCannotBeReadAtQuorumDoesNotKeepTheOthersFromIt() {
    AtomicReference<@Nullable ByteString> first = new AtomicReference<>();
    List<GetRequest> promoted = new CopyOnWriteArrayList<>();
    answerGets(
        get -> {
          if (first.compareAndSet(null, get.getKey()) || get.getKey().equals(first.get())) {
            return FakeCluster.failed(Failure.Reason.REASON_INVALID);
          }
          promoted.add(get);
          return null;
        });
    for (int i = 0; i < 300; i++) {
      kv.put("key" + i, "v", WRITE_AT_ONE);
      int least = i - 90;
      await().pollInterval(Duration.ofMillis(5)).until(() -> promoted.size() >= least);
    }
  }

  @Test
  void sessionThatWasFullTakesOtherKeysOnceItsOwnCanBeReadAtQuorum() {
    answerGets(get -> FakeCluster.failed(Failure.Reason.REASON_INVALID));
    for (int i = 0; i < 128; i++) {
      kv.put("key" + i, "v", WRITE_AT_ONE);
    }
    assertThatThrownBy(() -> kv.put("one more", "v", WRITE_AT_ONE))
        .isInstanceOf(UnavailableException.class);
    answerGets(get -> null);
    await()
        .ignoreExceptionsInstanceOf(UnavailableException.class)
        .until(() -> kv.put("one more", "v", WRITE_AT_ONE).version().hlc() != 0);
  }

  /**
   * @param script null: the get is carried out
   */
  private void answerGets(Function<GetRequest, @Nullable OperationResult> script) {
    for (FakeNode node : cluster.nodes) {
      node.script =
          asked -> {
            OperationResult answer = asked.hasGet() ? script.apply(asked.getGet()) : null;
            return answer == null ? cluster.serve(asked) : answer;
          };
    }
  }

  // ---- where requests go

  @Test
  void sessionStaysWhereItsLastAnswerCameFrom() {
    FakeNode coordinator = cluster.coordinator(KEY);
    kv.put(KEY, "Ada");
    coordinator.script = asked -> FakeCluster.failed(Failure.Reason.REASON_NOT_SERVING);
    kv.get(KEY, AT_ONE);
    coordinator.script = cluster::serve;
    cluster.nodes.forEach(node -> node.frames.clear());

    for (int i = 0; i < 5; i++) {
      kv.get(KEY, AT_ONE);
    }
    assertThat(coordinator.operations()).isEmpty();
    client.keyValue().get(KEY, AT_ONE);
    assertThat(coordinator.operations()).hasSize(1);
  }

  @Test
  void sessionGoesElsewhereWhenItsNodeIsGone() {
    kv.put(KEY, "Ada");
    cluster.coordinator(KEY).kill();
    assertThat(kv.get(KEY, AT_ONE).text()).isEqualTo("Ada");
    assertThat(lastGet().hasMinVersion()).isTrue();
  }
}
