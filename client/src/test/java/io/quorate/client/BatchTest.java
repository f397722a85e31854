package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Operation;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a batch cannot send yet waits within its deadline, and is not refused. */
class BatchTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  private final FakeCluster cluster = new FakeCluster(2);
  private final QuorateClient client = cluster.client();
  private final KeyValue kv = client.keyValue();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void close() {
    client.close();
    later.shutdownNow();
    cluster.close();
  }

  @Test
  void moreThanMayBeUnansweredIsStoredAndReadInOrder() {
    int entries = 100_000;
    assertThat(kv.putAll(entries(entries), WriteOptions.DEFAULT.timeout(LONG)))
        .hasSize(entries)
        .allMatch(stored -> stored instanceof Outcome.Done);
    List<byte[]> keys = entries(entries).stream().map(Entry::key).toList();
    List<Outcome<GetResult>> got = kv.getAll(keys, ReadOptions.DEFAULT.timeout(LONG));
    assertThat(got).hasSize(entries);
    for (int i = 0; i < entries; i++) {
      assertThat(got.get(i).get().text()).isEqualTo("value " + i);
    }
    assertThat(client.counts().heldBack()).isZero();
  }

  /** The timer of its deadline would hold a million outcomes for as long as that is away. */
  @Test
  void aBatchThatHasEndedIsLetGoOf() {
    ReadOptions patient = ReadOptions.DEFAULT.timeout(Duration.ofHours(1));
    WeakReference<Object> put =
        new WeakReference<>(
            kv.putAll(entries(10), WriteOptions.DEFAULT.timeout(Duration.ofHours(1))).get(0));
    WeakReference<Object> got =
        new WeakReference<>(
            kv.getAll(entries(10).stream().map(Entry::key).toList(), patient).get(0));
    await()
        .atMost(LONG)
        .until(
            () -> {
              System.gc();
              return put.refersTo(null) && got.refersTo(null);
            });
  }

  /** Each loss takes a whole window with it, which is more than retries may add at a time. */
  @Test
  void whatIsLostWithItsConnectionAgainAndAgainIsStoredWhileThereIsTime() {
    FakeNode node = cluster.nodes.get(0);
    AtomicInteger arrived = new AtomicInteger();
    for (FakeNode each : cluster.nodes) {
      each.script =
          operation -> {
            arrived.incrementAndGet();
            return null;
          };
    }
    cluster.nodes.get(1).kill();
    CompletableFuture<List<Outcome<WriteResult>>> stored =
        client
            .asyncKeyValue()
            .putAll(entries(1_000), WriteOptions.DEFAULT.timeout(Duration.ofMinutes(5)));
    for (int i = 0; i < 5; i++) {
      int before = arrived.get();
      await().atMost(LONG).until(() -> arrived.get() > before);
      node.kill();
      if (i == 4) {
        node.script = cluster::serve;
      }
      node.start();
    }
    assertThat(stored)
        .succeedsWithin(LONG)
        .satisfies(all -> assertThat(all).allMatch(each -> each instanceof Outcome.Done));
  }

  /** A node that takes so many at a time, and refuses the others, as one does that is small. */
  @Test
  void whatNodesRefuseAsTooMuchIsAskedAgainAndLessAtATime() {
    for (FakeNode node : cluster.nodes) {
      cluster.limit(node, 40, Duration.ofMillis(2), later);
    }
    int entries = 4_000;
    assertThat(kv.putAll(entries(entries), WriteOptions.DEFAULT.timeout(LONG)))
        .allMatch(stored -> stored instanceof Outcome.Done);
    long asked = cluster.nodes.stream().mapToLong(node -> node.operations().size()).sum();
    assertThat(asked).as("attempts for %d", entries).isLessThan(2L * entries);
  }

  /** What may have been applied cannot be called refused; so it was given up as unknown. */
  @Test
  void whatMayHaveBeenAppliedIsAskedAgainThoughItIsRefusedThen() {
    Map<ByteString, Integer> attempts = new ConcurrentHashMap<>();
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation ->
              switch (attempts.merge(operation.getPut().getKey(), 1, Integer::sum)) {
                case 1 ->
                    FakeCluster.failed(
                        Failure.newBuilder()
                            .setReason(Failure.Reason.REASON_OUTCOME_UNKNOWN)
                            .setMayHaveApplied(true)
                            .build());
                case 2, 3 -> FakeCluster.failed(Failure.Reason.REASON_OVERLOADED);
                default -> cluster.serve(operation);
              };
    }
    assertThat(kv.putAll(entries(50), WriteOptions.DEFAULT.timeout(LONG)))
        .allMatch(stored -> stored instanceof Outcome.Done);
    assertThat(attempts.values()).containsOnly(4);
  }

  @Test
  void onlyAWindowIsUnderWayAndTheRestIsToldThatItWasNotSent() {
    kv.get("connected");
    Held held = new Held();
    Duration timeout = Duration.ofSeconds(15); // a busy machine is to send the window within it
    CompletableFuture<List<Outcome<WriteResult>>> stored =
        client.asyncKeyValue().putAll(entries(5_000), WriteOptions.DEFAULT.timeout(timeout));
    held.awaitAWindow();
    List<QuorateException> failures = new ArrayList<>();
    for (Outcome<WriteResult> outcome : stored.join()) {
      failures.add(((Outcome.Failed<WriteResult>) outcome).failure());
    }
    assertThat(held.keys()).as(held.toString()).isEqualTo(256);
    assertThat(failures.subList(0, 256)).allMatch(QuorateException::mayHaveApplied);
    assertThat(failures.subList(256, 5_000))
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("putAll: not sent within")
                    .hasMessageContaining("256 of 5000 operations"));
  }

  @Test
  void whatACallerDoesNotWaitForIsNotSentAndLetGoOf() {
    List<FinishedRequest> heard = new CopyOnWriteArrayList<>();
    try (QuorateClient told =
        QuorateClient.builder()
            .endpoints(cluster.endpoints())
            .requestListener(heard::add)
            .build()) {
      told.keyValue().get("connected");
      heard.clear();
      Held held = new Held();
      WeakReference<Object> unsent = putAndCancel(told, held);
      held.answer();
      await().atMost(LONG).until(() -> !heard.isEmpty());
      assertThat(held.keys()).as(held.toString()).isEqualTo(256);
      FinishedRequest all = heard.get(0);
      assertThat(all.operations()).isEqualTo(5_000);
      assertThat(all.failedOperations()).isEqualTo(5_000 - 256);
      await()
          .atMost(LONG)
          .until(
              () -> {
                System.gc();
                return unsent.refersTo(null);
              });
    }
  }

  @Test
  void answersThatTheLoopReadsFirstSendNoMoreOfWhatWasGivenUp() {
    kv.get("connected");
    Held held = new Held();
    CompletableFuture<List<Outcome<WriteResult>>> stored =
        client
            .asyncKeyValue()
            .putAll(entries(5_000), WriteOptions.DEFAULT.timeout(Duration.ofHours(1)));
    held.awaitAWindow();
    LoopStops reading = new LoopStops();
    LoopStops answered = new LoopStops();
    WriteOptions patient = WriteOptions.DEFAULT.timeout(LONG);
    var unused = put(reading, "first", patient);
    List<CompletableFuture<Void>> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      others.add(put(answered, "other-" + i, patient));
    }
    await().atMost(LONG).until(() -> held.keys() == 256 + 1 + 20);

    held.answer(key -> key.equals("first"));
    reading.await();
    held.answer(key -> key.startsWith("other")); // both connections have something to be read
    awaitThatItIsThere();
    reading.goOn();
    answered.await(); // in what one connection brings; the other one comes next, whatever is queued
    assertThat(stored.cancel(false)).isTrue();
    held.answer(key -> key.startsWith("key"));
    awaitThatItIsThere();
    answered.goOn();

    others.forEach(CompletableFuture::join);
    kv.get("goes on");
    assertThat(held.keys()).as(held.toString()).isEqualTo(256 + 1 + 20);
  }

  private CompletableFuture<Void> put(LoopStops stops, String key, WriteOptions options) {
    return client
        .asyncKeyValue()
        .put(FakeCluster.utf8(key), new byte[0], options)
        .thenRun(stops::stop);
  }

  private static void awaitThatItIsThere() {
    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
  }

  /** Stops the client's loop, in the first of the answers that it reads. */
  private static final class LoopStops {
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final CompletableFuture<Void> goesOn = new CompletableFuture<>();

    void stop() {
      if (stopped.complete(null)) {
        goesOn.join();
      }
    }

    void await() {
      stopped.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
    }

    void goOn() {
      goesOn.complete(null);
    }
  }

  /** Returns a value that the batch has, and that was not sent. */
  private static WeakReference<Object> putAndCancel(QuorateClient client, Held held) {
    List<Entry> entries = entries(5_000);
    CompletableFuture<List<Outcome<WriteResult>>> stored =
        client.asyncKeyValue().putAll(entries, WriteOptions.DEFAULT.timeout(Duration.ofHours(1)));
    held.awaitAWindow();
    assertThat(stored.cancel(false)).isTrue();
    return new WeakReference<>(entries.get(4_999).value());
  }

  @Test
  void aThreadThatIsInterruptedStopsWhatWasNotSent() throws InterruptedException {
    kv.get("connected");
    Held held = new Held();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread putting =
        new Thread(
            () -> {
              try {
                kv.putAll(entries(5_000), WriteOptions.DEFAULT.timeout(LONG));
              } catch (OutcomeUnknownException interrupted) {
                thrown.set(interrupted);
              }
            });
    putting.start();
    held.awaitAWindow();
    putting.interrupt();
    putting.join(LONG.toMillis());
    assertThat(thrown.get()).hasMessageContaining("interrupted while waiting");
    held.answer();
    kv.get("goes on");
    await().during(Duration.ofMillis(200)).until(() -> held.keys() == 256);
  }

  /** All puts are held until they are answered together. */
  private final class Held {
    private final Map<FakeNode, List<Operation>> puts = new ConcurrentHashMap<>();

    Held() {
      for (FakeNode node : cluster.nodes) {
        List<Operation> held = new CopyOnWriteArrayList<>();
        puts.put(node, held);
        node.script =
            operation -> {
              if (!operation.hasPut()) {
                return cluster.serve(operation);
              }
              held.add(operation);
              return null;
            };
      }
    }

    /** How many keys were asked for: an attempt that is made again asks for no other one. */
    long keys() {
      return attempts().map(each -> each.getPut().getKey()).distinct().count();
    }

    private Stream<Operation> attempts() {
      return puts.values().stream().flatMap(List::stream);
    }

    void awaitAWindow() {
      try {
        await().atMost(LONG).until(() -> keys() == 256);
      } catch (ConditionTimeoutException late) {
        throw new AssertionError(toString(), late);
      }
    }

    @Override
    public String toString() {
      return "%d keys in %d attempts, pipes opened: %s"
          .formatted(
              keys(),
              attempts().count(),
              cluster.nodes.stream().map(node -> node.pipesOpened.get()).toList());
    }

    void answer() {
      answer(key -> true);
    }

    void answer(Predicate<String> which) {
      puts.forEach(
          (node, held) -> {
            for (Operation each : held) {
              if (!which.test(each.getPut().getKey().toStringUtf8())) {
                continue;
              }
              node.answer(cluster.serve(each).toBuilder().setId(each.getId()).build());
            }
          });
    }
  }

  @Test
  void largeValuesAreUnderWayAFewAtATime() {
    sixAreUnderWay(new byte[3 << 20], WriteOptions.DEFAULT);
  }

  @Test
  void soAreWritesThatAskForALargeValue() {
    sixAreUnderWay(new byte[0], WriteOptions.DEFAULT.onlyIf(Condition.value(new byte[3 << 20])));
  }

  private void sixAreUnderWay(byte[] value, WriteOptions options) {
    kv.get("connected");
    Held held = new Held();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      entries.add(Entry.of(FakeCluster.utf8("large-" + i), value));
    }
    CompletableFuture<List<Outcome<WriteResult>>> stored =
        client.asyncKeyValue().putAll(entries, options.timeout(LONG));
    await().atMost(LONG).until(() -> held.keys() == 6);
    client.close();
    assertThat(stored.join()).hasSize(20).allMatch(outcome -> outcome instanceof Outcome.Failed);
    assertThat(held.keys()).as(held.toString()).isEqualTo(6);
  }

  @Test
  void whatCannotBeSentAtAllFailsByItselfAndTheOthersGoOn() {
    List<Entry> entries = new ArrayList<>(entries(1_000));
    entries.set(17, Entry.of(new byte[0], new byte[0]));
    List<Outcome<WriteResult>> stored = kv.putAll(entries, WriteOptions.DEFAULT);
    for (int i = 0; i < stored.size(); i++) {
      if (i == 17) {
        assertThat(((Outcome.Failed<WriteResult>) stored.get(i)).failure())
            .isInstanceOf(InvalidRequestException.class);
      } else {
        assertThat(stored.get(i)).isInstanceOf(Outcome.Done.class);
      }
    }
    assertThat(kv.putAll(List.of(), WriteOptions.DEFAULT)).isEmpty();
  }

  @Test
  void fallbackIsAskedForWhatTheClusterCannotAnswer() {
    kv.put("key-1", "v");
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation ->
              operation.getGet().getKey().toStringUtf8().equals("key-1")
                  ? cluster.serve(operation)
                  : FakeCluster.failed(Failure.Reason.REASON_UNAVAILABLE);
    }
    List<byte[]> keys = entries(4).stream().map(Entry::key).toList();
    ReadOptions options =
        ReadOptions.DEFAULT.fallback(
            key -> {
              if (key[4] == '3') {
                throw new IllegalStateException("no cache");
              }
              return CompletableFuture.completedFuture(FakeCluster.utf8("cached"));
            });
    List<Outcome<GetResult>> got = kv.getAll(keys, options);
    assertThat(got.get(0).get().text()).isEqualTo("cached");
    assertThat(got.get(0).get().fromFallback()).isTrue();
    assertThat(got.get(1).get().fromFallback()).isFalse();
    assertThat(got.get(2).get().fromFallback()).isTrue();
    assertThat(got.get(3)).isInstanceOf(Outcome.Failed.class);
  }

  private static List<Entry> entries(int count) {
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(Entry.of("key-" + i, "value " + i));
    }
    return entries;
  }
}
