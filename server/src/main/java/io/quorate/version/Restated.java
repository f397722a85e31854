package io.quorate.version;

import io.quorate.model.NodeId;
import io.quorate.version.FieldState.Assigned;
import io.quorate.version.FieldState.Sums;
import io.quorate.version.FieldState.Totals;
import io.quorate.version.FieldState.Values;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a backup has of a key, as a restore writes it: what readers find, under one new version
 * (docs/design/backup.md#restated).
 *
 * <p>Versions, epochs, ballots, tokens and the writers of fields are those of the cluster that the
 * backup was made of. In another one, or in this one later, they would stand below purges that were
 * promised since, or above what can be reached again. So none of them is kept. The result depends
 * on nothing but the record and the time: stored again, it changes nothing.
 */
public final class Restated {
  /** Who writes what is restored: no node. */
  private static final NodeId NO_NODE = new NodeId(0);

  private static final int NO_BOOT = 0;
  private static final Dot.Actor ACTOR = new Dot.Actor(NO_NODE, NO_BOOT, 0);

  private Restated() {}

  /**
   * Returns the record that a restore writes; null if readers find nothing in it.
   *
   * @param record as it counts
   * @param hlc when, on the hybrid clock
   */
  public static @Nullable Record at(long hlc, Record record) {
    if (record.isTombstone()) {
      return null;
    }
    return switch (record.format()) {
      case ONE_VALUE -> ofOneValue(hlc, record);
      case MARKED -> {
        Record under = record.unmarked();
        yield under == null ? null : ofOneValue(hlc, under);
      }
      case REGISTER -> ofRegister(hlc, record);
      case SIBLINGS -> ofSiblings(hlc, SiblingSet.of(record));
      case CRDT -> ofFields(hlc, CrdtState.of(record));
    };
  }

  private static Version version(long hlc) {
    return new Version(0, hlc, NO_NODE, NO_BOOT);
  }

  /** Of epoch 0: it may be among what is lost if its replicas are given up, whenever that is. */
  private static Record ofOneValue(long hlc, Record record) {
    return Record.value(version(hlc), 0, record.expiresAtMillis(), record.copyValue());
  }

  /** An attempt at a change from before is told that it may have been taken, by the floor. */
  private static Record ofRegister(long hlc, Record record) {
    Register before = Register.of(record, 0);
    WriteId write = new WriteId(hlc, NO_NODE.value(), 1);
    return new Register(hlc, 0, write, Collections.emptyList(), before.value())
        .toRecord(version(hlc));
  }

  private static @Nullable Record ofSiblings(long hlc, SiblingSet before) {
    SiblingSet restated = SiblingSet.EMPTY;
    int number = 0;
    for (Sibling sibling : before.siblings()) {
      restated =
          restated.write(
              new Dot(hlc + number, ACTOR),
              new WriteId(hlc, NO_NODE.value(), number + 1L),
              CausalContext.NONE,
              sibling.value(),
              sibling.expiresAtMillis());
      number++;
    }
    return number == 0 ? null : restated.toRecord();
  }

  /** As one writer would have made all of it. */
  private static @Nullable Record ofFields(long hlc, CrdtState before) {
    Writer writer = new Writer(hlc, NO_NODE.value());
    TreeMap<Field, FieldState> fields = new TreeMap<>();
    long number = 0;
    for (var each : before.fields().entrySet()) {
      switch (each.getValue()) {
        case Sums sums -> {
          Totals all = new Totals(1, sums.all());
          fields.put(
              each.getKey(),
              new Sums(
                  FieldState.UpDown.ZERO, new TreeMap<>(Collections.singletonMap(writer, all))));
        }
        case Values values -> {
          SortedMap<byte[], SortedSet<Addition>> additions = Values.byValue();
          for (byte[] value : values.additions().keySet()) {
            number++;
            additions.put(
                value, new TreeSet<>(Collections.singleton(new Addition(writer, number))));
          }
          fields.put(each.getKey(), new Values(additions));
        }
        case Assigned assigned -> {
          if (assigned.isShown()) {
            number++;
            fields.put(
                each.getKey(), new Assigned(hlc, new Addition(writer, number), assigned.value()));
          }
        }
      }
    }
    TreeMap<Writer, Numbers> numbers = new TreeMap<>();
    if (number > 0) {
      numbers.put(writer, Numbers.ofRanges(new long[] {1, number}));
    }
    CrdtState restated =
        new CrdtState(writer, new KnownChanges(KnownChanges.NO_FLOOR, numbers), fields);
    return fields.isEmpty() ? null : restated.toRecord();
  }
}
