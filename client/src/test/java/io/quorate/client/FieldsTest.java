package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeFields;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.internal.engine.Words;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.Field;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.proto.v1.Tenant.Model;
import io.quorate.proto.v1.UpdateRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counters, sets and maps: what is sent, and what the caller gets. */
class FieldsTest {
  private static final String KEY = "k";
  private static final long NOW = 1_700_000_000_000L << 16;
  private static final WriteOptions LONG = WriteOptions.DEFAULT.timeout(Duration.ofSeconds(20));
  private static final WriteOptions SHORT = WriteOptions.DEFAULT.timeout(Duration.ofMillis(300));

  /** Is answered later, or never. */
  private static final OperationResult HELD = OperationResult.newBuilder().setId(-1).build();

  private final FakeCluster cluster = new FakeCluster(3);

  /** The updates that arrived at any node, in order. */
  private final List<Operation> sent = new CopyOnWriteArrayList<>();

  private final List<FinishedRequest> finished = new CopyOnWriteArrayList<>();
  private final FakeFields likesKept;
  private final QuorateClient client;
  private final Counters likes;
  private final AsyncCounters asyncLikes;
  private final Sets tags;
  private final Maps profiles;

  FieldsTest() {
    cluster.clock.set(NOW);
    cluster.placementHlc = NOW;
    likesKept = cluster.createTenantWithFields("likes", Model.MODEL_COUNTERS);
    cluster.createTenantWithFields("tags", Model.MODEL_SETS);
    cluster.createTenantWithFields("profiles", Model.MODEL_MAPS);
    answer((number, update) -> null);
    client =
        QuorateClient.builder()
            .endpoints(cluster.endpoints())
            .requestListener(finished::add)
            .build();
    likes = client.counters("likes");
    asyncLikes = client.asyncCounters("likes");
    tags = client.sets("tags");
    profiles = client.maps("profiles");
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  /**
   * Has the nodes answer updates.
   *
   * @param script takes the number of updates that came before; null: the update is carried out
   */
  private void answer(BiFunction<Integer, Operation, @Nullable OperationResult> script) {
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            if (!operation.hasUpdate()) {
              return cluster.serve(operation);
            }
            OperationResult answer;
            synchronized (sent) {
              int before = sent.size();
              sent.add(operation);
              answer = script.apply(before, operation);
            }
            return HELD.equals(answer) ? null : answer == null ? cluster.serve(operation) : answer;
          };
    }
  }

  private UpdateRequest update(int index) {
    return sent.get(index).getUpdate();
  }

  private long up(int index) {
    return update(index).getFields(0).getTotals().getUp();
  }

  private static OperationResult unknown() {
    return FakeCluster.failed(
        io.quorate.proto.v1.Failure.newBuilder()
            .setReason(Reason.REASON_OUTCOME_UNKNOWN)
            .setMessage("perhaps")
            .setMayHaveApplied(true)
            .setDecided(true)
            .build());
  }

  /** Another attempt may tell. */
  private static OperationResult perhaps() {
    return FakeCluster.failed(unknown().getFailure().toBuilder().setDecided(false).build());
  }

  // ---- what the caller gets

  @Test
  void countersCount() {
    CounterValue never = likes.get(KEY);
    assertThat(never.found()).isFalse();
    assertThat(never.value()).isZero();
    likes.increment(KEY, 5);
    likes.increment(KEY, 2, LONG);
    likes.decrement(KEY, 10);
    CounterValue now = likes.get(KEY, ReadOptions.DEFAULT);
    assertThat(now.found()).isTrue();
    assertThat(now.value()).isEqualTo(-3);
    assertThat(now.info().partition()).isNotNegative();
    assertThat(now).isNotEqualTo(CounterValue.of(-3)).hasToString("-3 " + now.info());
    assertThat(finished)
        .extracting(each -> each.operation() + " " + each.result())
        .containsExactly("GET NOT_FOUND", "UPDATE OK", "UPDATE OK", "UPDATE OK", "GET OK");
    assertThat(update(0).getWriter()).isEqualTo(update(2).getWriter());
    assertThat(update(0).getWriter().getOpenedHlc()).isGreaterThanOrEqualTo(NOW);
    assertThat(update(0).getFirstAttempt()).isTrue();
    assertThat(update(0).hasLevel()).as("the tenant's").isFalse();
    assertThat(sent.stream().map(each -> each.getUpdate().getRequestId()).distinct()).hasSize(3);
  }

  @Test
  void setsHaveWhatWasAddedAndNotRemoved() {
    assertThat(tags.get(KEY).isEmpty()).isTrue();
    tags.add(KEY, "sea", "sun");
    SetValue read = tags.get(KEY);
    assertThat(read.texts()).containsExactly("sea", "sun");
    assertThat(read.contains("sea")).isTrue();
    assertThat(read.contains(FakeCluster.utf8("moon"))).isFalse();
    assertThat(read.size()).isEqualTo(2);
    tags.add(KEY, "sun");
    tags.remove(KEY, read, "sea", "sun", "moon");
    assertThat(tags.get(KEY).texts()).as("sun was added again").containsExactly("sun");
    assertThat(sent).hasSize(3);
    assertThat(update(2).getFields(0).getChangesList())
        .hasSize(2)
        .allMatch(change -> change.getSeenCount() == 1);
    tags.remove(KEY, "sun");
    assertThat(update(3).getFields(0).getChanges(0).getSeenCount()).isZero();
    assertThat(tags.get(KEY).isEmpty()).isTrue();
  }

  @Test
  void whatHasNothingToDoIsNotSent() {
    tags.remove(KEY, SetValue.EMPTY, "sea");
    tags.remove(KEY, SetValue.of("sea"), "sea");
    assertThat(profiles.update(KEY, MapUpdate.EMPTY).info().partition()).isEqualTo(-1);
    assertThat(sent).isEmpty();
    await().until(() -> finished.size() == 3);
    assertThat(finished).allMatch(each -> each.attempts() == 0);
  }

  @Test
  void mapsHaveFieldsOfAllKinds() {
    assertThat(profiles.get(KEY).isEmpty()).isTrue();
    profiles.update(
        KEY,
        MapUpdate.EMPTY
            .increment("visits", 3)
            .decrement("visits", 1)
            .grow("logins", 7)
            .add("groups", "authors", "admins")
            .assign("name", "Ada")
            .replace("home", "London", MapValue.NONE)
            .enable("newsletter")
            .enable("visible", FlagKind.DISABLE_WINS));
    assertThat(sent).hasSize(1);
    MapValue ada = profiles.get(KEY);
    assertThat(ada.count("visits")).isEqualTo(2);
    assertThat(ada.grown("logins")).isEqualTo(7);
    assertThat(ada.set("groups").texts()).containsExactly("admins", "authors");
    assertThat(ada.text("name")).hasValue("Ada");
    assertThat(ada.register("name")).hasValue(FakeCluster.utf8("Ada"));
    assertThat(ada.values("home")).extracting(Element::text).containsExactly("London");
    assertThat(ada.isEnabled("newsletter")).isTrue();
    assertThat(ada.isEnabled("visible", FlagKind.DISABLE_WINS)).isTrue();
    assertThat(ada.isEnabled("visible")).as("another field").isFalse();
    assertThat(ada.fields()).hasSize(7);
    assertThat(ada.toString()).contains("name=[Ada]", "visits=2", "newsletter=on");

    profiles.update(KEY, MapUpdate.EMPTY.replace("home", "Paris", MapValue.NONE));
    profiles.update(KEY, MapUpdate.EMPTY.replace("home", "Turin", ada));
    assertThat(profiles.get(KEY).values("home"))
        .extracting(Element::text)
        .containsExactly("Paris", "Turin");
    profiles.update(
        KEY,
        MapUpdate.EMPTY
            .remove("groups", ada.set("groups"), "authors")
            .clear("name")
            .disable("newsletter")
            .disable("visible", FlagKind.DISABLE_WINS));
    MapValue now = profiles.get(KEY);
    assertThat(now.set("groups").texts()).containsExactly("admins");
    assertThat(now.text("name")).isEmpty();
    assertThat(now.isEnabled("newsletter")).isFalse();
    assertThat(now.isEnabled("visible", FlagKind.DISABLE_WINS)).isFalse();
    assertThat(now.count("never")).isZero();
    assertThat(now.set("never").isEmpty()).isTrue();
  }

  @Test
  void withoutBlockingItIsTheSame() {
    AsyncSets sets = client.asyncSets("tags");
    sets.add(KEY, "a").thenCompose(done -> sets.remove(KEY, "b")).join();
    assertThat(sets.get(KEY).join().texts()).containsExactly("a");
    AsyncMaps maps = client.asyncMaps("profiles");
    maps.update(KEY, MapUpdate.EMPTY.assign("name", "Ada")).join();
    assertThat(maps.get(KEY).join().text("name")).hasValue("Ada");
    asyncLikes.increment(KEY, 2).thenCompose(done -> asyncLikes.decrement(KEY, 1)).join();
    assertThat(asyncLikes.get(KEY).join().value()).isEqualTo(1);
  }

  // ---- one update at a time

  @Test
  void whatIsAskedForWhileAnUpdateIsUnderWayGoesIntoOneMore() throws Exception {
    answer((number, update) -> number == 0 ? HELD : null);
    CompletableFuture<UpdateResult> first = asyncLikes.increment(KEY, 1);
    await().until(() -> sent.size() == 1);
    List<CompletableFuture<UpdateResult>> others = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      others.add(asyncLikes.increment(KEY, 1));
    }
    CompletableFuture<UpdateResult> ofAnotherKey = asyncLikes.increment("other", 1);
    ofAnotherKey.get(20, TimeUnit.SECONDS);
    assertThat(first).isNotDone();
    Operation held = sent.get(0);
    OperationResult done = cluster.serve(held).toBuilder().setId(held.getId()).build();
    cluster.nodes.forEach(node -> node.answer(done));
    first.get(20, TimeUnit.SECONDS);
    for (CompletableFuture<UpdateResult> other : others) {
      other.get(20, TimeUnit.SECONDS);
    }
    assertThat(sent).hasSize(3);
    assertThat(up(2)).isEqualTo(1_001);
    assertThat(likes.get(KEY).value()).isEqualTo(1_001);
  }

  @Test
  void hotCounterCostsARequestForEachRoundTrip() throws Exception {
    likes.increment(KEY, 1);
    long callers = 8;
    long calls = 500;
    List<Thread> threads = new ArrayList<>();
    for (long i = 0; i < callers; i++) {
      Thread thread =
          new Thread(
              () -> {
                List<CompletableFuture<UpdateResult>> asked = new ArrayList<>();
                for (long call = 0; call < calls; call++) {
                  asked.add(asyncLikes.increment(KEY, 1));
                }
                asked.forEach(CompletableFuture::join);
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(likes.get(KEY).value()).isEqualTo(1 + callers * calls);
    assertThat(sent).hasSizeLessThan(1_000);
  }

  /** In the order in which they were asked for, though no one waited for the first. */
  @Test
  void removalThatFollowsAnAdditionComesAfterIt() {
    answer((number, update) -> number == 0 ? HELD : null);
    AsyncSets sets = client.asyncSets("tags");
    CompletableFuture<UpdateResult> first = sets.add(KEY, "first");
    await().until(() -> sent.size() == 1);
    CompletableFuture<UpdateResult> add = sets.add(KEY, "a", "b");
    CompletableFuture<UpdateResult> remove = sets.remove(KEY, "a", "first");
    Operation held = sent.get(0);
    OperationResult done = cluster.serve(held).toBuilder().setId(held.getId()).build();
    cluster.nodes.forEach(node -> node.answer(done));
    first.join();
    add.join();
    remove.join();
    assertThat(sent).hasSize(3);
    assertThat(tags.get(KEY).texts()).containsExactly("b");
    CompletableFuture<UpdateResult> removed = sets.remove(KEY, "b");
    sets.add(KEY, "b").join();
    removed.join();
    assertThat(tags.get(KEY).texts()).containsExactly("b");
  }

  @Test
  void callsOfOtherLevelsTravelAlone() {
    CompletableFuture<UpdateResult> ofTenant = asyncLikes.increment(KEY, 1);
    WriteOptions all = WriteOptions.DEFAULT.level(Level.ALL);
    CompletableFuture<UpdateResult> atAll = asyncLikes.increment(KEY, 1, all);
    asyncLikes.increment(KEY, 1, all).join();
    ofTenant.join();
    atAll.join();
    assertThat(sent.get(sent.size() - 1).getUpdate().getLevel()).isEqualTo(Words.toWire(Level.ALL));
    assertThat(sent.get(0).getUpdate().hasLevel()).isFalse();
    assertThat(likes.get(KEY).value()).isEqualTo(3);
  }

  /** One caller's element is too large; another one has nothing to do with it. */
  @Test
  void refusalThatOneCallerIsTheReasonOfIsNotThatOfOthers() {
    answer(
        (number, update) -> {
          if (number == 0) {
            return HELD;
          }
          boolean large =
              update.getUpdate().getFieldsList().stream()
                  .flatMap(field -> field.getChangesList().stream())
                  .anyMatch(change -> change.getAdd().size() > 10);
          return large ? FakeCluster.failed(Reason.REASON_KEY_TOO_LARGE) : null;
        });
    AsyncSets sets = client.asyncSets("tags");
    CompletableFuture<UpdateResult> first = sets.add(KEY, "first");
    await().until(() -> sent.size() == 1);
    CompletableFuture<UpdateResult> small = sets.add(KEY, "small");
    CompletableFuture<UpdateResult> large = sets.add(KEY, "larger than it may be");
    CompletableFuture<UpdateResult> last = sets.add(KEY, "last");
    Operation held = sent.get(0);
    OperationResult done = cluster.serve(held).toBuilder().setId(held.getId()).build();
    cluster.nodes.forEach(node -> node.answer(done));
    first.join();
    small.join();
    last.join();
    assertThatThrownBy(large::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(KeyTooLargeException.class);
    assertThat(tags.get(KEY).texts()).containsExactly("first", "last", "small");
    assertThat(finished)
        .extracting(FinishedRequest::result)
        .containsOnlyOnce(FinishedRequest.Result.KEY_TOO_LARGE);
  }

  // ---- retries

  @Test
  void allAttemptsAreTheSameButForTheFirst() {
    answer(
        (number, update) ->
            switch (number) {
              case 0 -> perhaps();
              case 1 -> FakeCluster.failed(Reason.REASON_UNAVAILABLE);
              default -> null;
            });
    likes.increment(KEY, 5, LONG);
    assertThat(sent).hasSize(3);
    assertThat(sent.stream().map(each -> each.getUpdate().getFirstAttempt()))
        .containsExactly(true, false, false);
    assertThat(
            sent.stream()
                .map(each -> each.getUpdate().toBuilder().clearFirstAttempt().build())
                .distinct())
        .hasSize(1);
    assertThat(finished.get(0).attempts()).isEqualTo(3);
  }

  @Test
  void updateIsSentAgainAfterItsConnectionWasLostAndCountsOnce() throws Exception {
    CompletableFuture<FakeNode> first = new CompletableFuture<>();
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            if (operation.hasUpdate()) {
              sent.add(operation);
              OperationResult answer = cluster.serve(operation);
              return first.complete(node) ? null : answer; // counted, and not answered
            }
            return cluster.serve(operation);
          };
    }
    CompletableFuture<UpdateResult> asked = asyncLikes.increment(KEY, 5, LONG);
    first.get(20, TimeUnit.SECONDS).kill();
    asked.get(20, TimeUnit.SECONDS);
    assertThat(sent).hasSize(2);
    assertThat(update(1).getFirstAttempt()).isFalse();
    assertThat(likes.get(KEY).value()).isEqualTo(5);
  }

  /** It was merged nowhere, or somewhere: either way it counts once, or not at all until then. */
  @Test
  void countOfUnknownOutcomeStaysInTheTotals() {
    answer((number, update) -> number == 0 ? unknown() : null);
    assertThat(
            catchThrowableOfType(
                OutcomeUnknownException.class, () -> likes.increment(KEY, 5, LONG)))
        .isNotNull();
    assertThat(likes.get(KEY).found()).isFalse();
    likes.increment(KEY, 2);
    assertThat(up(1)).isEqualTo(7);
    assertThat(update(1).getFields(0).getTotals().getNumber()).isEqualTo(2);
    assertThat(likes.get(KEY).value()).isEqualTo(7);
  }

  @Test
  void countThatWasRefusedIsTakenOutOfTheTotals() {
    answer(
        (number, update) -> number == 0 ? FakeCluster.failed(Reason.REASON_KEY_TOO_LARGE) : null);
    assertThatThrownBy(() -> likes.increment(KEY, 5, LONG))
        .isInstanceOf(KeyTooLargeException.class)
        .hasMessageContaining("update of key 'k' of tenant 'likes'")
        .satisfies(failed -> assertThat(((QuorateException) failed).mayHaveApplied()).isFalse());
    likes.increment(KEY, 2);
    assertThat(up(1)).isEqualTo(2);
    assertThat(likes.get(KEY).value()).isEqualTo(2);
  }

  @Test
  void changeOfASetThatWasGivenUpIsNotSentAgain() {
    answer((number, update) -> number == 0 ? unknown() : null);
    assertThatThrownBy(() -> tags.add(KEY, "a")).isInstanceOf(OutcomeUnknownException.class);
    tags.add(KEY, "b");
    assertThat(update(1).getFields(0).getChangesList()).hasSize(1);
    assertThat(update(1).getFields(0).getChanges(0).getNumber()).isEqualTo(2);
    assertThat(tags.get(KEY).texts()).containsExactly("b");
  }

  @Test
  void callerWhoseTimeIsOverIsToldThatTheOutcomeIsUnknownWhileOthersWaitOn() throws Exception {
    answer((number, update) -> number <= 1 ? HELD : null);
    CompletableFuture<UpdateResult> first = asyncLikes.increment(KEY, 1, LONG);
    await().until(() -> sent.size() == 1);
    CompletableFuture<UpdateResult> patient = asyncLikes.increment(KEY, 2, LONG);
    // Long enough for it to be sent, with the other, before its time is over.
    CompletableFuture<UpdateResult> hasty =
        asyncLikes.increment(KEY, 4, WriteOptions.DEFAULT.timeout(Duration.ofSeconds(2)));
    Operation held = sent.get(0);
    OperationResult done = cluster.serve(held).toBuilder().setId(held.getId()).build();
    cluster.nodes.forEach(node -> node.answer(done));
    first.get(20, TimeUnit.SECONDS);
    assertThatThrownBy(() -> hasty.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("sent together with others");
    assertThat(patient).isNotDone();
    Operation second = sent.get(1);
    OperationResult later = cluster.serve(second).toBuilder().setId(second.getId()).build();
    cluster.nodes.forEach(node -> node.answer(later));
    patient.get(20, TimeUnit.SECONDS);
    assertThat(likes.get(KEY).value()).isEqualTo(7);
  }

  /** Nothing of it was sent, so that it is taken out again. */
  @Test
  void callerWhoseTimeIsOverInLineHasNotCounted() throws Exception {
    answer((number, update) -> number == 0 ? HELD : null);
    CompletableFuture<UpdateResult> first = asyncLikes.increment(KEY, 1, LONG);
    await().until(() -> sent.size() == 1);
    CompletableFuture<UpdateResult> patient = asyncLikes.increment(KEY, 2, LONG);
    CompletableFuture<UpdateResult> hasty = asyncLikes.increment(KEY, 4, SHORT);
    assertThatThrownBy(() -> hasty.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("it was not applied");
    Operation held = sent.get(0);
    OperationResult done = cluster.serve(held).toBuilder().setId(held.getId()).build();
    cluster.nodes.forEach(node -> node.answer(done));
    first.get(20, TimeUnit.SECONDS);
    patient.get(20, TimeUnit.SECONDS);
    assertThat(up(1)).isEqualTo(3);
    assertThat(likes.get(KEY).value()).isEqualTo(3);
  }

  /** The array is the caller's again; the key is still known. */
  @Test
  void keyIsKnownThoughItsArrayIsWrittenAgainAfterTheCall() {
    byte[] key = FakeCluster.utf8("one");
    likes.increment(key, 5, LONG);
    System.arraycopy(FakeCluster.utf8("two"), 0, key, 0, key.length);
    likes.increment("one", 2);
    likes.increment(key, 1, LONG);
    assertThat(update(1).getWriter()).isEqualTo(update(0).getWriter());
    assertThat(update(1).getFields(0).getTotals().getNumber()).isEqualTo(2);
    assertThat(likes.get("one").value()).isEqualTo(7);
    assertThat(likes.get("two").value()).isEqualTo(1);
  }

  /** The first caller's time is over, and it uses its array for another key. */
  @Test
  void updateGoesToItsKeyThoughTheFirstCallerHasLeft() throws Exception {
    answer((number, update) -> number <= 1 ? HELD : null);
    CompletableFuture<UpdateResult> before = asyncLikes.increment(KEY, 1, LONG);
    await().until(() -> sent.size() == 1);
    byte[] key = FakeCluster.utf8(KEY);
    CompletableFuture<UpdateResult> hasty =
        asyncLikes.increment(key, 4, WriteOptions.DEFAULT.timeout(Duration.ofSeconds(2)));
    CompletableFuture<UpdateResult> patient = asyncLikes.increment(KEY, 2, LONG);
    Operation held = sent.get(0);
    OperationResult done = cluster.serve(held).toBuilder().setId(held.getId()).build();
    cluster.nodes.forEach(node -> node.answer(done));
    before.get(20, TimeUnit.SECONDS);
    assertThatThrownBy(() -> hasty.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(OutcomeUnknownException.class);
    assertThat(up(1)).as("of both").isEqualTo(7);
    key[0]++;
    OperationResult elsewhere =
        FakeCluster.failed(Reason.REASON_NOT_SERVING).toBuilder()
            .setId(sent.get(1).getId())
            .build();
    cluster.nodes.forEach(node -> node.answer(elsewhere));
    patient.get(20, TimeUnit.SECONDS);
    assertThat(update(2).getKey()).isEqualTo(ByteString.copyFromUtf8(KEY));
    assertThat(likes.get(KEY).value()).isEqualTo(7);
    assertThat(likes.get(key, ReadOptions.DEFAULT).found()).isFalse();
  }

  /** Nodes take a thousand additions in each change. */
  @Test
  void elementThatWasAddedManyTimesIsRemovedAsItWasRead() {
    for (int i = 0; i < 2001; i++) {
      tags.add(KEY, "sea");
    }
    SetValue read = tags.get(KEY);
    sent.clear();
    tags.remove(KEY, read, "sea");
    assertThat(sent).hasSize(1);
    assertThat(update(0).getFields(0).getChangesList())
        .extracting(change -> change.getSeenCount())
        .containsExactly(1000, 1000, 1);
    assertThat(tags.get(KEY).isEmpty()).isTrue();
    List<byte[]> asMany = new ArrayList<>();
    for (int i = 0; i < 334; i++) {
      asMany.add(FakeCluster.utf8("sea"));
    }
    assertThatThrownBy(() -> tags.remove(FakeCluster.utf8(KEY), read, asMany, WriteOptions.DEFAULT))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the update has 1002 changes")
        .hasMessageContaining("takes at most 1000");
  }

  // ---- writers

  @Test
  void writerThatIsTooOldIsFollowedByAnotherOneThatMakesTheUpdateAgain() {
    likes.increment(KEY, 5);
    likesKept.purgedHlc = update(0).getWriter().getOpenedHlc() + 1_000;
    likes.increment(KEY, 2);
    assertThat(sent).hasSize(3);
    assertThat(update(1).getFirstAttempt()).isTrue();
    assertThat(update(2).getFirstAttempt()).isTrue();
    assertThat(update(2).getWriter().getOpenedHlc()).isGreaterThan(likesKept.purgedHlc);
    assertThat(up(2)).as("by the other writer").isEqualTo(2);
    assertThat(likes.get(KEY).value()).isEqualTo(7);
  }

  private static OperationResult replacedBy(int tenantId) {
    return FakeCluster.failed(
        io.quorate.proto.v1.Failure.newBuilder()
            .setReason(Reason.REASON_STAMP_TOO_LOW)
            .setMessage("truncated")
            .setTenantId(tenantId)
            .build());
  }

  /** The placement, which the client has yet to hear, would tell it, too. */
  @Test
  void whatWasCountedInATenantThatIsGoneIsNotCountedInTheNext() {
    likes.increment(KEY, 5);
    int before = update(0).getTenantId();
    assertThat(before).isPositive();
    answer((number, update) -> number == 1 ? replacedBy(before + 50) : null);
    likes.increment(KEY, 2);
    likes.increment(KEY, 3);
    assertThat(sent.stream().map(each -> each.getUpdate().getTenantId()))
        .containsExactly(before, before, before + 50, before + 50);
    assertThat(update(2).getFirstAttempt()).isTrue();
    assertThat(update(2).getWriter()).isNotEqualTo(update(1).getWriter());
    assertThat(up(2)).isEqualTo(2);
    assertThat(up(3)).isEqualTo(5);
  }

  /** Nothing can have been applied: where the tenant is replaced then, it may be made again. */
  @Test
  void attemptAfterARefusalIsAFirstOne() {
    answer(
        (number, update) ->
            number == 0
                ? FakeCluster.failed(Reason.REASON_UNAVAILABLE)
                : number == 1 ? replacedBy(1_000) : null);
    likes.increment(KEY, 5, LONG);
    assertThat(sent.stream().map(each -> each.getUpdate().getFirstAttempt()))
        .containsExactly(true, true, true);
    assertThat(update(2).getTenantId()).isEqualTo(1_000);
  }

  /** The first attempt may have been applied: another writer would count it a second time. */
  @Test
  void updateThatMayHaveBeenAppliedIsMadeByNoOtherWriter() {
    answer(
        (number, update) ->
            number == 0 ? perhaps() : FakeCluster.failed(Reason.REASON_STAMP_TOO_LOW));
    assertThatThrownBy(() -> likes.increment(KEY, 5, LONG))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(sent).hasSize(2);
  }

  /** A later attempt that was refused for now says nothing of the first one. */
  @Test
  void countThatMayHaveBeenAppliedStaysInTheTotalsThoughALaterAttemptWasRefused() {
    answer(
        (number, update) ->
            number == 0 ? perhaps() : number < 20 ? FakeCluster.aheadOfClock(60_000) : null);
    assertThatThrownBy(() -> likes.increment(KEY, 5, LONG))
        .isInstanceOf(OutcomeUnknownException.class);
    int before = sent.size();
    assertThat(before).isGreaterThan(1);
    answer((number, update) -> null);
    likes.increment(KEY, 2);
    assertThat(up(before)).isEqualTo(7);
    assertThat(update(before).getFields(0).getTotals().getNumber()).isEqualTo(2);
  }

  @Test
  void updateWhoseWritersAreAllTooOldIsGivenUp() {
    answer(
        (number, update) ->
            FakeCluster.failed(
                io.quorate.proto.v1.Failure.newBuilder()
                    .setReason(Reason.REASON_STAMP_TOO_LOW)
                    .setMessage("too old")
                    .build()));
    assertThatThrownBy(() -> likes.increment(KEY, 5, LONG))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("too old; it was not applied");
    assertThat(sent.stream().map(each -> each.getUpdate().getWriter()).distinct()).hasSize(5);
  }

  @Test
  void assignmentsAreAboveTheClocksThatWereHeard() {
    cluster.clock.set(NOW + (100L << 16));
    likes.increment("other", 1);
    profiles.update(KEY, MapUpdate.EMPTY.assign("name", "Ada"));
    long first = update(1).getFields(0).getAssignment().getHlc();
    assertThat(first).isGreaterThan(NOW + (100L << 16));
    profiles.update(KEY, MapUpdate.EMPTY.assign("name", "Grace"));
    assertThat(update(2).getFields(0).getAssignment().getHlc()).isGreaterThan(first);
    assertThat(profiles.get(KEY).text("name")).hasValue("Grace");
  }

  @Test
  void beforeAnyClockIsToldNothingIsSent() {
    cluster.placementHlc = 0;
    try (QuorateClient early = cluster.client()) {
      Throwable thrown = catchThrowable(() -> early.counters("likes").increment(KEY, 5, SHORT));
      assertThat(sent).as("sent before a clock was told").isEmpty();
      assertThat(thrown)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("no node told the cluster's clock")
          .hasMessageContaining("check that the nodes of the endpoints are up");
      cluster.placementHlc = NOW;
      early.counters("likes").increment(KEY, 5, LONG);
      assertThat(likes.get(KEY).value()).isEqualTo(5);
    }
  }

  // ---- what cannot be

  @Test
  void whatCannotBeIsRefusedBeforeAnythingIsSent() {
    assertThatThrownBy(() -> likes.increment(KEY, -1))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("give 0 to 2^62 - 1")
        .hasMessageContaining("decrement");
    assertThatThrownBy(() -> likes.decrement(KEY, 1L << 62))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> likes.increment(KEY, 1, WriteOptions.DEFAULT.ttl(Duration.ofHours(1))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("time to live");
    assertThatThrownBy(() -> likes.increment("", 1)).isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> tags.add(KEY, new String[1_001]))
        .isInstanceOf(NullPointerException.class);
    String[] many = new String[1_001];
    for (int i = 0; i < many.length; i++) {
      many[i] = "t" + i;
    }
    assertThatThrownBy(() -> tags.add(KEY, many))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("at most 1000");
    assertThatThrownBy(() -> MapUpdate.EMPTY.increment("", 1))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> MapUpdate.EMPTY.grow("n".repeat(257), 1))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("at most 256");
    assertThatThrownBy(
            () ->
                tags.remove(
                    KEY,
                    SetValue.of(
                        List.of(Element.of(FakeCluster.utf8("a"), Context.parse("_____w"))),
                        tags.get(KEY).info()),
                    "a"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("no read of a set or a map returned");
    assertThatThrownBy(() -> likes.get(KEY, ReadOptions.DEFAULT.minVersion(Version.of(0, 1, 1, 1))))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(sent).isEmpty();
  }

  @Test
  void callsAfterClosingFailAndWhatWasUnderWayIsUnknown() {
    OperationResult undecided =
        FakeCluster.failed(unknown().getFailure().toBuilder().setDecided(false).build());
    answer((number, update) -> undecided);
    CompletableFuture<UpdateResult> underWay = asyncLikes.increment(KEY, 1, LONG);
    await().until(() -> sent.size() >= 4); // from now on it waits for most of the time
    CompletableFuture<UpdateResult> inLine = asyncLikes.increment(KEY, 1, LONG);
    await().pollDelay(Duration.ofMillis(50)).until(() -> true);
    client.close();
    assertThatThrownBy(underWay::join).hasCauseInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(inLine::join).hasCauseInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> asyncLikes.increment(KEY, 1).join())
        .hasCauseInstanceOf(ClientClosedException.class);
  }

  // ---- scans

  @Test
  void scansShowFields() {
    cluster.nodes.forEach(
        node ->
            node.scanScript =
                (request, out) -> {
                  out.onNext(
                      ScanResponse.newBuilder()
                          .addEntries(
                              io.quorate.proto.v1.ScanEntry.newBuilder()
                                  .setKey(ByteString.copyFromUtf8(KEY))
                                  .addFields(
                                      Field.newBuilder()
                                          .setKind(io.quorate.proto.v1.FieldKind.FIELD_KIND_COUNTER)
                                          .setCount(5)))
                          .build());
                  out.onCompleted();
                });
    try (Scan scan = client.keyValue().scan("", ScanOptions.DEFAULT.tenant("likes"))) {
      ScanEntry entry = scan.next();
      assertThat(Objects.requireNonNull(entry.fields()).count("")).isEqualTo(5);
      assertThat(entry.siblings()).isNull();
      assertThatThrownBy(entry::value)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("use fields()");
    }
    assertThat(ScanEntry.of(new byte[1], new byte[2], Version.of(0, 1, 1, 1), 0).fields()).isNull();
  }

  /** For tests of applications. */
  @Test
  void resultsCanBeMadeAndCompared() {
    MapValue made =
        MapValue.of(
            FieldValue.counter("n", FieldKind.COUNTER, 5),
            FieldValue.values("tags", FieldKind.SET, List.of(Element.of("a"))),
            FieldValue.flag("f", FlagKind.ENABLE_WINS, true));
    assertThat(made).isEqualTo(MapValue.of(made.fields(), made.info())).hasSameHashCodeAs(made);
    assertThat(made.set("tags")).isEqualTo(SetValue.of("a"));
    assertThat(CounterValue.of(5)).isEqualTo(CounterValue.of(5));
    assertThat(MapUpdate.EMPTY.add("s", "a")).isEqualTo(MapUpdate.EMPTY.add("s", "a"));
    assertThat(MapUpdate.EMPTY.add("s", "a").toString()).contains("ADD SET 's'");
    assertThat(UpdateResult.of(made.info())).isEqualTo(UpdateResult.of(made.info()));
  }
}
