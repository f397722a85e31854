package io.quorate.version;

import io.quorate.version.FieldState.Assigned;
import io.quorate.version.FieldState.Sums;
import io.quorate.version.FieldState.Totals;
import io.quorate.version.FieldState.UpDown;
import io.quorate.version.FieldState.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that is held under a key whose fields are merged (docs/design/crdts.md#the-record).
 * Immutable.
 *
 * <p>What is known and is not here has ended. So of two states, each takes away from the other the
 * additions that it knows and does not have; and a state must never know of an addition that it did
 * not have, or that its update does not end.
 */
public final class CrdtState implements MergedState<CrdtState> {
  /** Writers that a key may remember one by one. */
  public static final int WRITERS_MAX = 1024;

  /** What a key without a record has. */
  public static final CrdtState EMPTY =
      new CrdtState(KnownChanges.NO_FLOOR, KnownChanges.NONE, new TreeMap<>());

  /** The highest writer that has made an update. It never falls, and purges go by it. */
  private final Writer latest;

  private final KnownChanges known;
  private final SortedMap<Field, FieldState> fields;

  CrdtState(Writer latest, KnownChanges known, SortedMap<Field, FieldState> fields) {
    this.latest = latest;
    this.known = known;
    this.fields = fields;
  }

  /**
   * Reads a record.
   *
   * @throws MalformedRecordException if it is not one of fields
   */
  public static CrdtState of(Record record) {
    if (record.parsed() instanceof CrdtState state) {
      return state;
    }
    throw new MalformedRecordException("a record of siblings, and not of fields: " + record);
  }

  /** Returns this as it is stored and sent; equal states give equal bytes. */
  @Override
  public Record toRecord() {
    return CrdtLayout.write(this);
  }

  /**
   * An update alone, as it is sent and merged.
   *
   * @param changes with what their removals have seen
   */
  public static CrdtState update(Writer writer, List<FieldChange> changes) {
    CrdtState update = new CrdtState(writer, KnownChanges.NONE, new TreeMap<>());
    for (FieldChange change : changes) {
      update = update.merge(update(writer, change));
    }
    return update;
  }

  private static CrdtState update(Writer writer, FieldChange change) {
    TreeMap<Field, FieldState> fields = new TreeMap<>();
    KnownChanges known = KnownChanges.NONE;
    switch (change) {
      case FieldChange.Count count -> {
        Totals totals = new Totals(count.number(), new UpDown(count.up(), count.down()));
        fields.put(
            count.field(),
            new Sums(UpDown.ZERO, new TreeMap<>(Collections.singletonMap(writer, totals))));
      }
      case FieldChange.Add add -> {
        Addition addition = new Addition(writer, add.number());
        known = ended(add.seen()).with(addition);
        var additions = Values.byValue();
        additions.put(add.value(), new TreeSet<>(List.of(addition)));
        fields.put(add.field(), new Values(additions));
      }
      case FieldChange.Remove remove ->
          known = ended(remove.seen()).with(new Addition(writer, remove.number()));
      case FieldChange.Assign assign -> {
        Addition number = new Addition(writer, assign.number());
        known = KnownChanges.NONE.with(number);
        fields.put(assign.field(), new Assigned(assign.hlc(), number, assign.value()));
      }
    }
    return new CrdtState(writer, known, fields);
  }

  private static KnownChanges ended(List<Addition> additions) {
    KnownChanges known = KnownChanges.NONE;
    for (Addition addition : additions) {
      known = known.with(addition);
    }
    return known;
  }

  /** Everything that the two have. */
  @Override
  public CrdtState merge(CrdtState other) {
    TreeMap<Field, FieldState> merged = new TreeMap<>();
    for (Field field : fields.keySet()) {
      mergeField(merged, field, other);
    }
    for (Field field : other.fields.keySet()) {
      if (!fields.containsKey(field)) {
        mergeField(merged, field, other);
      }
    }
    Writer later = latest.compareTo(other.latest) >= 0 ? latest : other.latest;
    return new CrdtState(later, known.join(other.known), merged);
  }

  private void mergeField(SortedMap<Field, FieldState> merged, Field field, CrdtState other) {
    FieldState state =
        FieldState.merge(
            field.kind().kept(), fields.get(field), known, other.fields.get(field), other.known);
    if (state != null) {
      merged.put(field, state);
    }
  }

  /**
   * Whether it names changes of writers up to a mark one by one. Counted after a purge up to there,
   * it would have all of these writers.
   */
  public boolean namesWritersUpTo(long mark) {
    SortedMap<Writer, Numbers> numbers = known.numbers();
    return !numbers.isEmpty() && numbers.firstKey().isUpTo(mark);
  }

  /** Whether it names changes of others than a writer. */
  public boolean namesOthersThan(Writer writer) {
    SortedMap<Writer, Numbers> numbers = known.numbers();
    return numbers.size() > 1 || (numbers.size() == 1 && !numbers.containsKey(writer));
  }

  /** Whether a change of a set, a register or a flag was merged into this. */
  public boolean knows(Addition change) {
    return known.contains(change);
  }

  /** The additions of a value that have not ended. */
  public List<Addition> additions(Field field, byte[] value) {
    return fields.get(field) instanceof Values values ? List.copyOf(values.of(value)) : List.of();
  }

  /** What a reader finds: fields in their order, without those that have nothing. */
  public List<FieldValue> values() {
    List<FieldValue> shown = new ArrayList<>(fields.size());
    fields.forEach(
        (field, state) -> {
          if (state.isShown()) {
            shown.add(FieldValue.of(field, state));
          }
        });
    return shown;
  }

  /** The highest hybrid time at which a register was assigned; 0 if none was. */
  public long latestAssignment() {
    long latest = 0;
    for (FieldState state : fields.values()) {
      if (state instanceof Assigned assigned) {
        latest = Hlc.later(latest, assigned.hlc());
      }
    }
    return latest;
  }

  /** Writers that are remembered one by one, and not folded. */
  public int writers() {
    return remembered().size();
  }

  /** Whether {@link #writers} counts a writer, or would not. */
  public boolean remembers(Writer writer) {
    return known.isFolded(writer) || remembered().contains(writer);
  }

  /** Whether there may be more writers that are remembered; some are counted for each field. */
  boolean mayRememberMoreThan(int count) {
    int found = known.numbers().size();
    for (FieldState state : fields.values()) {
      found += state.counting().size();
    }
    return found > count;
  }

  SortedSet<Writer> remembered() {
    TreeSet<Writer> writers = new TreeSet<>(known.numbers().keySet());
    fields.values().forEach(state -> writers.addAll(state.counting()));
    return writers;
  }

  /** Two totals of one writer and number, which only copies of one client give. */
  @Override
  public boolean isInConflictWith(CrdtState other) {
    for (var each : fields.entrySet()) {
      if (each.getValue() instanceof Sums sums
          && other.fields.get(each.getKey()) instanceof Sums others
          && areInConflict(sums, others)) {
        return true;
      }
    }
    return false;
  }

  private static boolean areInConflict(Sums sums, Sums others) {
    for (var each : sums.byWriter().entrySet()) {
      Totals own = each.getValue();
      Totals other = others.byWriter().get(each.getKey());
      if (other != null && own.number() == other.number() && !own.equals(other)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns what counts of this after a purge: all replicas had the same of the writers up to then,
   * so what these have counted is one sum, and what is known of them one writer. Null if nothing is
   * left.
   */
  @Override
  public @Nullable CrdtState counted(long purged) {
    if (purged == 0) {
      return this;
    }
    TreeMap<Field, FieldState> left = new TreeMap<>();
    boolean changed = false;
    for (var each : fields.entrySet()) {
      FieldState counted = each.getValue().counted(purged);
      changed |= !each.getValue().equals(counted);
      if (counted != null) {
        left.put(each.getKey(), counted);
      }
    }
    Writer folded = KnownChanges.NO_FLOOR;
    for (Writer writer : remembered()) {
      folded = writer.isUpTo(purged) ? writer : folded;
    }
    KnownChanges knownThen = known.foldedUpTo(folded);
    if (!changed && knownThen.equals(known)) {
      return this;
    }
    if (left.isEmpty() && knownThen.numbers().isEmpty()) {
      return null;
    }
    return new CrdtState(latest, knownThen, left);
  }

  /** Returns what a purge up to a mark looks at, and nothing else; null if there is nothing. */
  @Override
  public @Nullable CrdtState upTo(long mark) {
    TreeMap<Field, FieldState> found = new TreeMap<>();
    fields.forEach(
        (field, state) -> {
          FieldState part = state.upTo(mark);
          if (part != null) {
            found.put(field, part);
          }
        });
    return found.isEmpty() ? null : new CrdtState(KnownChanges.NO_FLOOR, KnownChanges.NONE, found);
  }

  boolean isShown() {
    for (FieldState state : fields.values()) {
      if (state.isShown()) {
        return true;
      }
    }
    return false;
  }

  Writer latest() {
    return latest;
  }

  KnownChanges known() {
    return known;
  }

  SortedMap<Field, FieldState> fields() {
    return Collections.unmodifiableSortedMap(fields);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CrdtState that
        && latest.equals(that.latest)
        && known.equals(that.known)
        && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return Objects.hash(latest, known);
  }

  @Override
  public String toString() {
    return values() + " known " + known;
  }
}
