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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client cannot send yet waits within its deadline; it is not refused. */
@ExtendWith(SharedNodes.class)
class BatchTest {
  private static final int ENTRIES = 100_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

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
      List<Throwable> failures =
          java.util.Collections.synchronizedList(new java.util.ArrayList<>());
      List<Thread> threads =
          IntStream.range(0, 16)
              .mapToObj(
                  t ->
                      new Thread(
                          () -> {
                            for (int i = 0; i < 200; i++) {
                              try {
                                client.keyValue().put("threads:" + t + ":" + i, "x");
                                client
                                    .keyValue()
                                    .get(("threads:" + t).getBytes(StandardCharsets.UTF_8));
                              } catch (RuntimeException e) {
                                failures.add(e);
                              }
                            }
                          }))
              .toList();
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).isEmpty();
    }
  }
}
