package io.quorate.client;

import io.quorate.client.internal.text.Quoted;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a read does for replicas that it finds behind, or does not ask. */
public final class ReadRepair {
  /**
   * What is returned is brought to as many replicas as the level asks for, before it is returned.
   */
  public static final ReadRepair BLOCKING = new ReadRepair(Mode.BLOCKING, 0);

  /**
   * Every live replica is asked and brought up to date, before the newest is returned; {@link
   * GetResult#repairedReplicas} says how many were behind.
   */
  public static final ReadRepair EVERYONE = new ReadRepair(Mode.EVERYONE, 0);

  /**
   * Nothing is repaired: a later read may return less than this one. The result is {@link
   * ResultInfo#potentiallyStale} where that is so.
   */
  public static final ReadRepair OFF = new ReadRepair(Mode.OFF, 0);

  private final Mode mode;
  private final int backgroundPercent;

  private ReadRepair(Mode mode, int backgroundPercent) {
    if (backgroundPercent < 0 || backgroundPercent > 100) {
      throw new IllegalArgumentException(
          "background repair of " + backgroundPercent + " percent of reads: give 0 to 100");
    }
    this.mode = mode;
    this.backgroundPercent = backgroundPercent;
  }

  public Mode mode() {
    return mode;
  }

  /**
   * Of 100 reads, how many have everyone asked afterwards; means something with {@link
   * Mode#BACKGROUND}.
   */
  public int backgroundPercent() {
    return backgroundPercent;
  }

  /**
   * Reads it as people write it: a mode in any case, {@code background} perhaps with a share of
   * reads, as in {@code background:10}; without one it is all of them.
   *
   * @throws IllegalArgumentException if the text names no read repair; the message says what is
   *     allowed
   */
  public static ReadRepair parse(String text) {
    String said = text.toUpperCase(Locale.ROOT);
    String background = Mode.BACKGROUND + ":";
    try {
      if (said.startsWith(background)) {
        return background(Integer.parseInt(said.substring(background.length())));
      }
      Mode mode = Mode.valueOf(said);
      return new ReadRepair(mode, mode == Mode.BACKGROUND ? 100 : 0);
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          "read repair "
              + Quoted.of(text)
              + ": give BLOCKING, EVERYONE, BACKGROUND, BACKGROUND:0 to BACKGROUND:100, or OFF",
          unknown);
    }
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return mode == Mode.BACKGROUND ? mode + ":" + backgroundPercent : mode.toString();
  }

  /**
   * Repairs as {@link #BLOCKING} does, and after a random {@code percent} of all reads asks the
   * other replicas as well and brings them up to date.
   */
  public static ReadRepair background(int percent) {
    return new ReadRepair(Mode.BACKGROUND, percent);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReadRepair that
        && mode.equals(that.mode)
        && backgroundPercent == that.backgroundPercent;
  }

  @Override
  public int hashCode() {
    return Objects.hash(mode, backgroundPercent);
  }

  /** The kinds of read repair. */
  public enum Mode {
    /** See {@link ReadRepair#BLOCKING}. */
    BLOCKING,
    /** See {@link ReadRepair#EVERYONE}. */
    EVERYONE,
    /** See {@link ReadRepair#background}. */
    BACKGROUND,
    /** See {@link ReadRepair#OFF}. */
    OFF
  }
}
