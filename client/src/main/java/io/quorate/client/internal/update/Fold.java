package io.quorate.client.internal.update;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.quorate.client.Context;
import io.quorate.client.FieldChange;
import io.quorate.client.FieldKind;
import io.quorate.proto.v1.Dot;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one key that are made by one update: those of one caller, or of several. Counts
 * are added up, a value is added or removed once, and of several assignments the last one stays.
 */
public final class Fold {
  /** Changes that nodes take in one update. */
  static final int CHANGES_MAX = 1000;

  /** Additions that one change may name as seen; a value that has more gets several changes. */
  static final int SEEN_MAX = 1000;

  /** Beyond this no writer counts. */
  static final long TOTAL_END = 1L << 62;

  /** Past this the changes of another caller go into another update. */
  private static final int BYTES_MAX = 256 << 10;

  /** What a change has beside its value, or a little more. */
  private static final int BESIDES_BYTES = 64;

  private static final int DOT_BYTES = 32;

  /** Less than that many additions have in contexts. */
  private static final int SEEN_MAX_BYTES = 20 * SEEN_MAX;

  /** Values of flags. */
  private static final ByteString ON = ByteString.copyFromUtf8("1");

  private static final ByteString OFF = ByteString.copyFromUtf8("0");

  /**
   * A value that is added or removed.
   *
   * @param seen additions that a read has returned; empty: none
   */
  record Act(boolean add, ByteString value, List<Dot> seen) {}

  /** What one field gets. */
  static final class Part {
    boolean counted;
    long up;
    long down;
    final Set<Act> acts = new LinkedHashSet<>();
    boolean assigned;

    /** Null: the register has none from now on. */
    @Nullable ByteString value;

    private boolean adds(ByteString added) {
      return acts.stream().anyMatch(each -> each.add() && each.value().equals(added));
    }
  }

  private final Map<FieldId, Part> parts = new LinkedHashMap<>();
  private int changes;
  private int bytes;

  /** What each field gets. */
  Map<FieldId, Part> parts() {
    return parts;
  }

  /** About the bytes that it has in a message. */
  public int bytes() {
    return bytes;
  }

  /** Whether it does anything but count. */
  public boolean hasValues() {
    return parts.values().stream().anyMatch(each -> !each.counted);
  }

  /**
   * Whether the changes of another caller may join. They may not if one of them removes whatever
   * there is of a value that is added here: the node would look for additions before it makes this
   * one, and leave it.
   */
  public boolean admits(List<FieldChange> more) {
    if (changes + more.size() > CHANGES_MAX) {
      return false;
    }
    int all = changes;
    long moreBytes = bytes;
    long up = 0;
    long down = 0;
    for (FieldChange change : more) {
      byte[] value = change.value();
      int seenBytes = seenBytes(change);
      moreBytes += BESIDES_BYTES + (value == null ? 0 : value.length) + seenBytes;
      all += 1 + seenBytes / SEEN_MAX_BYTES;
      Part part = parts.get(new FieldId(change.field(), change.kind()));
      up += change.operation() == FieldChange.Operation.INCREMENT ? change.by() : 0;
      down += change.operation() == FieldChange.Operation.DECREMENT ? change.by() : 0;
      if (part != null
          && (part.up >= TOTAL_END - up
              || part.down >= TOTAL_END - down
              || removesAdded(part, change))) {
        return false;
      }
    }
    return all <= CHANGES_MAX && moreBytes <= BYTES_MAX;
  }

  private static int seenBytes(FieldChange change) {
    List<Context> seen = change.seen();
    return seen == null ? 0 : seen.stream().mapToInt(each -> each.bytes().length).sum();
  }

  private static boolean removesAdded(Part part, FieldChange change) {
    return switch (change.operation()) {
      case REMOVE -> change.seen() == null && part.adds(wrap(change.value()));
      case ENABLE -> change.kind() == FieldKind.FLAG_DISABLE_WINS && part.adds(OFF);
      case DISABLE -> part.adds(ON);
      default -> false;
    };
  }

  /** Adds the changes of one caller, in their order. */
  public void add(List<FieldChange> more) {
    for (FieldChange change : more) {
      Part part =
          parts.computeIfAbsent(
              new FieldId(change.field(), change.kind()),
              id -> {
                bytes += BESIDES_BYTES + id.name().length();
                return new Part();
              });
      add(part, change);
    }
  }

  private void add(Part part, FieldChange change) {
    switch (change.operation()) {
      case INCREMENT -> count(part, change.by(), 0);
      case DECREMENT -> count(part, 0, change.by());
      case ADD -> act(part, true, copy(change.value()), dots(change.seen()));
      case REMOVE -> {
        List<Dot> seen = dots(change.seen());
        if (change.seen() == null || !seen.isEmpty()) { // else it has seen none of the value
          act(part, false, copy(change.value()), seen);
        }
      }
      case ASSIGN -> assign(part, copy(change.value()));
      case CLEAR -> assign(part, null);
      case ENABLE -> {
        if (change.kind() == FieldKind.FLAG_DISABLE_WINS) {
          act(part, false, OFF, List.of());
        }
        act(part, true, ON, List.of());
      }
      case DISABLE -> {
        act(part, false, ON, List.of());
        if (change.kind() == FieldKind.FLAG_DISABLE_WINS) {
          act(part, true, OFF, List.of());
        }
      }
    }
  }

  private void count(Part part, long up, long down) {
    changes += part.counted ? 0 : 1;
    part.counted = true;
    part.up += up;
    part.down += down;
  }

  private void act(Part part, boolean add, ByteString value, List<Dot> seen) {
    if (!add && seen.isEmpty()) {
      // Of the same caller, as others' are not admitted: it changed its mind.
      part.acts.removeIf(each -> each.add() && each.value().equals(value));
    }
    int first = Math.min(seen.size(), SEEN_MAX);
    act(part, new Act(add, value, seen.subList(0, first)));
    for (int from = first; from < seen.size(); from += SEEN_MAX) {
      int to = Math.min(seen.size(), from + SEEN_MAX);
      act(part, new Act(false, value, seen.subList(from, to)));
    }
  }

  private void act(Part part, Act act) {
    if (part.acts.add(act)) {
      changes++;
      bytes += BESIDES_BYTES + act.value().size() + DOT_BYTES * act.seen().size();
    }
  }

  private void assign(Part part, @Nullable ByteString value) {
    changes += part.assigned ? 0 : 1;
    bytes += value == null ? 0 : value.size();
    part.assigned = true;
    part.value = value;
  }

  private static List<Dot> dots(@Nullable List<Context> seen) {
    return seen == null ? List.of() : FieldWords.dots(seen);
  }

  /** All attempts are the same, also when a caller has left and writes its array again. */
  private static ByteString copy(byte @Nullable [] value) {
    return value == null ? ByteString.EMPTY : ByteString.copyFrom(value);
  }

  /** For looking up alone. */
  private static ByteString wrap(byte @Nullable [] value) {
    return value == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(value);
  }
}
