package io.quorate.placement;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values of some settings. In a command: what is to be set. In a tenant: what differs from what
 * tenants usually have.
 */
public final class TenantSettings {
  /** Nothing is said. */
  public static final TenantSettings NONE = new TenantSettings(new TreeMap<>());

  /** Never changed; each value is of the type of its setting. */
  private final SortedMap<TenantSetting<?>, Object> values;

  private TenantSettings(SortedMap<TenantSetting<?>, Object> values) {
    this.values = values;
  }

  /** Returns levels and how long values live; what is null is not said. */
  public static TenantSettings of(
      @Nullable Level readLevel, @Nullable Level writeLevel, @Nullable Long defaultTtlMillis) {
    return NONE.with(TenantSetting.READ_LEVEL, readLevel)
        .with(TenantSetting.WRITE_LEVEL, writeLevel)
        .with(TenantSetting.DEFAULT_TTL_MILLIS, defaultTtlMillis);
  }

  /** Returns the value of a setting; null if it is not among these. */
  public <T> @Nullable T get(TenantSetting<T> setting) {
    Object value = values.get(setting);
    return value == null ? null : setting.kind().cast(value);
  }

  /** The settings that have a value here, by id. */
  public Set<TenantSetting<?>> said() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** Returns these with another value of a setting; null takes the setting out. */
  public <T> TenantSettings with(TenantSetting<T> setting, @Nullable T value) {
    SortedMap<TenantSetting<?>, Object> changed = new TreeMap<>(values);
    if (value == null) {
      changed.remove(setting);
    } else {
      changed.put(setting, value);
    }
    return new TenantSettings(changed);
  }

  /** Returns these, and of what both say that which the others say. */
  public TenantSettings with(TenantSettings others) {
    SortedMap<TenantSetting<?>, Object> changed = new TreeMap<>(values);
    changed.putAll(others.values);
    return new TenantSettings(changed);
  }

  /** Returns those that are not what tenants usually have. */
  TenantSettings unusual() {
    SortedMap<TenantSetting<?>, Object> changed = new TreeMap<>(values);
    changed.entrySet().removeIf(each -> each.getValue().equals(each.getKey().usual()));
    return new TenantSettings(changed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TenantSettings settings && values.equals(settings.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Later settings only where they are said, so that texts of earlier releases stay. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "TenantSettings[", "]");
    for (TenantSetting<?> setting : TenantSetting.ALL) {
      if (setting.existsAt(1) || values.containsKey(setting)) {
        text.add(setting + "=" + values.get(setting));
      }
    }
    return text.toString();
  }
}
