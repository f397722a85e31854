package io.quorate.metadata;

import io.quorate.bytes.ByteReader;
import io.quorate.cluster.RefusalKind;

/** Kinds of refusals as one byte. */
final class RefusalKindCodec {
  private RefusalKindCodec() {}

  static int toByte(RefusalKind kind) {
    return switch (kind) {
      case INVALID -> 1;
      case UNKNOWN_TENANT -> 2;
      case FAILED_PRECONDITION -> 3;
    };
  }

  static RefusalKind read(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case 1 -> RefusalKind.INVALID;
      case 2 -> RefusalKind.UNKNOWN_TENANT;
      case 3 -> RefusalKind.FAILED_PRECONDITION;
      default -> throw in.malformed("unknown kind of refusal " + kind);
    };
  }
}
