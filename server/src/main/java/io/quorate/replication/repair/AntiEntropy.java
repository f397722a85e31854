package io.quorate.replication.repair;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Copying;
import io.quorate.placement.Factor;
import io.quorate.placement.HandOver;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Pace;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.hint.Hints.Mark;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares each partition of this node with each other replica of it, again and again, one session
 * at a time: first those marked for repair, then those compared longest ago; and before these, some
 * at a time, what an operator asks for. Of two replicas the one that comes first in the preference
 * list begins. Lives on one lane.
 */
public final class AntiEntropy implements Comparisons {
  /** The first round of a node that starts takes this share of the time of a usual one. */
  private static final int FIRST_ROUND_SHARE = 10;

  private static final AllTenants ALL_TENANTS = new AllTenants();

  /** A comparison that leaves no tenant out. */
  private record AllTenants() implements Predicate<Tenant> {
    @Override
    public boolean test(Tenant any) {
      return true;
    }
  }

  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final NodeId self;
  private final Trees trees;
  private final Hints hints;
  private final Peers peers;
  private final Predicate<NodeId> takesWrites;
  private final Clock clock;
  private final RepairConfig config;
  private final Consumer<Event> events;
  private Placements placements;

  /** What this node compares, with when it may be compared next. */
  private final TreeMap<Pair, Long> dueNanos = new TreeMap<>();

  /** When comparisons that ended well had begun. */
  private final TreeMap<Pair, Long> equalNanos = new TreeMap<>();

  /** Comparisons that did not bring all that they had found, and were not done since. */
  private final TreeSet<Pair> brokenOff = new TreeSet<>();

  private final TreeMap<Pair, Session> sessions = new TreeMap<>();

  /** What operators asked for, the oldest first; while there is any, all else waits. */
  private final List<RepairRun> runs = new ArrayList<>();

  private final AwayAtHandOver awayAtHandOver;
  private final RepairRules rules;
  private final Session.Settings shared;
  private final long startedNanos;

  /** Whether a mark's comparison waits for what was missed to be durable. */
  private boolean beginning;

  /**
   * Whether it is the turn of the pairs that no purge awaits: one that it does was compared last.
   */
  private boolean othersFirst;

  /** Looking at all pairs has its price, too. */
  private long nextLookNanos;

  /**
   * What it works with.
   *
   * @param takesWrites whether another node is live, and its disk takes writes
   */
  public record Collaborators(
      NodeId self,
      Trees trees,
      Hints hints,
      Peers peers,
      Predicate<NodeId> takesWrites,
      Clock clock,
      BackgroundBudget budget,
      RepairConfig config,
      Consumer<Event> events) {}

  public AntiEntropy(Collaborators with, Placements placements) {
    this(with, placements, new RepairRules());
  }

  AntiEntropy(Collaborators with, Placements placements, RepairRules rules) {
    this.self = with.self();
    this.trees = with.trees();
    this.hints = with.hints();
    this.peers = with.peers();
    this.takesWrites = with.takesWrites();
    this.clock = with.clock();
    this.placements = placements;
    this.config = with.config();
    this.rules = rules;
    this.events = with.events();
    this.nextLookNanos = clock.nanos();
    this.startedNanos = clock.nanos();
    this.awayAtHandOver = new AwayAtHandOver(with, rules);
    this.shared =
        new Session.Settings(
            config,
            rules,
            tenant -> this.placements.model(tenant),
            new Pace(clock, config.bytesPerSecond()),
            with.budget(),
            clock);
    placements.all().forEach(partition -> follow(partition, placements));
    // A target may have left for some tenants while this node was down.
    if (rules.movesMarksAtStart()) {
      moveMarks(placements.all(), this::lacksSome);
    }
  }

  public void placementsChanged(Placements next) {
    Placements before = placements;
    placements = next;
    boolean otherFactors = !next.replications().equals(before.replications());
    List<Integer> changed = otherFactors ? next.all() : next.changedSince(before);
    changed.forEach(partition -> follow(partition, before));
    boolean otherMembers = !next.nodes().keySet().equals(before.nodes().keySet());
    if (rules.movesMarks()) {
      moveMarks(
          otherMembers ? next.all() : changed,
          (partition, target) -> hasLeftSome(partition, target, before));
    }
  }

