package io.quorate.transport.codec.peer;

import static io.quorate.transport.codec.peer.PeerFields.*;

import com.google.protobuf.CodedInputStream;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.storage.RecordStore;
import io.quorate.transport.codec.Elements;
import io.quorate.transport.codec.Wire;
import io.quorate.transport.codec.WireWriter;
import java.io.IOException;

/** Questions for images of partitions, as of a cut. */
final class ImageCodec {
  private static final int DELIMITED = 2;
  private static final byte[] NO_BYTES = {};

  private ImageCodec() {}

  static void write(WireWriter out, ReadImage read) {
    RecordStore.Range range = read.range();
    PeerMessageWriter.address(out, read, range.tenant());
    out.bytes(READ_IMAGE_AFTER, range.after());
    out.uint32(READ_IMAGE_RECORDS_MAX, range.recordsMax());
    out.uint32(READ_IMAGE_BYTES_MAX, range.bytesMax());
    out.uint32(TIMEOUT_MS, read.timeoutMillis());
    out.varint(READ_IMAGE_CUT, read.cut());
    out.bytes(READ_IMAGE_PREFIX, range.keys().prefix());
  }

  /** Reads a nested ReadImage whose tag was just read. */
  static ReplicaMessage readImage(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    byte[] after = NO_BYTES;
    int recordsMax = 0;
    int bytesMax = 0;
    int timeoutMillis = 0;
    long cut = 0;
    byte[] prefix = NO_BYTES;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case READ_IMAGE_AFTER << 3 | DELIMITED -> after = in.readByteArray();
        case READ_IMAGE_RECORDS_MAX << 3 -> recordsMax = Elements.records(in.readUInt32());
        case READ_IMAGE_BYTES_MAX << 3 -> bytesMax = Elements.pageBytes(in.readUInt32());
        case TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        case READ_IMAGE_CUT << 3 -> cut = in.readUInt64();
        case READ_IMAGE_PREFIX << 3 | DELIMITED -> prefix = in.readByteArray();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    var range =
        new RecordStore.Range(head.partition(), head.tenant(), prefix, after, recordsMax, bytesMax);
    return new ReadImage(head.id(), cut, head.epoch(), range, timeoutMillis);
  }
}
