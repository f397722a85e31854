package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.HintOverflow;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Changes a setting of a tenant again and again: how long does that take at most? */
final class MetadataChanges implements AutoCloseable {
  private static final String TENANT = "default";
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final QuorateClient client;
  private final Thread thread;
  private final AtomicBoolean ends = new AtomicBoolean();
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong longestNanos = new AtomicLong();

  /** What must not be. */
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  private MetadataChanges(QuorateClient client) {
    this.client = client;
    this.thread = new NotingThread("metadata changes", this::run, wrong::add);
  }

  static MetadataChanges begin(Nodes nodes) {
    MetadataChanges begun = new MetadataChanges(nodes.patientClient());
    begun.thread.start();
    return begun;
  }

  private void run() {
    Cluster cluster = Administration.of(client).cluster();
    for (int i = 0; !ends.get(); i++) {
      HintOverflow next = i % 2 == 0 ? HintOverflow.REJECT : HintOverflow.MARK;
      long fromNanos = System.nanoTime();
      var unused =
          cluster.alterTenant(
              TENANT, TenantSettings.DEFAULT.with(TenantSetting.HINT_OVERFLOW, next));
      longestNanos.accumulateAndGet(System.nanoTime() - fromNanos, Math::max);
      changes.incrementAndGet();
      Waiting.pass(PAUSE);
    }
  }

  /** Ends them; returns how long the one took that took longest. */
  Duration end() {
    close();
    assertThat(wrong).isEmpty();
    assertThat(changes).hasPositiveValue();
    return Duration.ofNanos(longestNanos.get());
  }

  @Override
  public void close() {
    ends.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
