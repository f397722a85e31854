package io.quorate.cli.backup.run;

import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings of tenants as {@link TenantEntry} has them, from a cluster and for one. A setting that
 * the cluster does not tell is left out.
 */
public final class SettingValues {
  private SettingValues() {}

  /** Returns what a tenant has of each setting, by the name of the setting. */
  public static Map<String, Object> of(Tenant tenant) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (TenantSetting<?> setting : TenantSetting.all()) {
      Object value = tenant.get(setting);
      if (value != null) {
        values.put(setting.name(), written(value));
      } else if (setting.isFixed()) {
        throw new CommandFailedException(
            ExitCode.FAILED,
            "tenant '%s' has a %s that this release does not know: use the release of the cluster"
                .formatted(tenant.name(), setting.title()));
      }
    }
    return values;
  }

  private static Object written(Object value) {
    return switch (value) {
      case Duration duration -> duration.toMillis();
      case Long number -> number;
      case Enum<?> word -> word.name();
      default -> value.toString();
    };
  }

  /**
   * Returns the settings of a tenant in a backup.
   *
   * @throws CommandFailedException if this release does not know one of them
   */
  public static TenantSettings read(TenantEntry tenant) {
    TenantSettings settings = TenantSettings.DEFAULT;
    for (Map.Entry<String, Object> each : tenant.settings().entrySet()) {
      try {
        settings = with(settings, setting(each.getKey()), each.getValue());
      } catch (IllegalArgumentException | ClassCastException unknown) {
        throw new CommandFailedException(
            ExitCode.FAILED,
            "tenant '%s' has the setting %s: %s, which this release does not know: use the release that made the backup, or a later one"
                .formatted(tenant.name(), each.getKey(), each.getValue()));
      }
    }
    return settings;
  }

  private static TenantSetting<?> setting(String name) {
    return TenantSetting.all().stream()
        .filter(each -> each.name().equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException(name));
  }

  private static <T> TenantSettings with(
      TenantSettings others, TenantSetting<T> setting, Object value) {
    return others.with(setting, setting.type().cast(read(setting, value)));
  }

  private static Object read(TenantSetting<?> setting, Object value) {
    return switch (setting.kind()) {
      case LEVEL -> Level.parse((String) value);
      case DURATION -> Duration.ofMillis(((Number) value).longValue());
      case READ_REPAIR -> ReadRepair.parse((String) value);
      case COUNT, BYTES -> ((Number) value).longValue();
      case CHOICE -> choice(setting, (String) value);
    };
  }

  private static Object choice(TenantSetting<?> setting, String word) {
    return Arrays.stream(setting.type().getEnumConstants())
        .filter(each -> ((Enum<?>) each).name().equals(word))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException(word));
  }
}
