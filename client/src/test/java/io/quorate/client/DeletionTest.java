package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that are deleted by a prefix: all of them, or as far as is told. */
class DeletionTest {
  private static final int KEYS = 25;
  private static final int PAGE = 10;
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final DeletionOptions PATIENT =
      DeletionOptions.DEFAULT.write(WriteOptions.DEFAULT.timeout(LONG));

  private final FakeCluster cluster = new FakeCluster(2);
  private final QuorateClient client = cluster.client();
  private final KeyValue kv = client.keyValue();

  /** The key that no node deletes. */
  private volatile String refused = "";

  private volatile int listed = KEYS;
  private volatile int pageSize = PAGE;

  /** The cursor of the page that is potentially stale. */
  private volatile String stale = "none";

  @BeforeEach
  void script() {
    for (FakeNode node : cluster.nodes) {
      node.scanScript = this::serve;
      node.script = this::answer;
    }
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private OperationResult answer(Operation operation) {
    return operation.hasDelete() && operation.getDelete().getKey().toStringUtf8().equals(refused)
        ? FakeCluster.failed(Failure.Reason.REASON_INVALID)
        : cluster.serve(operation);
  }

  /** Keys k00 to k24, or to the last of more, whether they were deleted or not. */
  private void serve(ScanRequest ask, StreamObserver<ScanResponse> out) {
    int from = ask.getCursor().isEmpty() ? 0 : Integer.parseInt(ask.getCursor().toStringUtf8());
    while (true) {
      ScanResponse.Builder next = ScanResponse.newBuilder();
      for (int i = 0; i < pageSize && from < listed; i++, from++) {
        next.addEntries(
            io.quorate.proto.v1.ScanEntry.newBuilder()
                .setKey(ByteString.copyFromUtf8("k%02d".formatted(from))));
      }
      if (from < listed) {
        next.setCursor(ByteString.copyFromUtf8(Integer.toString(from)));
      }
      out.onNext(next.setPotentiallyStale(next.getCursor().toStringUtf8().equals(stale)).build());
      if (from == listed) {
        out.onCompleted();
        return;
      }
    }
  }

  private Set<String> deleted() {
    Set<String> keys = new TreeSet<>();
    for (FakeNode node : cluster.nodes) {
      for (Operation operation : node.operations()) {
        if (operation.hasDelete()) {
          keys.add(operation.getDelete().getKey().toStringUtf8());
        }
      }
    }
    return keys;
  }

  private static DeletionResult ended(AsyncDeletion deletion) throws Exception {
    return deletion.result().get(10, TimeUnit.SECONDS);
  }

  @Test
  void allKeysAreDeletedAndNoMoreAtATimeThanIsWanted() {
    List<Long> told = new ArrayList<>();
    DeletionResult done =
        kv.deleteAll(
            "k", DeletionOptions.DEFAULT.parallelism(4).onProgress(now -> told.add(now.deleted())));
    assertThat(done.orThrow()).isEqualTo(DeletionResult.of(KEYS, KEYS, 0, null, new byte[0], true));
    assertThat(deleted()).hasSize(KEYS);
    assertThat(told).containsExactly(4L, 8L, 10L, 14L, 18L, 20L, 24L, 25L);
    for (FakeNode node : cluster.nodes) {
      assertThat(node.frames).allMatch(frame -> frame.size() <= 4);
      assertThat(node.scans).allMatch(ScanRequest::getKeysOnly);
    }
  }

  @Test
  void aDryRunCountsAndDeletesNothing() {
    DeletionResult done = kv.deleteAll("k", DeletionOptions.DEFAULT.dryRun(true));
    assertThat(done).isEqualTo(DeletionResult.of(KEYS, 0, 0, null, new byte[0], true));
    assertThat(deleted()).isEmpty();
  }

  /** It goes on at the page that was not finished, and so leaves no key out. */
  @Test
  void aKeyThatCannotBeDeletedEndsItAndTheNextGoesOnThere() {
    refused = "k13";
    DeletionOptions options = DeletionOptions.DEFAULT.parallelism(2);
    DeletionResult ended = kv.deleteAll("k", options);
    assertThat(ended.complete()).isFalse();
    assertThat(ended.failed()).isEqualTo(1);
    assertThat(ended.deleted()).as("k12 was under way beside it").isEqualTo(13);
    assertThat(ended.failure()).isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(ended::orThrow).isSameAs(ended.failure());
    assertThat(deleted()).doesNotContain("k14");

    refused = "";
    cluster.nodes.forEach(node -> node.frames.clear());
    DeletionResult rest = kv.deleteAll("k", options.cursor(ended.cursor())).orThrow();
    assertThat(rest.complete()).isTrue();
    assertThat(deleted()).hasSize(KEYS - PAGE).contains("k10", "k13", "k24");
  }

  @Test
  void whatIsCancelledTellsWhereItWas() throws Exception {
    CompletableFuture<AsyncDeletion> begun = new CompletableFuture<>();
    DeletionOptions options =
        DeletionOptions.DEFAULT
            .parallelism(PAGE)
            .onProgress(
                now -> {
                  if (now.deleted() == 2 * PAGE) {
                    begun.join().cancel();
                  }
                });
    AsyncDeletion deletion = client.asyncKeyValue().deleteAll("k", options);
    begun.complete(deletion);
    DeletionResult ended = ended(deletion);
    assertThat(ended.complete()).isFalse();
    assertThat(ended.failure()).isNull();
    assertThat(ended.deleted()).isEqualTo(2 * PAGE);
    assertThat(deleted()).hasSize(2 * PAGE);
    DeletionResult rest =
        ended(
            client.asyncKeyValue().deleteAll("k", DeletionOptions.DEFAULT.cursor(ended.cursor())));
    assertThat(rest.complete()).isTrue();
    assertThat(deleted()).hasSize(KEYS);
  }

  /** A window of those that it was to delete at a time is under way. */
  @Test
  void whatIsCancelledDeletesNoMoreThanIsUnderWay() throws Exception {
    listed = 1_000;
    pageSize = 1_000;
    cluster.nodes.forEach(
        node -> node.script = asked -> asked.hasDelete() ? null : cluster.serve(asked));
    AsyncDeletion deletion =
        client.asyncKeyValue().deleteAll("k", PATIENT.parallelism(DeletionOptions.PARALLELISM_MAX));
    await().atMost(LONG).until(() -> deleted().size() == 256);
    deletion.cancel();
    for (FakeNode node : cluster.nodes) {
      for (Operation held : node.operations()) {
        node.answer(cluster.serve(held).toBuilder().setId(held.getId()).build());
      }
    }
    assertThat(ended(deletion))
        .isEqualTo(DeletionResult.of(1_000, 256, 0, null, new byte[0], false));
    assertThat(deleted()).hasSize(256);
  }

  /** Which may be long in coming, as no node is there. */
  @Test
  void whatIsCancelledDoesNotWaitForAPage() throws Exception {
    cluster.nodes.forEach(node -> node.scanScript = (ask, out) -> {});
    AsyncDeletion deletion = client.asyncKeyValue().deleteAll("k", PATIENT);
    await()
        .atMost(LONG)
        .until(() -> cluster.nodes.stream().anyMatch(node -> !node.scans.isEmpty()));
    deletion.cancel();
    assertThat(ended(deletion)).isEqualTo(DeletionResult.of(0, 0, 0, null, new byte[0], false));
  }

  @Test
  void whatTheCallerThrowsEndsIt() {
    AsyncDeletion deletion =
        client
            .asyncKeyValue()
            .deleteAll(
                "k",
                DeletionOptions.DEFAULT
                    .parallelism(1)
                    .onProgress(
                        now -> {
                          throw new IllegalStateException("enough");
                        }));
    assertThatThrownBy(deletion.result()::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("enough");
    assertThat(deleted()).hasSize(1);
  }

  /** Else a deletion in which an assertion of the caller failed would never end. */
  @Test
  void anErrorOfTheCallerEndsItToo() {
    AsyncDeletion deletion =
        client
            .asyncKeyValue()
            .deleteAll(
                "k",
                DeletionOptions.DEFAULT.onProgress(
                    now -> {
                      throw new AssertionError("enough");
                    }));
    assertThat(deletion.result())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(AssertionError.class);
  }

  /** At the defaults, which may be ONE, keys would be left out of what is told to be complete. */
  @Test
  void keysAreReadAtQuorumUnlessALevelIsGiven() {
    try (QuorateClient atOne =
        QuorateClient.builder().endpoints(cluster.endpoints()).readLevel(Level.ONE).build()) {
      assertThat(atOne.keyValue().deleteAll("k").complete()).isTrue();
      assertThat(levelsRead()).containsExactly("NAMED_QUORUM");
      assertThat(
              atOne
                  .keyValue()
                  .deleteAll("k", DeletionOptions.DEFAULT.readLevel(Level.ALL))
                  .complete())
          .isTrue();
      assertThat(levelsRead()).containsExactlyInAnyOrder("NAMED_QUORUM", "NAMED_ALL");
    }
  }

  private List<String> levelsRead() {
    return cluster.nodes.stream()
        .flatMap(node -> node.scans.stream())
        .map(asked -> asked.getLevel().getNamed().name())
        .toList();
  }

  /** It says so of one page of many, whichever that is. */
  @Test
  void aStalePageIsTold() {
    assertThat(kv.deleteAll("k").potentiallyStale()).isFalse();
    stale = "10";
    DeletionResult done = kv.deleteAll("k");
    assertThat(done.complete()).isTrue();
    assertThat(done.potentiallyStale()).isTrue();
    assertThat(done)
        .isEqualTo(DeletionResult.of(KEYS, KEYS, 0, null, new byte[0], true, true))
        .isNotEqualTo(DeletionResult.of(KEYS, KEYS, 0, null, new byte[0], true))
        .asString()
        .contains("potentiallyStale=true");
  }

  @Test
  void aClosedClientEndsIt() throws Exception {
    for (FakeNode node : cluster.nodes) {
      node.scanScript = (ask, out) -> {};
    }
    AsyncDeletion deletion = client.asyncKeyValue().deleteAll("k", DeletionOptions.DEFAULT);
    client.close();
    DeletionResult ended = ended(deletion);
    assertThat(ended.complete()).isFalse();
    assertThat(ended.failure()).isNotNull();
  }

  @Test
  void aConditionIsOfOneKey() {
    WriteOptions conditional = WriteOptions.DEFAULT.onlyIf(Condition.absent());
    assertThatThrownBy(() -> DeletionOptions.DEFAULT.write(conditional))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("condition");
    assertThatThrownBy(() -> DeletionOptions.DEFAULT.parallelism(0))
        .hasMessageContaining("give 1 to 4096");
  }
}
