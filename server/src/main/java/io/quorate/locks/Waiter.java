package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;

/** An owner in the line for a lock. */
record Waiter(String owner, long ttlMillis, LockMode mode, Asker asker) {
  /** No encoding is shorter. */
  static final int BYTES_MIN = 19;

  void writeTo(ByteWriter out) {
    out.writeString(owner);
    out.writeVarint(ttlMillis);
    mode.writeTo(out);
    asker.writeTo(out);
  }

  static Waiter read(ByteReader in) {
    return new Waiter(in.readString(), in.readNumber(), LockMode.read(in), Asker.read(in));
  }
}
