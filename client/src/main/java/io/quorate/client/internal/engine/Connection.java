package io.quorate.client.internal.engine;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.quorate.client.internal.net.Backoff;
import io.quorate.client.internal.net.ConnectionEnds;
import io.quorate.client.internal.net.FreshAddresses;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Promptness;
import io.quorate.client.internal.net.Trouble;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The way to one node: a {@code Pipe} stream, the calls queued for it and those in flight on it.
 * What is queued in one turn of the loop leaves as one frame at its end. Owned by the loop.
 *
 * <p>A connection is opened only after the node answered a question: a process that is stopped or
 * stuck still accepts streams, and another process may have got the address. Nothing is sent to a
 * node of another cluster.
 */
public final class Connection {
  /** Told what becomes of calls. */
  public interface Owner {
    /** The node answered {@code call}. */
    void onAnswer(Connection connection, Call<?> call, OperationResult answer);

    /** The connection broke under {@code call}; {@code sent} tells whether the node may have it. */
    void onLost(Connection connection, Call<?> call, boolean sent);

    /** The node takes no calls any more, and {@code call} was not sent to it yet. */
    void onUnsent(Connection connection, Call<?> call);

    /** Calls may be sent to this node now. */
    void onReady(Connection connection);

    /** The connection broke, and what it held was given back by {@link #onLost}. */
    void onBroken(Connection connection);

    /** The node told where keys live, or that nothing has changed. */
    void onPlacement(GetPlacementResponse placement);
  }

  private enum State {
    /** Never opened. */
    NEW,
    /** Opened for the first time, and not known to be in order: hope is worth a queue. */
    OPENING,
    /** In order. */
    READY,
    /** Broken, being asked from time to time. */
    DOWN,
    CLOSED
  }

