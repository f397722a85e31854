package io.quorate.client.internal.update;

import io.quorate.proto.v1.Assignment;
import io.quorate.proto.v1.Change;
import io.quorate.proto.v1.FieldUpdate;
import io.quorate.proto.v1.Totals;
import io.quorate.proto.v1.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The writers of one client. A writer keeps, of each key that it has updated, all that it has ever
 * counted there and the number of its last change. Owned by the loop.
 *
 * <p>Another writer is opened from time to time: nodes remember each one until a purge, and refuse
 * it after that. What an earlier writer has counted stays in the key, and what it was not
 * acknowledged counts once or never.
 *
 * <p>The newest writer takes keys that have none. When it has many, another one is opened for the
 * next such keys, and each key stays with its writer for that one's time: a key remembers each
 * writer that has updated it, and takes no more than a thousand. Of the keys of earlier writers
 * those are forgotten that were not updated for the longest. Such a key then gets the newest
 * writer, which has not updated it: the keys of the newest one are not forgotten.
 */
public final class Writers {
  /** Purges begin an hour after what they purge. */
  static final long RENEWED_NANOS = TimeUnit.MINUTES.toNanos(20);

  /** Keys that the newest writer takes, after which another one is opened for more. */
  static final int KEYS_MAX = 10_000;

  /**
   * Keys of earlier writers that are remembered. The keys of a writer come to them all at once; so
   * twice as many leave time for those that are updated all along.
   */
  static final int EARLIER_KEYS_MAX = 2 * KEYS_MAX;

  /** The cluster's clock. */
  @FunctionalInterface
  public interface Clock {
    /**
     * Returns a hybrid time above all that the client has heard, and above another one.
     *
     * @return 0 if no node has told its clock
     */
    long above(long hlc, long nowNanos);
  }

  /** All that was counted in a field. */
  private static final class Counted {
    long number;
    long up;
    long down;
  }

  /** What a writer knows of a key. */
  private static final class Known {
    final Open writer;

    /** The tenant in which it has counted; 0: it was not known. */
    final int tenantId;

    final Map<FieldId, Counted> counted = new HashMap<>(2);
    long lastNumber;

    Known(Open writer, int tenantId) {
      this.writer = writer;
      this.tenantId = tenantId;
    }

    boolean hasRoomFor(Fold fold) {
      for (Map.Entry<FieldId, Fold.Part> each : fold.parts().entrySet()) {
        Counted total = counted.get(each.getKey());
        if (total != null
            && (total.up >= Fold.TOTAL_END - each.getValue().up
                || total.down >= Fold.TOTAL_END - each.getValue().down)) {
          return false;
        }
      }
      return true;
    }
  }

  private record Open(Writer name, long openedNanos) {
    boolean isOver(long nowNanos) {
      return nowNanos - openedNanos >= RENEWED_NANOS;
    }
  }

  /** An update as it is sent, in all attempts. */
  public static final class Made {
    private final Writer writer;
    private final List<FieldUpdate> fields;
    private final Known known;
    private final Fold fold;

    private Made(Writer writer, List<FieldUpdate> fields, Known known, Fold fold) {
      this.writer = writer;
      this.fields = fields;
      this.known = known;
      this.fold = fold;
    }

    public Writer writer() {
      return writer;
    }

    /** The tenant in which the writer counts; 0: it was not known. */
    public int tenantId() {
      return known.tenantId;
    }

    public List<FieldUpdate> fields() {
      return fields;
    }

    /**
     * Nothing of it was applied, nor will be: what it counted is taken out of the totals again,
     * unless these were sent since with a higher number. Numbers are not given twice.
     */
    public void takeBack() {
      for (FieldUpdate field : fields) {
        FieldId id = new FieldId(field.getField(), kind(field));
        Counted total = known.counted.get(id);
        Fold.Part part = fold.parts().get(id);
        if (field.hasTotals()
            && total != null
            && part != null
            && total.number == field.getTotals().getNumber()) {
          total.up -= part.up;
          total.down -= part.down;
        }
      }
    }

    private io.quorate.client.FieldKind kind(FieldUpdate field) {
      return field.getKind() == io.quorate.proto.v1.FieldKind.FIELD_KIND_COUNTER
          ? io.quorate.client.FieldKind.COUNTER
          : io.quorate.client.FieldKind.GROW_ONLY_COUNTER;
    }
  }

  private final Clock clock;
  private final RandomGenerator random;

  private @Nullable Open newest;

