package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.Release;

/** A release as bytes: its name, the lowest cluster version that it works at, and the highest. */
final class ReleaseCodec {
  private ReleaseCodec() {}

  static void write(ByteWriter out, Release release) {
    out.writeString(release.name());
    out.writeVarint(release.oldest());
    out.writeVarint(release.newest());
  }

  static Release read(ByteReader in) {
    return new Release(
        in.readString(), in.readInt(Integer.MAX_VALUE), in.readInt(Integer.MAX_VALUE));
  }
}
