package io.quorate.cli.tenant;

import io.quorate.client.admin.Model;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;
import io.quorate.model.DurationText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How settings of tenants are shown. */
final class SettingForms {
  private static final String UNKNOWN = "UNKNOWN";

  private SettingForms() {}

  /** Returns the heading of a column, see {@link io.quorate.cli.output.Table}. */
  static String heading(TenantSetting<?> setting) {
    return switch (setting.kind()) {
      case COUNT, BYTES -> setting.title() + ">";
      case LEVEL, DURATION, READ_REPAIR, CHOICE -> setting.title();
    };
  }

  /** Returns what a tenant has, for people. */
  static String text(TenantSetting<?> setting, Tenant tenant) {
    Object value = value(setting, tenant);
    if (value instanceof Duration duration) {
      return setting.equals(TenantSetting.HISTORY) ? history(duration) : expiry(duration);
    }
    if (value instanceof Long limit && limit == 0) {
      return "no limit";
    }
    return value == null ? UNKNOWN : value.toString();
  }

  /** Returns what a tenant has, for programs: a number or a word. */
  static Object json(TenantSetting<?> setting, Tenant tenant) {
    Object value = value(setting, tenant);
    if (value instanceof Duration duration) {
      return duration.toMillis();
    }
    if (value instanceof Long number) {
      return number;
    }
    return value == null ? UNKNOWN : value.toString();
  }

  /** Writes of all other models take effect at most once, whatever the setting says. */
  private static @Nullable Object value(TenantSetting<?> setting, Tenant tenant) {
    Model model = tenant.model();
    boolean isOnceByModel =
        setting.equals(TenantSetting.RETRIES) && model != null && model != Model.LAST_WRITE_WINS;
    return isOnceByModel ? Retries.ONCE : tenant.get(setting);
  }

  private static String history(Duration history) {
    return history.isZero() ? "none" : DurationText.of(history);
  }

  private static String expiry(Duration ttl) {
    return ttl.isZero() ? "never" : "after " + DurationText.of(ttl);
  }
}
