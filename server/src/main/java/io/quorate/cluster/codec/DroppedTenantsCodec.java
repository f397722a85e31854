package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.placement.DroppedTenants;
import io.quorate.placement.DroppedTenants.Range;
import java.util.ArrayList;
import java.util.List;

/** The ids of dropped tenants as bytes. */
final class DroppedTenantsCodec {
  private DroppedTenantsCodec() {}

  static void write(ByteWriter out, DroppedTenants dropped) {
    out.writeVarint(dropped.ranges().size());
    for (Range range : dropped.ranges()) {
      out.writeInt(range.first());
      out.writeInt(range.last());
    }
  }

  static DroppedTenants read(ByteReader in) {
    List<Range> ranges = new ArrayList<>();
    for (int left = in.readCount(); left > 0; left--) {
      ranges.add(new Range(in.readInt(), in.readInt()));
    }
    return new DroppedTenants(ranges);
  }
}
