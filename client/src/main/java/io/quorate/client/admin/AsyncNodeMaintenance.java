package io.quorate.client.admin;

import io.quorate.client.QuorateException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what one node owes to others, and after what its replicas hold. To look after the
 * whole cluster, ask each of its nodes. Futures fail with a {@link QuorateException}.
 */
public interface AsyncNodeMaintenance {
  /** What the node remembers for replicas that were away. */
  CompletableFuture<HintsReport> hints();

  /** Returns the same, and sets a marker: the hints that the node holds now are before it. */
  CompletableFuture<HintsReport> setMarker();

  /** Returns the same, and counts the hints before a marker that the node still holds. */
  CompletableFuture<HintsReport> hintsBefore(long marker);

  /**
   * Stops or resumes deliveries, durably.
   *
   * @param target id of the node that gets nothing; null for all
   */
  CompletableFuture<Void> pauseHints(@Nullable String target, boolean paused);

  /**
   * A page of dead letters, in order.
   *
   * @param after the last of the page before; null for the first page
   */
  CompletableFuture<List<DeadLetter>> deadLetters(
      DeadLetters which, int limit, @Nullable DeadLetter after);

  /** Turns dead letters into hints again; gives how many. */
  CompletableFuture<Long> replayDeadLetters(DeadLetters which);

  /**
   * Takes dead letters away; gives how many.
   *
   * @param forget not even to have their partitions compared
   */
  CompletableFuture<Long> dropDeadLetters(DeadLetters which, boolean forget);

  /**
   * Compares with other replicas now. Completes with the last progress; cancelling the future calls
   * the repair off.
   *
   * @param progress told on the client's event loop
   */
  CompletableFuture<RepairProgress> repair(RepairScope scope, Consumer<RepairProgress> progress);

  /** Calls off the repairs that were asked for at this node; gives how many. */
  CompletableFuture<Integer> cancelRepairs();

  /** How long ago the partitions that the node compares with others were equal, by number. */
  CompletableFuture<List<PartitionComparison>> comparisons();

  /** Reads all that the node holds of a partition from its disk. */
  CompletableFuture<PartitionHash> hash(int partition, Duration timeout);

  /**
   * Has the node read its certificate, its key, the authorities that it trusts and the lists of
   * revoked certificates at once, and says of each file what came of it. The node does so by itself
   * every 10 seconds. Connections that are open stay so.
   *
   * @return one for each file that the node has; none if its TLS is off
   */
  CompletableFuture<List<ReloadedFile>> reloadCertificates();

  /**
   * Returns how much tenants have on the node. It counts the keys of partitions that it has not
   * counted yet when it is asked, in the background: ask again.
   *
   * @param tenants names of 1 to 16 tenants; those that the node does not know are left out
   */
  CompletableFuture<List<TenantShare>> tenants(List<String> tenants);

  /**
   * Takes the node out of service, or puts it back. A node that is drained refuses requests of
   * clients, which go to other nodes, and hands over what it leads; it stays a replica of its
   * partitions. Until it is started again. {@link #drainStatus} tells when it can be stopped.
   */
  CompletableFuture<Void> setDrained(boolean drained);

  /** What is left to do before the node can be stopped without clients noticing. */
  CompletableFuture<DrainStatus> drainStatus();

  /** Returns how much the node logs: each logger whose level can be set, by name. */
  CompletableFuture<List<LoggerLevel>> logLevels();

  /**
   * Has a logger, and those below it, log at another level for a time, at once. The node goes back
   * by itself when the time is over, and when it is started again.
   *
   * @param logger null for all of the node; its audit is always kept
   * @param time 1 second to 24 hours
   * @return how much the node logs from now on
   */
  CompletableFuture<List<LoggerLevel>> setLogLevel(
      @Nullable String logger, LogLevel level, Duration time);

  /**
   * Goes back at once to what the configuration of the node says.
   *
   * @param logger null for all whose level was set
   * @return how much the node logs from now on
   */
  CompletableFuture<List<LoggerLevel>> resetLogLevel(@Nullable String logger);
}