  private void follow(int partition, Placements before) {
    long now = clock.nanos();
    // Not all at once when a node starts, and none too late.
    int partitions = placements.partitions().size();
    long first = now + config.intervalNanos() / FIRST_ROUND_SHARE / partitions * partition;
    PurgeMarks marks = placements.purge(partition);
    // A purge that was just promised waits until all hold the same.
    boolean promised = marks.isOpen() && !marks.equals(before.purge(partition));
    Pair from = Pair.first(partition);
    Pair to = Pair.first(partition + 1);
    SortedMap<Pair, Long> known = dueNanos.subMap(from, to);
    SortedMap<Pair, Long> next = new TreeMap<>();
    for (Pair pair : comparable(partition)) {
      long due = known.getOrDefault(pair, first);
      next.put(pair, promised && due - now > 0 ? now : due);
    }
    known.clear();
    known.putAll(next);
    equalNanos.subMap(from, to).keySet().retainAll(next.keySet());
    brokenOff.subSet(from, to).retainAll(next.keySet());
    awayAtHandOver.follow(partition, placements);
  }

  private List<Pair> comparable(int partition) {
    List<Pair> pairs = new ArrayList<>();
    PartitionPlacement placement = placements.partitions().get(partition);
    for (Factor factor : placements.factors(partition)) {
      List<NodeId> replicas = comparable(placement, factor);
      int place = replicas.indexOf(self);
      for (int i = place + 1; place >= 0 && i < replicas.size(); i++) {
        pairs.add(new Pair(partition, factor, replicas.get(i)));
      }
    }
    return pairs;
  }

  /**
   * A replica that is being filled compares itself, and answers no other before it is full; and one
   * that arrives has everything brought to it, and would only have it brought twice.
   */
  private static List<NodeId> comparable(PartitionPlacement placement, Factor factor) {
    List<NodeId> replicas = new ArrayList<>(placement.replicas(factor));
    replicas.removeAll(placement.filling());
    replicas.removeIf(
        node -> {
          Copying copying = Copying.of(placement, factor, node);
          return copying != null && copying.arrives();
        });
    return replicas;
  }

  /**
   * Moves marks of nodes that are no replicas any more, for they may never be worked on. If the
   * target has left for some tenants only, the other replicas are marked as well. A comparison with
   * the target that began before does not end the mark: it did not cover the tenants that the
   * target has left.
   */
  private void moveMarks(List<Integer> partitions, BiPredicate<Integer, NodeId> hasLeftSome) {
    if (partitions.isEmpty()) {
      return;
    }
    Set<Integer> chosen = new TreeSet<>(partitions);
    for (Hints.Standing standing : hints.standings()) {
      NodeId target = standing.target();
      for (int partition : standing.repairs()) {
        if (!chosen.contains(partition)) {
          continue;
        }
        if (pairs(partition, target).isEmpty()) {
          moveMark(partition, target);
        } else if (hasLeftSome.test(partition, target)) {
          placements
              .otherReplicas(self, partition)
              .forEach(replica -> hints.markRepair(replica, partition));
        }
      }
    }
  }

  /**
   * Moves a mark to the other replicas. A node that hands over keeps it: until it is done, only
   * this mark tells what they may lack.
   */
  private void moveMark(int partition, NodeId target) {
    if (!isLeaving(partition)) {
      hints.moveRepair(target, partition, placements.otherReplicas(self, partition));
    }
  }

  /** Whether this node is no replica any more for tenants of some factor, and hands over. */
  private boolean isLeaving(int partition) {
    return !handedOver(partition).isEmpty();
  }

  /** The factors of those tenants whose records this node hands over. */
  private List<Factor> handedOver(int partition) {
    PartitionPlacement placement = placements.partitions().get(partition);
    return placements.factors(partition).stream()
        .filter(factor -> HandOver.of(placement, factor, self) != null)
        .toList();
  }

