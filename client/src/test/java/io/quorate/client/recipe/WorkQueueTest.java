package io.quorate.client.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.client.FailureInfo;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.UnavailableException;
import io.quorate.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkQueueTest {
  private static final Duration VISIBILITY = Duration.ofSeconds(10);
  private static final WorkQueueOptions OPTIONS = WorkQueueOptions.DEFAULT.consumer("host");

  private final HandClock clock = new HandClock();
  private final MemoryLocks locks = new MemoryLocks(clock);
  private final MemoryStore store = new MemoryStore();
  private final WorkQueue one = queue(OPTIONS);
  private final WorkQueue other = queue(OPTIONS);

  /** Of another process. */
  private WorkQueue queue(WorkQueueOptions options) {
    return WorkQueue.of(locks.process(), store, "q", options, clock);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(WorkItem item) {
    return new String(item.payload(), StandardCharsets.UTF_8);
  }

  private static Optional<WorkItem> take(WorkQueue queue) {
    try {
      return queue.take(VISIBILITY, Duration.ZERO);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static WorkItem taken(WorkQueue queue) {
    return take(queue).orElseThrow();
  }

  @Test
  void anItemIsTakenByOneAndSeenAgainWhenItsTimeIsOver() {
    String id = one.offer(bytes("a"));
    assertThat(one.size()).isEqualTo(1);
    WorkItem first = taken(one);
    assertThat(text(first)).isEqualTo("a");
    assertThat(first.id()).isEqualTo(id);
    assertThat(first.deliveries()).isEqualTo(1);
    assertThat(first.remaining()).isBetween(Duration.ofMillis(1), VISIBILITY);
    assertThat(locks.holder("q/item/" + id)).startsWith("host/");
    assertThat(take(other)).isEmpty();
    assertThat(take(one)).isEmpty();
    clock.pass(VISIBILITY.minusMillis(100));
    assertThat(take(other)).isEmpty();
    clock.pass(Duration.ofMillis(100));
    WorkItem second = taken(other);
    assertThat(second.deliveries()).isEqualTo(2);
    assertThat(second.token()).isGreaterThan(first.token());
    assertThat(first.remaining()).isZero();
  }

  @Test
  void whatIsDoneIsGone() {
    one.offer(bytes("a"));
    assertThat(taken(one).done()).isTrue();
    clock.pass(VISIBILITY.multipliedBy(2));
    assertThat(take(one)).isEmpty();
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void oneThatWasOvertakenCannotHaveItDone() {
    one.offer(bytes("a"));
    WorkItem late = taken(one);
    clock.pass(VISIBILITY);
    WorkItem next = taken(other);
    assertThat(late.done()).isFalse();
    assertThat(store.has("q/item/" + next.id())).isTrue();
    assertThat(next.done()).isTrue();
    assertThat(late.done()).isFalse();
  }

  /** The next one has looked at the item, and nothing more. */
  @Test
  void oneThatWasOvertakenCannotHaveItDoneOnceTheNextHasSeenIt() {
    one.offer(bytes("a"));
    WorkItem late = taken(one);
    clock.pass(VISIBILITY);
    AtomicBoolean mine = new AtomicBoolean(true);
    store.before =
        request -> {
          if (request.startsWith("put q/item/")) {
            store.before = any -> {};
            mine.set(late.done());
          }
        };
    WorkItem next = taken(other);
    assertThat(mine).isFalse();
    assertThat(next.done()).isTrue();
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void whatIsDoneBeforeTheNextConsumerHasLookedIsNotHandedOut() {
    one.offer(bytes("a"));
    WorkItem late = taken(one);
    clock.pass(VISIBILITY);
    store.before =
        request -> {
          if (request.startsWith("get q/item/")) {
            store.before = any -> {};
            assertThat(late.done()).isTrue();
          }
        };
    assertThat(take(other)).isEmpty();
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void itIsDoneAfterItsTimeToo() {
    one.offer(bytes("a"));
    WorkItem late = taken(one);
    clock.pass(VISIBILITY.multipliedBy(2));
    assertThat(late.done()).isTrue();
    assertThat(take(other)).isEmpty();
  }

  @Test
  void whatMayBeDoneStaysOutOfSightAndIsDoneByAnotherCall() {
    one.offer(bytes("a"));
    WorkItem item = taken(one);
    store.before =
        request -> {
          throw new OutcomeUnknownException("lost", FailureInfo.NONE, null);
        };
    assertThatThrownBy(item::done).isInstanceOf(OutcomeUnknownException.class);
    store.before = request -> {};
    assertThat(take(other)).isEmpty();
    assertThat(item.done()).isTrue();
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void moreTimeIsTakenUntilItIsOver() {
    one.offer(bytes("a"));
    WorkItem item = taken(one);
    for (int i = 0; i < 3; i++) {
      clock.pass(VISIBILITY.minusSeconds(1));
      assertThat(item.extend()).isTrue();
      assertThat(item.remaining()).isGreaterThan(VISIBILITY.minusSeconds(1));
      assertThat(take(other)).isEmpty();
    }
    clock.pass(VISIBILITY);
    assertThat(item.extend()).isFalse();
    assertThat(item.remaining()).isZero();
    assertThat(taken(other).deliveries()).isEqualTo(2);
  }

  @Test
  void whatIsGivenBackIsSeenAtOnce() {
    one.offer(bytes("a"));
    WorkItem item = taken(one);
    assertThat(item.giveBack()).isTrue();
    assertThat(item.remaining()).isZero();
    assertThat(item.giveBack()).isFalse();
    assertThatThrownBy(item::done).isInstanceOf(IllegalStateException.class);
    assertThat(taken(other).deliveries()).isEqualTo(2);
  }

  @Test
  void whatIsDeliveredTooOftenIsPutAside() {
    WorkQueue twice = queue(OPTIONS.deliveriesMax(2));
    String id = twice.offer(bytes("poison"));
    assertThat(taken(twice).giveBack()).isTrue();
    assertThat(taken(twice).giveBack()).isTrue();
    assertThat(take(twice)).isEmpty();
    assertThat(twice.size()).isZero();
    assertThat(twice.dead(10)).containsExactly(DeadItem.of(id, bytes("poison"), 2));
    assertThat(twice.offerAgain(id)).isTrue();
    assertThat(twice.offerAgain(id)).isFalse();
    assertThat(twice.dead(10)).isEmpty();
    WorkItem again = taken(twice);
    assertThat(again.id()).isEqualTo(id);
    assertThat(again.deliveries()).isEqualTo(1);
    again.giveBack();
    taken(twice).giveBack();
    assertThat(take(twice)).isEmpty();
    assertThat(twice.discard(id)).isTrue();
    assertThat(twice.discard(id)).isFalse();
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void withoutALimitItIsHandedOutAgainAndAgain() {
    WorkQueue unlimited = queue(OPTIONS.deliveriesMax(0));
    unlimited.offer(bytes("a"));
    for (int i = 1; i < 20; i++) {
      WorkItem item = taken(unlimited);
      assertThat(item.deliveries()).isEqualTo(i);
      item.giveBack();
    }
  }

  /** One is about to put the item aside when its time is over; the next one is quicker. */
  @Test
  void whatWasDiscardedIsNotPutAsideAgainByOneThatIsLate() {
    WorkQueue once = queue(OPTIONS.deliveriesMax(1));
    WorkQueue quicker = queue(OPTIONS.deliveriesMax(1));
    String id = once.offer(bytes("poison"));
    taken(once).giveBack();
    store.before =
        request -> {
          if (request.startsWith("put q/dead/")) {
            store.before = any -> {};
            clock.pass(VISIBILITY);
            assertThat(take(quicker)).isEmpty();
            assertThat(quicker.discard(id)).isTrue();
          }
        };
    assertThat(take(once)).isEmpty();
    assertThat(store.keys()).isEmpty();
  }

  /** It is put aside, and not deleted yet, when another one offers it again. */
  @Test
  void whatIsOfferedAgainWhileItIsPutAsideStays() {
    WorkQueue once = queue(OPTIONS.deliveriesMax(1));
    String id = once.offer(bytes("a"));
    taken(once).giveBack();
    store.before =
        request -> {
          if (request.startsWith("delete q/item/")) {
            store.before = any -> {};
            assertThat(other.offerAgain(id)).isTrue();
          }
        };
    WorkItem again = take(once).or(() -> take(once)).orElseThrow();
    assertThat(once.dead(10)).isEmpty();
    assertThat(again.id()).isEqualTo(id);
    assertThat(again.deliveries()).isEqualTo(1);
    assertThat(again.done()).isTrue();
    assertThat(store.keys()).isEmpty();
  }

  @Test
  void whatIsOfferedAgainAfterItsConsumerDiedBeforeItDeletedItIsAsNew() {
    WorkQueue once = queue(OPTIONS.deliveriesMax(1));
    String id = putAsideInHalf(once);
    assertThat(once.offerAgain(id)).isTrue();
    assertThat(taken(once).deliveries()).isEqualTo(1);
    assertThat(once.dead(10)).isEmpty();
  }

  /** The consumer, of an earlier release, deletes it after offerAgain has looked. */
  @Test
  void whatIsDeletedWhileItIsOfferedAgainIsOfferedAgain() {
    WorkQueue once = queue(OPTIONS.deliveriesMax(1));
    String id = putAsideInHalf(once);
    store.before =
        request -> {
          if (request.startsWith("put q/item/")) {
            store.before = any -> {};
            var unused = store.delete(bytes("q/item/" + id), WriteOptions.DEFAULT);
          }
        };
    assertThat(once.offerAgain(id)).isTrue();
    assertThat(taken(once).deliveries()).isEqualTo(1);
  }

  /** An earlier call that offered it again may not have come to the end. */
  @Test
  void whatWasOfferedAgainAlreadyStaysAsItIs() {
    WorkQueue twice = queue(OPTIONS.deliveriesMax(2));
    String id = twice.offer(bytes("a"));
    taken(twice).giveBack();
    taken(twice).giveBack();
    assertThat(take(twice)).isEmpty();
    store.before =
        request -> {
          if (request.startsWith("delete q/dead/")) {
            throw new OutcomeUnknownException("lost", FailureInfo.NONE, null);
          }
        };
    assertThatThrownBy(() -> twice.offerAgain(id)).isInstanceOf(OutcomeUnknownException.class);
    store.before = request -> {};
    WorkItem item = taken(twice);
    assertThat(twice.offerAgain(id)).isTrue();
    assertThat(item.giveBack()).isTrue();
    assertThat(taken(twice).deliveries()).isEqualTo(2);
  }

  /** It is among the dead, and still an item. */
  private String putAsideInHalf(WorkQueue once) {
    String id = once.offer(bytes("a"));
    taken(once).giveBack();
    store.before =
        request -> {
          if (request.startsWith("delete q/item/")) {
            throw new UnavailableException("no node", FailureInfo.NONE, null);
          }
        };
    assertThatThrownBy(() -> take(once)).isInstanceOf(UnavailableException.class);
    store.before = request -> {};
    assertThat(store.keys()).containsExactly("q/dead/" + id, "q/item/" + id);
    return id;
  }

  @Test
  void theOldestIsFirstWhereOneIsTakenOfOne() throws Exception {
    WorkQueue ordered = queue(OPTIONS.among(1));
    List<String> offered = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      offered.add(ordered.offer(bytes("" + i)));
      long at = System.currentTimeMillis();
      while (System.currentTimeMillis() == at) {
        Thread.onSpinWait();
      }
    }
    List<String> got = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      WorkItem item = taken(ordered);
      got.add(item.id());
      assertThat(item.done()).isTrue();
    }
    assertThat(got).isEqualTo(offered);
  }

  @Test
  void oneOfTheOldestIsFirst() {
    WorkQueue few = queue(OPTIONS.among(5));
    List<String> offered =
        IntStream.range(0, 40).mapToObj(i -> few.offer(bytes("" + i))).sorted().toList();
    assertThat(offered.subList(0, 5)).contains(taken(few).id());
  }

  /** Else consumers that look at the same time all try the same one. */
  @Test
  void whichOfTheOldestIsFirstIsLeftToChance() {
    IntStream.range(0, 64).forEach(i -> one.offer(bytes("" + i)));
    Set<String> first = new HashSet<>();
    for (int consumer = 0; consumer < 20; consumer++) {
      WorkItem item = taken(queue(OPTIONS.deliveriesMax(0)));
      first.add(item.id());
      item.giveBack();
    }
    assertThat(first).hasSizeGreaterThan(5);
  }

  @Test
  void eachItemIsDoneOnceByManyConsumersThatRarelyMeet() throws Exception {
    int consumers = 8;
    int items = 400;
    IntStream.range(0, items).forEach(i -> one.offer(bytes("" + i)));
    ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();
    List<Thread> threads =
        IntStream.range(0, consumers)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          WorkQueue queue = queue(OPTIONS);
                          for (Optional<WorkItem> got = take(queue);
                              got.isPresent();
                              got = take(queue)) {
                            if (got.get().done()) {
                              done.add(text(got.get()));
                            }
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(done).hasSize(items).doesNotHaveDuplicates();
    assertThat(store.keys()).isEmpty();
    int reads = store.requests("get");
    // Each item is read once by the one that gets it; others come too late.
    assertThat(reads + locks.refused.get()).isLessThan(3 * items);
  }

  @Test
  void anItemIsWaitedFor() throws Exception {
    CompletableFuture<Optional<WorkItem>> got =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return other.take(VISIBILITY, Duration.ofMinutes(1));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    await().until(() -> store.requests("scan") > 0);
    clock.pass(Duration.ofSeconds(5));
    assertThat(got).isNotDone();
    // While it waits it does not look all the time: twice a second, after some quick looks.
    assertThat(store.requests("scan")).isLessThan(40);
    one.offer(bytes("a"));
    clock.passUntil(got::isDone);
    assertThat(got.join()).isPresent();
  }

  @Test
  void whatFailsForAMomentIsTriedAgainUntilTheWaitIsOver() throws Exception {
    one.offer(bytes("a"));
    CountDownLatch failed = new CountDownLatch(3);
    store.before =
        request -> {
          failed.countDown();
          throw new UnavailableException("no node", FailureInfo.NONE, null);
        };
    assertThatThrownBy(() -> take(one)).isInstanceOf(UnavailableException.class);
    CompletableFuture<Optional<WorkItem>> got =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return one.take(VISIBILITY, Duration.ofMinutes(1));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    clock.passUntil(() -> failed.getCount() == 0);
    store.before = request -> {};
    clock.passUntil(got::isDone);
    assertThat(got.join()).isPresent();
  }

  /** It failed after it had the lock. */
  @Test
  void whatIsNotHandedOutIsSeenAtOnce() {
    one.offer(bytes("a"));
    store.before =
        request -> {
          if (request.startsWith("put q/item/")) {
            throw new UnavailableException("no node", FailureInfo.NONE, null);
          }
        };
    assertThatThrownBy(() -> take(one)).isInstanceOf(UnavailableException.class);
    store.before = request -> {};
    assertThat(take(other)).isPresent();
  }

  @Test
  void namesAndOptionsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> WorkQueue.of(locks.process(), store, "a/b", OPTIONS))
        .hasMessageContaining("without a slash");
    assertThatThrownBy(() -> OPTIONS.among(0)).hasMessageContaining("one among 0 items");
    assertThatThrownBy(() -> OPTIONS.deliveriesMax(-1)).hasMessageContaining("-1 deliveries");
    assertThat(OPTIONS.tenant("t").toString()).contains("tenant=t", "among=64");
  }
}
