package io.quorate.client.internal.kv;

import io.quorate.client.CounterValue;
import io.quorate.client.FinishedRequest;
import io.quorate.client.FinishedRequest.Operation;
import io.quorate.client.GetResult;
import io.quorate.client.MapValue;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.RequestListener;
import io.quorate.client.SetValue;
import io.quorate.client.Siblings;
import io.quorate.client.internal.engine.Call;
import io.quorate.client.internal.net.Loop;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the application's listener of finished requests, on the loop and nowhere else. */
public final class ListenerCalls {
  private static final Logger LOG = LoggerFactory.getLogger(QuorateClient.class);

  /** Requests refused on their callers' threads that wait to be told; past it they are counted. */
  private static final int WAITING_MAX = 65_536;

  private static final long LOGGED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Loop loop;
  private final RequestListener listener;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong untold = new AtomicLong();

  /** Failures of the listener since the last that was logged; as what follows, of the loop. */
  private long failuresUnlogged;

  private long mayLogNanos;

  public ListenerCalls(Loop loop, RequestListener listener) {
    this.loop = loop;
    this.listener = listener;
  }

  /** What hears how a request ends, to be told to the listener. */
  <T> Call.Ending<T> ending(Operation operation, String tenant, long startNanos) {
    return (attempts, result, failure) -> {
      FinishedRequest.Builder request =
          FinishedRequest.builder(operation, tenant)
              .attempts(attempts)
              .durationNanos(loop.nanos() - startNanos);
      if (failure != null) {
        request.failure(failure);
      } else if (hasNothing(result)) {
        request.notFound();
      }
      tell(request.build());
    };
  }

  private static boolean hasNothing(@Nullable Object result) {
    return (result instanceof GetResult got && !got.found())
        || (result instanceof Siblings<?> siblings && siblings.isEmpty())
        || (result instanceof CounterValue counter && !counter.found())
        || (result instanceof SetValue set && set.isEmpty())
        || (result instanceof MapValue map && map.isEmpty());
  }

  /** What hears of a batch, to be told to the listener as one request. */
  <T> OfBatch<T> batch(Operation operation, String tenant, long startNanos) {
    return new OfBatch<>(operation, tenant, startNanos);
  }

  /** A batch under way; of the loop. */
  final class OfBatch<T> {
    private final Operation operation;
    private final String tenant;
    private final long startNanos;
    private int attempts;

    private OfBatch(Operation operation, String tenant, long startNanos) {
      this.operation = operation;
      this.tenant = tenant;
      this.startNanos = startNanos;
    }

    void onCallEnded(int attempts, @Nullable T result, @Nullable QuorateException failure) {
      this.attempts += attempts;
    }

    void onEnded(List<Outcome<T>> outcomes) {
      int failed = 0;
      QuorateException first = null;
      for (Outcome<T> outcome : outcomes) {
        if (outcome instanceof Outcome.Failed<T> lost) {
          failed++;
          first = first == null ? lost.failure() : first;
        }
      }
      FinishedRequest.Builder request =
          FinishedRequest.builder(operation, tenant)
              .attempts(attempts)
              .durationNanos(loop.nanos() - startNanos);
      if (first != null) {
        request.failure(first);
      }
      tell(request.operations(outcomes.size(), failed).build());
    }
  }

  private void tell(FinishedRequest request) {
    if (loop.inLoop()) {
      call(request);
    } else if (waiting.incrementAndGet() > WAITING_MAX) {
      waiting.decrementAndGet();
      untold.incrementAndGet();
    } else {
      try {
        loop.execute(() -> callLater(request));
      } catch (RejectedExecutionException loopEnded) {
        // The client is closed: there is no thread that may call the listener.
      }
    }
  }

  private void callLater(FinishedRequest request) {
    waiting.decrementAndGet();
    call(request);
    long lost = untold.getPlain() == 0 ? 0 : untold.getAndSet(0);
    if (lost > 0) {
      LOG.warn(
          "{}the listener was not told of {} requests that were refused, as {} others waited to be"
              + " told",
          loop.client(),
          lost,
          WAITING_MAX);
    }
  }

  /** Whatever it throws must not leave the request without an end. */
  private void call(FinishedRequest request) {
    try {
      listener.onFinished(request);
    } catch (Throwable fromOutside) {
      onFailed(fromOutside);
    }
  }

  private void onFailed(Throwable failure) {
    long now = loop.nanos();
    if (now < mayLogNanos) {
      failuresUnlogged++;
      return;
    }
    LOG.error(
        "{}the listener of requests failed ({} times more since this was logged last)",
        loop.client(),
        failuresUnlogged,
        failure);
    failuresUnlogged = 0;
    mayLogNanos = now + LOGGED_EVERY_NANOS;
  }
}
