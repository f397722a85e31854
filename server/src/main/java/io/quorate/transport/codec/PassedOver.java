package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;

/**
 * The first field of an operation that was passed over because this version does not know it. Such
 * an operation is refused: the field may be a condition, or say what else is to be done.
 */
final class PassedOver {
  /** 0 if all fields were known. */
  private int field;

  private String message = "";

  void clear() {
    field = 0;
  }

  /** Passes over a field, whose tag was just read, of a message of this name. */
  void add(CodedInputStream in, int tag, String name) throws IOException {
    Wire.skip(in, tag);
    if (field == 0) {
      field = tag >>> 3;
      message = name;
    }
  }

  boolean isNothing() {
    return field == 0;
  }

  /** Returns what the caller is told. */
  String refusal() {
    return OperationCodec.notKnown(field, message);
  }
}
