package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.GetResult;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client cannot send yet waits within its deadline; it is not refused. */
@ExtendWith(SharedNodes.class)
class BatchTest {
  private static final int ENTRIES = 100_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final int THREADS = 16;

  @Test
  void aHundredThousandAtOnceAreStoredAndRead(Nodes nodes) {
    List<Entry> entries =
        IntStream.range(0, ENTRIES)
            .mapToObj(i -> Entry.of("batch:" + i, "value-" + i + "-" + "x".repeat(40)))
            .toList();
    try (QuorateClient client = nodes.client()) {
      assertThat(
              client.keyValue().putAll(entries, WriteOptions.DEFAULT.timeout(TIMEOUT)).stream()
                  .filter(outcome -> !(outcome instanceof Outcome.Done))
                  .limit(3))
          .isEmpty();
      List<Outcome<GetResult>> read =
          client
              .keyValue()
              .getAll(
                  entries.stream().map(Entry::key).toList(), ReadOptions.DEFAULT.timeout(TIMEOUT));
      for (int i = 0; i < ENTRIES; i++) {
        assertThat(read.get(i).get().bytes()).isEqualTo(entries.get(i).value());
      }
    }
  }

  @Test
  void manyThreadsOfAColdClientAreServed(Nodes nodes) throws InterruptedException {
    try (QuorateClient client = nodes.client()) {
      assertThat(failuresOfThreads(200, key -> putAndGet(client, key))).isEmpty();
    }
  }

  /** A call that ends before a node has answered it is no refusal by a node. */
  @Test
  void manyThreadsAreServedAfterCallsThatNobodyAnswered(Nodes nodes) throws InterruptedException {
    WriteOptions impatient = WriteOptions.DEFAULT.timeout(Duration.ofMillis(200));
    try (QuorateClient client = nodes.client()) {
      client.keyValue().put("threads", "connected");
      nodes.all().forEach(node -> node.signal("STOP"));
      try {
        assertThat(failuresOfThreads(10, key -> client.keyValue().put(key, key, impatient)))
            .hasSize(10 * THREADS);
      } finally {
        nodes.all().forEach(node -> node.signal("CONT"));
      }

      assertThat(failuresOfThreads(200, key -> putAndGet(client, key))).isEmpty();
    }
  }

  private static void putAndGet(QuorateClient client, byte[] key) {
    client.keyValue().put(key, key);
    assertThat(client.keyValue().get(key).bytes()).isEqualTo(key);
  }

  private static List<Throwable> failuresOfThreads(int rounds, Consumer<byte[]> call)
      throws InterruptedException {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads =
        IntStream.range(0, THREADS)
            .mapToObj(
                t ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < rounds; i++) {
                            try {
                              call.accept(
                                  ("threads:" + t + ":" + i).getBytes(StandardCharsets.UTF_8));
                            } catch (RuntimeException | AssertionError failure) {
                              failures.add(failure);
                            }
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(failures);
  }
}
