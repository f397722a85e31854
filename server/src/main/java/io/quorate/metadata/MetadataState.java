package io.quorate.metadata;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.LaterFormatException;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Decision;
import io.quorate.cluster.GroupRecovery;
import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.RememberedRequests.Remembered;
import io.quorate.model.ByteFormat;
import io.quorate.model.Release;

/**
 * The state machine of the metadata group: the cluster's state, and what was decided about recent
 * commands and requests. Same log, same state, on every node. Owned by the metadata lane.
 */
public final class MetadataState {
  private ClusterState cluster;
  private final RecentCommands recent;
  private final RememberedRequests requests;

  private MetadataState(ClusterState cluster, RecentCommands recent, RememberedRequests requests) {
    this.cluster = cluster;
    this.recent = recent;
    this.requests = requests;
  }

  /** What a cluster begins with. */
  public static MetadataState of(ClusterState genesis) {
    return new MetadataState(genesis, new RecentCommands(), new RememberedRequests());
  }

  public ClusterState cluster() {
    return cluster;
  }

  RecentCommands recent() {
    return recent;
  }

  RememberedRequests requests() {
    return requests;
  }

  /**
   * Folds one committed command in, unless it is a retry of one that was: the same command of the
   * same node, or the same request of an operator.
   */
  Decided apply(NumberedCommand numbered, long index) {
    return apply(numbered, index, ProposalRules.ALL);
  }

  Decided apply(NumberedCommand numbered, long index, ProposalRules rules) {
    Decided before = recent.decision(numbered.id());
    if (before != null) {
      return before;
    }
    String refusal = rules.refusalOf(numbered, cluster);
    if (refusal != null) {
      return recent.add(numbered.id(), new Rejected(RefusalKind.INVALID, refusal));
    }
    Decided earlier = rules.earlier(numbered, requests);
    if (earlier != null) {
      recent.keep(numbered.id(), earlier);
      return earlier;
    }
    Decided kept = recent.add(numbered.id(), decided(numbered, index, rules));
    if (numbered.command() instanceof Requested requested) {
      requests.keep(requested.request(), new Remembered(requested.content(), index, kept));
    }
    return kept;
  }

  private Decided decided(NumberedCommand numbered, long index, ProposalRules rules) {
    return switch (rules.decide(numbered.command(), cluster, index)) {
      case Decision.Accepted accepted -> {
        cluster = accepted.next();
        yield new Accepted(accepted.warnings(), cluster.change().id());
      }
      case Decision.Rejected(RefusalKind kind, String reason) -> new Rejected(kind, reason);
    };
  }

  /** What a recovered group goes on with; this one is what its survivor knew. */
  MetadataState recovered(GroupRecovery recovery, long firstNumber) {
    return new MetadataState(cluster.recovered(recovery, firstNumber), recent, requests);
  }

  /**
   * Format (1 byte), recent commands, requests, the cluster's state, all as nodes at the version of
   * that state read them. What can be folded in is bounded such that this always succeeds, see
   * {@link io.quorate.cluster.CommandRules}.
   */
  public byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.writeByte(ByteFormat.METADATA_STATE.only());
    RecentCommandsCodec.write(out, recent, requests);
    out.writeRaw(ClusterStateCodec.encode(cluster));
    return out.toBytes();
  }

  /** Reads what {@link #encode} wrote at any version that this code works at. */
  public static MetadataState decode(byte[] bytes) {
    return decode(bytes, Release.NEWEST_VERSION);
  }

  /**
   * Reads what {@link #encode} wrote, as a release does that works at versions up to this one.
   *
   * @throws LaterFormatException if a later release wrote it
   * @throws MalformedBytesException if the bytes are damaged, or of an earlier release; says so
   */
  public static MetadataState decode(byte[] bytes, int newestVersion) {
    ByteReader in = new ByteReader("metadata", bytes);
    in.readFormat(ByteFormat.METADATA_STATE, newestVersion);
    RecentCommands recent = RecentCommandsCodec.read(in);
    RememberedRequests requests = RecentCommandsCodec.readRequests(in);
    ClusterState cluster = ClusterStateCodec.decode(in.readRest(), newestVersion);
    return new MetadataState(cluster, recent, requests);
  }
}
