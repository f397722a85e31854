package io.quorate.metadata;

import io.quorate.bytes.ByteReader;
import io.quorate.cluster.RefusalKind;

/**
 * Kinds of refusals as one byte. Those about cuts come from commands that clusters take from
 * version 2 on, so no node of an earlier release reads them.
 */
final class RefusalKindCodec {
  private RefusalKindCodec() {}

  static int toByte(RefusalKind kind) {
    return switch (kind) {
      case INVALID -> 1;
      case UNKNOWN_TENANT -> 2;
      case FAILED_PRECONDITION -> 3;
      case NO_HISTORY -> 4;
      case BEFORE_HISTORY -> 5;
      case OTHER_CUT -> 6;
    };
  }

  static RefusalKind read(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case 1 -> RefusalKind.INVALID;
      case 2 -> RefusalKind.UNKNOWN_TENANT;
      case 3 -> RefusalKind.FAILED_PRECONDITION;
      case 4 -> RefusalKind.NO_HISTORY;
      case 5 -> RefusalKind.BEFORE_HISTORY;
      case 6 -> RefusalKind.OTHER_CUT;
      default -> throw in.malformed("unknown kind of refusal " + kind);
    };
  }
}
