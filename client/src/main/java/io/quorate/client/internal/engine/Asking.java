package io.quorate.client.internal.engine;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quorate.client.ClientClosedException;
import io.quorate.client.FailureCode;
import io.quorate.client.FailureInfo;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import io.quorate.client.internal.net.Backoff;
import io.quorate.client.internal.net.FreshAddresses;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Trouble;
import io.quorate.proto.v1.Failure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One question on its way around the nodes, until one of them answers. When a whole round found no
 * node at all, that is the answer; when some node was there but could not serve, as while a leader
 * is elected, or nodes are too busy to answer an attempt, or a request may have been applied,
 * rounds go on until the deadline. Lives on the loop.
 */
public final class Asking<Q, A> implements Unfinished {
  private static final Backoff NEXT_ROUND = Backoff.ofMillis(50, 500);

  /** How often a node is asked whether it is there, while it takes its time on purpose. */
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What a question does to the cluster, which decides how it is asked again. */
  public enum Effect {
    /** Nothing: it is asked wherever an answer may be had. */
    NONE,
    /** As often as it arrives: it is asked again only if it was applied nowhere. */
    EACH_TIME,
    /**
     * Once, for it carries a request id, or changes nothing where it is done: it is asked again
     * until its outcome is known.
     */
    ONCE
  }

  /**
   * How a question is asked.
   *
   * @param what names it, for messages
   * @param deadlineNanos when it is given up, by the loop's clock
   * @param attemptNanos how long one node may take at most, by the round, from 1
   * @param checksNode whether a node that has not answered is asked now and then whether it is
   *     there; one that is not is left for the next one
   * @param anotherMay whether another node may answer what one has refused
   * @param lateNanos how long before its end a change is asked for no more that nodes said they did
   *     not make: less is no time for them to say so again
   */
  public record Terms(
      String what,
      Effect effect,
      long deadlineNanos,
      IntToLongFunction attemptNanos,
      boolean checksNode,
      Predicate<QuorateException> anotherMay,
      long lateNanos) {}

  /**
   * What a node answered.
   *
   * @param sentNanos when it was asked, by the loop's clock
   */
  public record Answered<A>(A answer, long sentNanos) {}

  /** Whom to ask. Lives on the loop. */
  public interface Asked<A> {
    /** The nodes to ask in the next round, in order. */
    List<Connection> inOrder();

    /** A node has answered. */
    default void answered(Connection node, A answer) {}

    /** Returns why an answer is of no use, so that other nodes are asked; null if it is of use. */
    default @Nullable String objection(A answer) {
      return null;
    }

    /** Returns whether it is about one node alone, of which no other can answer. */
    default boolean isOneNode() {
      return false;
    }

    /** A node could not be reached, or did not answer in time. */
    default void unreached(Connection node) {}

    default Way way() {
      return Way.OWN_CALL;
    }
  }

  private final Engine engine;
  private final Loop loop;
  private final Terms terms;
  private final MethodDescriptor<Q, A> method;
  private final Supplier<Q> question;
  private final Asked<A> nodes;
  private final boolean mutation;
  private final CompletableFuture<Answered<A>> result = new CompletableFuture<>();
  private Tried tried = new Tried();

  /** What nodes said last why they do not answer, by address: the last attempt may be too short. */
  private final Map<String, String> told = new HashMap<>();

  private String lastFailure = "";
  private int rounds;
  private boolean someoneSilent;

  /** Whether an answer of this round was of no use: the same node would give it again. */
  private boolean someoneOfNoUse;

  /** What all nodes said that said why they do not answer; null if none has yet. */
  private @Nullable FailureCode code;

  /** Whether it may have been applied at an earlier attempt. */
  private boolean mayHaveApplied;

  private int attempts;

  /** Gives up the attempt that is under way. */
  private Runnable giveUp = () -> {};

  private Asking(
      Engine engine,
      MethodDescriptor<Q, A> method,
      Supplier<Q> question,
      Terms terms,
      Asked<A> nodes) {
    this.engine = engine;
    this.loop = engine.loop();
    this.method = method;
    this.question = question;
    this.terms = terms;
    this.nodes = nodes;
    this.mutation = terms.effect() != Effect.NONE;
  }

  /**
   * Asks; from any thread.
   *
   * @param question what to ask, made for each attempt, on the loop
   * @return completes on the loop; when it is cancelled the attempt that is under way is, too
   */
  public static <Q, A> CompletableFuture<Answered<A>> ask(
      Engine engine,
      MethodDescriptor<Q, A> method,
      Supplier<Q> question,
      Terms terms,
      Asked<A> nodes) {
    Asking<Q, A> asking = new Asking<>(engine, method, question, terms, nodes);
    try {
      asking.loop.run(asking::begin);
    } catch (RejectedExecutionException loopEnded) {
      asking.result.completeExceptionally(asking.closed());
    }
    return asking.result;
  }

  private void begin() {
    if (!engine.began(this)) {
      fail(closed());
      return;
    }
    var unused =
        result.whenComplete(
            (answered, failure) -> {
              if (failure instanceof CancellationException) {
                onCancelled();
              }
            });
    nextRound();
  }

  private void onCancelled() {
    try {
      loop.run(
          () -> {
            engine.finished(this);
            giveUp.run();
          });
    } catch (RejectedExecutionException loopEnded) {
      // So has the attempt, with its channel.
    }
  }

  @Override
  public void onClosed() {
    fail(
        mutation
            ? new OutcomeUnknownException(
                terms.what() + ": the client was closed before the answer came",
                FailureInfo.NONE,
                null)
            : closed());
  }

