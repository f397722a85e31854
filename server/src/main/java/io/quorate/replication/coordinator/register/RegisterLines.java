package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.register.ProposedParts.Part;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.version.Hlc;
import io.quorate.version.Register;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is proposed for linearizable keys, in line. Two proposals for one key outbid each other, so
 * this node has one of a key under way at a time. Writes that come meanwhile are then proposed
 * together, as changes of the register that follow upon each other; and reads that have to be
 * proposed, since replicas disagree, find what is accepted by the next proposal, whatever that
 * changes (docs/design/linearizable.md#line).
 */
final class RegisterLines {
  /** So that a register still remembers each of them when the next ones come. */
  private static final int TOGETHER_MAX = Register.CHANGES_MAX / 2;

  private static final long RESERVED_BALLOTS_BYTES_MAX = 8 << 20;

  private final Context context;
  private final RegisterProposal.Shared shared;

  /** By key that has a proposal under way; only looked up. */
  private final Map<Key, Line> lines = new HashMap<>();

  RegisterLines(Context context, MissedWrites hints) {
    this.context = context;
    this.shared =
        new RegisterProposal.Shared(
            context, hints, new ReservedBallots(RESERVED_BALLOTS_BYTES_MAX));
  }

  /**
   * What is to be proposed.
   *
   * @param done told how it has ended
   * @param again begins it again on a replica, after this node has ceased to be one
   */
  record Entry(
      Plan plan,
      Key key,
      long deadlineNanos,
      RegisterChange change,
      Consumer<Outcome> done,
      Runnable again) {}

  /** What waits for one key. */
  private static final class Line {
    final ArrayDeque<Waiting> changes = new ArrayDeque<>();

    /** Reads, which change nothing; those that a proposal will answer stay here until then. */
    final Set<Waiting> reads = new LinkedHashSet<>();

    /** Whether a proposal is under way. */
    boolean isBusy;

    /** Whether it is being seen to who is next. */
    boolean isMoving;

    boolean isEmpty() {
      return changes.isEmpty() && reads.isEmpty();
    }

    void remove(Waiting gone) {
      changes.remove(gone);
      reads.remove(gone);
    }
  }

  /** It stands in line; of it nothing was sent. */
  private final class Waiting implements InFlight {
    final Entry entry;
    private final Line line;
    private final long id;

    Waiting(Entry entry, Line line) {
      this.entry = entry;
      this.line = line;
      this.id = context.table().add(this);
    }

    /** It does not wait any more. */
    void leave() {
      context.table().remove(id);
    }

    /** Returns whether a read has waited until now, which has its answer. */
    boolean leaves() {
      boolean waited = line.reads.remove(this);
      if (waited) {
        leave();
      }
      return waited;
    }

    @Override
    public long deadlineNanos() {
      return entry.deadlineNanos();
    }

    @Override
    public void expire() {
      leave();
      line.remove(this);
      entry
          .done()
          .accept(
              new Outcome.Failed(
                  Failures.deadlineExceeded(
                      entry.plan(),
                      Level.QUORUM,
                      context.rules().forWrite(entry.plan().stage(), Level.QUORUM),
                      List.of(),
                      false)));
    }

    @Override
    public void check(long nowNanos) {}
  }

  /** Has a change proposed, or waits for the proposal that is under way. */
  void change(Entry entry) {
    Line line = lines.get(entry.key());
    if (line == null) {
      propose(entry.key(), newLine(entry.key()), List.of(entry), List.of());
    } else {
      context.events().accept(CoordinatorEvent.Window.WRITE_OF_REGISTER_WAITED);
      line.changes.add(new Waiting(entry, line));
      goOn(entry.key(), line);
    }
  }

  /** Has a read find what is accepted by the next proposal that is begun. */
  void read(Entry entry) {
    Line line = lines.get(entry.key());
    if (line == null) {
      line = newLine(entry.key());
    } else {
      context.events().accept(CoordinatorEvent.Window.READ_OF_REGISTER_WAITED);
    }
    line.reads.add(new Waiting(entry, line));
    goOn(entry.key(), line);
  }

  private Line newLine(Key key) {
    Line line = new Line();
    lines.put(key, line);
    return line;
  }

  private void goOn(Key key, Line line) {
    if (line.isMoving) {
      return; // the loop below goes on
    }
    line.isMoving = true;
    while (!line.isBusy && !line.isEmpty()) {
      propose(key, line, next(line), List.copyOf(line.reads));
    }
    line.isMoving = false;
    if (!line.isBusy) {
      lines.remove(key, line);
    }
  }

  /**
   * Those that are proposed together: the first one, and what need not end before it; a read if
   * there is nothing else. A change under a lock goes alone, as the locks may have to be asked
   * about its token.
   */
  private static List<Entry> next(Line line) {
    List<Entry> together = new ArrayList<>();
    if (line.changes.isEmpty()) {
      together.add(latest(line.reads));
      return together;
    }
    Waiting first = line.changes.remove();
    first.leave();
    together.add(first.entry);
    if (first.entry.change().token() != 0) {
      return together;
    }
    Iterator<Waiting> others = line.changes.iterator();
    while (others.hasNext() && together.size() < TOGETHER_MAX) {
      Waiting other = others.next();
      if (other.entry.change().token() == 0
          && other.entry.deadlineNanos() - first.entry.deadlineNanos() >= 0) {
        others.remove();
        other.leave();
        together.add(other.entry);
      }
    }
    return together;
  }

  /** Of reads alone, the one whose time is over last: it is proposed, and answers the others. */
  private static Entry latest(Set<Waiting> reads) {
    Waiting latest = reads.iterator().next();
    for (Waiting each : reads) {
      if (each.deadlineNanos() - latest.deadlineNanos() > 0) {
        latest = each;
      }
    }
    boolean unused = latest.leaves();
    return latest.entry;
  }

  /**
   * The proposal is in the table in place of the first change, which has left it: so no more is in
   * it than requests that were let in.
   */
  private void propose(Key key, Line line, List<Entry> changes, List<Waiting> reads) {
    line.isBusy = true;
    Entry first = changes.getFirst();
    Plan plan = context.plans().again(first.plan());
    List<Part> parts =
        changes.stream()
            .map(each -> new Part(each.change(), each.deadlineNanos(), each.done()))
            .toList();
    Runnable beginAgain = () -> beginAgain(key, line, changes, parts, reads);
    if (plan == null || !plan.serving().contains(context.self())) {
      beginAgain.run();
      return;
    }
    if (changes.size() > 1) {
      context.events().accept(CoordinatorEvent.Window.WRITES_OF_REGISTER_TOGETHER);
    }
    long above = 0;
    for (Waiting each : reads) {
      above = Hlc.later(above, each.entry.change().above());
    }
    new RegisterProposal(
            shared,
            plan,
            key,
            parts,
            above,
            (outcomes, read) -> tell(key, line, outcomes, reads, read),
            beginAgain)
        .start();
  }

  private void beginAgain(
      Key key, Line line, List<Entry> changes, List<Part> parts, List<Waiting> reads) {
    List<Waiting> gone = reads.stream().filter(Waiting::leaves).toList();
    ended(key, line);
    for (int i = 0; i < changes.size(); i++) {
      if (!parts.get(i).isTold()) {
        changes.get(i).again().run();
      }
    }
    gone.forEach(each -> each.entry.again().run());
  }

  /**
   * Tells all how they have ended that do not know it.
   *
   * @param found by reads; null if the changes have failed that were to answer them: the next
   *     proposal does
   */
  private void tell(
      Key key,
      Line line,
      Map<Part, Outcome> outcomes,
      List<Waiting> reads,
      @Nullable Outcome found) {
    List<Waiting> answered =
        found == null ? List.of() : reads.stream().filter(Waiting::leaves).toList();
    ended(key, line);
    outcomes.forEach(Part::tell);
    if (found != null) {
      answered.forEach(each -> each.entry.done().accept(found));
    }
  }

  /** The next ones go on before anything else that callers may ask for now. */
  private void ended(Key key, Line line) {
    line.isBusy = false;
    goOn(key, line);
  }
}
