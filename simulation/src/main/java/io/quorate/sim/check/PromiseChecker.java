package io.quorate.sim.check;

import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes the requests and answers of a tenant's clients to every {@link Checker}. Clients put each
 * value once.
 */
public final class PromiseChecker {
  private final DeadlineChecker deadlines;

  /** Checkers of promises that concern no tenant. */
  private final List<Checker> common;

  /** Checkers of each tenant, by its name. */
  private final Map<String, OfTenant> ofTenants = new TreeMap<>();

  private static final int ALTERED_REPLICAS = 3;

  /** The tenant of clients that name none. */
  private OfTenant first;

  /** Checkers of the tenants whose scans are under way, by number of the scan. */
  private final Map<Integer, OfTenant> scans = new TreeMap<>();

  /** Factors that tenants are altered to: for each, a majority has more than one replica. */
  public static final List<Integer> ALTERED_TO = List.of(2, 3, 4, 5);

  private boolean alters;
  private boolean hasLostDisk;

  /**
   * Checkers of one tenant.
   *
   * @param altered whether it gets other factors: then only promises are checked that its levels
   *     give at every factor, as if it had {@link #ALTERED_REPLICAS}
   */
  private record OfTenant(
      Tenant tenant, Factors factors, int replicas, boolean altered, List<Checker> checkers) {
    Level promised(@Nullable Level level, boolean read, String region) {
      Level tenants = read ? tenant.readLevel() : tenant.writeLevel();
      Level own = level == null ? tenants : level;
      return factors.isByRegion()
          ? factors.promised(own, region)
          : new Level.Count(required(own, read));
    }

    private int required(Level own, boolean read) {
      if (!altered) {
        return own.required(replicas);
      }
      int majority = Level.QUORUM.required(replicas);
      return own.equals(Level.ALL) && !read
          ? replicas
          : own.equals(Level.QUORUM) || own.equals(Level.ALL) ? majority : 1;
    }

    /** Before the checkers, which count on what is possible now. */
    void learns(Placements placements) {
      if (factors.learns(placements)) {
        checkers.forEach(Checker::settles);
      }
    }

    ReadRepair.@Nullable Mode repair(Operation operation) {
      if (!(operation instanceof Operation.Get get)) {
        return null;
      }
      return (get.repair() == null ? tenant.readRepair() : get.repair()).mode();
    }
  }

  /**
   * Attempts by number; a call gets its number when it is made, and some calls never reach a node.
   */
  private final Map<Integer, Attempt> attempts = new TreeMap<>();

  /** The placements of each node that all checkers have learned. */
  private final IdentityHashMap<Inside, Placements> known = new IdentityHashMap<>();

  /** The true time in milliseconds since 1970; before it is known, one before everything. */
  private LongSupplier trueMillis = () -> 0;

  /** How far behind any clock of a node was so far, as a negative number of milliseconds. */
  private LongSupplier behindMillis = () -> 0;

  /** In which region a node stands. */
  private Function<NodeId, String> regionOf = node -> "";

  private int numbers;
  private long acknowledged;
  private long refused;
  private long unknown;

  /**
   * @param replicas of each key
   * @param lateNanosMax how much later than its deadline an attempt may end
   */
  public PromiseChecker(Tenant tenant, int replicas, long lateNanosMax) {
    this.deadlines = new DeadlineChecker(lateNanosMax);
    this.common = new ArrayList<>(List.of(deadlines, new RaftChecker(), new BoundChecker()));
    this.first = add(tenant, replicas);
  }

  /** Adds a tenant with clients; tenants share no keys. */
  public void beside(Tenant tenant, int replicas) {
    OfTenant unused = add(tenant, replicas);
  }

  /** Takes the true time, and how far the clocks that nodes judge by were behind it at most. */
  public void clocks(LongSupplier millis, LongSupplier behind) {
    trueMillis = millis;
    behindMillis = behind;
  }

  /** Takes in which region each node stands. */
  public void regions(Function<NodeId, String> ofNode) {
    regionOf = ofNode;
  }

  /** Adds a checker of promises that concern no tenant. */
  public void also(Checker checker) {
    common.add(checker);
  }

  /** Returns the true time in milliseconds since 1970. */
  public long trueMillis() {
    return trueMillis.getAsLong();
  }

  /** Tenants get other replication factors during the run. Must be called first. */
  public void altersTenants() {
    alters = true;
    first = add(first.tenant(), first.replicas());
  }

  private OfTenant add(Tenant tenant, int ofTenant) {
    ReplicationFactor goal = tenant.replication().goal();
    boolean altered = alters && ofTenant > 1 && !goal.isByRegion();
    int replicas = altered ? ALTERED_REPLICAS : ofTenant;
    Factors factors = goal.isByRegion() ? Factors.of(tenant, goal) : Factors.of(replicas);
    var checkers =
        new OfTenant(tenant, factors, replicas, altered, checkers(tenant, factors, altered));
    ofTenants.put(tenant.name(), checkers);
    known.clear();
    return checkers;
  }

  /**
   * An attempt of a tenant whose clients name their writes is no write of its own: what its clients
   * are told is checked by {@code OnceWrites} and {@code SiblingWrites}, and more does not hold of
   * single attempts. Nor is an update one of its own: see {@code FieldUpdates}.
   */
  private List<Checker> checkers(Tenant tenant, Factors factors, boolean altered) {
    List<ReplicationFactor> sizes = ALTERED_TO.stream().map(ReplicationFactor::of).toList();
    var answers = new AnswerChecker(tenant, factors, altered ? sizes : List.of());
    return tenant.namesWrites() || tenant.mergesFields()
        ? List.of(answers, new ConvergenceChecker())
        : List.of(
            answers,
            new VersionChecker(tenant.id(), factors),
            new ValueChecker(),
            new ExpiryChecker(() -> trueMillis.getAsLong(), () -> behindMillis.getAsLong()),
            new ConvergenceChecker());
  }

