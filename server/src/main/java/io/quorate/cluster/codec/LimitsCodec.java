package io.quorate.cluster.codec;

import io.quorate.placement.HintOverflow;
import io.quorate.placement.TenantLimits;
import org.jspecify.annotations.Nullable;

/** Limits of tenants as bytes; a policy that is not said is a mark, as are the others. */
final class LimitsCodec {
  private static final int NONE = 0;
  private static final int MARK = 1;
  private static final int REJECT = 2;

  private LimitsCodec() {}

  static void write(Writer out, TenantLimits limits) {
    out.writeVarint(limits.operationsPerSecond());
    out.writeVarint(limits.bytesPerSecond());
    write(out, limits.hintOverflow());
  }

  static TenantLimits read(Reader in) {
    long operations = in.readVarint();
    long bytes = in.readVarint();
    HintOverflow hintOverflow = readHintOverflow(in);
    if (hintOverflow == null) {
      throw in.malformed("a policy for hints is missing");
    }
    return new TenantLimits(operations, bytes, hintOverflow);
  }

  static void write(Writer out, @Nullable HintOverflow hintOverflow) {
    out.writeByte(
        switch (hintOverflow) {
          case null -> NONE;
          case MARK -> MARK;
          case REJECT -> REJECT;
        });
  }

  static @Nullable HintOverflow readHintOverflow(Reader in) {
    int policy = in.readByte();
    return switch (policy) {
      case NONE -> null;
      case MARK -> HintOverflow.MARK;
      case REJECT -> HintOverflow.REJECT;
      default -> throw in.malformed("unknown policy for hints " + policy);
    };
  }
}
