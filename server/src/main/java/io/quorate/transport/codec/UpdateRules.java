package io.quorate.transport.codec;

import io.quorate.model.Quoted;
import io.quorate.placement.Model;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import io.quorate.transport.codec.UpdateCodec.Said;
import io.quorate.version.Addition;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks the changes of one update while they are read, and keeps what is good of them. From the
 * first thing on that is wrong nothing is kept, so that an update takes as much memory as it has
 * bytes, give or take.
 */
final class UpdateRules {
  /** Changes in one update. */
  static final int CHANGES_MAX = 1000;

  /** Additions that one change names as seen. */
  static final int SEEN_MAX = 1000;

  private static final int TOTAL_BITS = 62;
  private static final String NOTHING_APPLIED = ". Nothing was applied";

  private final List<FieldChange> changes = new ArrayList<>();
  private final Set<Field> fields = new HashSet<>();
  private final Set<Long> numbers = new HashSet<>();

  /** Changes read so far, those of the field that is being read included. */
  private int read;

  /** The first thing that is wrong; null if nothing is. */
  private @Nullable String refusal;

  /** Whether one more change is kept. */
  boolean takesOneMore() {
    if (++read > CHANGES_MAX) {
      refuse(
          "the update has more than %d changes, the limit: make several updates"
              .formatted(CHANGES_MAX));
    }
    return refusal == null;
  }

  /** Whether one more addition that a change has seen is kept. */
  boolean takesOneMore(Addition addition, List<Addition> before) {
    if (before.size() >= SEEN_MAX) {
      refuse(
          "a change names more than %d additions as seen, the limit: remove what was read in several changes"
              .formatted(SEEN_MAX));
    } else if (addition.writer().openedHlc() == 0 || addition.number() < 1) {
      refuse(
          "a change names %s as seen, which no read gives: send the dots of an element as a read returned them"
              .formatted(addition));
    }
    return refusal == null;
  }

  private void refuse(String why) {
    if (refusal == null) {
      refusal = why + NOTHING_APPLIED;
    }
  }

  /** Adds what was said of a field. */
  void add(String name, int kindNumber, Said said) {
    if (refusal != null) {
      return;
    }
    Field.Kind kind = FieldsCodec.kind(kindNumber);
    if (kind == null) {
      refuse(
          kindNumber == 0
              ? "the kind of a field is not said: give %s".formatted(kinds())
              : "field kind %d is not known to this server: give %s"
                  .formatted(kindNumber, kinds()));
      return;
    }
    int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (nameBytes > Model.FIELD_NAME_BYTES_MAX) {
      refuse(
          "the name of a field has %d bytes; at most %d are allowed: give a shorter one"
              .formatted(nameBytes, Model.FIELD_NAME_BYTES_MAX));
      return;
    }
    Field field = new Field(name, kind);
    if (!fields.add(field)) {
      refuse("%s is named twice: send its changes as those of one field".formatted(words(field)));
      return;
    }
    switch (kind.kept()) {
      case TOTALS -> addTotals(field, said);
      case VALUES -> addChanges(field, said);
      case ASSIGNMENT -> addAssignment(field, said);
    }
  }

  private static String kinds() {
    return Arrays.stream(Field.Kind.values())
        .map(kind -> "FIELD_KIND_" + kind)
        .collect(Collectors.joining(" or "));
  }

  private static String words(Field field) {
    return field.name().isEmpty()
        ? "the field of kind " + field.kind() + " without a name"
        : "field %s of kind %s".formatted(Quoted.of(field.name()), field.kind());
  }

