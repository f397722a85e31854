package io.quorate.cli.shell;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.AsyncCluster;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Tenant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What the cluster has names for, asked when a person wants a word completed and not more often
 * than every few seconds. A cluster that does not answer in time has none.
 */
final class ClusterNames {
  private static final long WAIT_MILLIS = 700;
  private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Supplier<QuorateClient> connect;
  private final long waitMillis;
  private List<String> tenants = List.of();
  private List<NodeView> nodes = List.of();
  private long askedNanos = System.nanoTime() - KEEP_NANOS;

  ClusterNames(Supplier<QuorateClient> connect) {
    this(connect, WAIT_MILLIS);
  }

  /**
   * @param waitMillis how long an answer is waited for, with the time it takes to connect
   */
  ClusterNames(Supplier<QuorateClient> connect, long waitMillis) {
    this.connect = connect;
    this.waitMillis = waitMillis;
  }

  List<String> tenants() {
    refresh();
    return tenants;
  }

  List<NodeView> nodes() {
    refresh();
    return nodes;
  }

  private void refresh() {
    if (System.nanoTime() - askedNanos < KEEP_NANOS) {
      return;
    }
    try (QuorateClient client = connect.get()) {
      AsyncCluster cluster = Administration.of(client).asyncCluster();
      CompletableFuture<List<Tenant>> listed = cluster.tenants();
      CompletableFuture<List<NodeView>> members = cluster.status().thenApply(each -> each.nodes());
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
      tenants = answer(listed, deadline, List.<Tenant>of()).stream().map(Tenant::name).toList();
      nodes = answer(members, deadline, List.of());
    } catch (RuntimeException unusable) { // such as a file of TLS that is gone: commands tell it
      tenants = List.of();
      nodes = List.of();
    }
    askedNanos = System.nanoTime();
  }

  private static <T> T answer(CompletableFuture<T> asked, long deadlineNanos, T otherwise) {
    try {
      return asked.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return otherwise;
    } catch (ExecutionException | TimeoutException unknown) {
      return otherwise; // the command itself says what is wrong
    }
  }
}
