package io.quorate.client.internal.engine;

import io.quorate.client.QuorateException;
import io.quorate.client.UpdateResult;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Carries each call from {@link #begin} to the completion of its future: gives it to a connection,
 * sends it again where that is useful, and gives it up at its deadline. Owned by the loop.
 *
 * <p>A call is at all times in exactly one of five places: in the waiting room, as it is held back;
 * at a connection; parked, as no node can be reached; waiting out a backoff; or within an update,
 * which is a call itself. Deadlines are kept by a sweep, not by a timer per call, and so are met to
 * within {@link #TICK_NANOS}.
 */
final class Dispatcher implements Connection.Owner, PlacementWatch.Owner, Updates.Owner {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long SILENCE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Stamps that one write takes. A hundred that are too low are no other writers' doing. */
  private static final int STAMPS_MAX = 100;

  /** Writers that one update takes. */
  private static final int WRITERS_MAX = 5;

  /** How often a write that waits for its tenant's settings looks whether they are told. */
  private static final long SETTINGS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Loop loop;
  private final Admission admission;
  private final Throttles throttles;
  private final CallCounts counts;
  private final ClusterView view;
  private final RandomGenerator random;
  private final Retries retries;
  private final WaitingRoom waitingRoom;
  private final RetryLog retryLog;
  private final Nodes nodes;
  private final PlacementWatch watch;
  private final Updates updates;
  private final Unreached unreached;
  private final Reports reports;

  private final LiveCalls live = new LiveCalls();
  private final Parked parked;

  private boolean tickScheduled;
  private long silenceCheckedNanos;
  private boolean closed;

  Dispatcher(
      Loop loop,
      Admission admission,
      Throttles throttles,
      CallCounts counts,
      ClusterView view,
      RandomGenerator random,
      List<String> endpoints,
      long awaitClusterNanos,
      Function<Connection.Owner, Function<String, Connection>> connector) {
    this.loop = loop;
    this.admission = admission;
    this.throttles = throttles;
    this.counts = counts;
    this.view = view;
    this.retries = new Retries(throttles, random, loop.nanos());
    this.waitingRoom =
        new WaitingRoom(
            loop, admission, throttles, retries, random, counts, this::route, this::fail);
    this.retryLog = new RetryLog(loop);
    this.nodes = new Nodes(view, endpoints, connector.apply(this));
    this.watch = new PlacementWatch(loop, random, view, nodes, awaitClusterNanos, this);
    this.updates = new Updates(view, loop, random, this);
    this.unreached = new Unreached(view, nodes, watch);
    this.reports = new Reports(throttles, counts);
    this.parked = new Parked(loop.nanos());
    this.random = random;
  }

  Nodes nodes() {
    return nodes;
  }

  /** Asks where keys live, and keeps up with it. */
  void start() {
    watch.ask();
  }

  /** A tenant was created: its keys can be placed before the next placement is heard. */
  void learn(Tenant tenant) {
    view.learn(tenant);
    watch.askSoon();
  }

  /** Takes over a call that is admitted, or that waits until it is. */
  void begin(Call<?> call) {
    live.add(call);
    scheduleTick();
    if (!call.admitted) {
      waitingRoom.add(call);
    } else if (retries.takesItsTurn(call) || waitingRoom.holdsEarlierOf(call)) {
      waitingRoom.routeWhenAllowed(call);
    } else {
      route(call);
    }
  }

  /** Goes on with a call after a wait, unless it has been given up by then. */
  private void afterwards(Call<?> call, long waitNanos, Runnable next) {
    loop.schedule(
        () -> {
          if (!call.done) {
            next.run();
          }
        },
        waitNanos);
  }

  @Override
  public void carry(UpdateCall update) {
    update.begin();
    live.add(update);
    if (closed) {
      fail(update, Failures.cutOff(update));
      return;
    }
    scheduleTick();
    route(update);
  }

  @Override
  public void end(
      ChangeCall caller, @Nullable UpdateResult result, @Nullable QuorateException failure) {
    end(caller);
    if (result != null) {
      caller.complete(result);
    } else if (failure != null) {
      caller.fail(failure);
    }
  }

  private void route(Call<?> call) {
    if (call instanceof ChangeCall change) {
      updates.add(change);
      return;
    }
    Connection connection = nodes.pick(call);
    if (connection == null) {
      parked.add(call);
    } else {
      give(call, connection);
    }
  }

  /** Hands a call to a connection whose breaker has admitted it, or fails it. */
  private void give(Call<?> call, Connection connection) {
    Tenant.Model wrongModel = view.wrongModel(call);
    if (wrongModel != null) {
      connection.breaker().onAnswered();
      fail(call, Failures.wrongModel(call, wrongModel));
      return;
    }
    if (!view.bounds().allow(call)) {
      connection.breaker().onAnswered();
      fail(call, Failures.tooLarge(call, view.bounds()));
      return;
    }
    if (call instanceof UpdateCall && !view.knowsClock()) {
      connection.breaker().onUndecided();
      watch.askSoon();
      afterwards(call, SETTINGS_NANOS, () -> route(call));
      return;
    }
    long tooLong = connection.tooLongNanos(call, loop.nanos());
    if (tooLong > 0) {
      onBehind(call, connection, tooLong);
    } else {
      if (call.attempts++ > 0) {
        counts.onRetry();
      }
      connection.offer(call);
    }
  }

  /** The line in front of a node is too long for a call: it waits elsewhere, or fails. */
  private void onBehind(Call<?> call, Connection connection, long tooLong) {
    Duration retryAfter = Failures.retryAfter(tooLong);
    reports.onBehind(connection, call, (int) retryAfter.toMillis(), loop.nanos());
    long wait = RetryRule.askedToWait(retryAfter.toNanos(), random);
    boolean waits =
        retries.waitsForRoom(call, wait, loop.nanos())
            && waitingRoom.hold(call, Failures.lineTooLong(connection, tooLong, retryAfter), wait);
    if (!waits) {
      counts.onHeldBack();
      fail(call, Failures.behind(call, connection, tooLong, retryAfter));
    }
  }

  private void unpark() {
    parked.letGo(nodes::pick, this::give);
  }

  @Override
  public void onAnswer(Connection connection, Call<?> call, OperationResult answer) {
    if (answer.hasFailure()) {
      onRefused(connection, call, answer.getFailure());
    } else {
      onAnswered(connection, call, answer);
    }
  }

  private <T> void onAnswered(Connection connection, Call<T> call, OperationResult answer) {
    io.quorate.proto.v1.ResultInfo info = call.info(answer);
    if (info == null) {
      onRefused(
          connection,
          call,
          Failure.newBuilder()
              .setReason(Failure.Reason.REASON_INTERNAL)
              .setMessage(connection.address() + " answered another question")
              .setMayHaveApplied(true)
              .build());
      return;
    }
    connection.onClock(info.getHlc());
    retries.onAnswered(call);
    reports.onAnswered(
        connection, call, !call.undecided().isEmpty() && nodes.isElsewhere(connection));
    RouteTable table = view.table();
    if (table != null && table.outdatedBy(info.getPartition(), info.getEpoch())) {
      watch.askSoonOf(info.getPartition(), info.getEpoch());
    }
    if (!call.face().suits(answer)) { // its tenant is not known here yet
      fail(call, Failures.wrongModel(call, Face.modelOf(answer)));
      return;
    }
    if (call.session != null) {
      call.session.onAnswered(call, connection, answer, info);
    }
    end(call);
    call.complete(call.read(answer, info));
  }

  private void onRefused(Connection connection, Call<?> call, Failure failure) {
    if (failure.getReason() == Failure.Reason.REASON_STAMP_TOO_LOW
        && call instanceof Call.Write<?> write) {
      onStampTooLow(connection, write, failure);
      return;
    }
    if (failure.getReason() == Failure.Reason.REASON_STAMP_TOO_LOW
        && call instanceof UpdateCall update
        && !update.mayHaveApplied) { // else another writer might make it a second time
      onWriterTooOld(connection, update, failure);
      return;
    }
    if (RetryRule.isOfOldClock(failure, call, loop.nanos())) {
      onOldClock(connection, call, failure);
      return;
    }
    reports.onRefused(connection, call, failure, loop.nanos());
    RouteTable table = view.table();
    Tenant tenant = table == null ? null : table.tenant(call.tenant);
    AfterRefusal next = retries.afterRefusal(call, failure, tenant, loop.nanos());
    if (next instanceof AfterRefusal.GiveUp
        || (next instanceof AfterRefusal.WaitForRoom held
            && !waitingRoom.hold(call, Failures.tooMuch(connection, failure), held.waitNanos()))) {
      String what =
          Failures.describe(call) + ", at " + connection.address() + Failures.attempts(call);
      fail(call, Failures.of(failure, call.mutation(), call.mayHaveApplied, call.partition, what));
      return;
    }
    retryLog.sentAgain(call, connection, failure.getMessage());
    call.mayHaveApplied |= failure.getMayHaveApplied();
    call.lastRefusal = connection.address() + ": " + failure.getMessage();
    call.at = null;
    if (next instanceof AfterRefusal.SendAgain again) {
      sendAgain(call, again.waitNanos());
    }
  }

  private void sendAgain(Call<?> call, long waitNanos) {
    if (waitNanos == 0) {
      route(call);
    } else {
      afterwards(
          call,
          waitNanos,
          () -> {
            call.forgiveCaughtUp(loop.nanos());
            route(call);
          });
    }
  }

  /** The call goes on at once with another stamp; this is the answer to its latest attempt. */
  private void onStampTooLow(Connection connection, Call.Write<?> call, Failure failure) {
    reports.onDeclined(connection, call);
    if (!call.isStamped()) {
      connection.onClock(failure.getAboveHlc()); // what it tells is its own clock
    }
    call.onStampTooLow(failure.getAboveHlc());
    call.at = null;
    if (call.tooLow < STAMPS_MAX && loop.nanos() < call.deadlineNanos) {
      retryLog.sentAgain(call, connection, failure.getMessage());
      routeOnceSettingsAreKnown(call);
    } else {
      fail(call, Failures.stampsTooLow(call, connection, failure));
    }
  }

  /** The call goes on at once, and says by the new clock when it is sent. */
  private void onOldClock(Connection connection, Call<?> call, Failure failure) {
    reports.onDeclined(connection, call);
    connection.onClockSet(StampClock.millis(failure.getAboveHlc()));
    retryLog.sentAgain(call, connection, failure.getMessage());
    call.at = null;
    route(call);
  }

  /**
   * The update goes on at once, made by another writer; this is the answer to its first attempt.
   */
  private void onWriterTooOld(Connection connection, UpdateCall update, Failure failure) {
    reports.onDeclined(connection, update);
    updates.onWriterTooOld(update, failure.getAboveHlc(), failure.getTenantId());
    update.lastRefusal = connection.address() + ": " + failure.getMessage();
    update.at = null;
    if (update.tooLow < WRITERS_MAX && loop.nanos() < update.deadlineNanos) {
      retryLog.sentAgain(update, connection, failure.getMessage());
      route(update);
    } else {
      fail(update, Failures.writersTooOld(update, connection, failure));
    }
  }

  /** Routes a write as soon as all that its stamp depends on is known. */
  private void routeOnceSettingsAreKnown(Call<?> call) {
    if (view.lacksDefaultTtl(call)) {
      watch.askSoon();
      afterwards(call, SETTINGS_NANOS, () -> routeOnceSettingsAreKnown(call));
    } else {
      route(call);
    }
  }

  /**
   * A lost call goes to another node at once: a read can be asked again, and a write may be
   * repeated, since the newest wins, or since it takes effect once.
   */
  @Override
  public void onLost(Connection connection, Call<?> call, boolean sent) {
    connection.breaker().onFailed("the connection was lost: " + connection.trouble());
    call.at = null;
    if (sent) {
      call.mayHaveApplied = true;
      call.losses++;
    }
    if (closed) {
      fail(call, Failures.cutOff(call));
      return;
    }
    if (connection.trouble().denied()) {
      fail(call, Failures.denied(call, connection.address() + ": " + connection.trouble()));
      return;
    }
    long wait = retries.waitAfterLoss(call, loop.nanos());
    if (wait == RetryRule.NEVER) {
      fail(call, Failures.lost(call, connection));
      return;
    }
    retryLog.sentAgain(call, connection, "the connection was lost: " + connection.trouble());
    if (wait == 0) {
      route(call);
    } else {
      afterwards(call, wait, () -> route(call));
    }
  }

  /** It was no attempt: the node has never seen the call. */
  @Override
  public void onUnsent(Connection connection, Call<?> call) {
    connection.breaker().onUndecided();
    call.at = null;
    call.attempts--;
    route(call);
  }

  @Override
  public void onReady(Connection connection) {
    unpark();
  }

  @Override
  public void onBroken(Connection connection) {
    watch.onBroken(connection);
  }

  @Override
  public void onPlacement(GetPlacementResponse placement) {
    if (view.isOfAnotherCluster(placement.getClusterId())) {
      return;
    }
    view.onBounds(placement.getBounds());
    view.onClusterVersion(placement.getClusterVersion());
    RouteTable known = view.table();
    RouteTable next = RouteTable.with(known, placement);
    if (next != null && next != known) {
      onUpdate(next);
    }
  }

  @Override
  public void onOtherCluster(GetPlacementResponse placement) {
    view.onBounds(placement.getBounds());
    view.onOtherClusterVersion(placement.getClusterVersion());
    updates.onOtherCluster();
    onUpdate(RouteTable.of(placement));
  }

  @Override
  public void onUpdate(RouteTable next) {
    if (!closed) {
      nodes.adopt(next);
      unpark();
    }
  }

  @Override
  public void onNoCluster(Tried tried, boolean denied) {
    for (Call<?> call : parked.takeAll()) {
      if (!call.done) {
        fail(
            call,
            denied ? Failures.denied(call, tried.toString()) : unreached.noNodeOf(call, tried));
      }
    }
  }

  private void scheduleTick() {
    if (!tickScheduled) {
      tickScheduled = true;
      loop.schedule(this::tick, TICK_NANOS);
    }
  }

  private void tick() {
    tickScheduled = false;
    long now = loop.nanos();
    for (Call<?> call : live.expired(now)) {
      if (!call.done) {
        onExpired(call, now);
      }
    }
    if (now - silenceCheckedNanos >= SILENCE_CHECK_NANOS) {
      silenceCheckedNanos = now;
      nodes.compare(now);
      for (Connection connection : nodes.all()) {
        connection.checkSilence(now);
      }
    }
    parked.sweep(now);
    // A circuit breaker may have become ready to try again.
    unpark();
    waitingRoom.sweep();
    if (!live.isEmpty() || nodes.anyOwes()) {
      scheduleTick();
    }
  }

  private void onExpired(Call<?> expired, long now) {
    Call<?> call = expired.carrier();
    String within = " within " + TimeUnit.NANOSECONDS.toMillis(now - expired.startNanos) + " ms";
    if (call.deadlineNanos > now) {
      onLeft(expired, (UpdateCall) call, within);
      return;
    }
    if (call instanceof ChangeCall change && change.within != null) {
      change.within.leave();
      fail(change, Failures.inLine(change, within));
      return;
    }
    Connection at = call.at;
    if (at == null) {
      if (call.heldBack != null) {
        counts.onHeldBack();
      }
      fail(call, unreached.failure(call, call, within));
      return;
    }
    boolean unsent = call.wireId == 0;
    at.forget(call);
    if (unsent && at.heardLately(now)) {
      at.breaker().onUndecided(); // what stood before this one in the line is nothing against it
    } else {
      at.breaker().onFailed(unsent ? "calls could not be sent in time" : "no answer in time");
    }
    if (unsent) {
      fail(call, Failures.timedOut(call, "could not be sent to " + at + within + line(at, call)));
    } else {
      call.mayHaveApplied = true;
      if (call.patience == Patience.NONE) { // its caller may ask on at any rate
        throttles.of(call.tenant).onLate();
      }
      String attempts = Failures.attempts(call);
      fail(call, Failures.timedOut(call, "no answer from " + at + within + attempts));
    }
  }

  /** A caller's time is over, and the update that has its changes goes on for others. */
  private void onLeft(Call<?> expired, UpdateCall update, String within) {
    if (update.isMade()) {
      expired.mayHaveApplied = true;
      fail(expired, Failures.stillUnderWay(expired, within));
      return;
    }
    Connection at = update.at;
    if (at == null && update.heldBack != null) {
      counts.onHeldBack();
    }
    QuorateException unsent =
        at == null
            ? unreached.failure(expired, update, within)
            : Failures.timedOut(expired, "could not be sent to " + at + within + line(at, update));
    update.leave();
    fail(expired, unsent);
  }

  private static String line(Connection at, Call<?> unsent) {
    int others = at.waitingBeside(unsent);
    return others == 0 ? "" : ", as " + Failures.waiting(others) + " for it";
  }

  private void fail(Call<?> call, QuorateException failure) {
    end(call);
    call.fail(failure);
  }

  private void end(Call<?> call) {
    call.done = true;
    call.at = null;
    live.remove(call);
    waitingRoom.onDone(call);
    admission.release(call);
  }

  /** Closes the connections, and gives up all that is not answered. Nothing is scheduled after. */
  void close() {
    closed = true;
    watch.close();
    nodes.close();
    endAll(Failures::cutOff);
  }

  /**
   * An Error ended the loop's thread: what is under way would be waited for in vain. The state of
   * the loop is the thread's that calls.
   */
  void onLoopEnded() {
    closed = true;
    endAll(Failures::loopEnded);
  }

  private void endAll(Function<Call<?>, QuorateException> how) {
    for (Call<?> each : live.all()) {
      Call<?> call = each.carrier();
      if (!each.done && !call.done) {
        fail(call, how.apply(call));
      }
    }
  }
}
