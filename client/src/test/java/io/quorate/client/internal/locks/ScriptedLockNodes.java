package io.quorate.client.internal.locks;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.quorate.client.FailureInfo;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import io.quorate.client.fake.FakeLocks;
import io.quorate.client.internal.engine.Asking.Answered;
import io.quorate.client.internal.engine.Asking.Terms;
import io.quorate.client.internal.engine.ManualLoop;
import io.quorate.proto.v1.AcquireLockRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Nodes without a network: a test says how long they take, and what they do not answer. */
final class ScriptedLockNodes implements LockNodes {
  private static final long LINE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  final List<Message> asked = new ArrayList<>();
  final FakeLocks locks;

  /** For how long a request is on its way, and an answer. */
  long wayNanos;

  /** Whether answers are there as soon as a question is asked, before any other task is run. */
  boolean answersAtOnce;

  /** What is carried out and never answered. */
  Predicate<Message> unanswered = ask -> false;

  /** What is refused; null: nothing is. */
  @Nullable QuorateException refusal;

  private final ManualLoop loop;

  ScriptedLockNodes(ManualLoop loop) {
    this.loop = loop;
    this.locks = new FakeLocks(loop::nanos);
  }

  /** Requests of a kind, in order. */
  <T extends Message> List<T> asked(Class<T> kind) {
    return asked.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public <Q, A> CompletableFuture<Answered<A>> ask(
      MethodDescriptor<Q, A> method, Supplier<Q> question, Terms terms, Predicate<A> forwarded) {
    CompletableFuture<Answered<A>> result = new CompletableFuture<>();
    long sent = loop.nanos();
    Message ask = (Message) question.get();
    asked.add(ask);
    if (answersAtOnce) {
      arrives(ask, sent, result);
      return result;
    }
    QuorateException refused = refusal;
    loop.schedule(
        () -> {
          if (refused != null) {
            result.completeExceptionally(refused);
          } else if (!result.isDone()) {
            arrives(ask, sent, result);
          }
        },
        wayNanos);
    loop.schedule(
        () ->
            result.completeExceptionally(
                new OutcomeUnknownException(terms.what(), FailureInfo.NONE, null)),
        terms.deadlineNanos() - sent);
    return result;
  }

  @SuppressWarnings("unchecked")
  private <A> void arrives(Message ask, long sent, CompletableFuture<Answered<A>> result) {
    Message answer = locks.answer(ask);
    if (answer == null && ask instanceof AcquireLockRequest acquire) {
      if (loop.nanos() - sent >= TimeUnit.MILLISECONDS.toNanos(acquire.getWaitMs())) {
        answer = FakeLocks.waitOver();
      } else {
        loop.schedule(
            () -> {
              if (!result.isDone()) { // else it has left the line
                arrives(ask, sent, result);
              }
            },
            LINE_NANOS);
      }
    }
    if (answer != null && !unanswered.test(ask)) {
      A told = (A) answer;
      if (answersAtOnce) {
        result.complete(new Answered<>(told, sent));
      } else {
        loop.schedule(() -> result.complete(new Answered<>(told, sent)), wayNanos);
      }
    }
  }
}