  /** Whether a node is no replica for some tenants for which this one is. */
  private boolean lacksSome(int partition, NodeId node) {
    return placements.factors(partition).stream()
        .map(factor -> placements.replicas(partition, factor))
        .anyMatch(replicas -> replicas.contains(self) && !replicas.contains(node));
  }

  /**
   * Whether a node was a replica for some tenants for which this one is, and it is not any more.
   */
  private boolean hasLeftSome(int partition, NodeId node, Placements before) {
    PartitionPlacement was = before.partitions().get(partition);
    PartitionPlacement now = placements.partitions().get(partition);
    return !now.equals(was)
        && placements.replications().stream()
            .anyMatch(
                replication -> {
                  List<NodeId> replicas =
                      now.replicas(now.factor(replication, placements.regions()));
                  return replicas.contains(self)
                      && !replicas.contains(node)
                      && was.replicas(was.factor(replication, before.regions())).contains(node);
                });
  }

  /** Begins a session, if there is something to compare. Called a few times a second. */
  public void tick() {
    long now = clock.nanos();
    if (now - nextLookNanos < 0) {
      return;
    }
    nextLookNanos = now + LOOK_EVERY_NANOS;
    trees.tick();
    awayAtHandOver.tick();
    List.copyOf(sessions.values()).forEach(Session::tick);
    if (!runs.isEmpty()) {
      advanceRuns();
    } else if (sessions.isEmpty() && !beginning) {
      background();
    }
  }

  private void advanceRuns() {
    for (RepairRun run : List.copyOf(runs)) {
      run.tick();
      for (Pair next = nextOf(run); next != null; next = nextOf(run)) {
        Pair pair = next;
        compare(pair, run.tenants(), ended -> run.onEnded(pair, ended));
      }
    }
    runs.stream().filter(RepairRun::isOver).forEach(this::breakOff);
    runs.removeIf(RepairRun::isOver);
  }

  /** Cancels the comparisons of a run that is over: its caller hears nothing of them any more. */
  private void breakOff(RepairRun run) {
    for (Pair pair : run.underWay()) {
      Session session = sessions.get(pair);
      if (session != null) {
        session.cancel();
      }
    }
  }

  private @Nullable Pair nextOf(RepairRun run) {
    return sessions.size() < config.sessionsMax()
        ? run.next(pair -> !sessions.containsKey(pair))
        : null;
  }

  private void background() {
    Mark mark = hints.dueRepair(each -> rests(each) || isOutOfReach(each), config.retryNanos());
    if (mark != null) {
      begin(mark);
      return;
    }
    Pair next = config.enabled() ? due() : null;
    if (next != null) {
      othersFirst = isAwaited(next);
      dueNanos.put(next, clock.nanos() + config.retryNanos());
      compare(next, ALL_TENANTS, ended -> {});
    }
  }

  private void begin(Mark mark) {
    beginning = true;
    hints.beginRepair(
        mark,
        () -> {
          beginning = false;
          repairAll(mark, new ComparedTenants());
        });
  }

  /** Whether nothing can be compared for a mark as long as its partition stands as it does. */
  private boolean rests(Mark mark) {
    return isFilling(mark)
        || (pairs(mark.partition(), mark.target()).isEmpty() && isLeaving(mark.partition()));
  }

  /** Whether its target has left the cluster, and not yet the partition. */
  private boolean isOutOfReach(Mark mark) {
    return !takesWrites.test(mark.target()) && !pairs(mark.partition(), mark.target()).isEmpty();
  }

  private boolean isFilling(Mark mark) {
    return placements.isFilling(self, mark.partition())
        || placements.isFilling(mark.target(), mark.partition());
  }

  /** Whether the next step should not wait for long. */
  public boolean hasMore() {
    return !sessions.isEmpty()
        || !runs.isEmpty()
        || trees.isReading()
        || trees.isBehind()
        || (config.enabled() && due() != null);
  }

