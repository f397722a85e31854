package io.quorate.fuzz;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.transport.codec.admin.AdminCodec;
import io.quorate.transport.codec.peer.PeerCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * What a release writes to disks and to other nodes, as bytes that later releases must read. Run
 * once on a release, with the directory to write to; the bytes are never changed again.
 *
 * <p>A file has one line per sample: what it holds, a tab, its bytes in hexadecimal digits, a tab,
 * and what it is when it is read, if that can be told in a line. This last text may be corrected
 * where values come to say more of themselves, and nothing else.
 */
public final class ReleasedFormats {
  /** A value with its own format, which other releases read. */
  private static final List<String> NAMES =
      List.of(
          "command",
          "cluster-state",
          "metadata-state",
          "metadata-message",
          "genesis",
          "raft-message",
          "record",
          "hard-state",
          "snapshot-head",
          "log-entry",
          "hint-key",
          "dead-letter",
          "scan-cursor",
          "left-tree",
          "introduction",
          "introduction-reply",
          "move-report",
          "purge-report");

  private static final int DRAWN = 3_000;
  private static final int OF_EACH_KIND = 2;
  private static final int BYTES_MAX = 1_000;
  private static final int TEXT_MAX = 1_000;

  private ReleasedFormats() {}

  /** All formats, by the targets that read them. */
  static List<DecoderTarget<?>> all() {
    return Stream.concat(
            Targets.ALL.stream()
                .filter(target -> NAMES.contains(target.name()))
                .<DecoderTarget<?>>map(target -> (DecoderTarget<?>) target),
            Stream.of(placement(), peerMessage()))
        .toList();
  }

  /** What clients learn of where keys live. */
  private static DecoderTarget<GetPlacementResponse> placement() {
    return new DecoderTarget<>(
        "placement",
        random -> AdminCodec.placement(cluster(random), 0).toByteArray(),
        GetPlacementResponse::parseFrom,
        GetPlacementResponse::toByteArray,
        List.of(IOException.class));
  }

  /** As the target of that name reads it, and told by what it is. */
  private static DecoderTarget<ReplicaMessage> peerMessage() {
    DecoderTarget<?> drawn =
        Targets.ALL.stream()
            .filter(target -> target.name().equals("peer-message"))
            .<DecoderTarget<?>>map(target -> (DecoderTarget<?>) target)
            .findFirst()
            .orElseThrow();
    return new DecoderTarget<>(
        drawn.name(), drawn.samples(), PeerCodec::decode, null, drawn.refusals());
  }

  private static ClusterState cluster(SplittableRandom random) {
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      members.add(
          new Member(
              new NodeId(random.nextLong(1, Long.MAX_VALUE)),
              "node-" + i + ":7401",
              "region",
              "zone-" + i,
              1,
              i,
              Releases.THIS,
              Member.State.ACTIVE));
    }
    return Genesis.create(new ClusterId(random.nextLong()), members, 4);
  }

  /**
   * @param args the directory, which is made if there is none
   */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createDirectories(Path.of(args[0]));
    for (DecoderTarget<?> target : all()) {
      Files.write(directory.resolve(target.name() + ".txt"), samples(target));
    }
  }

  private static <T> List<String> samples(DecoderTarget<T> target) throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Integer> kinds = new HashMap<>();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < DRAWN; i++) {
      byte[] bytes = target.samples().apply(random);
      T value = target.decode().decode(bytes);
      String kind = value.getClass().getSimpleName();
      if (bytes.length <= BYTES_MAX && kinds.getOrDefault(kind, 0) < OF_EACH_KIND) {
        kinds.merge(kind, 1, Integer::sum);
        lines.add(
            kind
                + "\t"
                + HexFormat.of().formatHex(bytes)
                + "\t"
                + text(value, target.decode().decode(bytes)));
      }
    }
    return lines;
  }

  /** What a value says of itself; empty if it does not say the same each time, or too much. */
  static String text(Object value, Object again) {
    String text = value.toString().replace('\n', ' ').replace('\t', ' ');
    boolean same = text.equals(again.toString().replace('\n', ' ').replace('\t', ' '));
    return same && text.length() <= TEXT_MAX ? text : "";
  }
}
