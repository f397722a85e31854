package io.quorate.event;

/**
 * Where events are counted. Only meters that a declaration names may be passed, and as many label
 * values as the meter has labels.
 *
 * <p>A label's value may be any object that is compared by value: a constant of an enum is shown in
 * lower case, any other object as its {@code toString}, which is asked for once per value.
 */
public interface Tally {
  void add(Counter counter, double amount);

  void add(Counter counter, double amount, Object label);

  void add(Counter counter, double amount, Object first, Object second);

  default void add(Counter counter) {
    add(counter, 1);
  }

  /** Sets what a gauge shows until it is set again. */
  void set(Gauge gauge, double value);

  void set(Gauge gauge, double value, Object label);
}
