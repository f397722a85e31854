package io.quorate.metadata;

import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.codec.MalformedBytesException;

/** Kinds of refusals as one byte. */
final class RefusalKindCodec {
  private RefusalKindCodec() {}

  static byte toByte(RefusalKind kind) {
    return switch (kind) {
      case INVALID -> 1;
      case UNKNOWN_TENANT -> 2;
      case FAILED_PRECONDITION -> 3;
    };
  }

  /**
   * @throws MalformedBytesException if there is no such kind
   */
  static RefusalKind ofByte(byte kind) {
    return switch (kind) {
      case 1 -> RefusalKind.INVALID;
      case 2 -> RefusalKind.UNKNOWN_TENANT;
      case 3 -> RefusalKind.FAILED_PRECONDITION;
      default -> throw new MalformedBytesException("unknown kind of refusal " + kind);
    };
  }
}
