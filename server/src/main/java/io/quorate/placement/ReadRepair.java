package io.quorate.placement;

/**
 * What a read does for replicas that it finds behind, or does not ask.
 *
 * @param backgroundPercent of 100 reads, how many have everyone asked after they were answered;
 *     means something with {@link Mode#BACKGROUND}
 */
public record ReadRepair(Mode mode, int backgroundPercent) {
  /** What reads do of which neither they nor their tenant say more. */
  public static final ReadRepair BLOCKING = new ReadRepair(Mode.BLOCKING, 0);

  public static final ReadRepair EVERYONE = new ReadRepair(Mode.EVERYONE, 0);
  public static final ReadRepair OFF = new ReadRepair(Mode.OFF, 0);

  /** What happens before the read is answered, and after. */
  public enum Mode {
    /** What is returned is brought to as many as the write rule asks for, before it is returned. */
    BLOCKING,
    /**
     * Every live replica is asked and brought up to date, before the newest is returned, and it is
     * said how many were behind.
     */
    EVERYONE,
    /** As blocking; and by chance everyone is asked and brought up to date afterwards. */
    BACKGROUND,
    /**
     * No replica is brought anything: a later read may return less than this one, which says so
     * where it is so.
     */
    OFF
  }

  public ReadRepair {
    if (backgroundPercent < 0 || backgroundPercent > 100) {
      throw new IllegalArgumentException(
          "background repair of " + backgroundPercent + " percent of reads: give 0 to 100");
    }
  }

  /** As operators name it. */
  @Override
  public String toString() {
    return mode == Mode.BACKGROUND ? mode + ":" + backgroundPercent : mode.toString();
  }

  public static ReadRepair background(int percent) {
    return new ReadRepair(Mode.BACKGROUND, percent);
  }
}
