package io.quorate.client.internal.engine;

import com.google.protobuf.UnsafeByteOperations;
import io.quorate.client.Condition;
import io.quorate.client.Context;
import io.quorate.client.Level;
import io.quorate.client.MapValue;
import io.quorate.client.ReadRepair;
import io.quorate.client.ResultInfo;
import io.quorate.client.ScanEntry;
import io.quorate.client.Sibling;
import io.quorate.client.Siblings;
import io.quorate.client.Version;
import io.quorate.client.internal.update.FieldWords;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our words and those on the wire, for keys and values. */
public final class Words {
  private static final String DEFAULT_TENANT = "default";

  /** Entries of a scan have none of their own. */
  private static final ResultInfo NO_INFO = ResultInfo.of(-1, 0, new long[0], false);

  private static final io.quorate.proto.v1.Level ONE =
      named(io.quorate.proto.v1.Level.Named.NAMED_ONE);
  private static final io.quorate.proto.v1.Level TWO =
      named(io.quorate.proto.v1.Level.Named.NAMED_TWO);
  private static final io.quorate.proto.v1.Level QUORUM =
      named(io.quorate.proto.v1.Level.Named.NAMED_QUORUM);
  private static final io.quorate.proto.v1.Level ALL =
      named(io.quorate.proto.v1.Level.Named.NAMED_ALL);
  private static final io.quorate.proto.v1.Level LOCAL_ONE =
      named(io.quorate.proto.v1.Level.Named.NAMED_LOCAL_ONE);
  private static final io.quorate.proto.v1.Level LOCAL_QUORUM =
      named(io.quorate.proto.v1.Level.Named.NAMED_LOCAL_QUORUM);
  private static final io.quorate.proto.v1.Level EACH_QUORUM =
      named(io.quorate.proto.v1.Level.Named.NAMED_EACH_QUORUM);

  private Words() {}

  private static io.quorate.proto.v1.Level named(io.quorate.proto.v1.Level.Named name) {
    return io.quorate.proto.v1.Level.newBuilder().setNamed(name).build();
  }

  public static io.quorate.proto.v1.Level toWire(Level level) {
    if (level instanceof Level.Named named) {
      return switch (named) {
        case ONE -> ONE;
        case TWO -> TWO;
        case QUORUM -> QUORUM;
        case ALL -> ALL;
        case LOCAL_ONE -> LOCAL_ONE;
        case LOCAL_QUORUM -> LOCAL_QUORUM;
        case EACH_QUORUM -> EACH_QUORUM;
      };
    }
    int replicas = ((Level.Count) level).replicas();
    return io.quorate.proto.v1.Level.newBuilder().setCount(replicas).build();
  }

  public static io.quorate.proto.v1.ReadRepair toWire(ReadRepair repair) {
    return io.quorate.proto.v1.ReadRepair.newBuilder()
        .setMode(toWire(repair.mode()))
        .setBackgroundPercent(repair.backgroundPercent())
        .build();
  }

  private static io.quorate.proto.v1.ReadRepair.Mode toWire(ReadRepair.Mode mode) {
    return switch (mode) {
      case BLOCKING -> io.quorate.proto.v1.ReadRepair.Mode.MODE_BLOCKING;
      case EVERYONE -> io.quorate.proto.v1.ReadRepair.Mode.MODE_EVERYONE;
      case BACKGROUND -> io.quorate.proto.v1.ReadRepair.Mode.MODE_BACKGROUND;
      case OFF -> io.quorate.proto.v1.ReadRepair.Mode.MODE_OFF;
    };
  }

  public static ReadRepair fromWire(io.quorate.proto.v1.ReadRepair repair) {
    return switch (repair.getMode()) {
      case MODE_EVERYONE -> ReadRepair.EVERYONE;
      case MODE_BACKGROUND -> ReadRepair.background(repair.getBackgroundPercent());
      case MODE_OFF -> ReadRepair.OFF;
      case MODE_UNSPECIFIED, MODE_BLOCKING, UNRECOGNIZED -> ReadRepair.BLOCKING;
    };
  }