  /**
   * Of those that are due, the one that has waited longest. Those that a purge awaits and the
   * others take turns: the first are due again soon, and where many purges cannot end, some of them
   * always are.
   */
  private @Nullable Pair due() {
    long now = clock.nanos();
    Pair best = null;
    boolean bestFirst = false;
    long bestWait = -1;
    for (var entry : dueNanos.entrySet()) {
      long wait = now - entry.getValue();
      boolean first = isAwaited(entry.getKey()) != othersFirst;
      boolean better = first == bestFirst ? wait > bestWait : wait >= 0 && (first || best == null);
      if (better && takesWrites.test(entry.getKey().other())) {
        best = entry.getKey();
        bestFirst = first;
        bestWait = wait;
      }
    }
    return best;
  }

  private boolean isAwaited(Pair pair) {
    return placements.purge(pair.partition()).isOpen();
  }

  /** What another node and this one both hold of a partition. */
  private List<Pair> pairs(int partition, NodeId other) {
    List<Pair> pairs = new ArrayList<>();
    for (Factor factor : placements.factors(partition)) {
      List<NodeId> replicas = placements.replicas(partition, factor);
      if (replicas.contains(self) && replicas.contains(other)) {
        pairs.add(new Pair(partition, factor, other));
      }
    }
    return pairs;
  }

  /**
   * The mark goes once every tenant has been compared. The partition may have moved on since the
   * step before: what cannot be compared any more has not been brought.
   */
  private void repairAll(Mark mark, ComparedTenants compared) {
    List<Pair> pairs = pairs(mark.partition(), mark.target());
    Pair pair = compared.next(pairs, placements);
    if (rests(mark)) {
      hints.postponeRepair(mark, config.retryNanos());
    } else if (pairs.isEmpty()) {
      moveMark(mark.partition(), mark.target());
    } else if (pair == null && handsOverTo(mark)) {
      hints.postponeRepair(mark, config.retryNanos());
    } else if (pair == null) {
      hints.endRepair(mark);
    } else if (sessions.containsKey(pair)) {
      hints.postponeRepair(mark, config.retryNanos()); // an operator was quicker
    } else {
      List<Integer> tenants = placements.tenantsOf(pair.partition(), pair.factor());
      compare(
          pair,
          ALL_TENANTS,
          ended -> {
            if (ended.madeEqual()) {
              compared.add(tenants);
              repairAll(mark, compared);
            } else {
              hints.postponeRepair(mark, config.retryNanos());
            }
          });
    }
  }

  /** Whether this node hands over records of some tenants that the mark's target is to hold. */
  private boolean handsOverTo(Mark mark) {
    return handedOver(mark.partition()).stream()
        .anyMatch(factor -> placements.replicas(mark.partition(), factor).contains(mark.target()));
  }

  private void compare(Pair pair, Predicate<Tenant> tenants, Consumer<Session.Ended> callback) {
    List<NodeId> replicas = placements.replicas(pair.partition(), pair.factor());
    if (!replicas.contains(self) || !replicas.contains(pair.other())) {
      // The partition has moved since this was asked for: a node that has left it is brought
      // nothing.
      callback.accept(Session.Ended.nothing());
      return;
    }
    HashTree own = trees.tree(pair.partition(), pair.factor());
    if (own == null) {
      trees.build(List.of(pair.partition()));
      callback.accept(Session.Ended.noTree());
      return;
    }
    long begunNanos = clock.nanos();
    List<Integer> compared =
        placements.tenants().values().stream()
            .filter(tenant -> placements.factor(pair.partition(), tenant).equals(pair.factor()))
            .filter(tenants)
            .map(Tenant::id)
            .sorted()
            .toList();
    var place = new Peers.Place(pair.partition(), placements.epoch(pair.partition()));
    Session session =
        new Session(
            new Session.Task(self, pair.other(), place, pair.factor(), compared, true),
            own.copy(),
            peers,
            shared,
            ended -> {
              sessions.remove(pair);
              onEnded(pair, ended, begunNanos, tenants instanceof AllTenants);
              callback.accept(ended);
            });
    sessions.put(pair, session);
    session.start();
  }

