package io.quorate.replication.admission;

import io.quorate.event.Event;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.ClientScan;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.RequestHandler;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.background.Slowdown;
import io.quorate.replication.event.Bound;
import io.quorate.replication.event.RequestEvent;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many requests of clients are carried out at the same time; up to that number they pass
 * at once. Beyond it, requests wait, each tenant's in a line of its own, and the lines take {@link
 * Turns}.
 *
 * <p>A request that finds the lines full, or would wait for longer than is of use, is refused at
 * once, and told when to come again: a longer line makes all requests late and serves no more,
 * unless it is that of a burst, which is gone after a while (Nichols and Jacobson, <i>Controlling
 * Queue Delay</i>, 2012). The room that one line may take is what is left of it all (Choudhury and
 * Hahne, 1998): one tenant gets half, two a third each, and however many there are, there is room
 * for one more.
 *
 * <p>What has waited until it cannot be served in time any more is dropped before it costs a disk
 * or the network anything.
 */
public final class Admission implements RequestHandler {
  private static final long LOOK_EVERY_NANOS = 5_000_000L;
  private static final long SHARE_EVERY_NANOS = 100_000_000L;

  /** A value of 16 KiB costs the lane about as much time as one operation. */
  private static final int BYTES_PER_COST_SHIFT = 14;

  /** Entries of a page that cost about as much as one operation. */
  private static final int ENTRIES_PER_COST = 4;

  /** Entries of a page that count as one operation of a quota. */
  private static final int ENTRIES_PER_OPERATION = 100;

  private static final Event EXPIRED = new RequestEvent.Expired(RequestEvent.Stage.WAITING);

  private final RequestHandler next;
  private final Lane lane;
  private final Clock clock;
  private final Predicate<NodeId> isLive;
  private final AdmissionConfig config;
  private final Consumer<Event> events;
  private final AdmissionRules rules;

  /** Of tenants that were heard of; only looked up, and bounded by the tenants that there are. */
  private final Map<String, Seat> seats = new HashMap<>();

  private final Map<String, Line> lines = new HashMap<>();
  private final Turns turns = new Turns();
  private final ServiceTime serviceTime = new ServiceTime();
  private final Slowdown slowdown;
  private Placements placements;

  /**
   * Nodes that clients turn to: a member without partitions is asked for nothing, and its share of
   * a quota would be lost.
   */
  private Set<NodeId> owners;

  /** Nodes that share the quotas, and when that was looked at. */
  private int sharers = 1;

  private long sharedNanos;
  private int underWay;
  private int pagesUnderWay;
  private boolean passingOn;
  private boolean watching;

  /**
   * @param next carries out what is admitted
   * @param isLive whether a node is up, and so has its share of the quotas
   * @param slowdown told how long requests take
   */
  public Admission(
      RequestHandler next,
      LaneTime time,
      Placements placements,
      Predicate<NodeId> isLive,
      Slowdown slowdown,
      AdmissionConfig config,
      Consumer<Event> events) {
    this(next, time, placements, isLive, slowdown, config, events, new AdmissionRules());
  }

  Admission(
      RequestHandler next,
      LaneTime time,
      Placements placements,
      Predicate<NodeId> isLive,
      Slowdown slowdown,
      AdmissionConfig config,
      Consumer<Event> events,
      AdmissionRules rules) {
    this.next = next;
    this.lane = time.lane();
    this.clock = time.clock();
    this.placements = placements;
    this.owners = owners(placements);
    this.isLive = isLive;
    this.slowdown = slowdown;
    this.config = config;
    this.events = events;
    this.rules = rules;
    shareQuotas(clock.nanos());
  }

  /** Learns which tenants there are, and what they may ask. */
  public void placementsChanged(Placements placementsNow) {
    placements = placementsNow;
    owners = owners(placementsNow);
    seats.keySet().removeIf(name -> placementsNow.tenant(name) == null);
    lines.keySet().removeIf(name -> placementsNow.tenant(name) == null);
    shareQuotas(clock.nanos());
  }

