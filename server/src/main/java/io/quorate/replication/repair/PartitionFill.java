package io.quorate.replication.repair;

import io.quorate.event.Event;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Pace;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.storage.HistoryStore.Kept;
import io.quorate.storage.PagedReading;
import io.quorate.version.Hlc;
import io.quorate.version.RecordModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One partition while a replica is brought what it must hold of it: page by page from one other
 * replica, then compared with as many as it takes, for the tenants of each factor; or only
 * compared. All of it under one epoch: a source serves that only when all that it began under lower
 * ones is durable (docs/design/protocol.md#f5), so what any of them acknowledged before is found.
 */
public final class PartitionFill {
  static final int PAGE_RECORDS = 32;
  static final int PAGE_BYTES = 64 << 10;

  /** A source that has not read yet what it holds is asked again after this. */
  private static final long TREE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final With with;
  private final Peers.Place place;
  private final SortedMap<Factor, List<Integer>> tenants;
  private final Function<Factor, CompareGoal> needs;
  private final Session.Settings settings;
  private final Listener listener;

  /** Factors whose tenants are still to be compared. */
  private final Deque<Factor> factors = new ArrayDeque<>();

  /** Tenants still to be copied. */
  private final PagedReading<Copy> copies;

  /**
   * The replicas with which the tenants of the first factor have been compared, or not to the end.
   */
  private final SortedSet<NodeId> compared = new TreeSet<>();

  private final SortedSet<NodeId> tried = new TreeSet<>();

  /** By factor: the replicas with which all of its tenants have been compared. */
  private final SortedMap<Factor, SortedSet<NodeId>> comparedBy = new TreeMap<>();

  /** Those that did not give what they keep of versions that were replaced. */
  private final SortedSet<NodeId> withoutHistory = new TreeSet<>();

  /** Brings what the others keep; null until all tenants have been compared. */
  private @Nullable HistoryCopy histories;

  /** Whether what others keep is left out, since too few of them give it. */
  private boolean leavesHistories;

  /** Turned with each attempt, so that another source is asked. */
  private int attempts;

  /** The highest hybrid time that any replica was offered that it has been compared with. */
  private long offered;

  private boolean busy;
  private @Nullable Session session;
  private boolean abandoned;
  private boolean begun;

  /** The records of one tenant. */
  private record Copy(Factor factor, int tenant) {}

  /**
   * What it works with.
   *
   * @param models of the records of tenants, by id
   * @param pace of the bytes that are brought, shared by those that are bound together
   */
  public record With(
      NodeId self,
      Peers peers,
      Trees trees,
      IntFunction<RecordModel> models,
      Lane lane,
      Clock clock,
      BackgroundBudget budget,
      Pace pace,
      RepairConfig config) {}

  /**
   * What came of a comparison with one other replica.
   *
   * @param found keys of which one of the two lacked something
   * @param brought records sent to the other replica
   * @param fetched records got from it
   * @param skipped of these fetched, newer ones were held by then
   * @param bytes of all
   */
  public record Compared(
      boolean complete, int found, int brought, int fetched, int skipped, long bytes) {
    /** Returns the event that counts this among all comparisons. */
    public Event event() {
      return new RepairEvent.Compared(complete, found, brought + fetched, bytes);
    }
  }

  /** Told how it goes. */
  public interface Listener {
    /** Whether a node can be asked. */
    boolean isLive(NodeId node);

    /** Whether a node stands in the region of this one. */
    boolean isNear(NodeId node);

    /**
     * Records were written here.
     *
     * @param skipped of them, newer ones were held already
     */
    void copied(int records, long bytes, int skipped);

    void compared(Compared with);

    /** It can go no further now: it is to be tried again after a while. */
    void stuck();

    /**
     * Whether what other replicas keep of a tenant's versions that were replaced is to be brought.
     *
     * @param from the replicas with which this one has been compared
     */
    boolean takesHistory(Factor factor, int tenant, Set<NodeId> from);

    /**
     * Keeps versions that another replica has kept.
     *
     * @param callback told whether all of them are durable
     */
    void keep(List<Kept> versions, Consumer<Boolean> callback);

    /**
     * Nothing is lacking any more. Told again as long as this is called to go on.
     *
     * @param offered the highest hybrid time that any of the replicas compared with was offered;
     *     see {@link io.quorate.replication.message.ReplicaMessage.SameTree}
     * @param histories of which tenants what others keep has been brought: their marks
     */
    void full(long offered, Map<Integer, ? extends Collection<Long>> histories);
  }

  /**
   * @param tenants whose records are brought, by id, by their factor
   * @param needs the replicas it must be compared with, by factor; asked again at each step
   */
  public PartitionFill(
      With with,
      Peers.Place place,
      SortedMap<Factor, List<Integer>> tenants,
      Function<Factor, CompareGoal> needs,
      Listener listener) {
    this.with = with;
    this.place = place;
    this.tenants = tenants;
    this.needs = needs;
    this.settings =
        new Session.Settings(
            with.config(),
            new RepairRules(),
            with.models(),
            with.pace(),
            with.budget(),
            with.clock());
    this.listener = listener;
    this.attempts = place.partition();
    List<Copy> all = new ArrayList<>();
    tenants.forEach(
        (factor, ids) -> {
          factors.add(factor);
          if (needs.apply(factor).pagesFirst()) {
            ids.forEach(tenant -> all.add(new Copy(factor, tenant)));
          }
        });
    this.copies = new PagedReading<>(all);
  }

  public Peers.Place place() {
    return place;
  }

  /** Whether it was begun, and no page is left to be copied. */
  public boolean isCopied() {
    return begun && copies.tenant() == null;
  }

  /** What it is told from now on has no effect. */
  public void abandon() {
    abandoned = true;
    if (histories != null) {
      histories.abandon();
    }
  }

  /** Goes on, if nothing is under way. Called a hundred times a second. */
  public void goOn() {
    if (session != null) {
      session.tick();
    }
    if (busy || abandoned) {
      return;
    }
    Factor factor = factors.peek();
    if (factor == null) {
      bringHistories();
      return;
    }
    if (!begun) {
      begun = true;
      haveSourcesRead();
    }
    // Read while there is little to read, and kept up to date from then on.
    HashTree own = with.trees().tree(place.partition(), factor);
    if (own == null) {
      with.trees().build(List.of(place.partition()));
      return;
    }
    busy = true;
    Copy copy = copies.tenant();
    if (copy == null) {
      compare(factor, own);
    } else {
      copy(copy);
    }
  }

  /**
   * Only now: what a source replaces from here on is not needed, for this replica holds what it
   * took the place of, or something that the source has had since, too
   * (docs/design/history.md#copied).
   */
  private void bringHistories() {
    HistoryCopy copy = histories;
    if (copy == null) {
      copy = new HistoryCopy(with, place, keepers(), listener::keep);
      histories = copy;
    }
    copy.goOn();
    NodeId failed = copy.failed();
    if (failed != null) {
      copy.abandon();
      histories = null;
      compareWithout(failed);
    } else if (copy.isDone()) {
      listener.full(offered, copy.marks());
    }
  }

  private List<HistoryCopy.Source> keepers() {
    List<HistoryCopy.Source> keepers = new ArrayList<>();
    comparedBy.forEach(
        (factor, others) -> {
          for (int tenant : tenants.getOrDefault(factor, List.of())) {
            if (!leavesHistories && listener.takesHistory(factor, tenant, others)) {
              others.forEach(other -> keepers.add(new HistoryCopy.Source(tenant, other)));
            }
          }
        });
    return keepers;
  }

  /** Others may do as well; where they do not suffice, histories are left out. */
  private void compareWithout(NodeId failed) {
    withoutHistory.add(failed);
    for (Factor factor : List.copyOf(comparedBy.keySet())) {
      if (comparedBy.getOrDefault(factor, Collections.emptySortedSet()).contains(failed)) {
        CompareGoal need = needs.apply(factor);
        List<NodeId> others = need.others().stream().filter(this::givesHistory).toList();
        if (need.needed().isReachedBy(others)) {
          comparedBy.remove(factor);
          factors.add(factor);
        } else {
          leavesHistories = true;
        }
      }
    }
  }

  private boolean givesHistory(NodeId node) {
    return listener.isLive(node) && !withoutHistory.contains(node);
  }

  /**
   * They know what they hold by the time they are compared with. Those of other regions read when
   * it is their turn: one that knows already would send a tree that is thrown away.
   */
  private void haveSourcesRead() {
    for (Factor factor : factors) {
      for (NodeId source : needs.apply(factor).others()) {
        if (listener.isLive(source) && listener.isNear(source)) {
          with.peers().compareTree(source, place, factor, 0, later -> {});
        }
      }
    }
  }

  private void stuck() {
    busy = false;
    attempts++;
    tried.clear();
    if (!withoutHistory.isEmpty()) {
      withoutHistory.clear(); // to be compared with them is enough
      leavesHistories = true;
    }
    listener.stuck();
  }

  /**
   * The live ones that have not been asked, beginning with another one at each attempt. At first
   * those of this node's region come before the others; at every second attempt they do not, for
   * they may be what it fails by.
   */
  private List<NodeId> askable(CompareGoal need) {
    List<NodeId> askable = new ArrayList<>();
    int count = need.others().size();
    for (int i = 0; i < count; i++) {
      NodeId source = need.others().get((attempts + i) % count);
      if (listener.isLive(source)
          && !compared.contains(source)
          && !tried.contains(source)
          && !withoutHistory.contains(source)) {
        askable.add(source);
      }
    }
    if ((attempts - place.partition()) % 2 == 0) {
      askable.sort(Comparator.comparing(source -> !listener.isNear(source)));
    }
    return askable;
  }

  private void copy(Copy copy) {
    CompareGoal need = needs.apply(copy.factor);
    if (need.others().isEmpty()) {
      // No replica is left to ask: whether that is enough is found when it is compared.
      copies.leaveOut(each -> each.factor.equals(copy.factor));
      busy = false;
      return;
    }
    List<NodeId> sources = askable(need);
    if (sources.isEmpty()) {
      stuck();
      return;
    }
    var range = copies.next(place.partition(), copy.tenant, PAGE_RECORDS, PAGE_BYTES);
    NodeId source = sources.getFirst();
    if (with.budget().isOpen(source) && with.pace().isOpen()) {
      with.peers().readPage(source, place, range, outcome -> onPage(source, outcome));
    } else {
      busy = false; // it is asked the next time
    }
  }

  private void onPage(NodeId source, RangeOutcome outcome) {
    if (abandoned) {
      return;
    }
    if (!(outcome instanceof Records page) || !goesOn(page)) {
      stuck();
      return;
    }
    with.budget().took(source, page.entries().size());
    with.peers()
        .writeRecords(
            with.self(),
            place,
            Invariant.present(copies.tenant(), "a page of no tenant").tenant,
            page.entries(),
            written -> onWritten(page, written));
  }

  /** Else it would be asked for without end. */
  private boolean goesOn(Records page) {
    return page.reached() == null || !copies.isPast(page.reached());
  }

  private void onWritten(Records page, WritesOutcome outcome) {
    if (abandoned) {
      return;
    }
    TransferOutcome brought = TransferOutcome.of(page.entries(), outcome);
    if (brought.records() > 0) {
      with.pace().took(brought.bytes());
      listener.copied(brought.records(), brought.bytes(), brought.skipped());
    }
    if (brought.failure() == null) {
      turnPage(page);
    } else {
      stuck();
    }
  }

  private void turnPage(Records page) {
    copies.turn(page.reached());
    if (page.reached() == null) {
      next();
    } else {
      with.lane().execute(this::next);
    }
  }

  private void next() {
    busy = false;
    goOn();
  }

  private void compare(Factor factor, HashTree own) {
    CompareGoal need = needs.apply(factor);
    List<NodeId> left = askable(need);
    if (!need.every()) {
      left.removeIf(source -> !need.needed().isHelpedBy(source, compared));
    }
    if (need.needed().isReachedBy(compared) && (!need.every() || isComparedWithAllLive(need))) {
      factors.remove();
      comparedBy.put(factor, new TreeSet<>(compared));
      compared.clear();
      tried.clear();
      busy = false;
      goOn();
      return;
    }
    if (left.isEmpty()) {
      stuck();
      return;
    }
    NodeId other = left.getFirst();
    if (!listener.isNear(other) && !with.budget().isOpen(other)) {
      busy = false; // it is asked the next time
      return;
    }
    List<Integer> ofFactor = tenants.getOrDefault(factor, List.of());
    Session begun =
        new Session(
            new Session.Task(
                with.self(),
                other,
                place,
                factor,
                ofFactor,
                need.fetches(),
                takesHistories(factor, ofFactor, need)),
            own.copy(),
            with.peers(),
            settings,
            ended -> onCompared(other, ended));
    session = begun;
    begun.start();
  }

  /** Whether the other replicas' histories are brought, if enough of them can be compared with. */
  private boolean takesHistories(Factor factor, List<Integer> ofFactor, CompareGoal need) {
    Set<NodeId> all = new TreeSet<>(need.others());
    return ofFactor.stream().anyMatch(tenant -> listener.takesHistory(factor, tenant, all));
  }

  private boolean isComparedWithAllLive(CompareGoal need) {
    return need.others().stream()
        .allMatch(each -> compared.contains(each) || !listener.isLive(each));
  }

  private void onCompared(NodeId other, Session.Ended ended) {
    session = null;
    if (abandoned) {
      return;
    }
    listener.compared(
        new Compared(
            ended.complete(),
            ended.found(),
            ended.brought(),
            ended.fetched(),
            ended.skipped(),
            ended.bytes()));
    if (ended.how() == Session.How.NO_TREE) {
      Lane.Timer unused = with.lane().schedule(TREE_NANOS, this::next);
      return;
    }
    if (ended.complete()) {
      offered = Hlc.later(offered, ended.offered());
    }
    (ended.complete() ? compared : tried).add(other);
    busy = false;
    goOn();
  }
}
