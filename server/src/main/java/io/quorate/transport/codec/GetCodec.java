package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import io.quorate.version.Version;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.GetRequest}. */
final class GetCodec {
  private static final int TENANT = 1;
  private static final int KEY = 2;
  private static final int LEVEL = 3;
  private static final int MIN_VERSION = 4;
  private static final int MIN_HLC = 5;
  private static final int READ_REPAIR = 9;
  private static final int FENCE_TOKEN = 10;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final byte[] NO_BYTES = {};

  private GetCodec() {}

  /** Writes the fields of a GetRequest. */
  static void write(WireWriter out, Operation.Get get) {
    out.string(TENANT, get.tenant());
    out.bytes(KEY, get.key());
    LevelCodec.write(out, LEVEL, get.level());
    writeMinimum(out, get.minimum());
    if (get.repair() != null) {
      ReadRepairCodec.write(out, READ_REPAIR, get.repair());
    }
    out.varint(FENCE_TOKEN, get.fenceToken());
  }

  private static void writeMinimum(WireWriter out, @Nullable Minimum minimum) {
    if (minimum != null) {
      if (minimum.version() != null) {
        VersionCodec.write(out, MIN_VERSION, minimum.version());
      }
      out.fixed64(MIN_HLC, minimum.hlc());
    }
  }

  /** Reads the fields of a GetRequest up to the current limit. */
  static Operation read(CodedInputStream in, PassedOver passedOver)
      throws IOException, InvalidOperationException {
    String tenant = "";
    byte[] key = NO_BYTES;
    LevelCodec.Field level = LevelCodec.Field.UNSET;
    ReadRepairCodec.Field repair = ReadRepairCodec.Field.UNSET;
    Version minVersion = null;
    boolean noVersion = false;
    long minHlc = 0;
    long fenceToken = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TENANT << 3 | DELIMITED -> tenant = in.readStringRequireUtf8();
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case LEVEL << 3 | DELIMITED -> level = LevelCodec.read(in, passedOver);
        case MIN_VERSION << 3 | DELIMITED -> {
          minVersion = version(in, passedOver);
          noVersion = minVersion == null;
        }
        case MIN_HLC << 3 | FIXED64 -> minHlc = in.readFixed64();
        case READ_REPAIR << 3 | DELIMITED -> repair = ReadRepairCodec.read(in, passedOver);
        case FENCE_TOKEN << 3 -> fenceToken = in.readUInt64();
        default -> passedOver.add(in, tag, "GetRequest");
      }
    }
    OperationRules.checkKnown(passedOver);
    OperationRules.checkToken(fenceToken);
    if (noVersion) {
      throw new InvalidOperationException(
          "min_version has a token or a boot beyond all numbers: give a version as it was"
              + " answered");
    }
    return new Operation.Get(
        tenant,
        key,
        level.valid(),
        repair(repair),
        minVersion == null && minHlc == 0 ? null : new Minimum(minVersion, minHlc),
        fenceToken);
  }

  /** Returns a version whose tag was just read; null if there is no such version. */
  private static @Nullable Version version(CodedInputStream in, PassedOver passedOver)
      throws IOException {
    try {
      return VersionCodec.read(in, passedOver);
    } catch (IllegalArgumentException none) {
      return null;
    }
  }

  private static @Nullable ReadRepair repair(ReadRepairCodec.Field field)
      throws InvalidOperationException {
    try {
      return field.valid();
    } catch (IllegalArgumentException unknown) {
      throw new InvalidOperationException(String.valueOf(unknown.getMessage()));
    }
  }
}
