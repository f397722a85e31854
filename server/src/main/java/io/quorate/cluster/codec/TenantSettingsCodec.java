package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.Invariant;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import java.util.List;

/**
 * Settings of tenants as bytes. Those of the first cluster version have each its place, in the
 * order of their ids. Later ones follow as a list of ids and values, from the formats of cluster
 * version 2 on. So a setting that is added needs no format of its own.
 *
 * <p>An id that is not known here is an error, and is not kept or passed over: a node that does not
 * know a setting would not obey it, and would fold later commands into another state than nodes
 * that do. Nothing is lost by this: a setting is refused below the cluster version that knows it,
 * and at that version no node runs a release that does not.
 */
final class TenantSettingsCodec {
  /** The settings that releases of the first cluster version know. */
  private static final List<TenantSetting<?>> FIRST = existing(true);

  private TenantSettingsCodec() {}

  /** A setting is refused where the cluster's version does not know it, so none is left out. */
  static void checkThatAllAreWritten(TenantSettings settings, boolean later) {
    Invariant.hold(
        later || settings.said().stream().allMatch(each -> each.existsAt(1)),
        "settings %s are written as the first cluster version does",
        settings);
  }

  /**
   * Writes what a command says: of each of the first settings, or a mark that it is not said.
   *
   * @param later whether the format has those that the first cluster version does not know
   */
  static void write(ByteWriter out, TenantSettings settings, boolean later) {
    checkThatAllAreWritten(settings, later);
    FIRST.forEach(setting -> writeSaid(out, setting, settings));
    if (later) {
      writeLater(out, settings);
    }
  }

  private static <T> void writeSaid(
      ByteWriter out, TenantSetting<T> setting, TenantSettings settings) {
    SettingCodec.writeOptional(out, setting.kind(), settings.get(setting));
  }

  static TenantSettings read(ByteReader in, boolean later) {
    TenantSettings settings = TenantSettings.NONE;
    for (TenantSetting<?> setting : FIRST) {
      settings = readSaid(in, setting, settings);
    }
    return later ? readLater(in, settings) : settings;
  }

  private static <T> TenantSettings readSaid(
      ByteReader in, TenantSetting<T> setting, TenantSettings settings) {
    return settings.with(setting, SettingCodec.readOptional(in, setting.kind()));
  }

  /** Writes what a tenant has of the first settings. */
  static void write(ByteWriter out, Tenant tenant) {
    FIRST.forEach(setting -> writeValue(out, setting, tenant));
  }

  private static <T> void writeValue(ByteWriter out, TenantSetting<T> setting, Tenant tenant) {
    SettingCodec.write(out, setting.kind(), tenant.get(setting));
  }

  static TenantSettings readOfTenant(ByteReader in) {
    TenantSettings settings = TenantSettings.NONE;
    for (TenantSetting<?> setting : FIRST) {
      settings = readValue(in, setting, settings);
    }
    return settings;
  }

  private static <T> TenantSettings readValue(
      ByteReader in, TenantSetting<T> setting, TenantSettings settings) {
    return settings.with(setting, SettingCodec.read(in, setting.kind()));
  }

  /** Writes those that the first cluster version does not know: how many, then id and value. */
  static void writeLater(ByteWriter out, TenantSettings settings) {
    List<TenantSetting<?>> later =
        settings.said().stream().filter(each -> !each.existsAt(1)).toList();
    out.writeVarint(later.size());
    for (TenantSetting<?> setting : later) {
      out.writeVarint(setting.id());
      writeLater(out, setting, settings);
    }
  }

  private static <T> void writeLater(
      ByteWriter out, TenantSetting<T> setting, TenantSettings settings) {
    T value = settings.get(setting);
    if (value != null) {
      SettingCodec.write(out, setting.kind(), value);
    }
  }

  /** Reads what {@link #writeLater} wrote, and adds it to others. */
  static TenantSettings readLater(ByteReader in, TenantSettings others) {
    return readLater(in, others, existing(false));
  }

  /**
   * Reads what {@link #writeLater} wrote, and adds it to others.
   *
   * @param known the later settings that there are
   */
  static TenantSettings readLater(
      ByteReader in, TenantSettings others, List<TenantSetting<?>> known) {
    TenantSettings settings = others;
    int before = 0;
    for (int left = in.readCount(); left > 0; left--) {
      int id = in.readInt(Integer.MAX_VALUE);
      if (id <= before) {
        throw in.malformed("setting %d of a tenant out of order".formatted(id));
      }
      before = id;
      settings = readValue(in, withId(in, id, known), settings);
    }
    return settings;
  }

  private static TenantSetting<?> withId(ByteReader in, int id, List<TenantSetting<?>> known) {
    for (TenantSetting<?> setting : known) {
      if (setting.id() == id) {
        return setting;
      }
    }
    throw in.malformed(
        "setting %d of a tenant, which this release does not know: a later release wrote it"
            .formatted(id));
  }

  private static List<TenantSetting<?>> existing(boolean first) {
    return TenantSetting.ALL.stream().filter(each -> each.existsAt(1) == first).toList();
  }
}
