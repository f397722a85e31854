package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.version.Record;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How parts of a message are read: nested ones are entered and left, unknown ones skipped. */
final class Wire {
  private Wire() {}

  /** Limits reading to the nested message whose tag was just read; returns the outer limit. */
  static int enter(CodedInputStream in) throws IOException {
    return in.pushLimit(in.readRawVarint32());
  }

  static void leave(CodedInputStream in, int outer) throws IOException {
    in.checkLastTagWas(0);
    in.popLimit(outer);
  }

  /** Passes over a field that a newer sender knows and we do not. */
  static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("an end of group without a group");
    }
  }

  static Record record(CodedInputStream in) throws IOException {
    return Record.of(in.readByteArray());
  }

  /**
   * The part that says what a message is about. Where there is none, a newer version says it in
   * another way.
   */
  static <T> T understood(@Nullable T part, String lack) throws NotUnderstoodException {
    if (part == null) {
      throw new NotUnderstoodException(lack);
    }
    return part;
  }

  /** A part without which its message means nothing. */
  static <T> T present(@Nullable T part, String lack) throws InvalidProtocolBufferException {
    if (part == null) {
      throw new InvalidProtocolBufferException(lack);
    }
    return part;
  }
}
