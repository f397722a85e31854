package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.placement.Level;
import org.jspecify.annotations.Nullable;

/** Levels as bytes: a number for each name, kept for ever, and one for a count. */
final class LevelCodec {
  private static final int NONE = 0;
  private static final int ONE = 1;
  private static final int TWO = 2;
  private static final int QUORUM = 3;
  private static final int ALL = 4;
  private static final int COUNT = 5;

  // Since cluster version 2.
  private static final int LOCAL_ONE = 6;
  private static final int LOCAL_QUORUM = 7;
  private static final int EACH_QUORUM = 8;

  private LevelCodec() {}

  static void write(ByteWriter out, @Nullable Level level) {
    switch (level) {
      case null -> out.writeByte(NONE);
      case Level.Named.ONE -> out.writeByte(ONE);
      case Level.Named.TWO -> out.writeByte(TWO);
      case Level.Named.QUORUM -> out.writeByte(QUORUM);
      case Level.Named.ALL -> out.writeByte(ALL);
      case Level.Named.LOCAL_ONE -> out.writeByte(LOCAL_ONE);
      case Level.Named.LOCAL_QUORUM -> out.writeByte(LOCAL_QUORUM);
      case Level.Named.EACH_QUORUM -> out.writeByte(EACH_QUORUM);
      case Level.InRegion in -> write(out, in.local());
      case Level.Count count -> {
        out.writeByte(COUNT);
        out.writeVarint(count.replicas());
      }
    }
  }

  static @Nullable Level readOptional(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case NONE -> null;
      case ONE -> Level.ONE;
      case TWO -> Level.TWO;
      case QUORUM -> Level.QUORUM;
      case ALL -> Level.ALL;
      case LOCAL_ONE -> Level.LOCAL_ONE;
      case LOCAL_QUORUM -> Level.LOCAL_QUORUM;
      case EACH_QUORUM -> Level.EACH_QUORUM;
      case COUNT -> new Level.Count(in.readInt(Integer.MAX_VALUE));
      default -> throw in.malformed("unknown kind of level " + kind);
    };
  }
}
