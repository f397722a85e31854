package io.quorate.client.internal.engine;

import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.Tenant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The way in for the threads of callers: admits each call, or refuses it, and hands it to the loop,
 * where the {@link Dispatcher} carries it out. Once it is closed, or the loop's thread has ended,
 * each call fails at once, and what was under way has been given up.
 */
public final class Engine {
  private final Loop loop;
  private final Admission admission;
  private final ClusterView view;
  private final RandomGenerator random;
  private final Throttles throttles;
  private final CallCounts counts = new CallCounts();
  private final Dispatcher dispatcher;

  private final Queue<Call<?>> handedIn = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();

  /** Owned by the loop. */
  private final Set<Unfinished> unfinished = new LinkedHashSet<>();

  private volatile boolean closed;

  /**
   * @param connector makes the connection to an address, which tells its owner what becomes of
   *     calls
   */
  public Engine(
      Loop loop,
      Admission admission,
      ClusterView view,
      RandomGenerator random,
      List<String> endpoints,
      long awaitClusterNanos,
      Function<Connection.Owner, Function<String, Connection>> connector) {
    this.loop = loop;
    this.admission = admission;
    this.view = view;
    this.random = random;
    this.throttles = new Throttles(loop.nanos());
    this.dispatcher =
        new Dispatcher(
            loop,
            admission,
            throttles,
            counts,
            view,
            random,
            endpoints,
            awaitClusterNanos,
            connector);
  }

  public void start() {
    loop.onEnded(this::onLoopEnded);
    loop.execute(dispatcher::start);
  }

  public Nodes nodes() {
    return dispatcher.nodes();
  }

  /** Whether all nodes know what came with a version of the cluster, and take it. */
  public boolean isAtVersion(int version) {
    return view.isAtVersion(version);
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
    loop.run(() -> dispatcher.learn(tenant));
  }

  /**
   * Why a call of a tenant is not worth being made, as many are refused; null if it is, or if it
   * may wait until it is let through. Asked before anything is spent on the call.
   */
  public @Nullable OverloadedException refusal(String tenant, long nowNanos) {
    Throttle throttle = throttles.of(tenant);
    OverloadedException refusal =
        throttle.isMomentary(nowNanos)
            ? null
            : throttle.refusal(ThreadLocalRandom.current().nextDouble(), nowNanos);
    if (refusal != null) {
      counts.onHeldBack();
    }
    return refusal;
  }

  public QuorateClient.Counts counts() {
    return counts.now();
  }

  /** Takes a call from any thread; its future completes on the loop, or here if it is refused. */
  public void submit(Call<?> call) {
    if (closed) {
      call.fail(Failures.closed(call));
      return;
    }
    if (!admission.admit(call) && call.patience != Patience.WAITS) {
      counts.onHeldBack();
      call.fail(Failures.noRoom(call, admission));
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
        refuseHandedIn();
      }
    }
    if (closed) {
      refuseHandedIn(); // since it was looked at: no drain may come any more
    }
  }

  private void drain() {
    // First, so that a call handed in from now on schedules the next drain.
    drainScheduled.set(false);
    for (Call<?> call = handedIn.poll(); call != null; call = handedIn.poll()) {
      begin(call);
    }
  }

  private void begin(Call<?> call) {
    if (closed) {
      refuse(call);
    } else {
      dispatcher.begin(call);
    }
  }

  private void refuseHandedIn() {
    for (Call<?> call = handedIn.poll(); call != null; call = handedIn.poll()) {
      refuse(call);
    }
  }

  private void refuse(Call<?> call) {
    admission.release(call);
    call.fail(Failures.closed(call));
  }

  /** Gives up all that is not answered, and ends the loop once {@code connectionsEnded} returns. */
  public void close(Runnable connectionsEnded) {
    if (closed) {
      return;
    }
    closed = true;
    try {
      loop.run(
          () -> {
            dispatcher.close();
            giveUpUnfinished();
          });
    } catch (RejectedExecutionException loopEnded) {
      return;
    }
    loop.end(connectionsEnded);
    refuseHandedIn();
  }

  /**
   * The loop's thread has ended. If the client was not closed, an Error ended it. The state of the
   * loop is this thread's now.
   */
  private void onLoopEnded() {
    if (!closed) {
      closed = true;
      dispatcher.onLoopEnded();
      giveUpUnfinished();
    }
  }

  private void giveUpUnfinished() {
    for (Unfinished waiting : List.copyOf(unfinished)) {
      waiting.onClosed();
    }
    unfinished.clear();
    refuseHandedIn();
  }
}