  /** What the newest writer has updated. */
  private final Map<KeyName, Known> newestKeys = new HashMap<>();

  /**
   * What earlier writers have updated and the newest one has not. What was updated last is at the
   * end, but keys that came here together are in no order.
   */
  private final Map<KeyName, Known> earlierKeys = new LinkedHashMap<>(16, 0.75f, true);

  /** Above which the next writer is opened. */
  private long openedAbove;

  /** The highest time of an assignment. */
  private long assignedHlc;

  public Writers(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A writer is too old: the next updates are made by one that is opened above a hybrid time. */
  public void renew(long above) {
    forgetAll();
    openedAbove = later(openedAbove, above);
  }

  private void forgetAll() {
    newest = null;
    newestKeys.clear();
    earlierKeys.clear();
  }

  /**
   * Makes the update of a key that has these changes. From now on the writer counts them as made;
   * the next update of the key is to be made once this one has ended.
   *
   * @param key kept: of an array that nothing writes again
   * @param tenantId of the tenant that has the name, as far as is known; 0: it is not known. What
   *     was counted in another tenant of that name is not counted in this one
   */
  public Made make(KeyName key, int tenantId, Fold fold, long nowNanos) {
    Known known = known(key, tenantId, fold, nowNanos);
    List<FieldUpdate> fields = new ArrayList<>(fold.parts().size());
    fold.parts()
        .forEach(
            (id, part) -> {
              FieldUpdate.Builder field =
                  FieldUpdate.newBuilder()
                      .setField(id.name())
                      .setKind(FieldWords.toWire(id.kind()));
              if (part.counted) {
                field.setTotals(count(known.counted.computeIfAbsent(id, x -> new Counted()), part));
              }
              for (Fold.Act act : part.acts) {
                field.addChanges(change(act, ++known.lastNumber));
              }
              if (part.assigned) {
                field.setAssignment(assignment(part, ++known.lastNumber, nowNanos));
              }
              if (part.counted || part.assigned || !part.acts.isEmpty()) {
                fields.add(field.build());
              }
            });
    return new Made(known.writer.name(), fields, known, fold);
  }

  /** Returns what the writer of a key knows of it, which is another one where its time is over. */
  private Known known(KeyName key, int tenantId, Fold fold, long nowNanos) {
    if (newest != null && newest.isOver(nowNanos)) {
      forgetAll(); // earlier ones are older still
    }
    Known known = newestKeys.get(key);
    if (known == null) {
      known = earlierKeys.get(key);
    }
    if (known != null
        && known.tenantId == tenantId
        && !known.writer.isOver(nowNanos)
        && known.hasRoomFor(fold)) {
      return known;
    }
    Open writer = newest;
    if (writer == null || newestKeys.size() >= KEYS_MAX || newestKeys.containsKey(key)) {
      writer = open(nowNanos);
    }
    earlierKeys.remove(key);
    Known next = new Known(writer, tenantId);
    newestKeys.put(key, next);
    return next;
  }

  private Open open(long nowNanos) {
    earlierKeys.putAll(newestKeys);
    newestKeys.clear();
    Iterator<KeyName> longestNotUpdated = earlierKeys.keySet().iterator();
    for (int more = earlierKeys.size() - EARLIER_KEYS_MAX; more > 0; more--) {
      longestNotUpdated.next();
      longestNotUpdated.remove();
    }
    long hlc = clock.above(openedAbove, nowNanos);
    Open opened =
        new Open(Writer.newBuilder().setOpenedHlc(hlc).setId(random.nextLong()).build(), nowNanos);
    newest = opened;
    return opened;
  }

  private static Totals count(Counted total, Fold.Part part) {
    total.number++;
    total.up += part.up;
    total.down += part.down;
    return Totals.newBuilder().setNumber(total.number).setUp(total.up).setDown(total.down).build();
  }

  private static Change change(Fold.Act act, long number) {
    Change.Builder change = Change.newBuilder().setNumber(number).addAllSeen(act.seen());
    return (act.add() ? change.setAdd(act.value()) : change.setRemove(act.value())).build();
  }

  private Assignment assignment(Fold.Part part, long number, long nowNanos) {
    assignedHlc = clock.above(assignedHlc, nowNanos);
    Assignment.Builder assignment = Assignment.newBuilder().setHlc(assignedHlc).setNumber(number);
    if (part.value != null) {
      assignment.setValue(part.value);
    }
    return assignment.build();
  }

  private static long later(long one, long other) {
    return Long.compareUnsigned(one, other) > 0 ? one : other;
  }
}