  public static @Nullable Level fromWire(io.quorate.proto.v1.Level level) {
    return switch (level.getKindCase()) {
      case NAMED ->
          switch (level.getNamed()) {
            case NAMED_ONE -> Level.ONE;
            case NAMED_TWO -> Level.TWO;
            case NAMED_QUORUM -> Level.QUORUM;
            case NAMED_ALL -> Level.ALL;
            case NAMED_LOCAL_ONE -> Level.LOCAL_ONE;
            case NAMED_LOCAL_QUORUM -> Level.LOCAL_QUORUM;
            case NAMED_EACH_QUORUM -> Level.EACH_QUORUM;
            case NAMED_UNSPECIFIED, UNRECOGNIZED -> null;
          };
      case COUNT -> level.getCount() < 1 ? null : Level.of(level.getCount());
      case KIND_NOT_SET -> null;
    };
  }

  /** The default tenant needs no bytes: an empty name means it. */
  public static String tenantToWire(String tenant) {
    return tenant.equals(DEFAULT_TENANT) ? "" : tenant;
  }

  public static com.google.protobuf.ByteString bytes(byte[] uncopied) {
    return UnsafeByteOperations.unsafeWrap(uncopied);
  }

  public static Version fromWire(io.quorate.proto.v1.Version version) {
    return Version.of(version.getToken(), version.getHlc(), version.getNode(), version.getBoot());
  }

  public static io.quorate.proto.v1.Condition toWire(Condition condition) {
    io.quorate.proto.v1.Condition.Builder builder = io.quorate.proto.v1.Condition.newBuilder();
    byte[] value = condition.value();
    Version version = condition.version();
    if (value != null) {
      builder.setValue(bytes(value));
    } else if (version != null) {
      builder.setVersion(toWire(version));
    } else {
      builder.setAbsent(true);
    }
    return builder.build();
  }

  /** Bytes of the value that a condition names. */
  public static int valueBytes(@Nullable Condition condition) {
    byte[] value = condition == null ? null : condition.value();
    return value == null ? 0 : value.length;
  }

  public static io.quorate.proto.v1.Version toWire(Version version) {
    return io.quorate.proto.v1.Version.newBuilder()
        .setToken(version.rank())
        .setHlc(version.hlc())
        .setNode(version.node())
        .setBoot(version.boot())
        .build();
  }

  public static ScanEntry fromWire(io.quorate.proto.v1.ScanEntry entry) {
    byte[] key = entry.getKey().toByteArray();
    Version version = fromWire(entry.getVersion());
    if (entry.getFieldsCount() > 0) {
      MapValue fields = FieldWords.fromWire(entry.getFieldsList(), NO_INFO);
      return ScanEntry.ofFields(key, version, fields);
    }
    if (entry.getSiblingsCount() == 0) {
      return ScanEntry.of(key, entry.getValue().toByteArray(), version, entry.getExpiresAtMs());
    }
    Siblings<byte[]> siblings =
        Siblings.<byte[]>builder()
            .list(siblings(entry.getSiblingsList()))
            .context(Context.of(entry.getContext().toByteArray()))
            .version(version)
            .build();
    return ScanEntry.ofSiblings(key, version, siblings);
  }

  /** The siblings of a key. */
  public static List<Sibling<byte[]>> siblings(List<io.quorate.proto.v1.Sibling> siblings) {
    return siblings.stream()
        .map(
            each ->
                Sibling.of(
                    each.getValue().toByteArray(),
                    fromWire(each.getVersion()),
                    each.getExpiresAtMs()))
        .toList();
  }

  public static ResultInfo fromWire(io.quorate.proto.v1.ResultInfo info) {
    long[] replicas = new long[info.getReplicasCount()];
    for (int i = 0; i < replicas.length; i++) {
      replicas[i] = info.getReplicas(i);
    }
    return ResultInfo.of(
        info.getPartition(), info.getEpoch(), replicas, info.getPotentiallyStale());
  }
}
