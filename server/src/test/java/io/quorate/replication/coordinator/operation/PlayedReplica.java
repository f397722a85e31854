package io.quorate.replication.coordinator.operation;

import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.Request;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.replica.OwnReplica;
import io.quorate.version.Record;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The replica of a {@link PlayedNode}: it holds nothing, and answers what and when a test says. */
public final class PlayedReplica implements OwnReplica {
  @Override
  public int tenure(int partition) {
    return 0;
  }

  /** The replica was asked to stamp a fresh write. */
  public record Fresh(int partition, long epoch, int timeoutMillis, Key key) {}

  /** The same, under the token of a lock. */
  public record Fenced(int partition, long epoch, int timeoutMillis, Key key) {}

  /** The stamp that it was given; null if the write was given up. */
  public record Stamped(@Nullable Record record) {}

  /** The replica was sent a record that this node had stamped before. */
  public record Again(Write write) {}

  /** The replica got a read or a repair, as the other replicas do. */
  public record Own(Request request) {}

  /** A question that it was asked, in the order of asking. */
  private record Question(@Nullable Stamper stamper, Consumer<Object> answer) {}

  private final Consumer<Object> happened;
  private final List<Question> asked = new ArrayList<>();
  private final Queue<Object> ready = new ArrayDeque<>();

  /**
   * @param happened told of each question and each stamp
   */
  public PlayedReplica(Consumer<Object> happened) {
    this.happened = happened;
  }

  /** Has it answer the next question before the call returns. */
  public void answersAtOnce(Object outcome) {
    ready.add(outcome);
  }

  /** Has the record of a fresh write stamped, as the one with that number, from 1. */
  public void stamp(int question, @Nullable Record held, long promised) {
    Stamper stamper = Invariant.present(asked.get(question - 1).stamper(), "it is no fresh write");
    happened.accept(new Stamped(stamper.stamp(held, promised)));
  }

  /** Answers the question with that number, from 1. */
  public void answer(int question, Object outcome) {
    asked.get(question - 1).answer().accept(outcome);
  }

  private void ask(Object question, @Nullable Stamper stamper, Consumer<Object> answer) {
    happened.accept(question);
    asked.add(new Question(stamper, answer));
    Object outcome = ready.poll();
    if (outcome != null) {
      answer.accept(outcome);
    }
  }

  private <T> void own(Request request, Class<T> outcomes, Consumer<T> callback) {
    ask(new Own(request), null, outcome -> callback.accept(outcomes.cast(outcome)));
  }

  @Override
  public void writeFresh(
      int partition,
      long epoch,
      int timeoutMillis,
      Key key,
      Stamper stamper,
      Consumer<WriteOutcome> callback) {
    ask(
        new Fresh(partition, epoch, timeoutMillis, key),
        stamper,
        outcome -> callback.accept((WriteOutcome) outcome));
  }

  @Override
  public void writeFenced(
      int partition,
      long epoch,
      int timeoutMillis,
      Key key,
      Stamper stamper,
      Consumer<WriteOutcome> callback) {
    ask(
        new Fenced(partition, epoch, timeoutMillis, key),
        stamper,
        outcome -> callback.accept((WriteOutcome) outcome));
  }

  @Override
  public void writeAgain(Write request, Consumer<WriteOutcome> callback) {
    ask(new Again(request), null, outcome -> callback.accept((WriteOutcome) outcome));
  }

  @Override
  public void write(Write request, Consumer<WriteOutcome> callback) {
    own(request, WriteOutcome.class, callback);
  }

  @Override
  public void read(Read request, Consumer<ReadOutcome> callback) {
    own(request, ReadOutcome.class, callback);
  }

  @Override
  public void prepare(Prepare request, Consumer<PrepareOutcome> callback) {
    own(request, PrepareOutcome.class, callback);
  }

  @Override
  public void probe(Probe request, Consumer<ProbeOutcome> callback) {
    own(request, ProbeOutcome.class, callback);
  }

  @Override
  public void readRange(ReadRange request, Consumer<RangeOutcome> callback) {
    own(request, RangeOutcome.class, callback);
  }

  @Override
  public void readImage(ReadImage request, Consumer<RangeOutcome> callback) {
    own(request, RangeOutcome.class, callback);
  }
}
