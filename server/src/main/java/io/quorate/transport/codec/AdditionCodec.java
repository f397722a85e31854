package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.version.Addition;
import io.quorate.version.Writer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Writer} and {@code quorate.v1.Dot}. */
final class AdditionCodec {
  private static final int OPENED_HLC = 1;
  private static final int ID = 2;

  private static final int WRITER = 1;
  private static final int NUMBER = 2;

  private static final int WRITER_BYTES_MAX = 20;

  /** An addition takes no more bytes than this, with its tag. */
  static final int BYTES_MAX = WRITER_BYTES_MAX + 16;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

  /** What a message has that names none. */
  static final Writer NO_WRITER = new Writer(0, 0);

  private AdditionCodec() {}

  static void writeWriter(WireWriter out, int field, Writer writer) {
    long mark = out.begin(field, WRITER_BYTES_MAX);
    out.fixed64(OPENED_HLC, writer.openedHlc());
    out.fixed64(ID, writer.id());
    out.end(mark);
  }

  /**
   * Reads a nested writer whose tag was just read.
   *
   * @param passedOver is told of fields that are not known here; null: they are skipped
   */
  static Writer readWriter(CodedInputStream in, @Nullable PassedOver passedOver)
      throws IOException {
    int outer = Wire.enter(in);
    long openedHlc = 0;
    long id = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case OPENED_HLC << 3 | FIXED64 -> openedHlc = in.readFixed64();
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        default -> passOver(in, tag, passedOver, "Writer");
      }
    }
    Wire.leave(in, outer);
    return new Writer(openedHlc, id);
  }

  static void write(WireWriter out, int field, List<Addition> additions) {
    for (Addition addition : additions) {
      long mark = out.begin(field, BYTES_MAX);
      writeWriter(out, WRITER, addition.writer());
      out.varint(NUMBER, addition.number());
      out.end(mark);
    }
  }

  /** Reads a nested addition whose tag was just read, as {@link #readWriter}. */
  static Addition read(CodedInputStream in, @Nullable PassedOver passedOver) throws IOException {
    int outer = Wire.enter(in);
    Writer writer = NO_WRITER;
    long number = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case WRITER << 3 | DELIMITED -> writer = readWriter(in, passedOver);
        case NUMBER << 3 -> number = in.readUInt64();
        default -> passOver(in, tag, passedOver, "Dot");
      }
    }
    Wire.leave(in, outer);
    return new Addition(writer, number);
  }

  private static void passOver(
      CodedInputStream in, int tag, @Nullable PassedOver passedOver, String message)
      throws IOException {
    if (passedOver == null) {
      Wire.skip(in, tag);
    } else {
      passedOver.add(in, tag, message);
    }
  }
}
