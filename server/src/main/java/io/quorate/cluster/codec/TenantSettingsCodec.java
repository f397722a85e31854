package io.quorate.cluster.codec;

import io.quorate.cluster.TenantSettings;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import org.jspecify.annotations.Nullable;

/** What a command says of a tenant, as bytes: each setting, or a mark that it is not said. */
final class TenantSettingsCodec {
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

  static TenantSettings read(Reader in) {
    Level readLevel = LevelCodec.readOptional(in);
    Level writeLevel = LevelCodec.readOptional(in);
    Long ttlMillis = NumberCodec.readOptional(in);
    ReadRepair readRepair = ReadRepairCodec.readOptional(in);
    Long operations = NumberCodec.readOptional(in);
    Long bytes = NumberCodec.readOptional(in);
    @Nullable HintOverflow hintOverflow = LimitsCodec.readHintOverflow(in);
    return new TenantSettings(
        readLevel, writeLevel, ttlMillis, readRepair, operations, bytes, hintOverflow);
  }
}