  private void onEnded(Pair pair, Session.Ended ended, long begunNanos, boolean whole) {
    events.accept(
        new RepairEvent.Compared(
            ended.complete(), ended.found(), ended.brought() + ended.fetched(), ended.bytes()));
    if (ended.complete() && brokenOff.remove(pair)) {
      events.accept(RepairEvent.Window.COMPARED_AFTER_ALL);
    } else if (!ended.complete() && ended.found() > 0 && brokenOff.add(pair)) {
      events.accept(RepairEvent.Window.COMPARISON_BROKEN_OFF);
    }
    if (ended.madeEqual() && whole && dueNanos.containsKey(pair)) {
      equalNanos.put(pair, begunNanos);
      long again = isAwaited(pair) ? config.retryNanos() : config.intervalNanos();
      dueNanos.put(pair, clock.nanos() + again);
    }
  }

  @Override
  public RepairRun repair(RepairScope scope, RepairRun.Listener listener) {
    Tenant tenant = scope.tenant() == null ? null : placements.tenant(scope.tenant());
    List<Pair> chosen =
        dueNanos.keySet().stream()
            .filter(
                pair ->
                    scope.includes(pair.partition())
                        && scope.includes(self, pair.other())
                        && (scope.tenant() == null
                            || (tenant != null
                                && placements
                                    .factor(pair.partition(), tenant)
                                    .equals(pair.factor()))))
            .toList();
    Predicate<Tenant> tenants = tenant == null ? ALL_TENANTS : tenant::equals;
    RepairRun run = new RepairRun(chosen, tenants, takesWrites, clock, config, listener);
    runs.add(run);
    events.accept(new RepairEvent.RepairAsked(chosen.size()));
    return run;
  }

  @Override
  public int cancelRuns() {
    List<RepairRun> all = List.copyOf(runs);
    all.forEach(RepairRun::cancel);
    all.forEach(this::breakOff);
    runs.clear();
    return all.size();
  }

  @Override
  public void hash(int partition, Consumer<FullHash.Outcome> callback) {
    new HashReading(() -> toHash(partition), peers, clock, callback).begin();
  }

  private HashReading.Task toHash(int partition) {
    SortedMap<Factor, List<Integer>> tenants = new TreeMap<>();
    for (Factor factor : placements.factors(partition)) {
      if (placements.replicas(partition, factor).contains(self)) {
        tenants.put(factor, placements.tenantsOf(partition, factor));
      }
    }
    var place = new Peers.Place(partition, placements.epoch(partition));
    return new HashReading.Task(place, tenants);
  }

  /** How the comparisons that this node begins stand. */
  public Standing standing() {
    long now = clock.nanos();
    long oldest = 0;
    int overdue = 0;
    for (Pair pair : dueNanos.keySet()) {
      long age = now - equalNanos.getOrDefault(pair, startedNanos);
      oldest = Math.max(oldest, age);
      overdue += age > 2 * config.intervalNanos() ? 1 : 0;
    }
    return new Standing(dueNanos.size(), overdue, oldest, sessions.size(), runs.size());
  }

  @Override
  public List<Age> ages() {
    long now = clock.nanos();
    TreeMap<Integer, Age> oldest = new TreeMap<>();
    for (Pair pair : dueNanos.keySet()) {
      Long equal = equalNanos.get(pair);
      long since = equal == null ? startedNanos : equal;
      oldest.merge(
          pair.partition(),
          new Age(pair.partition(), pair.other(), now - since, equal != null),
          Age::older);
    }
    return List.copyOf(oldest.values());
  }

  /**
   * How long ago a partition was found equal, or made so, at this node and all that it compares it
   * with.
   *
   * @param other the replica with which that is longest ago
   * @param nanos since then; since the start of this node if it was not yet
   * @param known whether it was since the start
   */
  public record Age(int partition, NodeId other, long nanos, boolean known) {
    private Age older(Age that) {
      return that.nanos > nanos ? that : this;
    }
  }

  /**
   * How the comparisons of a node stand.
   *
   * @param pairs of partition and other replica that it begins
   * @param overdue of these, that were not found or made equal for two intervals
   * @param oldestNanos since the one that was equal longest ago was; since the start, if never
   * @param sessions under way
   * @param runs that operators asked for
   */
  public record Standing(int pairs, int overdue, long oldestNanos, int sessions, int runs) {
    public static final Standing NOTHING = new Standing(0, 0, 0, 0, 0);
  }
}
