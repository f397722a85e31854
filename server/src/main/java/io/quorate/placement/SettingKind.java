package io.quorate.placement;

import io.quorate.model.DurationText;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the values of a setting are. Whatever carries settings (the log, the state, the wire) knows
 * the kinds, so that it need not know the settings.
 */
public sealed interface SettingKind<T> {

  /** Returns a value as one of this kind. */
  T cast(Object value);

  /** Returns whether a value of this type is one that the setting may have. */
  boolean allows(T value);

  /** Returns what the setting may have, as it follows "give" in a message. */
  String allowed();

  /** Returns a value as messages show it. */
  default String show(T value) {
    return value.toString();
  }

  /** Replicas that must answer. How many a tenant's keys have is another question. */
  record OfLevel() implements SettingKind<Level> {
    @Override
    public Level cast(Object value) {
      return (Level) value;
    }

    @Override
    public boolean allows(Level value) {
      return true;
    }

    @Override
    public String allowed() {
      return Level.ALLOWED;
    }
  }

  /** What reads repair. */
  record OfReadRepair() implements SettingKind<ReadRepair> {
    @Override
    public ReadRepair cast(Object value) {
      return (ReadRepair) value;
    }

    @Override
    public boolean allows(ReadRepair value) {
      return true;
    }

    @Override
    public String allowed() {
      return "BLOCKING, EVERYONE, BACKGROUND with a share of 0 to 100, or OFF";
    }
  }

  /**
   * Numbers from 0 to a bound.
   *
   * @param zero what 0 means, as in "no limit"
   * @param max the largest
   * @param maxMeans what the largest means, as in "100 years"; may be empty
   * @param isDuration whether it is of milliseconds
   */
  record OfNumber(String zero, long max, String maxMeans, boolean isDuration)
      implements SettingKind<Long> {
    public OfNumber(String zero, long max, String maxMeans) {
      this(zero, max, maxMeans, false);
    }

    static OfNumber ofMillis(String zero, long max, String maxMeans) {
      return new OfNumber(zero, max, maxMeans, true);
    }

    @Override
    public Long cast(Object value) {
      return (Long) value;
    }

    @Override
    public boolean allows(Long value) {
      return value >= 0 && value <= max;
    }

    @Override
    public String allowed() {
      return "0 (%s) to %s".formatted(zero, show(max))
          + (maxMeans.isEmpty() ? "" : " (%s)".formatted(maxMeans));
    }

    @Override
    public String show(Long value) {
      return isDuration ? DurationText.ofMillis(value) : value.toString();
    }
  }

  /**
   * One of a few names.
   *
   * @param values in the order of their numbers on disk, which count from 1: more may be added at
   *     the end
   */
  record OfChoice<E extends Enum<E>>(Class<E> type, List<E> values) implements SettingKind<E> {
    public OfChoice {
      values = List.copyOf(values);
    }

    @Override
    public E cast(Object value) {
      return type.cast(value);
    }

    @Override
    public boolean allows(E value) {
      return values.contains(value);
    }

    @Override
    public String allowed() {
      return values.stream().map(Enum::name).collect(Collectors.joining(" or "));
    }
  }
}
