package io.quorate.cluster.codec;

import io.quorate.cluster.TenantSettings;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import org.jspecify.annotations.Nullable;

/** What a command says of a tenant, as bytes: each setting, or a mark that it is not said. */
final class TenantSettingsCodec {
  /** From this format of commands on tenants have limits. */
  private static final int LIMITS = 2;

  /** From here on a read repair of their own; the time to live of a new one may be left out. */
  private static final int READ_REPAIR = 3;

  private TenantSettingsCodec() {}

  static void write(Writer out, TenantSettings settings) {
    LevelCodec.write(out, settings.readLevel());
    LevelCodec.write(out, settings.writeLevel());
    NumberCodec.write(out, settings.defaultTtlMillis());
    ReadRepairCodec.write(out, settings.readRepair());
    NumberCodec.write(out, settings.operationsPerSecond());
    NumberCodec.write(out, settings.bytesPerSecond());
    LimitsCodec.write(out, settings.hintOverflow());
  }

  static TenantSettings readOfNew(Reader in, int format) {
    return read(in, format, format < READ_REPAIR);
  }

  static TenantSettings readOfAltered(Reader in, int format) {
    return read(in, format, false);
  }

  private static TenantSettings read(Reader in, int format, boolean ttlIsSaid) {
    Level readLevel = LevelCodec.readOptional(in);
    Level writeLevel = LevelCodec.readOptional(in);
    Long ttlMillis = ttlIsSaid ? Long.valueOf(in.readVarint()) : NumberCodec.readOptional(in);
    if (format < LIMITS) {
      return new TenantSettings(readLevel, writeLevel, ttlMillis);
    }
    ReadRepair readRepair = format < READ_REPAIR ? null : ReadRepairCodec.readOptional(in);
    Long operations = NumberCodec.readOptional(in);
    Long bytes = NumberCodec.readOptional(in);
    @Nullable HintOverflow hintOverflow = LimitsCodec.readHintOverflow(in);
    return new TenantSettings(
        readLevel, writeLevel, ttlMillis, readRepair, operations, bytes, hintOverflow);
  }
}
