package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.internal.engine.Words;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PutRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers ask for arrives, and what nodes answer comes back whole. */
class ReadAndWriteTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final QuorateClient client = cluster.client();
  private final KeyValue kv = client.keyValue();

  /** Connects to all nodes: until a node is connected, its keys go to other nodes. */
  @BeforeEach
  void connectToAll() {
    cluster.connect(client);
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void whatIsPutIsGotUntilItIsDeleted() {
    WriteResult stored = kv.put("user:1", "Ada");
    assertThat(stored.version().hlc()).isEqualTo(1001);
    assertThat(stored.info().replicas()).containsExactly("0000000000000001", "0000000000000002");
    assertThat(stored.info().partition()).isEqualTo(FakeCluster.partition("user:1"));

    GetResult found = kv.get("user:1");
    assertThat(found.text()).isEqualTo("Ada");
    assertThat(found.fromFallback()).isFalse();

    kv.delete("user:1");
    GetResult gone = kv.get("user:1");
    assertThat(gone.found()).isFalse();
    assertThatThrownBy(gone::bytes).hasMessageContaining("no value");
  }

  @Test
  void optionsTravelWithTheOperation() {
    kv.put(
        FakeCluster.utf8("k"),
        FakeCluster.utf8("v"),
        WriteOptions.DEFAULT
            .level(Level.of(2))
            .ttl(Duration.ofSeconds(7))
            .timeout(Duration.ofMillis(900)));
    Operation sent = cluster.coordinator("k").operations().get(0);
    assertThat(sent.getTimeoutMs()).isBetween(1, 900);
    PutRequest put = sent.getPut();
    assertThat(put.getLevel().getCount()).isEqualTo(2);
    assertThat(put.getTtlMs()).isEqualTo(7000);
    assertThat(put.getTenant()).isEmpty();

    kv.get(FakeCluster.utf8("k"), ReadOptions.DEFAULT.level(Level.ALL));
    assertThat(cluster.coordinator("k").operations().get(1).getGet().getLevel())
        .isEqualTo(Words.toWire(Level.ALL));
  }

  @Test
  void readSaysWhatItRepairs() {
    kv.get(FakeCluster.utf8("k"), ReadOptions.DEFAULT);
    kv.get(FakeCluster.utf8("k"), ReadOptions.DEFAULT.repair(ReadRepair.EVERYONE));
    kv.get(FakeCluster.utf8("k"), ReadOptions.DEFAULT.repair(ReadRepair.background(25)));
    kv.get(FakeCluster.utf8("k"), ReadOptions.DEFAULT.repair(ReadRepair.OFF));
    assertThat(cluster.coordinator("k").operations())
        .extracting(sent -> sent.getGet().getReadRepair().getMode())
        .containsExactly(
            io.quorate.proto.v1.ReadRepair.Mode.MODE_UNSPECIFIED,
            io.quorate.proto.v1.ReadRepair.Mode.MODE_EVERYONE,
            io.quorate.proto.v1.ReadRepair.Mode.MODE_BACKGROUND,
            io.quorate.proto.v1.ReadRepair.Mode.MODE_OFF);
    assertThat(
            cluster
                .coordinator("k")
                .operations()
                .get(2)
                .getGet()
                .getReadRepair()
                .getBackgroundPercent())
        .isEqualTo(25);
    assertThatThrownBy(() -> ReadRepair.background(101)).hasMessageContaining("0 to 100");
  }

  @Test
  void requestsAreNumberedAndCarryTheHighestClockHeard() {
    kv.put("a", "1");
    kv.put("a", "2");
    List<Operation> sent = cluster.coordinator("a").operations();
    assertThat(sent.get(0).getPut().getRequestId().getNumber()).isEqualTo(1);
    assertThat(sent.get(0).getPut().getRequestId().getHlc()).isEqualTo(1000);
    assertThat(sent.get(1).getPut().getRequestId().getNumber()).isEqualTo(2);
    assertThat(sent.get(1).getPut().getRequestId().getHlc()).isEqualTo(1001);
    assertThat(sent.get(1).getPut().getRequestId().getSession())
        .isEqualTo(sent.get(0).getPut().getRequestId().getSession())
        .isNotZero();
  }

  @Test
  void eachKeyGoesToItsMostPreferredReplica() {
    for (int i = 0; i < 100; i++) {
      String key = "key-" + i;
      // On a busy machine a node may be found slow for a while, and some of its keys go elsewhere.
      await()
          .pollDelay(Duration.ZERO)
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                kv.put(key, "v");
                return cluster.coordinator(key).operations().stream()
                    .anyMatch(sent -> sent.getPut().getKey().toStringUtf8().equals(key));
              });
    }
  }

  @Test
  void operationsIssuedInOneTurnTravelInFewFrames() throws Exception {
    kv.get("connected");
    FakeNode node = cluster.coordinator("same");
    // Answered only once the continuation is there: else it would run here and not on the loop.
    CompletableFuture<Boolean> continued = new CompletableFuture<>();
    FakeNode first = cluster.coordinator("connected");
    Function<Operation, @Nullable OperationResult> usual = first.script;
    first.script =
        operation -> {
          continued.join();
          return usual.apply(operation);
        };
    CompletableFuture<List<CompletableFuture<GetResult>>> issued =
        client
            .asyncKeyValue()
            .get("connected")
            .thenApply(
                connected -> {
                  List<CompletableFuture<GetResult>> gets = new ArrayList<>();
                  for (int i = 0; i < 1000; i++) {
                    gets.add(client.asyncKeyValue().get("same"));
                  }
                  return gets;
                });
    continued.complete(true);
    for (CompletableFuture<GetResult> get : issued.get(5, TimeUnit.SECONDS)) {
      get.get(5, TimeUnit.SECONDS);
    }
    List<List<Operation>> frames =
        node.frames.stream()
            .filter(frame -> frame.get(0).getGet().getKey().toStringUtf8().equals("same"))
            .toList();
    assertThat(frames).hasSize((1000 + 255) / 256);
    assertThat(frames).allMatch(frame -> frame.size() <= 256);
  }

  @Test
  void framesAreBoundedInBytes() {
    kv.get("connected");
    byte[] value = new byte[300_000];
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      entries.add(Entry.of(FakeCluster.utf8("same"), value));
    }
    kv.putAll(entries, WriteOptions.DEFAULT).forEach(Outcome::get);
    assertThat(cluster.coordinator("same").frames)
        .allMatch(frame -> frame.size() <= 4); // the fourth passes 1 MiB
  }

  @Test
  void batchesHaveAnOutcomePerOperationInOrder() {
    kv.putAll(List.of(Entry.of("a", "1"), Entry.of("b", "2")), WriteOptions.DEFAULT)
        .forEach(Outcome::get);
    List<Outcome<GetResult>> got =
        kv.getAll(
            List.of(
                FakeCluster.utf8("b"),
                new byte[0],
                FakeCluster.utf8("none"),
                FakeCluster.utf8("a")),
            ReadOptions.DEFAULT);
    assertThat(got.get(0).get().text()).isEqualTo("2");
    assertThat(((Outcome.Failed<GetResult>) got.get(1)).failure())
        .isInstanceOf(InvalidRequestException.class);
    assertThat(got.get(2).get().found()).isFalse();
    assertThat(got.get(3).get().text()).isEqualTo("1");
  }

  @Test
  void whatCanNeverSucceedIsNotSent() {
    assertThatThrownBy(() -> kv.put(new byte[65_537], new byte[0]))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("65537 bytes");
    assertThatThrownBy(() -> kv.get(new byte[0])).isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> kv.delete(new byte[0]))
        .isInstanceOf(InvalidRequestException.class)
        .satisfies(failure -> assertThat(((QuorateException) failure).mayHaveApplied()).isFalse());
  }

  @Test
  void durationsBeyondAllNumbersAreTheLongestThereAre() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    kv.put("k", "v", WriteOptions.DEFAULT.timeout(endless).ttl(endless));
    assertThat(kv.get("k", ReadOptions.DEFAULT.timeout(endless)).text()).isEqualTo("v");
    assertThat(
            kv.getAll(List.of(FakeCluster.utf8("k")), ReadOptions.DEFAULT.timeout(endless)).get(0))
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  void blockingOnTheEventLoopIsRefusedInsteadOfWaitingForItself() {
    FakeNode node = cluster.coordinator("a");
    node.script = operation -> null;
    CompletableFuture<GetResult> nested =
        client.asyncKeyValue().get("a").thenApply(got -> kv.get("b"));
    // Answered only now: else this thread might be the one that goes on with it.
    await().until(() -> !node.operations().isEmpty());
    Operation asked = node.operations().get(0);
    node.answer(cluster.serve(asked).toBuilder().setId(asked.getId()).build());
    assertThatThrownBy(nested::join).hasRootCauseInstanceOf(IllegalStateException.class);
  }
}
