package io.quorate.version;

/**
 * A field of a key, to which updates are merged. Fields of one name and different kinds are
 * different fields.
 *
 * @param name empty where a key has one field only
 */
public record Field(String name, Kind kind) implements Comparable<Field> {
  /** What a field keeps. The numbers are stored and sent; none is ever given another meaning. */
  public enum Kind {
    COUNTER(1, Kept.TOTALS),
    GROW_ONLY_COUNTER(2, Kept.TOTALS),
    SET(3, Kept.VALUES),
    REGISTER(4, Kept.ASSIGNMENT),
    MULTI_VALUE_REGISTER(5, Kept.VALUES),
    FLAG_ENABLE_WINS(6, Kept.VALUES),
    FLAG_DISABLE_WINS(7, Kept.VALUES);

    private final int number;
    private final Kept kept;

    Kind(int number, Kept kept) {
      this.number = number;
      this.kept = kept;
    }

    /** As it is stored and sent. */
    public int number() {
      return number;
    }

    /** How updates of it are merged. */
    public Kept kept() {
      return kept;
    }
  }

  /** How updates of a field are merged. */
  public enum Kept {
    /** Sums by writer. */
    TOTALS,
    /** Values with their additions. */
    VALUES,
    /** The last assignment. */
    ASSIGNMENT
  }

  @Override
  public int compareTo(Field other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : kind.compareTo(other.kind);
  }

  @Override
  public String toString() {
    return name.isEmpty() ? kind.toString() : name + " " + kind;
  }
}
