package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import io.quorate.client.recipe.Barrier;
import io.quorate.client.recipe.BarrierOptions;
import io.quorate.client.recipe.BarrierRound;
import io.quorate.client.recipe.WorkItem;
import io.quorate.client.recipe.WorkQueue;
import io.quorate.client.recipe.WorkQueueOptions;
import io.quorate.outside.Candidates.One;
import io.quorate.outside.Candidates.Struck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Elections, queues of work and barriers, of several clients on real nodes. */
@ExtendWith(SharedNodes.class)
class RecipesTest {
  private static final Duration VISIBILITY = Duration.ofSeconds(3);
  private static final Duration ALL_DONE_WITHIN = Duration.ofMinutes(2);

  private interface Waits<T> {
    T await() throws Exception;
  }

  private static <T> CompletableFuture<T> async(Waits<T> waits) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(waits.await());
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  private static void createTenant(QuorateClient client, String tenant) {
    Administration.of(client)
        .cluster()
        .createTenant(tenant, TenantSettings.DEFAULT.model(Model.LINEARIZABLE));
  }

  private static WorkQueue queue(QuorateClient client, String name) {
    return WorkQueue.of(
        client.locks(),
        client.keyValue(),
        name,
        WorkQueueOptions.DEFAULT.tenant("recipes-" + name));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The leader is paused, and goes on under its old token when it is woken. */
  @Test
  void theNextOneActsWhenALeaderIsPausedAndTheFormerOneHasNoEffect(Nodes nodes) {
    try (Candidates candidates = new Candidates(nodes, "recipes-e", Duration.ofMillis(1_500))) {
      One one = candidates.start(null);
      One other = candidates.start(null);
      Struck paused = candidates.pause(() -> candidates.awaitLeadingAbove(0));
      One first = paused.leader();
      long token = paused.token();
      assertThat(candidates.awaitLeaderAbove(token)).isSameAs(first == one ? other : one);
      first.signal("CONT");
      Waiting.until(
          Duration.ofSeconds(20),
          () -> first.has("fenced", token) && first.has("stops", token),
          () -> "it goes on under token " + token);
      assertThat(candidates.wrong()).isEmpty();
    }
  }

  /** One consumer dies with an item; the others do all, each of them once. */
  @Test
  void eachItemIsDoneOnceThoughAConsumerDies(Nodes nodes) throws Exception {
    int items = 100;
    try (QuorateClient client = nodes.client()) {
      createTenant(client, "recipes-q");
      WorkQueue offering = queue(client, "q");
      for (int i = 0; i < items; i++) {
        String unused = offering.offer(bytes("" + i));
      }
      WorkItem left;
      try (QuorateClient dies = nodes.client()) {
        left = queue(dies, "q").take(VISIBILITY, Duration.ofSeconds(10)).orElseThrow();
      }
      ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();
      long deadline = System.nanoTime() + ALL_DONE_WITHIN.toNanos();
      List<CompletableFuture<Boolean>> consumers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        consumers.add(
            async(
                () -> {
                  try (QuorateClient own = nodes.client()) {
                    WorkQueue queue = queue(own, "q");
                    while (done.size() < items && System.nanoTime() - deadline < 0) {
                      Optional<WorkItem> item = queue.take(VISIBILITY, Duration.ofSeconds(1));
                      if (item.isPresent() && item.get().done()) {
                        done.add(new String(item.get().payload(), StandardCharsets.UTF_8));
                      }
                    }
                  }
                  return true;
                }));
      }
      consumers.forEach(CompletableFuture::join);
      assertThat(done).hasSize(items).doesNotHaveDuplicates();
      assertThat(done).contains(new String(left.payload(), StandardCharsets.UTF_8));
      assertThat(offering.size()).isZero();
      assertThat(offering.dead(10)).isEmpty();
    }
  }

