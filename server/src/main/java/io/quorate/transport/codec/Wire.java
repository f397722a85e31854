package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.version.MalformedRecordException;
import io.quorate.version.Record;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How parts of a message are read: nested ones are entered and left, unknown ones skipped. */
public final class Wire {
  private Wire() {}

  /** Limits reading to the nested message whose tag was just read; returns the outer limit. */
  public static int enter(CodedInputStream in) throws IOException {
    return in.pushLimit(in.readRawVarint32());
  }

  public static void leave(CodedInputStream in, int outer) throws IOException {
    in.checkLastTagWas(0);
    in.popLimit(outer);
  }

  /** Passes over a field that a newer sender knows and we do not. */
  public static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("an end of group without a group");
    }
  }

  /**
   * Reads a record.
   *
   * @throws NotUnderstoodException if its format, or a flag, is one of a newer version
   * @throws MalformedRecordException if the bytes are no record of any version
   */
  public static Record record(CodedInputStream in) throws IOException {
    byte[] bytes = in.readByteArray();
    if (Record.isOfNewerVersion(bytes)) {
      throw new NotUnderstoodException("a record of a newer version");
    }
    return Record.of(bytes);
  }

  /**
   * Returns a part without which a message means nothing to this version. Where it is missing, a
   * newer version has sent something else in its place.
   *
   * @throws NotUnderstoodException if the part is missing
   */
  public static <T> T understood(@Nullable T part, String lack) throws NotUnderstoodException {
    if (part == null) {
      throw new NotUnderstoodException(lack);
    }
    return part;
  }
}
