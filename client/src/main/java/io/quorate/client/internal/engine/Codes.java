package io.quorate.client.internal.engine;

import io.quorate.client.FailureCode;
import io.quorate.proto.v1.Failure;

/** What exactly happened, as nodes say it. */
public final class Codes {
  private Codes() {}

  /** Returns {@link FailureCode#NONE} for one that this release does not know. */
  public static FailureCode fromWire(Failure.Code code) {
    return switch (code) {
      case CODE_NOT_JOINED -> FailureCode.NOT_JOINED;
      case CODE_NO_HISTORY -> FailureCode.NO_HISTORY;
      case CODE_BEFORE_HISTORY -> FailureCode.BEFORE_HISTORY;
      case CODE_OTHER_CUT -> FailureCode.OTHER_CUT;
      case CODE_UNSPECIFIED, UNRECOGNIZED -> FailureCode.NONE;
    };
  }
}
