package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** What a client of one user does all the time, and what of it failed. */
final class UserLoad implements AutoCloseable {
  /** Leaves the processors to the nodes, and to tests in other processes. */
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private final AtomicBoolean ends = new AtomicBoolean();
  private final AtomicInteger done = new AtomicInteger();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Thread thread;

  UserLoad(QuorateClient client) {
    thread =
        new Thread(
            () -> {
              while (!ends.get()) {
                try {
                  use(client, "v" + done.incrementAndGet());
                } catch (RuntimeException | AssertionError failed) {
                  failures.add(failed);
                }
                LockSupport.parkNanos(BETWEEN_NANOS);
              }
            });
    thread.start();
  }

  /** Writes a value, and reads it. */
  static void use(QuorateClient client, String value) {
    KeyValue keys = client.keyValue();
    keys.put("k", value);
    assertThat(new String(keys.get("k").value(), StandardCharsets.UTF_8)).isEqualTo(value);
  }

  void awaitMore() {
    int before = done.get();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(done.get()).as(failures.toString()).isGreaterThan(before + 50));
  }

  List<Throwable> failures() {
    return failures;
  }

  @Override
  public void close() {
    ends.set(true);
    await().until(() -> !thread.isAlive());
  }
}
