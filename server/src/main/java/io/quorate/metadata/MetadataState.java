package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Decision;
import io.quorate.cluster.GroupRecovery;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The state machine of the metadata group: the cluster's state, and what was decided about recent
 * commands. Same log, same state, on every node. Owned by the metadata lane.
 */
public final class MetadataState {
  private static final int FORMAT = 1;

  private ClusterState cluster;
  private final RecentCommands recent;

  private MetadataState(ClusterState cluster, RecentCommands recent) {
    this.cluster = cluster;
    this.recent = recent;
  }

  /** What a cluster begins with. */
  public static MetadataState of(ClusterState genesis) {
    return new MetadataState(genesis, new RecentCommands());
  }

  public ClusterState cluster() {
    return cluster;
  }

  RecentCommands recent() {
    return recent;
  }

  /** Folds one committed command in, unless it is a retry of one that was. */
  Decided apply(NumberedCommand numbered, long index) {
    Decided before = recent.decision(numbered.id());
    if (before != null) {
      return before;
    }
    Decided decided =
        switch (cluster.apply(numbered.command(), index)) {
          case Decision.Accepted accepted -> {
            cluster = accepted.next();
            yield new Accepted(accepted.warnings());
          }
          case Decision.Rejected rejected -> new Rejected(rejected.reason());
        };
    recent.add(numbered.id(), decided);
    return decided;
  }

  /** What a recovered group goes on with; this one is what its survivor knew. */
  MetadataState recovered(GroupRecovery recovery, long firstNumber) {
    return new MetadataState(cluster.recovered(recovery, firstNumber), recent);
  }

  /** Format (1 byte), recent commands, the cluster's state. */
  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      recent.writeTo(out);
      out.write(ClusterStateCodec.encode(cluster));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws RuntimeException if the bytes are damaged, or of another version; says so
   */
  public static MetadataState decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readUnsignedByte();
      if (format != FORMAT) {
        throw new IllegalArgumentException(
            "metadata of format %d, and this version of Quorate reads format %d"
                .formatted(format, FORMAT));
      }
      RecentCommands recent = RecentCommands.readFrom(in);
      return new MetadataState(ClusterStateCodec.decode(in.readAllBytes()), recent);
    } catch (IOException damaged) {
      throw new UncheckedIOException("metadata of " + bytes.length + " bytes is damaged", damaged);
    }
  }
}