  @Test
  void partiesWaitForEachOtherAndOneThatDiesIsGivenUp(Nodes nodes) throws Exception {
    int parties = 4;
    try (QuorateClient client = nodes.client()) {
      createTenant(client, "recipes-b");
    }
    AtomicInteger in = new AtomicInteger();
    List<CompletableFuture<Set<String>>> all = new ArrayList<>();
    for (int party = 0; party < parties; party++) {
      boolean dies = party == 0;
      String name = "party-" + party;
      all.add(
          async(
              () -> {
                try (QuorateClient client = nodes.client()) {
                  Barrier barrier =
                      Barrier.of(
                          client.locks(),
                          client.keyValue(),
                          "b",
                          parties,
                          BarrierOptions.DEFAULT
                              .tenant("recipes-b")
                              .party(name)
                              .ttl(Duration.ofSeconds(3)));
                  BarrierRound first = barrier.enter(1, Duration.ofSeconds(30));
                  in.incrementAndGet();
                  assertThat(first.parties()).hasSize(parties);
                  assertThat(first.leave(Duration.ofSeconds(30))).isEmpty();
                  assertThat(in).hasValue(parties);
                  BarrierRound second = barrier.enter(2, Duration.ofSeconds(30));
                  return dies ? Set.of() : second.leave(Duration.ofSeconds(30));
                }
              }));
    }
    for (CompletableFuture<Set<String>> party : all.subList(1, parties)) {
      assertThat(party.join()).singleElement().asString().startsWith("party-0/");
    }
    all.get(0).join();
  }

  /** How far a queue goes: what {@link WorkQueue} says of it was measured so. */
  @Test
  @Tag("campaign")
  void figuresOfAQueue(Nodes nodes) throws Exception {
    try (QuorateClient client = nodes.client()) {
      for (int[] size : new int[][] {{1_000, 1}, {1_000, 8}, {10_000, 8}, {10_000, 32}}) {
        String name = "f" + size[0] + "-" + size[1];
        createTenant(client, "recipes-" + name);
        measure(nodes, client, name, size[0], size[1]);
      }
    }
  }

  private static void measure(
      Nodes nodes, QuorateClient client, String name, int waiting, int consumers) throws Exception {
    WorkQueue offering = queue(client, name);
    AtomicInteger left = new AtomicInteger(waiting);
    List<CompletableFuture<Boolean>> offers = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < 32; i++) {
      offers.add(
          async(
              () -> {
                while (left.decrementAndGet() >= 0) {
                  String unused = offering.offer(new byte[100]);
                }
                return true;
              }));
    }
    offers.forEach(CompletableFuture::join);
    double offered = seconds(began);
    began = System.nanoTime();
    long size = offering.size();
    double scanned = seconds(began);
    AtomicInteger done = new AtomicInteger();
    long until = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    began = System.nanoTime();
    List<CompletableFuture<Boolean>> working = new ArrayList<>();
    for (int i = 0; i < consumers; i++) {
      working.add(
          async(
              () -> {
                try (QuorateClient own = nodes.client()) {
                  WorkQueue queue = queue(own, name);
                  while (System.nanoTime() < until && done.get() < waiting) {
                    try {
                      Optional<WorkItem> item =
                          queue.take(Duration.ofSeconds(10), Duration.ofMillis(100));
                      if (item.isPresent() && item.get().done()) {
                        done.incrementAndGet();
                      }
                    } catch (QuorateException busy) {
                      // Counts as time.
                    }
                  }
                }
                return true;
              }));
    }
    working.forEach(CompletableFuture::join);
    double took = seconds(began);
    began = System.nanoTime();
    long after = offering.size();
    System.out.printf(
        "queue of %d, %d consumers: offered %.0f/s, all keys read in %.0f ms, done %.0f/s; then"
            + " %d are left, and all keys read in %.0f ms%n",
        size,
        consumers,
        waiting / offered,
        1_000 * scanned,
        done.get() / took,
        after,
        1_000 * seconds(began));
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }
}
