package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.NodeId;

/**
 * Where the answer to a request goes.
 *
 * @param node that passed the request on
 * @param id by which that node knows it; names its start, too
 */
record Asker(NodeId node, long id) {
  void writeTo(ByteWriter out) {
    out.writeFixed64(node.value());
    out.writeFixed64(id);
  }

  static Asker read(ByteReader in) {
    return new Asker(new NodeId(in.readFixed64()), in.readFixed64());
  }
}
