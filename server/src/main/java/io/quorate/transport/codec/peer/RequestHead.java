package io.quorate.transport.codec.peer;

import static io.quorate.transport.codec.peer.PeerFields.*;

import com.google.protobuf.CodedInputStream;
import io.quorate.transport.codec.Wire;
import java.io.IOException;

/**
 * What each request to a replica begins with: its id, and which keys it is about. {@link
 * PeerMessageWriter#address} writes it. A codec gives it all tags that it does not know.
 */
final class RequestHead {
  private static final int FIXED64 = 1;

  private long id;
  private int partition;
  private long epoch;
  private int tenant;

  /** Reads the field of a tag if it is one of these, and passes over any other. */
  void readOrSkip(int tag, CodedInputStream in) throws IOException {
    switch (tag) {
      case ID << 3 | FIXED64 -> id = in.readFixed64();
      case PARTITION << 3 -> partition = in.readUInt32();
      case EPOCH << 3 -> epoch = in.readUInt64();
      case TENANT << 3 -> tenant = in.readUInt32();
      default -> Wire.skip(in, tag);
    }
  }

  long id() {
    return id;
  }

  int partition() {
    return partition;
  }

  long epoch() {
    return epoch;
  }

  int tenant() {
    return tenant;
  }
}
