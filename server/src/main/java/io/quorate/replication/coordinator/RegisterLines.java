package io.quorate.replication.coordinator;

import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.version.Register;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Writes of linearizable keys, in line. Two proposals for one key outbid each other, so this node
 * has one write of a key under way at a time; those that come meanwhile are then proposed together,
 * as changes of the register that follow upon each other.
 */
final class RegisterLines {
  /** So that a register still remembers each of them when the next ones come. */
  private static final int TOGETHER_MAX = Register.CHANGES_MAX / 2;

  private final Context context;
  private final MissedWrites hints;

  /** By key that has a write under way; only looked up. */
  private final Map<Key, Line> lines = new HashMap<>();

  RegisterLines(Context context, MissedWrites hints) {
    this.context = context;
    this.hints = hints;
  }

  /** What waits for one key. */
  private static final class Line {
    final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /** Whether a write is under way. */
    boolean isBusy;

    /** Whether it is being seen to who is next. */
    boolean isMoving;
  }

  /** A write. */
  private record Entry(Plan plan, WriteUnderWay write, RegisterChange.Write change) {
    Key key() {
      return write.request().key();
    }

    long deadlineNanos() {
      return write.request().deadlineNanos();
    }
  }

  /** A write in line; of it nothing was sent. */
  private final class Waiting implements InFlight {
    final Entry entry;
    private final Line line;
    private final long id;

    Waiting(Entry entry, Line line) {
      this.entry = entry;
      this.line = line;
      this.id = context.table().add(this);
    }

    void isNext() {
      context.table().remove(id);
    }

    @Override
    public long deadlineNanos() {
      return entry.deadlineNanos();
    }

    @Override
    public void expire() {
      context.table().remove(id);
      line.waiting.remove(this);
      entry
          .write()
          .done(
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

  /** Begins a write, or has it wait for the one that is under way. */
  void begin(Plan plan, WriteUnderWay write, RegisterChange.Write change) {
    Entry entry = new Entry(plan, write, change);
    Line line = lines.get(entry.key());
    if (line == null) {
      line = new Line();
      lines.put(entry.key(), line);
      propose(line, List.of(entry));
    } else {
      context.events().accept(CoordinatorEvent.Window.WRITE_OF_REGISTER_WAITED);
      line.waiting.add(new Waiting(entry, line));
      goOn(entry.key(), line);
    }
  }

  private void goOn(Key key, Line line) {
    if (line.isMoving) {
      return; // the loop below goes on
    }
    line.isMoving = true;
    while (!line.isBusy && !line.waiting.isEmpty()) {
      propose(line, next(line));
    }
    line.isMoving = false;
    if (!line.isBusy) {
      lines.remove(key, line);
    }
  }

  /**
   * Those that are proposed together: the first one, and what need not end before it. A write under
   * a lock goes alone, as the locks may have to be asked about its token.
   */
  private static List<Entry> next(Line line) {
    Waiting first = line.waiting.remove();
    first.isNext();
    List<Entry> together = new ArrayList<>();
    together.add(first.entry);
    if (first.entry.change().token() != 0) {
      return together;
    }
    Iterator<Waiting> others = line.waiting.iterator();
    while (others.hasNext() && together.size() < TOGETHER_MAX) {
      Waiting other = others.next();
      if (other.entry.change().token() == 0
          && other.entry.deadlineNanos() - first.entry.deadlineNanos() >= 0) {
        others.remove();
        other.isNext();
        together.add(other.entry);
      }
    }
    return together;
  }

  private void propose(Line line, List<Entry> entries) {
    line.isBusy = true;
    Entry first = entries.getFirst();
    Plan plan = context.plans().again(first.plan());
    if (plan == null || !plan.serving().contains(context.self())) {
      ended(first.key(), line, () -> entries.forEach(each -> each.write().run()));
      return;
    }
    if (entries.size() > 1) {
      context.events().accept(CoordinatorEvent.Window.WRITES_OF_REGISTER_TOGETHER);
    }
    new RegisterOperation(
            context,
            hints,
            plan,
            first.key(),
            first.deadlineNanos(),
            entries.size() == 1
                ? first.change()
                : new RegisterChange.Several(entries.stream().map(Entry::change).toList()),
            RegisterOperation.NO_EPOCH,
            outcomes -> ended(first.key(), line, () -> tell(entries, outcomes)),
            () -> ended(first.key(), line, () -> entries.forEach(each -> each.write().run())))
        .start();
  }

  /** The next ones go on before anything else that their callers may ask for now. */
  private void ended(Key key, Line line, Runnable tell) {
    line.isBusy = false;
    goOn(key, line);
    tell.run();
  }

  private static void tell(List<Entry> entries, List<Outcome> outcomes) {
    for (int i = 0; i < entries.size(); i++) {
      entries.get(i).write().done(outcomes.get(i));
    }
  }
}