  private static Set<NodeId> owners(Placements placements) {
    Set<NodeId> owners = new TreeSet<>();
    placements.partitions().forEach(each -> owners.addAll(each.owners()));
    return owners;
  }

  private void shareQuotas(long now) {
    sharedNanos = now;
    sharers = Math.max((int) owners.stream().filter(isLive).count(), 1);
    for (Map.Entry<String, Seat> seat : seats.entrySet()) {
      Tenant tenant = Invariant.present(placements.tenant(seat.getKey()), "a tenant went");
      seat.getValue().quota().set(tenant, sharers, now);
    }
  }

  /** Requests that wait. */
  public int waiting() {
    return turns.waiting();
  }

  /** Bytes of them. */
  public long waitingBytes() {
    return turns.bytes();
  }

  /** Requests handed on and not answered yet. */
  public int underWay() {
    return underWay;
  }

  @Override
  public void submit(ClientRequest request, OutcomeCallback callback) {
    Seat seat = seat(request.tenant());
    if (seat == null) {
      next.submit(request, callback); // which knows what to say
    } else {
      arrive(new Single(seat, request, callback));
    }
  }

  @Override
  public void scan(ClientScan scan, ScanCallback callback) {
    Seat seat = seat(scan.tenant());
    if (seat == null) {
      next.scan(scan, callback);
    } else {
      arrive(new Page(seat, scan, callback));
    }
  }

  /** Null if the tenant is gone since the request was resolved. */
  private @Nullable Seat seat(Tenant asking) {
    String name = asking.name();
    Seat known = seats.get(name);
    if (known != null) {
      return known;
    }
    Tenant tenant = placements.tenant(name);
    if (tenant == null) {
      return null;
    }
    Seat seat =
        new Seat(
            lines.computeIfAbsent(rules.lineOf(tenant.name()), Line::new),
            new Quota(tenant, sharers, clock.nanos(), rules, events));
    seats.put(name, seat);
    return seat;
  }

  private void arrive(Piece piece) {
    Quota quota = piece.seat.quota();
    if (!quota.isUnlimited()) {
      long now = clock.nanos();
      if (now - sharedNanos > SHARE_EVERY_NANOS) {
        shareQuotas(now);
      }
      Failure beyond = quota.take(piece.quotaOperations(), piece.bytes(), now);
      if (beyond != null) {
        piece.refuse(beyond);
        return;
      }
    }
    if (mayBegin(piece)) {
      begin(piece, clock.nanos());
    } else {
      standInLine(piece);
    }
  }

  private boolean mayBegin(Piece piece) {
    return underWay < config.concurrentMax()
        && turns.waiting() == (piece.isPage() ? 0 : turns.pages())
        && (!piece.isPage() || pagesUnderWay < config.pagesMax());
  }

  private void begin(Piece piece, long nowNanos) {
    underWay++;
    if (piece.isPage()) {
      pagesUnderWay++;
    }
    piece.begunNanos = nowNanos;
    piece.begin();
  }

  /**
   * A request was answered.
   *
   * @param more what it cost beyond what was known when it was begun
   * @param moreBytes bytes that it read
   */
  private void ended(Piece piece, long more, long moreBytes) {
    underWay--;
    if (piece.isPage()) {
      pagesUnderWay--;
    } else {
      long took = clock.nanos() - piece.begunNanos;
      serviceTime.took(took);
      slowdown.took(took);
    }
    if (more > 0) {
      piece.seat.line().owes(more);
    }
    if (moreBytes > 0 && !piece.seat.quota().isUnlimited()) {
      piece.seat.quota().takeBytes(moreBytes);
    }
    if (turns.waiting() > 0) {
      passOn();
    }
  }

