package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.quorate.client.FinishedRequest.Operation;
import io.quorate.client.FinishedRequest.Result;
import io.quorate.client.fake.FakeCluster;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.ScanResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listener hears of each request once, and cannot harm it. */
class RequestListenerTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final List<FinishedRequest> heard = new CopyOnWriteArrayList<>();
  private final Set<String> threads = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    cluster.close();
  }

  private QuorateClient client(RequestListener listener) {
    return QuorateClient.builder()
        .endpoints(cluster.endpoints())
        .requestListener(
            request -> {
              threads.add(Thread.currentThread().getName());
              heard.add(request);
              listener.onFinished(request);
            })
        .build();
  }

  private QuorateClient client() {
    return client(request -> {});
  }

  /** What was heard last; a request has been told before its caller goes on. */
  private FinishedRequest last() {
    return heard.get(heard.size() - 1);
  }

  private void answerAllWith(Reason reason) {
    cluster.nodes.forEach(node -> node.script = operation -> FakeCluster.failed(reason));
  }

  @Test
  void eachOperationIsToldWithWhatItWas() {
    try (QuorateClient client = client()) {
      KeyValue kv = client.keyValue();
      long before = System.nanoTime();
      kv.put("k", "v");
      kv.get("k");
      kv.delete("k");
      kv.get("k");
      long passed = System.nanoTime() - before;
      assertThat(heard)
          .extracting(FinishedRequest::operation)
          .containsExactly(Operation.PUT, Operation.GET, Operation.DELETE, Operation.GET);
      assertThat(heard)
          .extracting(FinishedRequest::result)
          .containsExactly(Result.OK, Result.OK, Result.OK, Result.NOT_FOUND);
      assertThat(heard).extracting(FinishedRequest::attempts).containsOnly(1);
      assertThat(heard).extracting(FinishedRequest::tenant).containsOnly("default");
      assertThat(heard).extracting(FinishedRequest::failure).containsOnlyNulls();
      assertThat(heard).allMatch(each -> each.durationNanos() > 0);
      assertThat(heard.stream().mapToLong(FinishedRequest::durationNanos).sum())
          .isLessThanOrEqualTo(passed);
      assertThat(threads).hasSize(1).allMatch(name -> name.startsWith("quorate-client"));
    }
  }

  @Test
  void failureIsToldAsTheCallerSeesIt() {
    try (QuorateClient client = client()) {
      answerAllWith(Reason.REASON_INVALID);
      assertThatThrownBy(
              () -> client.keyValue().put("k", "v", WriteOptions.DEFAULT.tenant("another")))
          .isSameAs(last().failure());
      assertThat(last().operation()).isEqualTo(Operation.PUT);
      assertThat(last().tenant()).isEqualTo("another");
      assertThat(last().result()).isEqualTo(Result.INVALID_REQUEST);
      assertThat(last().failedOperations()).isEqualTo(1);
      assertThat(heard).hasSize(1);
    }
  }

  @Test
  void retriesAreCountedInOneRequest() {
    try (QuorateClient client = client()) {
      AtomicInteger asked = new AtomicInteger();
      cluster.nodes.forEach(
          node ->
              node.script =
                  operation ->
                      asked.incrementAndGet() == 1
                          ? FakeCluster.failed(Reason.REASON_UNAVAILABLE)
                          : cluster.serve(operation));
      client.keyValue().put("k", "v");
      assertThat(heard).hasSize(1);
      assertThat(last().attempts()).isEqualTo(2);
      assertThat(last().result()).isEqualTo(Result.OK);
    }
  }

  @Test
  void batchIsOneRequestOfManyOperations() {
    try (QuorateClient client = client()) {
      KeyValue kv = client.keyValue();
      AtomicInteger asked = new AtomicInteger();
      cluster.nodes.forEach(
          node ->
              node.script =
                  operation ->
                      asked.incrementAndGet() == 1
                          ? FakeCluster.failed(Reason.REASON_UNAVAILABLE)
                          : cluster.serve(operation));
      kv.putAll(List.of(Entry.of("a", "1"), Entry.of("b", "2")), WriteOptions.DEFAULT);
      assertThat(heard).hasSize(1);
      assertThat(last().operation()).isEqualTo(Operation.PUT_ALL);
      assertThat(last().result()).isEqualTo(Result.OK);
      assertThat(last().operations()).isEqualTo(2);
      assertThat(last().attempts()).isEqualTo(3);

      kv.getAll(
          List.of(FakeCluster.utf8("a"), new byte[0], FakeCluster.utf8("none")),
          ReadOptions.DEFAULT);
      assertThat(heard).hasSize(2);
      assertThat(last().operation()).isEqualTo(Operation.GET_ALL);
      assertThat(last().result()).isEqualTo(Result.INVALID_REQUEST);
      assertThat(last().operations()).isEqualTo(3);
      assertThat(last().failedOperations()).isEqualTo(1);
      assertThat(last().attempts()).as("an empty key is not sent").isEqualTo(2);
    }
  }

  @Test
  void eachPageOfAScanIsARequest() {
    try (QuorateClient client = client()) {
      cluster.nodes.forEach(
          node ->
              node.scanScript =
                  (ask, out) -> {
                    out.onNext(
                        ScanResponse.newBuilder()
                            .setCursor(ByteString.copyFromUtf8("more"))
                            .build());
                    out.onNext(ScanResponse.getDefaultInstance());
                    out.onCompleted();
                  });
      try (Scan scan = client.keyValue().scan("prefix")) {
        assertThat(scan.hasNext()).isFalse();
      }
      assertThat(heard).extracting(FinishedRequest::operation).containsOnly(Operation.SCAN_PAGE);
      assertThat(heard).extracting(FinishedRequest::result).containsExactly(Result.OK, Result.OK);
      assertThat(heard).extracting(FinishedRequest::attempts).containsExactly(1, 1);
    }
  }

  @Test
  void getThatAFallbackAnsweredIsToldAsFailed() {
    try (QuorateClient client = client()) {
      answerAllWith(Reason.REASON_INTERNAL);
      ReadOptions cached =
          ReadOptions.DEFAULT.fallback(
              key -> CompletableFuture.completedFuture(FakeCluster.utf8("cached")));
      assertThat(client.keyValue().get("k", cached).text()).isEqualTo("cached");
      assertThat(last().result()).isEqualTo(Result.SERVER_FAULT);
    }
  }

  /** Its caller's thread finds it out; the listener need not be safe for threads for that. */
  @Test
  void refusalOnTheCallersThreadIsToldOnTheEventLoop() {
    try (QuorateClient client = client()) {
      assertThatThrownBy(() -> client.keyValue().get(new byte[0]))
          .isInstanceOf(InvalidRequestException.class);
      await().until(() -> !heard.isEmpty());
      assertThat(last().result()).isEqualTo(Result.INVALID_REQUEST);
      assertThat(last().attempts()).isZero();
      assertThat(threads).allMatch(name -> name.startsWith("quorate-client"));
    }
  }

  /**
   * A caller that is refused at any rate must not fill the memory with what is still to be told.
   */
  @Test
  void refusalsThatWaitToBeToldAreBounded() {
    AtomicInteger told = new AtomicInteger();
    CompletableFuture<Boolean> held = new CompletableFuture<>();
    try (QuorateClient client =
        QuorateClient.builder()
            .endpoints(cluster.endpoints())
            .requestListener(
                request -> {
                  told.incrementAndGet();
                  held.join();
                })
            .build()) {
      AsyncKeyValue kv = client.asyncKeyValue();
      assertThat(kv.get(new byte[0])).isCompletedExceptionally();
      await().until(() -> told.get() == 1);
      for (int i = 0; i < 65_536 + 100; i++) {
        assertThat(kv.get(new byte[0]).isCompletedExceptionally()).isTrue();
      }
      held.complete(true);
      await().until(() -> told.get() >= 1 + 65_536);
      kv.get("k").join();
      assertThat(told).hasValue(1 + 65_536 + 1);
    }
  }

  @Test
  void whatAListenerThrowsReachesNoOne() {
    List<Throwable> thrown = List.of(new IllegalStateException("ours"), new AssertionError("ours"));
    AtomicInteger turn = new AtomicInteger();
    try (QuorateClient client =
        client(
            request -> {
              Throwable next = thrown.get(turn.getAndIncrement() % 2);
              if (next instanceof Error error) {
                throw error;
              }
              throw (RuntimeException) next;
            })) {
      // With a bound: a call that the throw tore off would be waited for in vain.
      AsyncKeyValue kv = client.asyncKeyValue();
      Duration soon = Duration.ofSeconds(10);
      for (int i = 0; i < 4; i++) {
        assertThat(kv.put("k", "v")).succeedsWithin(soon);
        assertThat(kv.get("k")).succeedsWithin(soon);
      }
      assertThat(kv.getAll(List.of(FakeCluster.utf8("k")), ReadOptions.DEFAULT))
          .succeedsWithin(soon)
          .satisfies(all -> all.forEach(Outcome::get));
      answerAllWith(Reason.REASON_INVALID);
      assertThat(kv.get("k"))
          .failsWithin(soon)
          .withThrowableThat()
          .withCauseInstanceOf(InvalidRequestException.class);
      assertThat(heard).hasSize(10);
    }
  }

  @Test
  void listenerThatBlocksIsRefusedAndTheRequestIsNot() {
    AtomicReference<KeyValue> blocking = new AtomicReference<>();
    AtomicReference<RuntimeException> refusal = new AtomicReference<>();
    try (QuorateClient client =
        client(
            request -> {
              KeyValue kv = blocking.getAndSet(null);
              if (kv != null) {
                try {
                  kv.get("b");
                } catch (RuntimeException refused) {
                  refusal.set(refused);
                  throw refused;
                }
              }
            })) {
      KeyValue kv = client.keyValue();
      blocking.set(kv);
      assertThat(kv.put("a", "v")).isNotNull();
      assertThat(refusal.get())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("blocking call on the client's event loop");
      assertThat(kv.get("a").text()).isEqualTo("v");
    }
  }

  @Test
  void whatIsUnderWayWhenTheClientIsClosedIsToldOnce() {
    cluster.nodes.forEach(node -> node.script = operation -> null);
    QuorateClient client = client();
    var get = client.asyncKeyValue().get("k");
    await().until(() -> cluster.nodes.stream().anyMatch(node -> !node.frames.isEmpty()));
    client.close();
    assertThat(get).failsWithin(Duration.ofSeconds(10));
    assertThat(heard).extracting(FinishedRequest::result).containsExactly(Result.CLIENT_CLOSED);
  }

  @Test
  void eachKindOfExceptionIsAResultOfItsOwn() throws Exception {
    Set<Result> results = ConcurrentHashMap.newKeySet();
    Class<?>[] kinds = QuorateException.class.getPermittedSubclasses();
    for (Class<?> kind : kinds) {
      var constructor = kind.getConstructors()[0];
      Object[] given =
          Arrays.stream(constructor.getParameterTypes())
              .map(
                  type ->
                      type == String.class
                          ? "message"
                          : type == FailureInfo.class
                              ? FailureInfo.NONE
                              : type == Duration.class
                                  ? Duration.ZERO
                                  : type == long.class ? (Object) 0L : null)
              .toArray();
      Result result = Result.of((QuorateException) constructor.newInstance(given));
      assertThat(kind.getSimpleName().replace("Exception", ""))
          .isEqualToIgnoringCase(result.name().replace("_", ""));
      results.add(result);
    }
    assertThat(results).hasSize(kinds.length).hasSize(Result.values().length - 2);
  }
}