  private OfTenant of(String tenant) {
    return ofTenants.getOrDefault(tenant, first);
  }

  private void all(Consumer<Checker> told) {
    common.forEach(told);
    ofTenants.values().forEach(of -> of.checkers().forEach(told));
  }

  private void each(OfTenant of, Consumer<Checker> told) {
    common.forEach(told);
    of.checkers().forEach(told);
  }

  /** A number for the next call, and for the value that it puts. */
  public int nextNumber() {
    return numbers++;
  }

  public long acknowledged() {
    return acknowledged;
  }

  public long refused() {
    return refused;
  }

  public long unknown() {
    return unknown;
  }

  /** A client's operation reaches the node it asked. */
  public Attempt begin(int number, NodeId node, Operation operation, long deadlineNanos) {
    OfTenant of = of(operation.tenant());
    String region = regionOf.apply(node);
    Level promised = of.promised(operation.level(), operation instanceof Operation.Get, region);
    boolean brief =
        operation instanceof Operation.Put put
            && (put.ttlMillis() > 0 || of.tenant().defaultTtlMillis() > 0);
    var attempt =
        new Attempt(
            number,
            node,
            operation,
            Text.of(operation.key()),
            region,
            promised,
            of.repair(operation),
            brief,
            deadlineNanos);
    attempts.put(number, attempt);
    each(of, checker -> checker.begins(attempt));
    return attempt;
  }

  /**
   * The node answered.
   *
   * @param excused whether the node was paused meanwhile, and so may answer late
   */
  public void end(Attempt attempt, Outcome outcome, long nowNanos, boolean excused) {
    attempt.answer(outcome, nowNanos, excused);
    each(of(attempt.operation().tenant()), checker -> checker.ends(attempt, outcome));
    if (outcome instanceof Outcome.Failed) {
      refused += attempt.wasAppliedNowhere() ? 1 : 0;
      unknown += attempt.wasAppliedNowhere() ? 0 : 1;
    } else {
      acknowledged++;
    }
  }

  /** Checks that a call that ends now, or has not ended, is within its deadline. */
  public void checkInTime(
      Supplier<String> what, long deadlineNanos, long nowNanos, boolean excused) {
    if (!excused) {
      deadlines.inTime(what, deadlineNanos, nowNanos);
    }
  }

  /** The node died before it answered: the client knows nothing. */
  public void cutOff(Attempt attempt) {
    attempt.cutOff();
    unknown++;
  }

  /** A client begins to read a range of keys. */
  public ScanAttempt beginScan(
      String tenant, @Nullable NodeId node, KeyRange keys, @Nullable Level level) {
    OfTenant of = of(tenant);
    String region = node == null ? "" : regionOf.apply(node);
    var scan = new ScanAttempt(nextNumber(), keys, level, of.promised(level, true, region), region);
    scans.put(scan.number(), of);
    each(of, checker -> checker.begins(scan));
    return scan;
  }

  /**
   * A page of it was answered.
   *
   * @param askedMillis {@link #trueMillis} when it was asked for
   */
  public void page(ScanAttempt scan, ScanPage page, long askedMillis) {
    OfTenant of = scans.get(scan.number());
    if (of == null) {
      throw new IllegalStateException(scan + " has a page but never began");
    }
    each(of, checker -> checker.shows(scan, page, askedMillis));
  }

  /** A scan has read all its keys. */
  public void endScan(ScanAttempt scan, ScanAttempt.Found found) {
    OfTenant of = scans.remove(scan.number());
    if (of == null) {
      throw new IllegalStateException(scan + " ended but never began");
    }
    each(of, checker -> checker.ends(scan, found));
  }

  /** A disk is lost, and may never be back. */
  public void losesDisk() {
    hasLostDisk = true;
    all(Checker::losesDisk);
  }

  /** Whether what fewer than a majority held may be gone. */
  public boolean hasLostDisk() {
    return hasLostDisk;
  }

  /** This is how a node that runs was left by its start, or by a turn of its lane. */
  @SuppressWarnings("ReferenceEquality") // placements never change, and are compared once
  public void happened(Inside node) {
    common.forEach(checker -> checker.happened(node));
    Placements placements = node.placements();
    if (placements != null && known.put(node, placements) != placements) {
      ofTenants.values().forEach(of -> of.learns(placements));
      all(checker -> checker.learns(placements));
    }
  }

  /** How long a queue is; to be told now and then. */
  public void sampled(String where, Inside.Queue queue) {
    common.forEach(checker -> checker.sampled(where, queue));
  }

  /** How long a queue is when nothing is under way any more. */
  public void rests(String where, Inside.Queue queue) {
    common.forEach(checker -> checker.rests(where, queue));
  }

  /** No attempt is left without an end, but those the caller excuses. */
  public void allEnded(Predicate<Attempt> excused) {
    for (Attempt attempt : attempts.values()) {
      if (!attempt.hasEnded() && !excused.test(attempt)) {
        throw new PromiseBroken(DeadlineChecker.NAME, attempt + " never ended");
      }
    }
  }

  /** All has healed, every key was read at ALL, and nothing is under way any more. */
  public void rests(String tenant, AtRest found) {
    each(of(tenant), checker -> checker.rests(found));
  }
}