  /** Lets those in whose turn it is, as far as there is room. */
  private void passOn() {
    if (passingOn) {
      return; // what was begun has ended at once: the loop goes on
    }
    passingOn = true;
    long now = clock.nanos();
    while (underWay < config.concurrentMax()) {
      Piece piece = turns.next(pagesUnderWay < config.pagesMax());
      if (piece == null) {
        break;
      }
      if (rules.isHopeless(piece.deadlineNanos() - now, serviceTime.fastestNanos())) {
        drop(piece, now);
      } else {
        begin(piece, now);
      }
    }
    passingOn = false;
  }

  private void standInLine(Piece piece) {
    long now = clock.nanos();
    Line line = piece.seat.line();
    int room = config.waitingMax() - turns.waiting();
    long roomBytes = config.waitingBytesMax() - turns.bytes();
    long waitNanos = waitNanos(line, piece.cost());
    long left = piece.deadlineNanos() - now;
    line.onArrival(waitNanos, now, config);
    if (line.size() >= room) {
      refuse(piece, Full.REQUESTS, waitNanos, now);
    } else if (line.bytes() + piece.bytes() > roomBytes && turns.bytes() > 0) {
      refuse(piece, Full.BYTES, waitNanos, now);
    } else if (!line.hasPlaceFor(waitNanos, left, now, config)) {
      refuse(piece, Full.TIME, waitNanos, now);
    } else if (left <= 0) {
      drop(piece, now);
    } else if (rules.isInVain(left, waitNanos, serviceTime.fastestNanos())) {
      refuse(piece, Full.DEADLINE, waitNanos, now);
    } else {
      turns.add(piece);
      watch();
    }
  }

  /** How long a line is, in time, when it gets its part of all turns. */
  private long waitNanos(Line line, long more) {
    return serviceTime.nanosFor(
        (line.cost() + more) * turns.linesWith(line), config.concurrentMax());
  }

  private void refuse(Piece piece, Full full, long waitNanos, long nowNanos) {
    Line line = piece.seat.line();
    events.accept(full.bound().overloaded());
    refund(piece);
    long before = waitNanos(line, line.refused().another(nowNanos));
    piece.refuse(Failure.overloaded(full.message(), RetryAfter.millis(waitNanos + before)));
  }

  /** It waited for too long: its client does not wait for the answer any more. */
  private void drop(Piece piece, long nowNanos) {
    events.accept(EXPIRED);
    refund(piece);
    boolean over = piece.deadlineNanos() - nowNanos <= 0;
    piece.refuse(
        over
            ? Failure.refused(
                Reason.DEADLINE_EXCEEDED,
                "the deadline passed while the request waited for its turn; nothing was applied")
            : Failure.overloaded(
                "the request waited for its turn until there was no time left to carry it out;"
                    + " nothing was applied: ask less at a time, or with a longer timeout",
                RetryAfter.millis(waitNanos(piece.seat.line(), 1))));
  }

  private static void refund(Piece piece) {
    if (!piece.seat.quota().isUnlimited()) {
      piece.seat.quota().refund(piece.quotaOperations(), piece.bytes());
    }
  }

  private void watch() {
    if (!watching) {
      watching = true;
      Lane.Timer unused = lane.schedule(LOOK_EVERY_NANOS, this::look);
    }
  }

  private void look() {
    watching = false;
    long now = clock.nanos();
    turns.expired(now).forEach(piece -> drop(piece, now));
    if (turns.waiting() > 0) {
      watch();
    }
  }

  /** A bound of the lines, and what is said when it is hit; made once, as floods come there. */
  private record Full(Bound bound, String message) {
    static final Full REQUESTS =
        of(Bound.WAITING_REQUESTS, "as many requests of its tenant wait here as may");
    static final Full BYTES =
        of(Bound.WAITING_BYTES, "as many bytes of its tenant's requests wait here as may");
    static final Full TIME =
        of(Bound.WAITING_TIME, "requests of its tenant wait here for too long already");
    static final Full DEADLINE =
        of(Bound.WAITING_DEADLINE, "its turn would come after its deadline");

