package io.quorate.replication.tree;

import com.google.protobuf.ByteString;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.PurgeMarks;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import java.util.List;
import java.util.SplittableRandom;

/** Hash trees as a start keeps them on disk for the next one. */
public final class LeftTreeTarget {
  private LeftTreeTarget() {}

  public static FuzzTarget create() {
    return new DecoderTarget<>(
        "left-tree",
        LeftTreeTarget::sample,
        bytes -> {
          KeptTree read = KeptTree.read(bytes);
          return ByteString.copyFrom(read == null ? bytes : read.bytes());
        },
        ByteString::toByteArray,
        List.of());
  }

  private static byte[] sample(SplittableRandom random) {
    PurgeMarks marks = new PurgeMarks(20, 10);
    PartitionTrees trees = new PartitionTrees(marks);
    for (int left = random.nextInt(3); left > 0; left--) {
      Factor factor = new Factor(1 + random.nextInt(3), 1 + random.nextInt(3));
      Record record =
          Record.tombstone(new Version(0, random.nextInt(40), new NodeId(1), 1), random.nextInt(9));
      Key key = new Key(1, new byte[] {(byte) random.nextInt()});
      TreeChange change = new TreeChange();
      change.set(0, trees.promised(), RecordModel.LAST_WRITE_WINS, key, null, record);
      trees.apply(factor, change);
    }
    return new KeptTree(
            new KeptTree.Basis(random.nextLong(), random.nextLong(), marks),
            random.nextLong(),
            trees)
        .bytes();
  }
}
