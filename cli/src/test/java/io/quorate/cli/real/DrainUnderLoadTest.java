package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.cli.LoggedRetries;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.QuorateClient;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes are drained, stopped and started one after the other, and no call has to be made twice. */
class DrainUnderLoadTest {
  private static final int FIRST_PORT = 18_500;
  private static final int NODES = 3;
  private static final int THREADS = 4;
  private static final int KEYS = 1_000;

  /** Leaves the processors to the nodes; some thread has a call under way nearly all the time. */
  private static final long BETWEEN_CALLS_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final Duration GO_ON_MAX = Duration.ofSeconds(60);

  private static void operator(RealCluster cluster, String... words) {
    List<String> args = new ArrayList<>(List.of(words));
    args.add("--endpoints");
    args.add(cluster.address(0) + "," + cluster.address(1) + "," + cluster.address(2));
    Ran ran = Ran.command(args.toArray(String[]::new));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
  }

  /** Reads and writes by some threads, each of which waits for its answers. */
  private static final class Load implements AutoCloseable {
    final QuorateClient client;
    final AtomicLong done = new AtomicLong();
    final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    Load(RealCluster cluster) {
      client =
          QuorateClient.builder()
              .endpoints(List.of(cluster.address(0), cluster.address(1), cluster.address(2)))
              .build();
      for (int i = 0; i < THREADS; i++) {
        int first = i;
        Thread thread = new Thread(() -> run(first), "load-" + i);
        threads.add(thread);
        thread.start();
      }
    }

    private void run(int first) {
      try {
        for (int i = first; !over.get(); i++) {
          var unused = client.keyValue().put("k" + i % KEYS, "v" + i);
          var unusedToo = client.keyValue().get("k" + (i + KEYS / 2) % KEYS);
          done.addAndGet(2);
          LockSupport.parkNanos(BETWEEN_CALLS_NANOS);
        }
      } catch (RuntimeException failure) {
        failed.compareAndSet(null, failure);
      }
    }

    /** Waits until the load has gone on for a while from now. */
    void goOn() {
      long until = done.get() + 600;
      await().atMost(GO_ON_MAX).until(() -> done.get() >= until || failed.get() != null);
      assertThat(failed.get()).isNull();
    }

    @Override
    public void close() {
      over.set(true);
      client.close(); // what waits for an answer ends with it
    }
  }

  @Test
  void noCallIsRefusedByANodeThatIsDrainedAndStarted(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, NODES);
        Load load = new Load(cluster);
        LoggedRetries retried = new LoggedRetries()) {
      load.goOn();
      for (int i = 0; i < NODES; i++) {
        long retries = load.client.counts().retries();
        operator(cluster, "node", "drain", cluster.address(i));
        load.goOn();
        assertThat(load.client.counts().retries())
            .as("node %d is drained: %s", i, retried.lines())
            .isEqualTo(retries);
        if (i == 0) {
          operator(cluster, "node", "resume", cluster.address(i));
          load.goOn();
          operator(cluster, "node", "drain", cluster.address(i));
        }
        cluster.stop(i);
        load.goOn();
        cluster.start(i);
        cluster.awaitReady(i);
        load.goOn();
        assertThat(load.client.counts().retries())
            .as("node %d is back: %s", i, retried.lines())
            .isEqualTo(retries);
      }
    }
  }

  /** SIGTERM alone: clients are told, too. */
  @Test
  void noCallIsRefusedByANodeThatStops(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT + 10, NODES);
        Load load = new Load(cluster);
        LoggedRetries retried = new LoggedRetries()) {
      load.goOn();
      long retries = load.client.counts().retries();
      cluster.stop(1);
      load.goOn();
      assertThat(load.client.counts().retries())
          .as(() -> retried.lines().toString())
          .isEqualTo(retries);
    }
  }
}