    private static Full of(Bound bound, String why) {
      return new Full(
          bound,
          "this node is asked more than it can serve, and "
              + why
              + ". Nothing was applied: ask again after the time given, or less at a time");
    }
  }

  /** Whether it was not carried out. */
  private static boolean wasRefused(Failure failure) {
    return failure.reason() == Reason.OVERLOADED || failure.reason() == Reason.NOT_SERVING;
  }

  /** An operation on one key. */
  private final class Single extends Piece implements OutcomeCallback {
    private final ClientRequest request;
    private final OutcomeCallback callback;

    Single(Seat seat, ClientRequest request, OutcomeCallback callback) {
      super(seat);
      this.request = request;
      this.callback = callback;
    }

    @Override
    long deadlineNanos() {
      return request.deadlineNanos();
    }

    @Override
    int cost() {
      return 1 + (bytes() >> BYTES_PER_COST_SHIFT);
    }

    @Override
    int bytes() {
      return request.bytes();
    }

    @Override
    void begin() {
      next.submit(request, this);
    }

    @Override
    void refuse(Failure failure) {
      callback.done(new Outcome.Failed(failure));
    }

    @Override
    public void done(Outcome outcome) {
      long read = 0;
      switch (outcome) {
        case Outcome.Read found -> read = found.bytes();
        case Outcome.Failed(Failure failure) -> {
          if (wasRefused(failure)) {
            refund(this);
          }
        }
        case Outcome.Written written -> {}
        case Outcome.Updated updated -> {}
      }
      ended(this, read >> BYTES_PER_COST_SHIFT, read);
      callback.done(outcome);
    }
  }

  /** One page of a scan. */
  private final class Page extends Piece implements ScanCallback {
    private final ClientScan scan;
    private final ScanCallback callback;

    /** Entries that it may have: fewer than were asked for if others are there when it begins. */
    private int entriesMax;

    Page(Seat seat, ClientScan scan, ScanCallback callback) {
      super(seat);
      this.scan = scan;
      this.entriesMax = scan.page().entriesMax();
      this.callback = callback;
    }

    @Override
    long deadlineNanos() {
      return scan.deadlineNanos();
    }

    @Override
    int cost() {
      return 1 + Math.min(entriesMax, config.busyPageEntries()) / ENTRIES_PER_COST;
    }

    @Override
    int bytes() {
      return scan.page().keys().bytes() + scan.page().cursor().length;
    }

    @Override
    boolean isPage() {
      return true;
    }

    @Override
    int quotaOperations() {
      return 1 + entriesMax / ENTRIES_PER_OPERATION;
    }

    /** While others are there it is read in small pages, so that they get their turns between. */
    @Override
    void begin() {
      boolean busy = underWay > pagesUnderWay || turns.waiting() > 0;
      if (busy && entriesMax > config.busyPageEntries()) {
        events.accept(AdmissionEvent.Window.SCAN_YIELDED);
        shrink(config.busyPageEntries());
        next.scan(scan.withEntriesMax(entriesMax), this);
      } else {
        next.scan(scan, this);
      }
    }

    /** Fewer entries take less of the quota. */
    private void shrink(int entries) {
      int taken = quotaOperations();
      entriesMax = entries;
      if (!seat.quota().isUnlimited()) {
        seat.quota().refund(taken - quotaOperations(), 0);
      }
    }

    @Override
    void refuse(Failure failure) {
      callback.failed(failure);
    }

    @Override
    public void page(ScanPage page) {
      long read = 0;
      for (ScanPage.Entry entry : page.entries()) {
        read += entry.key().length + (long) entry.record().bytes().length;
      }
      long whole = 1 + page.entries().size() / ENTRIES_PER_COST + (read >> BYTES_PER_COST_SHIFT);
      ended(this, whole - cost(), read);
      callback.page(page);
    }

    @Override
    public void failed(Failure failure) {
      if (wasRefused(failure)) {
        refund(this);
      }
      ended(this, 0, 0);
      callback.failed(failure);
    }
  }
}
