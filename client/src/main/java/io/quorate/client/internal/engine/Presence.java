package io.quorate.client.internal.engine;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Unary;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks one node whether it is there, with one question at a time. It asks where keys live: the
 * smallest question, and its answer is of use. A node that refuses it is heard all the same. One
 * that has stood still does so: the question may have waited there for longer than this client
 * waits. Owned by the loop.
 */
final class Presence {
  /** The node that is asked. */
  interface Asked {
    /** Nothing is of interest any more. */
    boolean isClosed();

    /** The pipe of now, which stands for the connection; null: there is none. */
    @Nullable Pipe pipe();

    /**
     * The node answered.
     *
     * @return false if it is of another cluster
     */
    boolean onTold(GetPlacementResponse placement);

    /**
     * The question failed.
     *
     * @param heard whether it was the node that refused it
     */
    void onFailed(Throwable failure, boolean heard);

    /** It is not there, as was found out beside this pipe. */
    void onGone(Pipe beside);
  }

  /** Silence, while answers are owed, after which a node is asked whether it is there. */
  static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** For how long an answer is waited for. */
  static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

  private final Loop loop;
  private final ManagedChannel channel;
  private final ClusterView view;
  private final Hearing hearing;
  private final Asked asked;

  /** Those who wait for what comes of the question under way. */
  private final List<Asker> askers = new ArrayList<>();

  private boolean asking;

  /** What to do when it is known whether the node is there. */
  private record Asker(Runnable there, Runnable silent) {}

  Presence(Loop loop, ManagedChannel channel, ClusterView view, Hearing hearing, Asked asked) {
    this.loop = loop;
    this.channel = channel;
    this.view = view;
    this.hearing = hearing;
    this.asked = asked;
  }

  /** Whether a question is under way. */
  boolean isAsking() {
    return asking;
  }

  /** Asks, unless that is under way. */
  void askUnlessAsking() {
    if (!asking) {
      ask(() -> {}, () -> {});
    }
  }

  /**
   * Asks, or waits for the answer to the question under way.
   *
   * @param there also if the node refuses to be asked, or is too busy to answer and is heard
   */
  void find(Runnable there, Runnable silent) {
    askers.add(new Asker(there, silent));
    askUnlessAsking();
  }

  /**
   * Asks, whatever is under way.
   *
   * @param alive it answered, and is of this cluster
   */
  void ask(Runnable alive, Runnable notSo) {
    asking = true;
    Pipe beside = asked.pipe();
    long askedNanos = loop.nanos();
    Unary.ask(
        loop,
        channel,
        PlacementGrpc.getGetPlacementMethod(),
        view.placementQuestion(),
        WAIT_NANOS,
        placement -> {
          asking = false;
          if (!asked.isClosed()) {
            boolean known = asked.onTold(placement);
            (known ? alive : notSo).run();
            tellAskers(known);
          }
        },
        failure -> {
          asking = false;
          if (!asked.isClosed()) {
            boolean heard = Statuses.toldByQuorate(failure);
            asked.onFailed(failure, heard);
            if (!heard && beside != null && isGone(askedNanos, failure)) {
              asked.onGone(beside);
            }
            notSo.run();
            tellAskers(hearing.heardSince(askedNanos));
          }
        });
  }

  /** Nothing was heard of the node since it was asked. */
  private boolean isGone(long askedNanos, Throwable failure) {
    return !hearing.heardSince(askedNanos)
        && (Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED
            || hearing.silentNanos(loop.nanos()) >= SILENCE_NANOS);
  }

  private void tellAskers(boolean there) {
    List<Asker> told = List.copyOf(askers);
    askers.clear();
    told.forEach(asker -> (there ? asker.there() : asker.silent()).run());
  }
}
