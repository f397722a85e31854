package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Updates of a key with siblings, while others write it. */
class SiblingUpdateTest {
  private static final String CARTS = "carts";
  private static final String KEY = "cart:7";
  private static final long NOW = 1_700_000_000_000L << 16;
  private static final WriteOptions OPTIONS = WriteOptions.DEFAULT.timeout(Duration.ofSeconds(20));
  private static final Resolver<String> UNION =
      siblings -> {
        TreeSet<String> items = new TreeSet<>();
        siblings.forEach(each -> items.addAll(List.of(each.split(" ", -1))));
        return String.join(" ", items);
      };

  private final FakeCluster cluster = new FakeCluster(1);

  /** What arrived from the client, in order. */
  private final List<Operation> asked = new CopyOnWriteArrayList<>();

  /** What a node answers to the operation of a number, from 0; null: it carries it out. */
  private volatile IntFunction<@Nullable OperationResult> script = number -> null;

  /** What else happens before the operation of a number. */
  private volatile IntFunction<@Nullable String> putByOthers = number -> null;

  private final QuorateClient client;
  private final SiblingKeyValue<String, String> carts;

  SiblingUpdateTest() {
    cluster.clock.set(NOW);
    cluster.placementHlc = NOW;
    cluster.createTenantWithSiblings(CARTS);
    FakeNode node = cluster.nodes.get(0);
    node.script =
        operation -> {
          int number = asked.size();
          asked.add(operation);
          String other = putByOthers.apply(number);
          if (other != null) {
            putByOther(other);
          }
          OperationResult answer = script.apply(number);
          return answer == null ? cluster.serve(operation) : answer;
        };
    client = cluster.client();
    carts = client.siblings(CARTS, Codec.utf8(), Codec.utf8());
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private void putByOther(String value) {
    Operation.Builder put = Operation.newBuilder();
    put.getPutBuilder()
        .setTenant(CARTS)
        .setKey(ByteString.copyFromUtf8(KEY))
        .setValue(ByteString.copyFromUtf8(value));
    var unused = cluster.serve(put.build());
  }

  private static Function<Optional<String>, String> adding(String item) {
    return cart -> cart.map(items -> items + " " + item).orElse(item);
  }

  private Siblings<String> add(String item) {
    return carts.update(KEY, UNION, adding(item), OPTIONS);
  }

  @Test
  void keyThatHasNothingGetsAValueAndAValueIsChanged() {
    Siblings<String> first = add("book");
    assertThat(first.values()).containsExactly("book");
    assertThat(add("lamp").values()).containsExactly("book lamp");
    assertThat(carts.get(KEY).values()).containsExactly("book lamp");
    assertThat(asked.stream().limit(3).map(Operation::getOperationCase))
        .containsExactly(
            Operation.OperationCase.GET, Operation.OperationCase.PUT, Operation.OperationCase.GET);
  }

  @Test
  void siblingsAreResolvedBeforeTheChange() {
    carts.put(KEY, "pen");
    carts.put(KEY, "book");
    assertThat(add("lamp").values()).containsExactly("book pen lamp");
  }

  @Test
  void whatOthersPutMeanwhileIsResolvedAndTheChangeIsMadeOnce() {
    putByOthers = number -> number == 1 || number == 3 ? "other" + number : null;
    assertThat(add("book").values()).containsExactly("book other1 other3");
    assertThat(asked.stream().filter(Operation::hasPut)).hasSize(3);
  }

  @Test
  void itDoesNotGoOnForEverAndTellsOfSiblingsThatAreLeft() {
    putByOthers = number -> "other" + number;
    Siblings<String> left = add("book");
    assertThat(left.isConflict()).isTrue();
    assertThat(left.values()).anyMatch(each -> each.contains("book"));
    assertThat(asked.stream().filter(Operation::hasPut)).hasSize(4);
    putByOthers = number -> null;
    assertThat(add("lamp").values()).singleElement().asString().contains("book", "lamp", "other3");
  }

  /** As of a calendar, where a person is to choose between two meetings. */
  @Test
  void whatTheResolverThrowsBeforeTheChangeChangesNothing() {
    carts.put(KEY, "pen");
    carts.put(KEY, "book");
    IllegalStateException clash = new IllegalStateException("ask a person");
    Resolver<String> escalates =
        siblings -> {
          throw clash;
        };
    assertThatThrownBy(() -> carts.update(KEY, escalates, adding("lamp"), OPTIONS)).isSameAs(clash);
    assertThatThrownBy(
            () ->
                client
                    .asyncSiblings(CARTS, Codec.utf8(), Codec.utf8())
                    .update(KEY, escalates, adding("lamp"), OPTIONS)
                    .join())
        .isInstanceOf(CompletionException.class)
        .hasCause(clash);
    assertThat(carts.get(KEY).values()).containsExactly("pen", "book");
  }

  @Test
  void whatTheResolverThrowsAfterTheChangeLeavesTheSiblings() {
    putByOthers = number -> number == 1 ? "other" : null;
    Resolver<String> escalates =
        siblings -> {
          throw new IllegalStateException("ask a person");
        };
    Siblings<String> left = carts.update(KEY, escalates, adding("book"), OPTIONS);
    assertThat(left.values()).containsExactlyInAnyOrder("other", "book");
    carts.put(KEY, "chosen", left.context());
    assertThat(carts.get(KEY).values()).containsExactly("chosen");
  }

  @Test
  void whatTheCodecThrowsAfterTheChangeLeavesTheSiblings() {
    putByOthers = number -> number == 1 ? "other" : null;
    Codec<String> ofOneItem =
        new Codec<>() {
          @Override
          public byte[] encode(String value) {
            if (value.contains(" ")) {
              throw new IllegalStateException("two items");
            }
            return Codec.utf8().encode(value);
          }

          @Override
          public String decode(byte[] bytes) {
            return Codec.utf8().decode(bytes);
          }
        };
    Siblings<String> left =
        client.siblings(CARTS, Codec.utf8(), ofOneItem).update(KEY, UNION, adding("book"), OPTIONS);
    assertThat(left.values()).containsExactlyInAnyOrder("other", "book");
  }

  @Test
  void changeThatMayHaveBeenStoredIsUnknown() {
    script =
        number ->
            number == 1
                ? FakeCluster.failed(
                    Failure.newBuilder()
                        .setReason(Reason.REASON_OUTCOME_UNKNOWN)
                        .setMayHaveApplied(true)
                        .setDecided(true)
                        .build())
                : null;
    assertThatThrownBy(() -> add("book")).isInstanceOf(OutcomeUnknownException.class);
    assertThat(asked).hasSize(2);
  }

  @Test
  void failureBeforeTheChangeIsToldAndNothingWasChanged() {
    script = number -> FakeCluster.failed(Reason.REASON_INVALID);
    assertThatThrownBy(() -> add("book"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("get of key");
    script = number -> number == 2 ? FakeCluster.failed(Reason.REASON_INVALID) : null;
    assertThatThrownBy(() -> add("book"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("put of key");
    assertThat(carts.get(KEY).isEmpty()).isTrue();
  }

  @Test
  void failureAfterTheChangeIsNoneOfTheUpdate() {
    script = number -> number == 2 ? FakeCluster.failed(Reason.REASON_INVALID) : null;
    Siblings<String> stored = add("book");
    assertThat(stored.values()).containsExactly("book");
    assertThat(carts.get(KEY).values()).containsExactly("book");
    assertThat(carts.get(KEY).context()).isEqualTo(stored.context());

    asked.clear();
    putByOthers = number -> number == 1 ? "other" : null;
    script = number -> number == 3 ? FakeCluster.failed(Reason.REASON_INVALID) : null;
    assertThat(add("lamp").values()).containsExactlyInAnyOrder("other", "book lamp");
  }

  /** Others have filled the key between the read and the put: nothing was stored. */
  @Test
  void changeIsTriedAgainWhereThereWereTooManySiblings() {
    script = number -> number == 1 ? FakeCluster.failed(Reason.REASON_TOO_MANY_SIBLINGS) : null;
    putByOthers = number -> number == 1 ? "other" : null;
    assertThat(add("book").values()).containsExactly("other book");
    script =
        number ->
            asked.get(number).hasPut() ? FakeCluster.failed(Reason.REASON_TOO_MANY_SIBLINGS) : null;
    asked.clear();
    assertThatThrownBy(() -> add("lamp")).isInstanceOf(TooManySiblingsException.class);
    assertThat(asked.stream().filter(Operation::hasPut)).hasSize(5);
  }

  @Test
  void functionsRunOnTheThreadThatWaits() {
    carts.put(KEY, "pen");
    carts.put(KEY, "book");
    List<String> threads = new CopyOnWriteArrayList<>();
    UnaryOperator<String> noting =
        value -> {
          threads.add(Thread.currentThread().getName());
          // A blocking call is refused on the event loop.
          assertThat(client.keyValue().get("k").found()).isFalse();
          return value;
        };
    carts.update(
        KEY,
        siblings -> noting.apply(UNION.resolve(siblings)),
        cart -> noting.apply(cart.orElseThrow() + " lamp"),
        OPTIONS);
    assertThat(threads).hasSize(2).containsOnly(Thread.currentThread().getName());
  }

  @Test
  void updateOnTheEventLoopIsRefused() {
    CompletableFuture<Void> followed = new CompletableFuture<>();
    script =
        number -> {
          followed.join(); // what follows an answer that is there already runs on this thread
          return null;
        };
    var update =
        client
            .asyncSiblings(CARTS, Codec.utf8(), Codec.utf8())
            .get(KEY)
            .thenApply(read -> add("book"));
    followed.complete(null);
    assertThatThrownBy(update::join).hasRootCauseInstanceOf(IllegalStateException.class);
    assertThat(asked).hasSize(1);
  }

  @Test
  void updateEndsWhenTheClientIsClosed() throws Exception {
    script = number -> OperationResult.newBuilder().setId(-1).build();
    Thread updating =
        new Thread(
            () -> assertThatThrownBy(() -> add("book")).isInstanceOf(QuorateException.class));
    updating.start();
    await().until(() -> !asked.isEmpty());
    client.close();
    updating.join(10_000);
    assertThat(updating.isAlive()).isFalse();
  }
}
