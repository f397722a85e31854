package io.quorate.client.internal.net;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One question, one answer: for what is too rare to travel on a {@code Pipe}. */
public final class Unary {
  /** What the call is told of which the caller wants no answer any more. */
  static final String GIVEN_UP = "given up";

  private Unary() {}

  /**
   * Asks, and tells on the loop either the answer or the gRPC exception. Once the loop has ended
   * nothing is told: what would be told is about the state of the loop, which no thread owns then.
   */
  public static <Q, A> void ask(
      Loop loop,
      Channel channel,
      MethodDescriptor<Q, A> method,
      Q question,
      long timeoutNanos,
      Consumer<A> onAnswer,
      Consumer<Throwable> onFailure) {
    Runnable unused =
        askToGiveUp(loop, channel, method, question, timeoutNanos, onAnswer, onFailure);
  }

  /**
   * Asks and tells like {@link #ask}.
   *
   * @return gives the question up, from any thread, which is told as a failure
   */
  public static <Q, A> Runnable askToGiveUp(
      Loop loop,
      Channel channel,
      MethodDescriptor<Q, A> method,
      Q question,
      long timeoutNanos,
      Consumer<A> onAnswer,
      Consumer<Throwable> onFailure) {
    return start(
        channel,
        method,
        question,
        timeoutNanos,
        new Observer<>(loop, onAnswer, onFailure, untold -> {}));
  }

  /**
   * Asks and tells like {@link #ask}; on a thread of gRPC once the loop has ended. For answers that
   * only complete what a caller waits for.
   */
  public static <Q, A> void askForCaller(
      Loop loop,
      Channel channel,
      MethodDescriptor<Q, A> method,
      Q question,
      long timeoutNanos,
      Consumer<A> onAnswer,
      Consumer<Throwable> onFailure) {
    Runnable unused =
        start(
            channel,
            method,
            question,
            timeoutNanos,
            new Observer<>(loop, onAnswer, onFailure, Runnable::run));
  }

  private static <Q, A> Runnable start(
      Channel channel,
      MethodDescriptor<Q, A> method,
      Q question,
      long timeoutNanos,
      Observer<A> observer) {
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(Math.max(timeoutNanos, 0), TimeUnit.NANOSECONDS);
    ClientCall<Q, A> call = channel.newCall(method, options);
    ClientCalls.asyncUnaryCall(call, question, observer);
    return () -> call.cancel(GIVEN_UP, null);
  }

  private static final class Observer<A> implements StreamObserver<A> {
    private final Loop loop;
    private final Consumer<A> onAnswer;
    private final Consumer<Throwable> onFailure;

    /** What becomes of news once the loop has ended. */
    private final Consumer<Runnable> afterLoop;

    private @Nullable A answer;

    Observer(
        Loop loop,
        Consumer<A> onAnswer,
        Consumer<Throwable> onFailure,
        Consumer<Runnable> afterLoop) {
      this.loop = loop;
      this.onAnswer = onAnswer;
      this.onFailure = onFailure;
      this.afterLoop = afterLoop;
    }

    @Override
    public void onNext(A value) {
      answer = value;
    }

    @Override
    public void onError(Throwable failure) {
      tell(() -> onFailure.accept(failure));
    }

    @Override
    public void onCompleted() {
      A value = answer;
      if (value == null) {
        onError(Status.INTERNAL.withDescription("ended without an answer").asRuntimeException());
      } else {
        tell(() -> onAnswer.accept(value));
      }
    }

    /** gRPC calls back from elsewhere while a channel has no connection. */
    private void tell(Runnable news) {
      try {
        loop.run(news);
      } catch (RejectedExecutionException loopEnded) {
        afterLoop.accept(news);
      }
    }
  }
}
