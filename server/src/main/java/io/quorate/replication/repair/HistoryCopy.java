package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage.KeptVersions;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.storage.HistoryStore.Kept;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings to a replica what others keep of versions that were replaced, of some tenants of one
 * partition: page by page, one source after the other. It begins once the replica has been compared
 * with all of the sources (docs/design/history.md#copied).
 */
final class HistoryCopy {
  /** A page is asked for this number of times before its source counts as failed. */
  private static final int ATTEMPTS = 5;

  private static final byte[] FIRST = {};

  private final PartitionFill.With with;
  private final Peers.Place place;
  private final Sink sink;

  /** What is still to be read, the first of it from {@link #from} on. */
  private final Deque<Source> due;

  /** By tenant: the marks of the sources whose versions have all been kept here. */
  private final SortedMap<Integer, List<Long>> marks = new TreeMap<>();

  private byte[] from = FIRST;
  private boolean busy;
  private int attempts;
  private long notBeforeNanos;
  private @Nullable NodeId failed;
  private boolean abandoned;

  /** A replica that keeps versions of a tenant. */
  record Source(int tenant, NodeId node) {}

  /** Takes the versions that are brought. */
  @FunctionalInterface
  interface Sink {
    /**
     * @param callback told whether all of them are durable here
     */
    void keep(List<Kept> versions, Consumer<Boolean> callback);
  }

  /**
   * @param sources those of one tenant follow each other
   */
  HistoryCopy(PartitionFill.With with, Peers.Place place, List<Source> sources, Sink sink) {
    this.with = with;
    this.place = place;
    this.due = new ArrayDeque<>(sources);
    this.sink = sink;
    this.notBeforeNanos = with.clock().nanos();
  }

  boolean isDone() {
    return due.isEmpty();
  }

  /** A source that does not give what it keeps; null while there is none. */
  @Nullable NodeId failed() {
    return failed;
  }

  /** By tenant: the marks of its sources, each as it was when all of it had been read. */
  Map<Integer, ? extends Collection<Long>> marks() {
    return marks;
  }

  /** What it is told from now on has no effect. */
  void abandon() {
    abandoned = true;
  }

  /** Goes on, if nothing is under way. Called a hundred times a second. */
  void goOn() {
    Source source = due.peek();
    if (busy
        || source == null
        || failed != null
        || with.clock().nanos() - notBeforeNanos < 0
        || !with.budget().isOpen(source.node)
        || !with.pace().isOpen()) {
      return;
    }
    busy = true;
    with.peers()
        .readHistory(source.node, place, source.tenant, from, outcome -> onPage(source, outcome));
  }

  private void onPage(Source source, RangeOutcome outcome) {
    if (abandoned) {
      return;
    }
    if (!(outcome instanceof KeptVersions page) || !isOf(page, source)) {
      again(source);
      return;
    }
    with.budget().took(source.node, page.versions().size());
    with.pace().took(page.versions().stream().mapToLong(Kept::bytes).sum());
    sink.keep(page.versions(), durable -> onKept(source, page, durable));
  }

  /** And whether it goes on: else pages would be asked for without end. */
  private boolean isOf(KeptVersions page, Source source) {
    boolean isEmpty = page.versions().isEmpty();
    return page.versions().stream().allMatch(each -> each.key().tenant() == source.tenant)
        && (page.next().length == 0 || !isEmpty);
  }

  private void onKept(Source source, KeptVersions page, boolean durable) {
    if (abandoned) {
      return;
    }
    if (!durable) {
      again(source);
      return;
    }
    busy = false;
    attempts = 0;
    from = page.next();
    if (from.length == 0) {
      marks.computeIfAbsent(source.tenant, first -> new ArrayList<>()).add(page.since());
      due.remove();
    }
  }

  private void again(Source source) {
    busy = false;
    attempts++;
    notBeforeNanos = with.clock().nanos() + with.config().retryNanos();
    if (attempts >= ATTEMPTS) {
      failed = source.node;
    }
  }
}