  private void addTotals(Field field, Said said) {
    Said.Totals totals = said.totals;
    if (totals == null || !said.changes.isEmpty() || said.assignment != null) {
      refuse(words(field) + " is changed by its totals: send these, and nothing else of it");
    } else if (totals.number() < 1) {
      refuse(numberOf(field, totals.number()));
    } else if (totals.up() >>> TOTAL_BITS != 0 || totals.down() >>> TOTAL_BITS != 0) {
      refuse(
          "%s: the totals are %s up and %s down; each must be below 2^%d: open another writer, or count in another key"
              .formatted(
                  words(field),
                  Long.toUnsignedString(totals.up()),
                  Long.toUnsignedString(totals.down()),
                  TOTAL_BITS));
    } else if (field.kind() == Field.Kind.GROW_ONLY_COUNTER && totals.down() != 0) {
      refuse(
          "%s only grows, and the totals are %d down: send 0, or use a field of kind COUNTER"
              .formatted(words(field), totals.down()));
    } else if (takesOneMore()) {
      changes.add(new FieldChange.Count(field, totals.number(), totals.up(), totals.down()));
    }
  }

  private void addChanges(Field field, Said said) {
    if (said.totals != null || said.assignment != null || said.changes.isEmpty()) {
      refuse(
          words(field)
              + " is changed by adding and removing values: send at least one such change, and"
              + " nothing else of it");
      return;
    }
    for (Said.Change change : said.changes) {
      byte[] value = change.value();
      if (value == null) {
        refuse(
            "change %d of %s neither adds nor removes a value: give one of both"
                .formatted(change.number(), words(field)));
        return;
      }
      if (isFlag(field) && !isFlagValue(value)) {
        refuse(
            "change %d of %s has a value of %d bytes: the values of flags are \"1\" for on and \"0\" for off"
                .formatted(change.number(), words(field), value.length));
        return;
      }
      if (!isNumberGood(field, change.number())) {
        return;
      }
      changes.add(
          change.adds()
              ? new FieldChange.Add(field, change.number(), value, change.seen())
              : new FieldChange.Remove(field, change.number(), value, change.seen()));
    }
  }

  private static boolean isFlag(Field field) {
    return field.kind() == Field.Kind.FLAG_ENABLE_WINS
        || field.kind() == Field.Kind.FLAG_DISABLE_WINS;
  }

  private static boolean isFlagValue(byte[] value) {
    return value.length == 1 && (value[0] == '0' || value[0] == '1');
  }

  private void addAssignment(Field field, Said said) {
    Said.Assignment assignment = said.assignment;
    if (assignment == null || said.totals != null || !said.changes.isEmpty()) {
      refuse(words(field) + " is changed by an assignment: send this, and nothing else of it");
    } else if (assignment.hlc() == 0) {
      refuse(
          "the assignment to %s has no time: give one above every hlc that the client has received"
              .formatted(words(field)));
    } else if (isNumberGood(field, assignment.number()) && takesOneMore()) {
      changes.add(
          new FieldChange.Assign(field, assignment.hlc(), assignment.number(), assignment.value()));
    }
  }

  /** A number names one change of the writer, or the one would count as the other. */
  private boolean isNumberGood(Field field, long number) {
    if (number < 1) {
      refuse(numberOf(field, number));
    } else if (!numbers.add(number)) {
      refuse(
          "two changes of the update have number %d: number the changes of a writer to a key one by one"
              .formatted(number));
    }
    return refusal == null;
  }

  private static String numberOf(Field field, long number) {
    return "a change of %s has number %s: count from 1 to 2^63 - 1"
        .formatted(words(field), Long.toUnsignedString(number));
  }

  /**
   * Returns all changes.
   *
   * @throws InvalidOperationException if something is wrong with them
   */
  List<FieldChange> validOf(Writer writer) throws InvalidOperationException {
    if (writer.openedHlc() == 0) {
      refuse(
          "the update has no writer, or one without opened_hlc: give the highest hlc that the"
              + " client has received, or its clock's time");
    }
    if (fields.isEmpty()) {
      refuse("the update changes nothing: give at least one field");
    }
    if (refusal != null) {
      throw new InvalidOperationException(refusal);
    }
    return changes;
  }
}
