package io.quorate.placement;

import java.util.List;

/** Values of each kind of setting, and settings that come after those of the first version. */
public final class SettingSamples {
  /** The cluster version at which the later ones exist. */
  public static final int LATER_VERSION = 2;

  public static final TenantSetting<Long> LATER_NUMBER =
      later(1001, "later_number", new SettingKind.OfNumber("none", 100, "a lot"), 5L);

  public static final TenantSetting<Level> LATER_LEVEL =
      later(1002, "later_level", new SettingKind.OfLevel(), Level.ONE);

  public static final TenantSetting<ReadRepair> LATER_REPAIR =
      later(1003, "later_repair", new SettingKind.OfReadRepair(), ReadRepair.OFF);

  public static final TenantSetting<HintOverflow> LATER_CHOICE =
      later(
          1004,
          "later_choice",
          new SettingKind.OfChoice<>(
              HintOverflow.class, List.of(HintOverflow.MARK, HintOverflow.REJECT)),
          HintOverflow.REJECT);

  /** One of each kind. */
  public static final List<TenantSetting<?>> LATER =
      List.of(LATER_NUMBER, LATER_LEVEL, LATER_REPAIR, LATER_CHOICE);

  private SettingSamples() {}

  private static <T> TenantSetting<T> later(int id, String name, SettingKind<T> kind, T usual) {
    return new TenantSetting<>(id, name, LATER_VERSION, kind, usual, name + " of %s");
  }

  /** Values that a setting may have. */
  public static <T> List<T> of(SettingKind<T> kind) {
    List<?> values =
        switch (kind) {
          case SettingKind.OfLevel levels ->
              List.of(Level.ONE, Level.TWO, Level.QUORUM, Level.ALL, new Level.Count(3));
          case SettingKind.OfReadRepair repairs ->
              List.of(
                  ReadRepair.BLOCKING,
                  ReadRepair.EVERYONE,
                  ReadRepair.background(0),
                  ReadRepair.background(100),
                  ReadRepair.OFF);
          case SettingKind.OfNumber numbers -> List.of(0L, 1L, 127L, 128L, numbers.max());
          case SettingKind.OfChoice<?> choice -> choice.values();
        };
    return values.stream().<T>map(kind::cast).toList();
  }

  /** Numbers just beyond the bounds of a setting, and far beyond. */
  public static List<Long> beyond(SettingKind.OfNumber numbers) {
    return List.of(-1L, numbers.max() + 1, Long.MIN_VALUE, Long.MAX_VALUE);
  }
}
