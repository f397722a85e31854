package io.quorate.cli.output;

import java.util.Locale;

/** Numbers of bytes for people. */
public final class Bytes {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

  /** From here on it would be printed as 1000.0 of a unit. */
  private static final double ROUNDED_UP_TO_1000 = 999.95;

  private Bytes() {}

  /** With one digit after the point, in decimal units: {@code 34.5 MB}. */
  public static String text(long bytes) {
    double number = bytes;
    String unit = "B";
    for (int i = 0; i < UNITS.length && number >= (i == 0 ? 1000 : ROUNDED_UP_TO_1000); i++) {
      number /= 1000;
      unit = UNITS[i];
    }
    return unit.equals("B") ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", number, unit);
  }
}
