package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.placement.Level;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Level}. */
final class LevelCodec {
  private static final int NAMED = 1;
  private static final int COUNT = 2;

  private LevelCodec() {}

  static void write(WireWriter out, int field, @Nullable Level level) {
    if (level != null) {
      long mark = out.begin(field, 12);
      switch (level) {
        case Level.Named named -> out.presentVarint(NAMED, wireNumber(named));
        case Level.InRegion in -> out.presentVarint(NAMED, wireNumber(in.local()));
        case Level.Count count -> out.presentVarint(COUNT, count.replicas());
      }
      out.end(mark);
    }
  }

  private static int wireNumber(Level.Named named) {
    return switch (named) {
      case ONE -> 1;
      case TWO -> 2;
      case QUORUM -> 3;
      case ALL -> 4;
      case LOCAL_ONE -> 5;
      case LOCAL_QUORUM -> 6;
      case EACH_QUORUM -> 7;
    };
  }

  /** Reads a nested level whose tag was just read. */
  static Field read(CodedInputStream in, PassedOver passedOver) throws IOException {
    int outer = Wire.enter(in);
    Field level = Field.UNSET;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case NAMED << 3 -> level = Field.named(in.readInt32());
        case COUNT << 3 -> level = Field.count(in.readUInt32());
        default -> passedOver.add(in, tag, "Level");
      }
    }
    Wire.leave(in, outer);
    return level;
  }

  /** A level as it stands on the wire, which may be one that we do not know. */
  record Field(@Nullable Level level, @Nullable String invalid) {
    static final Field UNSET = new Field(null, null);
    private static final Field ONE = new Field(Level.ONE, null);
    private static final Field TWO = new Field(Level.TWO, null);
    private static final Field QUORUM = new Field(Level.QUORUM, null);
    private static final Field ALL = new Field(Level.ALL, null);
    private static final Field LOCAL_ONE = new Field(Level.LOCAL_ONE, null);
    private static final Field LOCAL_QUORUM = new Field(Level.LOCAL_QUORUM, null);
    private static final Field EACH_QUORUM = new Field(Level.EACH_QUORUM, null);

    private static Field named(int number) {
      return switch (number) {
        case 0 -> UNSET;
        case 1 -> ONE;
        case 2 -> TWO;
        case 3 -> QUORUM;
        case 4 -> ALL;
        case 5 -> LOCAL_ONE;
        case 6 -> LOCAL_QUORUM;
        case 7 -> EACH_QUORUM;
        default -> new Field(null, "level " + number + " is not known to this server");
      };
    }

    private static Field count(int replicas) {
      return replicas >= 1
          ? new Field(new Level.Count(replicas), null)
          : new Field(
              null,
              "level "
                  + Integer.toUnsignedString(replicas)
                  + ": give a number from 1 to the replication factor");
    }

    @Nullable Level valid() throws InvalidOperationException {
      if (invalid != null) {
        throw new InvalidOperationException(invalid);
      }
      return level;
    }
  }
}
