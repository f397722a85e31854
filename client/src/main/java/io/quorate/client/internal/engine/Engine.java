package io.quorate.client.internal.engine;

import io.quorate.client.ClientClosedException;
import io.quorate.client.FailureInfo;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.internal.net.Backoff;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.RequestBounds;
import io.quorate.proto.v1.Tenant;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Carries each call from {@link #submit} to the completion of its future: admits it, gives it to a
 * connection, tries again where that is useful, and gives it up at its deadline.
 *
 * <p>A call is at all times in exactly one of four places: handed in and not yet seen by the loop;
 * at a connection; parked, as no node can be reached; or waiting out a backoff. Deadlines are kept
 * by a sweep, not by a timer per call, and so are met to within {@link #TICK_NANOS}.
 */
public final class Engine implements Connection.Owner, PlacementWatch.Owner {
  static final String LOOP_ENDED =
      "the client's thread has ended, as for want of memory (OutOfMemoryError): build another"
          + " client";

  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long SILENCE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int RETRY_AFTER_MILLIS = 20;
  private static final int RETRY_AFTER_MILLIS_MAX = 1000;

  /** The first loss of a call is not its fault, and losses are as rare as broken connections. */
  private static final int LOSSES_FREE = 1;

  private final Loop loop;
  private final Admission admission;
  private final Session session;
  private final RandomGenerator random;
  private final Nodes nodes;
  private final PlacementWatch watch;
  private final RetryBudget again;
  private final RetryBudget elsewhere;
  private final Throttles throttles;

  private final Queue<Call<?>> handedIn = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private volatile boolean closed;

  private final LiveCalls live = new LiveCalls();
  private final ArrayDeque<Call<?>> parked = new ArrayDeque<>();

  /** Calls that wait until what is unanswered is within the bounds again. */
  private final ArrayDeque<Call<?>> forRoom = new ArrayDeque<>();

  private final Set<Unfinished> unfinished = new LinkedHashSet<>();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder heldBack = new LongAdder();
  private boolean tickScheduled;
  private long silenceCheckedNanos;

  private Bounds bounds = Bounds.DEFAULT;

  /** No live call has an earlier deadline. */
  private long earliestDeadlineNanos = Long.MAX_VALUE;

  public Engine(
      Loop loop,
      Admission admission,
      Session session,
      RandomGenerator random,
      List<String> endpoints,
      long awaitClusterNanos,
      Function<Connection.Owner, Function<String, Connection>> connector) {
    this.loop = loop;
    this.admission = admission;
    this.session = session;
    this.random = random;
    this.again = RetryBudget.again(loop.nanos());
    this.elsewhere = RetryBudget.elsewhere(loop.nanos());
    this.throttles = new Throttles(loop.nanos());
    this.nodes = new Nodes(endpoints, connector.apply(this));
    this.watch = new PlacementWatch(loop, random, nodes, awaitClusterNanos, this);
  }

  public void start() {
    loop.onEnded(this::onLoopEnded);
    loop.execute(watch::ask);
  }

  public Nodes nodes() {
    return nodes;
  }

  public Loop loop() {
    return loop;
  }

  public RandomGenerator random() {
    return random;
  }

  /**
   * Remembers what is waited for until {@link #finished}, so that closing leaves no caller waiting.
   * On the loop.
   *
   * @return false if the client is closed already: nothing will come
   */
  public boolean began(Unfinished waiting) {
    return !closed && unfinished.add(waiting);
  }

  public void finished(Unfinished waiting) {
    unfinished.remove(waiting);
  }

  /** A tenant was created: its keys can be placed before the next placement is heard. */
  public void learn(Tenant tenant) {
    loop.run(
        () -> {
          nodes.learn(tenant);
          watch.askSoon();
        });
  }

  /**
   * Why a call of a tenant is not worth being made, as most are refused; null if it is. Asked
   * before anything is spent on the call.
   */
  public @Nullable OverloadedException refusal(String tenant, long nowNanos) {
    OverloadedException refusal =
        throttles.of(tenant).refusal(ThreadLocalRandom.current().nextDouble(), nowNanos);
    if (refusal != null) {
      heldBack.increment();
    }
    return refusal;
  }

  public QuorateClient.Counts counts() {
    return QuorateClient.Counts.of(refusals.sum(), retries.sum(), heldBack.sum());
  }

  /** Takes a call from any thread; its future completes on the loop, or here if it is refused. */
  public void submit(Call<?> call) {
    if (closed) {
      call.fail(closedException(call));
      return;
    }
    call.admitted = admission.admit(call.bytes);
    if (!call.admitted && call.patience != Patience.WAITS) {
      heldBack.increment();
      call.fail(noRoom(call));
      return;
    }
    if (loop.inLoop()) {
      begin(call);
      return;
    }
    handedIn.add(call);
    if (drainScheduled.compareAndSet(false, true)) {
      try {
        loop.execute(this::drain);
      } catch (RejectedExecutionException loopEnded) {
        failHandedIn();
      }
    }
    if (closed) {
      failHandedIn(); // since it was looked at: no drain may come any more
    }
  }

  private void drain() {
    // First, so that a call handed in from now on schedules the next drain.
    drainScheduled.set(false);
    Call<?> call = handedIn.poll();
    while (call != null) {
      begin(call);
      call = handedIn.poll();
    }
  }

  private void begin(Call<?> call) {
    if (closed) {
      release(call);
      call.fail(closedException(call));
      return;
    }
    live.add(call);
    earliestDeadlineNanos = Math.min(earliestDeadlineNanos, call.deadlineNanos);
    scheduleTick();
    if (!call.admitted) {
      call.heldBack = noRoom(call);
      forRoom.add(call);
    } else if (call.patience == Patience.WAITS) {
      routeWhenAllowed(call);
    } else {
      route(call);
    }
  }

  private OverloadedException noRoom(Call<?> call) {
    return new OverloadedException(
        Failures.describe(call) + " was not sent: " + admission,
        FailureInfo.NONE,
        Duration.ofMillis(RETRY_AFTER_MILLIS),
        null);
  }

  /** Those that wait for room, as far as there is room again. */
  private void letIn() {
    for (Call<?> call = forRoom.peek(); call != null; call = forRoom.peek()) {
      if (!call.done) {
        if (!admission.admit(call.bytes)) {
          return;
        }
        call.admitted = true;
        call.heldBack = null;
        forRoom.remove();
        routeWhenAllowed(call);
      } else {
        forRoom.remove();
      }
    }
  }

  /** Routes a call that a thread waits for, as soon as its tenant's throttle lets it through. */
  private void routeWhenAllowed(Call<?> call) {
    long now = loop.nanos();
    OverloadedException refusal = throttles.of(call.tenant).refusal(random.nextDouble(), now);
    call.heldBack = refusal;
    if (refusal == null) {
      route(call);
      return;
    }
    long wait = RetryRule.askedToWait(refusal.retryAfter().toNanos(), random);
    loop.schedule(
        () -> {
          if (!call.done) {
            routeWhenAllowed(call);
          }
        },
        wait);
  }

  private void route(Call<?> call) {
    Connection connection = nodes.pick(call);
    if (connection == null) {
      parked.add(call);
    } else {
      give(call, connection);
    }
  }

  /** Hands a call to a connection whose breaker has admitted it, or fails it. */
  private void give(Call<?> call, Connection connection) {
    if (!bounds.allow(call)) {
      connection.breaker().onAnswered();
      fail(call, Failures.tooLarge(call, bounds));
      return;
    }
    long tooLong = connection.tooLongNanos(call, loop.nanos());
    if (tooLong > 0) {
      connection.breaker().onAnswered(); // that it is busy is nothing against it
      heldBack.increment();
      Duration retryAfter = retryAfter(tooLong);
      if (call.patience == Patience.NONE) {
        throttles.of(call.tenant).onBehind((int) retryAfter.toMillis());
      }
      fail(call, Failures.behind(call, connection, tooLong, retryAfter));
    } else {
      if (call.attempts++ > 0) {
        retries.increment();
      }
      connection.offer(call);
    }
  }

  private static Duration retryAfter(long waitNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(waitNanos);
    return Duration.ofMillis(
        Math.min(Math.max(millis, RETRY_AFTER_MILLIS), RETRY_AFTER_MILLIS_MAX));
  }

  private void unpark() {
    for (Call<?> call = parked.peek(); call != null; call = parked.peek()) {
      Connection connection = call.done ? null : nodes.pick(call);
      if (connection == null && !call.done) {
        return; // no node for this one: none for the others either
      }
      parked.remove();
      if (connection != null) {
        give(call, connection);
      }
    }
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
    connection.breaker().onAnswered();
    session.onHeard(info.getHlc(), loop.nanos());
    again.onAnswer();
    elsewhere.onAnswer();
    elsewhere.giveBack(call.elsewhere);
    blame(call, connection);
    throttles.of(call.tenant).onAccepted();
    RouteTable table = nodes.table();
    if (table != null && table.outdatedBy(info.getPartition(), info.getEpoch())) {
      watch.askSoonOf(info.getPartition(), info.getEpoch());
    }
    end(call);
    call.complete(call.read(answer, info));
  }

  /** A node that saw too few live replicas where another found enough is cut off from them. */
  private static void blame(Call<?> call, Connection answered) {
    for (Connection refused : call.undecided()) {
      if (refused != answered) {
        refused.breaker().onFailed("too few live replicas, where another node found enough");
      }
    }
  }

  private void onRefused(Connection connection, Call<?> call, Failure failure) {
    if (failure.getReason() == Failure.Reason.REASON_UNAVAILABLE) {
      connection.breaker().onUndecided();
      call.onRefusedBy(connection, true);
    } else if (RetryRule.againstNode(failure)) {
      connection.breaker().onFailed(failure.getMessage());
      call.onRefusedBy(connection, false);
    } else {
      connection.breaker().onAnswered();
    }
    boolean overloaded = failure.getReason() == Failure.Reason.REASON_OVERLOADED;
    Throttle throttle = throttles.of(call.tenant);
    if (overloaded) {
      refusals.increment();
      throttle.onRefused(Failures.retryAfterMillis(failure));
    } else if (failure.getReason() == Failure.Reason.REASON_DEADLINE_EXCEEDED) {
      throttle.onLate();
    } else {
      throttle.onAccepted();
    }
    long now = loop.nanos();
    long wait = waitBeforeRetry(call, failure);
    if (wait == RetryRule.NEVER
        || now + wait >= call.deadlineNanos
        || !mayAskAgain(call, overloaded, wait, now)) {
      String what = Failures.describe(call) + ", at " + connection.address() + attempts(call);
      fail(call, Failures.of(failure, call.mutation(), call.mayHaveApplied, call.partition, what));
      return;
    }
    call.mayHaveApplied |= failure.getMayHaveApplied();
    call.at = null;
    if (wait == 0) {
      route(call);
    } else {
      loop.schedule(
          () -> {
            if (call.done) {
              return;
            }
            if (overloaded && call.patience == Patience.WAITS) {
              routeWhenAllowed(call);
            } else {
              route(call);
            }
          },
          wait);
    }
  }

  /** Whether another attempt is within what retries may add to the load. */
  private boolean mayAskAgain(Call<?> call, boolean overloaded, long wait, long now) {
    if (overloaded && waitsForRoom(call)) {
      return true; // in its turn
    }
    if (overloaded && call.patience == Patience.PACED) {
      return false; // the batch asks again, and less
    }
    if (wait == 0) {
      boolean taken = elsewhere.take(now);
      call.elsewhere += taken ? 1 : 0;
      return taken;
    }
    return (!overloaded || throttles.of(call.tenant).refusal(random.nextDouble(), now) == null)
        && again.take(now);
  }

  /**
   * Whether a refusal as too much is no end of it. One of a batch that may have been applied before
   * cannot be handed back to the batch as refused: the call alone knows of that.
   */
  private static boolean waitsForRoom(Call<?> call) {
    return call.patience == Patience.WAITS
        || (call.patience == Patience.PACED && call.mayHaveApplied);
  }

  private long waitBeforeRetry(Call<?> call, Failure failure) {
    RouteTable table = nodes.table();
    Tenant tenant = table == null ? null : table.tenant(call.tenant);
    int replicas = tenant == null ? 1 : tenant.getReplicationFactor();
    boolean refused = failure.getReason() == Failure.Reason.REASON_OVERLOADED;
    int attempts =
        refused && waitsForRoom(call)
            ? Math.min(call.attempts, RetryRule.ATTEMPTS_MAX - 1)
            : call.attempts;
    return RetryRule.waitNanos(failure, attempts, replicas, tenant != null, random);
  }

  private static String attempts(Call<?> call) {
    return call.attempts == 1 ? "" : " (attempt " + call.attempts + ")";
  }

  /**
   * A lost call goes to another node at once: a read can be asked again, and a write may be
   * repeated, since the newest wins.
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
      fail(call, cutOff(call));
    } else if (call.losses <= LOSSES_FREE
        || (call.attempts < RetryRule.ATTEMPTS_MAX && again.take(loop.nanos()))) {
      route(call);
    } else if (call.patience == Patience.PACED && hasTimeFor(call, RetryRule.AFTER_LOSS_NANOS)) {
      // A batch asks for a window at a time, however much of it is lost with a connection.
      loop.schedule(
          () -> {
            if (!call.done) {
              route(call);
            }
          },
          Backoff.jittered(RetryRule.AFTER_LOSS_NANOS, random));
    } else {
      fail(
          call,
          Failures.givenUp(
              call,
              "the connection to "
                  + connection.address()
                  + " was lost ("
                  + connection.trouble()
                  + ")"
                  + attempts(call),
              null));
    }
  }

  private boolean hasTimeFor(Call<?> call, long nanos) {
    return loop.nanos() + nanos < call.deadlineNanos;
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
    if (isOfAnotherCluster(placement.getClusterId())) {
      return;
    }
    bounds = Bounds.of(placement.getBounds());
    RouteTable known = nodes.table();
    RouteTable next = RouteTable.with(known, placement);
    if (next != null && next != known) {
      onUpdate(next);
    }
  }

  @Override
  public boolean isOfAnotherCluster(long clusterId) {
    RouteTable known = nodes.table();
    return known != null && known.isOfAnotherCluster(clusterId);
  }

  @Override
  public void onOtherCluster(GetPlacementResponse placement) {
    bounds = Bounds.of(placement.getBounds());
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
  public void onBounds(RequestBounds said) {
    bounds = Bounds.of(said);
  }

  @Override
  public long clusterMillis() {
    return session.clusterMillis(loop.nanos());
  }

  @Override
  public GetPlacementRequest placementQuestion() {
    return RouteTable.question(nodes.table());
  }

  @Override
  public Bounds bounds() {
    return bounds;
  }

  @Override
  public void onNoCluster(String tried) {
    for (int i = parked.size(); i > 0; i--) {
      Call<?> call = parked.poll();
      if (call != null && !call.done) {
        fail(call, Failures.givenUp(call, noNode("", tried), null));
      }
    }
  }

  /** The advice is for those who may have named the wrong nodes. */
  private String noNode(String within, String tried) {
    return "no Quorate node could be asked"
        + within
        + " ("
        + tried
        + (nodes.table() == null ? "); check the endpoints" : ")");
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
    if (now >= earliestDeadlineNanos) {
      earliestDeadlineNanos = Long.MAX_VALUE;
      live.forEach(call -> sweep(call, now));
    }
    if (now - silenceCheckedNanos >= SILENCE_CHECK_NANOS) {
      silenceCheckedNanos = now;
      nodes.compare(now);
      for (Connection connection : nodes.all()) {
        connection.checkSilence(now);
      }
    }
    // A circuit breaker may have become ready to try again.
    unpark();
    letIn();
    if (!live.isEmpty()) {
      scheduleTick();
    }
  }

  private void sweep(Call<?> call, long now) {
    if (call.done) {
      return;
    }
    if (now < call.deadlineNanos) {
      earliestDeadlineNanos = Math.min(earliestDeadlineNanos, call.deadlineNanos);
      return;
    }
    String within = " within " + TimeUnit.NANOSECONDS.toMillis(now - call.startNanos) + " ms";
    Connection at = call.at;
    if (at == null) {
      OverloadedException why = call.heldBack;
      if (why == null) {
        fail(call, Failures.givenUp(call, noNode(within, reached()), null));
      } else {
        heldBack.increment();
        fail(call, Failures.heldBack(call, within, why));
      }
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
      fail(call, Failures.timedOut(call, "could not be sent to " + at + within + line(at)));
    } else {
      call.mayHaveApplied = true;
      if (call.patience == Patience.NONE) { // its caller may ask on at any rate
        throttles.of(call.tenant).onLate();
      }
      fail(call, Failures.timedOut(call, "no answer from " + at + within + attempts(call)));
    }
  }

  private static String line(Connection at) {
    return at.waiting() == 0 ? "" : ", as " + at.waiting() + " calls of this client wait for it";
  }

  private String reached() {
    if (nodes.table() == null) {
      return watch.tried();
    }
    StringBuilder reached = new StringBuilder();
    for (Connection node : nodes.all()) {
      reached.append(reached.isEmpty() ? "" : "; ").append(node);
    }
    return reached.toString();
  }

  private void fail(Call<?> call, QuorateException failure) {
    end(call);
    call.fail(failure);
  }

  private void end(Call<?> call) {
    call.done = true;
    call.at = null;
    live.remove(call);
    release(call);
  }

  private void release(Call<?> call) {
    if (call.admitted) {
      call.admitted = false;
      admission.release(call.bytes);
    }
  }

  private static ClientClosedException closedException(Call<?> call) {
    return new ClientClosedException(Failures.describe(call) + ": the client is closed");
  }

  /** The exception for a call that was under way when the client was closed. */
  private static QuorateException cutOff(Call<?> call) {
    if (!call.mutation() || !call.mayHaveApplied) {
      return closedException(call);
    }
    return new OutcomeUnknownException(
        Failures.describe(call)
            + ": the client was closed before the answer came; it may have been applied",
        FailureInfo.ofPartition(call.partition),
        null);
  }

  private void failHandedIn() {
    for (Call<?> call = handedIn.poll(); call != null; call = handedIn.poll()) {
      release(call);
      call.fail(closedException(call));
    }
  }

  /** Gives up all that is not answered, and ends the loop once {@code connectionsEnded} returns. */
  public void close(Runnable connectionsEnded) {
    if (closed) {
      return;
    }
    closed = true;
    try {
      loop.run(this::closeOnLoop);
    } catch (RejectedExecutionException loopEnded) {
      return;
    }
    loop.end(connectionsEnded);
    failHandedIn();
  }

  private void closeOnLoop() {
    watch.close();
    for (Connection connection : nodes.all()) {
      connection.close();
    }
    live.forEach(
        call -> {
          if (!call.done) {
            fail(call, cutOff(call));
          }
        });
    for (Unfinished waiting : List.copyOf(unfinished)) {
      waiting.onClosed();
    }
    unfinished.clear();
    failHandedIn();
  }

  /**
   * The loop's thread has ended. If the client was not closed, an Error ended it: what is under way
   * would be waited for in vain. The state of the loop is this thread's now.
   */
  private void onLoopEnded() {
    if (closed) {
      return;
    }
    closed = true;
    live.forEach(
        call -> {
          if (!call.done) {
            String what = Failures.describe(call) + ": " + LOOP_ENDED;
            fail(
                call,
                call.mutation() && call.attempts > 0
                    ? new OutcomeUnknownException(
                        what + "; it may have been applied",
                        FailureInfo.ofPartition(call.partition),
                        null)
                    : new ClientClosedException(what));
          }
        });
    for (Unfinished waiting : List.copyOf(unfinished)) {
      waiting.onClosed();
    }
    unfinished.clear();
    failHandedIn();
  }
}