  private ClientClosedException closed() {
    return new ClientClosedException(terms.what() + ": the client is closed");
  }

  private void succeed(Connection node, A answered, long sentNanos) {
    engine.finished(this);
    nodes.answered(node, answered);
    result.complete(new Answered<>(answered, sentNanos));
  }

  private void fail(QuorateException failure) {
    engine.finished(this);
    result.completeExceptionally(failure);
  }

  private void nextRound() {
    rounds++;
    tried = new Tried();
    someoneOfNoUse = false;
    List<Connection> asked = nodes.inOrder();
    someoneSilent = asked.isEmpty(); // the client may come to follow them, or they come back
    next(asked, 0, false);
  }

  private void next(List<Connection> asked, int position, boolean someoneThere) {
    if (result.isDone()) {
      return;
    }
    if (position == asked.size() || (position > 0 && isTooLate(loop.nanos()))) {
      onRoundOver(someoneThere);
      return;
    }
    Connection node = asked.get(position);
    if (!node.ready()) {
      FreshAddresses.lookUpAgain(node.channel());
    }
    long sent = loop.nanos();
    int attempt = ++attempts;
    giveUp =
        nodes
            .way()
            .ask(
                loop,
                node,
                method,
                question.get(),
                Math.min(terms.deadlineNanos() - sent, terms.attemptNanos().applyAsLong(rounds)),
                answered -> onAnswer(asked, position, someoneThere, answered, sent),
                failure -> onFailure(asked, position, someoneThere, failure));
    if (terms.checksNode()) {
      checkLater(node, attempt);
    }
  }

  /** A process that is stopped closes no connection: else its question would wait on. */
  private void checkLater(Connection node, int attempt) {
    loop.schedule(
        () -> {
          if (isUnderWay(attempt)) {
            node.askIfThere(
                () -> checkLater(node, attempt),
                () -> {
                  if (isUnderWay(attempt)) {
                    giveUp.run();
                  }
                });
          }
        },
        CHECK_NANOS);
  }

  private boolean isUnderWay(int attempt) {
    return attempts == attempt && !result.isDone();
  }

  private void onAnswer(
      List<Connection> asked, int position, boolean someoneThere, A answered, long sent) {
    String objection = nodes.objection(answered);
    if (objection == null) {
      succeed(asked.get(position), answered, sent);
      return;
    }
    someoneOfNoUse = true;
    tried.add(asked.get(position).address(), objection);
    next(asked, position + 1, someoneThere);
  }

  private void onFailure(
      List<Connection> asked, int position, boolean someoneThere, Throwable failure) {
    if (result.isDone()) {
      return; // its caller has left
    }
    String address = asked.get(position).address();
    QuorateException ours = Statuses.toException(failure, mutation, terms.what(), address);
    boolean askedAgain = terms.effect() == Effect.ONCE && ours.mayHaveApplied();
    if (!askedAgain && !terms.anotherMay().test(ours)) {
      fail(
          mayHaveApplied && !Statuses.decided(failure)
              ? unknown("the last one failed: " + ours.getMessage(), ours)
              : ours);
      return;
    }
    mayHaveApplied |= ours.mayHaveApplied();
    Failure said = Statuses.told(failure);
    boolean there = said != null;
    boolean silent = Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED;
    if (!silent || told.isEmpty()) {
      lastFailure = String.valueOf(ours.getMessage());
    }
    if (said != null) {
      told.put(address, said.getMessage());
    } else {
      nodes.unreached(asked.get(position));
    }
    String why = there || silent ? told.get(address) : null;
    if (why == null) {
      tried.add(address, Trouble.of(failure));
    } else {
      tried.add(address, why);
    }
    someoneSilent |= silent;
    if (there) {
      FailureCode exactly = ours.info().code();
      code = code == null || code == exactly ? exactly : FailureCode.NONE;
    }
    next(asked, position + 1, someoneThere || there);
  }

  private void onRoundOver(boolean someoneThere) {
    long wait = NEXT_ROUND.nanos(rounds, engine.random());
    boolean goesOn = someoneThere || someoneSilent || mayHaveApplied;
    long next = loop.nanos() + wait;
    if (goesOn && next < terms.deadlineNanos() && !isTooLate(next)) {
      loop.schedule(this::nextRound, wait);
    } else {
      fail(
          mayHaveApplied
              ? unknown("no node could answer (" + whoWasTried() + ")", null)
              : new UnavailableException(
                  noAnswer(someoneThere || someoneOfNoUse || !told.isEmpty()),
                  FailureInfo.NONE.coded(code == null ? tried.code() : code),
                  null));
    }
  }

  /**
   * Whether it is a change that nodes said they did not make, and will say so no more if they are
   * asked for it at this time: its outcome would not be known.
   */
  private boolean isTooLate(long atNanos) {
    return mutation
        && !mayHaveApplied
        && !told.isEmpty()
        && terms.deadlineNanos() - atNanos < terms.lateNanos();
  }

  private String noAnswer(boolean someoneThere) {
    return nodes.isOneNode()
        ? lastFailure
        : terms.what()
            + ": no node could answer ("
            + whoWasTried()
            + ")"
            + (someoneThere ? "" : tried.advice());
  }

  private String whoWasTried() {
    return tried.isEmpty() ? Nodes.ALL_ELSEWHERE : tried.toString();
  }

  private QuorateException unknown(String why, @Nullable QuorateException cause) {
    return new OutcomeUnknownException(
        terms.what() + ": an earlier attempt may have been applied, and " + why,
        cause == null ? FailureInfo.NONE : cause.info(),
        cause);
  }
}