  private static final Backoff REOPEN = Backoff.ofMillis(50, 2000);
  private static final long OPENING_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);
  private static final long LOG_IN_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** How long calls are held back so that what is in flight ends. */
  private static final long DRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /**
   * Of a node that may only stand still for a moment, all clients would have to shake hands again.
   */
  private static final int SILENCES_TO_CONNECT_AGAIN = 3;

  private final String address;
  private final ManagedChannel channel;
  private final Breaker breaker;
  private final Loop loop;
  private final RandomGenerator random;
  private final ClusterView view;
  private final Owner owner;
  private final Promptness promptness = new Promptness();
  private final ToldClock clock;
  private final NodeClock wallClock = new NodeClock();
  private final Troubles troubles;

  private final SendQueue queue = new SendQueue();
  private final InFlight inFlight = new InFlight();
  private final Hearing hearing = new Hearing();
  private final Frames frames;
  private final Presence presence;

  private State state = State.NEW;
  private @Nullable Pipe pipe;
  private boolean flushScheduled;

  /** The last call that was sent on the pipe when the login of now was shown beside it. */
  private long sentBeforeLogin = Long.MAX_VALUE;

  private boolean pipeIsOutdated;

  /**
   * Whether nothing is sent, so that the pipe may be replaced, see {@link #replaceBeforeItEnds}.
   */
  private boolean drains;

  private int failures;

  /** How often in a row it was asked, since it broke, and nothing was heard. */
  private int silences;

  /** See {@link #clusterId()}. */
  private long clusterId;

  /** Whether the node said last that it is about to refuse calls, as it is drained or stops. */
  private boolean draining;

  public Connection(
      String address,
      ManagedChannel channel,
      Breaker breaker,
      Loop loop,
      RandomGenerator random,
      ClusterView view,
      Owner owner) {
    this.address = address;
    this.channel = channel;
    this.breaker = breaker;
    this.loop = loop;
    this.random = random;
    this.view = view;
    this.owner = owner;
    this.clock = view.clockOf(address);
    this.troubles = new Troubles(loop, address);
    this.frames = new Frames(queue, inFlight, view, wallClock);
    this.presence = new Presence(loop, channel, view, hearing, new Answers());
  }

  public String address() {
    return address;
  }

  /** For questions that do not travel on the pipe. */
  public ManagedChannel channel() {
    return channel;
  }

  public boolean ready() {
    return state == State.READY;
  }

  /** In order, and not about to refuse what it is given. */
  boolean takesCalls() {
    return ready() && !draining && !drains;
  }

  /** Not known to be in order, but not known to be broken either. */
  boolean hopeful() {
    return state == State.NEW || state == State.OPENING;
  }

  /** What went wrong last. */
  Trouble trouble() {
    return troubles.last();
  }

  /** A question to it failed. */
  void onTrouble(Trouble now) {
    troubles.onFailed(now);
  }

  /**
   * Takes note of the cluster that the node belongs to, as it says.
   *
   * @param told 0 if the node does not tell it
   * @return false if that is another cluster, so that nothing may be sent to the node
   */
  boolean isOfCluster(long told) {
    clusterId = told;
    if (!isStranger()) {
      troubles.onThisCluster();
      return true;
    }
    troubles.onOtherCluster(told);
    if (state == State.READY || state == State.OPENING) {
      broke();
    }
    return false;
  }

  /** The cluster that the node said last that it belongs to; 0: it has not said so. */
  long clusterId() {
    return clusterId;
  }

  /** Whether the node said last that it belongs to another cluster. */
  boolean isStranger() {
    return view.isOfAnotherCluster(clusterId);
  }

  /** The node told its clock; 0: it does not tell it. */
  void onClock(long hlc) {
    if (hlc != 0) {
      long now = loop.nanos();
      clock.set(hlc, now);
      wallClock.onHybridClock(hlc, now);
      view.onClock(hlc);
    }
  }

  /**
   * The node told its wall clock, as it refused what was sent by an earlier one. It may be far
   * ahead of others: only what is sent to this node says so, and no request is named by it, which
   * others would refuse.
   */
  void onClockSet(long wallMillis) {
    wallClock.onAtLeast(wallMillis, loop.nanos());
  }

  Promptness promptness() {
    return promptness;
  }

  /** See {@link Hearing#silentNanos}. */
  long silentNanos(long now) {
    return hearing.silentNanos(now);
  }

  /** See {@link Hearing#owes}. */
  boolean owes() {
    return hearing.owes();
  }

  private void onHeard(long now) {
    hearing.heard(now, !inFlight.isEmpty());
  }

  Breaker breaker() {
    return breaker;
  }

  /**
   * Opens the connection if that was never tried, once the node has said that it belongs to the
   * cluster. What is sent to a node of another cluster would be applied there, and an address may
   * lead to one: of an endpoint by a mistake, of a member since another process has got it.
   */
  void open() {
    if (state == State.NEW) {
      state = State.OPENING;
      presence.ask(
          () -> {
            if (state == State.OPENING) {
              startPipe();
            }
          },
          () -> {
            if (state == State.OPENING) {
              broke();
            }
          });
      loop.schedule(this::checkOpened, Presence.WAIT_NANOS + OPENING_NANOS);
    }
  }

  private void checkOpened() {
    if (state == State.OPENING) {
      troubles.note(Trouble.SILENT);
      broke();
    }
  }

  private void startPipe() {
    pipeIsOutdated = false;
    drains = false;
    sentBeforeLogin = Long.MAX_VALUE;
    Pipe next = new Pipe(channel, loop, new PipeEvents());
    pipe = next;
    next.start();
  }

  /**
   * Replaces the pipe of a connection that is to end as soon as nothing is in flight on it: else
   * that would be lost with it. Meanwhile other nodes are given the calls, and for no longer than
   * an instant: after that this one goes on, and it is tried again.
   */
  private void replaceBeforeItEnds(@Nullable Pipe ending) {
    if (pipe != ending || state != State.READY) {
      return;
    }
    drains = true;
    scheduleFlush();
    loop.schedule(
        () -> {
          if (pipe == ending && drains) {
            drains = false;
            scheduleFlush();
            loop.schedule(() -> replaceBeforeItEnds(ending), DRAIN_NANOS);
          }
        },
        DRAIN_NANOS);
  }

  /** Nothing is in flight on it. */
  private void replacePipe(Pipe outdated) {
    state = State.OPENING;
    outdated.finish();
    startPipe();
    loop.schedule(this::checkOpened, OPENING_NANOS);
  }

  /** Takes a call over: it will be answered or given back. The breaker has admitted it. */
  void offer(Call<?> call) {
    call.at = this;
    call.wireId = 0;
    queue.add(call, loop.nanos());
    open();
    scheduleFlush();
  }

  /**
   * How long a call would wait here until it is sent, if that is for longer than is of use; 0 if
   * there is a place for it.
   */
  long tooLongNanos(Call<?> call, long now) {
    return isBlocked() && queue.refuses(call.patience, call.deadlineNanos - now, now)
        ? Math.max(queue.waitNanos(now), 1)
        : 0;
  }

  /** Calls that wait until they are sent. */
  int waiting() {
    return queue.size();
  }

  /** Calls that wait until they are sent, without this one, which may be among them. */
  int waitingBeside(Call<?> call) {
    return queue.others(call);
  }

  /** Whether it answered something a moment ago, so that it is busy rather than gone. */
  boolean heardLately(long now) {
    return state == State.READY && silentNanos(now) < Presence.SILENCE_NANOS;
  }

  /**
   * Whether what waits here waits for the node. Else it waits for this process, which may have been
   * paused, and all of it is sent when this turn of the loop ends.
   */
  private boolean isBlocked() {
    Pipe open = pipe;
    return state == State.READY
        && open != null
        && (inFlight.isFull() || !open.isReady() || pipeIsOutdated || drains);
  }

  private void scheduleFlush() {
    if (!flushScheduled && state == State.READY) {
      flushScheduled = true;
      loop.execute(this::flush);
    }
  }

  private void flush() {
    flushScheduled = false;
    Pipe open = pipe;
    if (state != State.READY || open == null) {
      return;
    }
    if (pipeIsOutdated || drains) {
      if (inFlight.isEmpty()) {
        replacePipe(open);
      }
      return;
    }
    while (!queue.isEmpty() && !inFlight.isFull() && open.isReady()) {
      sendFrame(open);
    }
  }

  private void sendFrame(Pipe open) {
    long now = loop.nanos();
    PipeRequest frame = frames.next(now);
    if (frame.getOperationsCount() > 0) {
      hearing.sent(now);
      open.send(frame);
    }
  }

  /** Lets go of a call that was given up; an answer that still comes is ignored. */
  void forget(Call<?> call) {
    if (call.wireId != 0) {
      Call<?> unused = inFlight.take(call.wireId);
      scheduleFlushOfQueue();
    }
  }

  /** There is room for what waits, or for another pipe. */
  private void scheduleFlushOfQueue() {
    if (!queue.isEmpty() || drains) {
      scheduleFlush();
    }
  }

  /** Asks a node that owes answers and is silent whether it is there; breaks if it is not. */
  void checkSilence(long now) {
    if (state == State.READY && silentNanos(now) >= Presence.SILENCE_NANOS) {
      presence.askUnlessAsking();
    }
  }

  /**
   * Asks whether the node is there, for a question that it takes its time to answer. If it is not,
   * the connection breaks: what one question has found out, all others need not.
   *
   * @param there also if the node refuses to be asked, or is too busy to answer and is heard
   */
  public void askIfThere(Runnable there, Runnable silent) {
    presence.find(there, silent);
  }

  /**
   * Makes a call, which shows the login of now: what is open on the connection goes on with that.
   * If that is refused as well, the next call logs in again; if it cannot, nothing more is sent
   * there. A pipe that is refused although the login was shown is of an earlier connection, which
   * the node has asked to end, while calls go by the next one: so does another pipe.
   *
   * @param refused id of a call that the pipe was refused
   */
  private void logInAgain(long refused) {
    if (refused > sentBeforeLogin) {
      pipeIsOutdated = true;
    } else if (!presence.isAsking()) {
      presence.ask(
          () -> sentBeforeLogin = inFlight.lastId(),
          () -> loop.schedule(this::askOnce, LOG_IN_AGAIN_NANOS));
    }
  }

  private void askOnce() {
    if (state == State.READY && !presence.isAsking()) {
      presence.ask(
          () -> {},
          () -> {
            if (state == State.READY && trouble().denied()) {
              broke();
            }
          });
    }
  }

  private void broke() {
    state = State.DOWN;
    hearing.owesNothing();
    failures++;
    Pipe broken = pipe;
    pipe = null;
    if (broken != null) {
      broken.cancel("given up: " + trouble());
    }
    giveBack();
    owner.onBroken(this);
    scheduleReopen();
  }

  /** The node told whether it is draining. */
  private void onDraining(boolean now) {
    if (draining == now) {
      return;
    }
    draining = now;
    if (now) {
      for (Call<?> call : List.copyOf(queue.takeAll())) {
        if (!call.done) {
          owner.onUnsent(this, call);
        }
      }
    } else {
      promptness.cameBack();
      owner.onReady(this);
    }
  }

  /** Every call goes back to the owner: those in flight may have taken effect. */
  private void giveBack() {
    List<Call<?>> sent = inFlight.takeAll();
    Collection<Call<?>> unsent = queue.takeAll();
    for (Call<?> call : sent) {
      if (!call.done) {
        owner.onLost(this, call, true);
      }
    }
    for (Call<?> call : unsent) {
      if (!call.done) {
        owner.onLost(this, call, false);
      }
    }
  }

  private void scheduleReopen() {
    if (state == State.DOWN) {
      loop.schedule(this::reopen, REOPEN.nanos(failures, random));
    }
  }

  private void reopen() {
    if (state != State.DOWN) {
      return;
    }
    FreshAddresses.lookUpAgain(channel);
    long askedNanos = loop.nanos();
    presence.ask(
        () -> {
          if (state == State.DOWN) { // what it answered may be that it is no member any more
            startPipe();
          }
        },
        () -> {
          failures++;
          silences = hearing.heardSince(askedNanos) ? 0 : silences + 1;
          if (silences >= SILENCES_TO_CONNECT_AGAIN) {
            FreshAddresses.connectAgain(channel);
          }
          scheduleReopen();
        });
  }

  /** As {@link #close}, but what is being asked there is answered yet. */
  void letGo() {
    state = State.CLOSED;
    channel.shutdown();
  }

  void close() {
    state = State.CLOSED;
    Pipe open = pipe;
    pipe = null;
    if (open != null) {
      open.cancel("the client does not need it any more");
    }
    giveBack();
    channel.shutdownNow();
  }

  @Override
  public String toString() {
    return address
        + switch (state) {
          case READY ->
              breaker.closed()
                  ? draining ? " (connected, and drained)" : " (connected)"
                  : " (connected, but failed most calls of late, the last with: "
                      + breaker.lastFailure()
                      + ")";
          case NEW, OPENING, DOWN -> " (" + trouble() + ")";
          case CLOSED -> " (closed)";
        };
  }

  /** What comes of the question whether the node is there. */
  private final class Answers implements Presence.Asked {
    @Override
    public boolean isClosed() {
      return state == State.CLOSED;
    }

    @Override
    public @Nullable Pipe pipe() {
      return pipe;
    }

    @Override
    public boolean onTold(GetPlacementResponse placement) {
      if (!isOfCluster(placement.getClusterId())) {
        return false;
      }
      onHeard(loop.nanos());
      onClock(placement.getHlc());
      if (pipe == null) { // else that tells it, and tells it later
        onDraining(placement.getDraining());
      }
      owner.onPlacement(placement);
      return true;
    }

    @Override
    public void onFailed(Throwable failure, boolean heard) {
      onTrouble(Trouble.of(failure));
      if (heard) {
        onHeard(loop.nanos());
      }
    }

    /** The process is stopped, or what the connection leads through swallows what is sent. */
    @Override
    public void onGone(Pipe beside) {
      if (pipe == beside) {
        troubles.note(new Trouble("does not answer any more", false));
        broke();
      }
    }
  }

  /** What the stream of now comes to. */
  private final class PipeEvents implements Pipe.Owner {
    @Override
    public boolean isCurrent(Pipe asked) {
      return pipe == asked;
    }

    @Override
    public void onReady() {
      if (state != State.READY) {
        state = State.READY;
        if (failures > 0) {
          promptness.cameBack();
        }
        failures = 0;
        silences = 0;
        troubles.onConnected();
        Pipe ready = pipe;
        ConnectionEnds.tell(channel, loop, () -> replaceBeforeItEnds(ready));
        long now = loop.nanos();
        onHeard(now);
        queue.restart(now);
        owner.onReady(Connection.this);
      }
      flush();
    }

    @Override
    public void onFrame(PipeResponse frame) {
      long now = loop.nanos();
      onWallClock(frame, now);
      for (int i = 0; i < frame.getResultsCount(); i++) {
        OperationResult answer = frame.getResults(i);
        Call<?> call = inFlight.take(answer.getId());
        if (call != null) {
          if (!answer.hasFailure()) {
            // A refusal is prompt without the node doing anything.
            promptness.answered(now - call.queuedNanos);
          }
          if (answer.getFailure().getReason() == Failure.Reason.REASON_UNAUTHENTICATED) {
            logInAgain(answer.getId());
          }
          owner.onAnswer(Connection.this, call, answer);
        }
      }
      onHeard(now);
      if (frame.hasDraining()) {
        onDraining(frame.getDraining());
      }
      scheduleFlushOfQueue();
    }

    /** The node told its clock once it had received each operation that is answered here. */
    private void onWallClock(PipeResponse frame, long now) {
      if (frame.getClockMs() == 0) {
        return; // the node does not tell it
      }
      Call<?> latest = inFlight.latestOf(frame);
      if (latest == null) { // it was given up, so when it was sent is not known any more
        wallClock.onAtLeast(frame.getClockMs(), now);
      } else {
        wallClock.onAnswer(frame.getClockMs(), latest.sentNanos, now);
      }
    }

    @Override
    public void onEnd(Status status) {
      onTrouble(status.isOk() ? new Trouble("ended the stream", false) : Trouble.of(status));
      pipe = null;
      broke();
    }
  }
}
