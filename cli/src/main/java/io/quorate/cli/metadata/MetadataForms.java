package io.quorate.cli.metadata;

import io.quorate.node.StoppedNode.KnownTenant;
import io.quorate.node.StoppedNode.Metadata;
import io.quorate.node.StoppedNode.Peer;
import io.quorate.node.StoppedNode.Recovery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a stopped node knows of the metadata group, as text and as JSON. */
final class MetadataForms {
  private MetadataForms() {}

  /**
   * @param recovered whether the cluster goes on with just what the node knows
   */
  static Map<String, Object> json(Metadata metadata, boolean recovered) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("cluster", metadata.cluster());
    object.put("node", metadata.node());
    object.put("name", name(metadata, metadata.node()));
    object.put("term", metadata.term());
    object.put("log_ends_at", metadata.last().toString());
    object.put("applied", metadata.applied().toString());
    object.put("voters", metadata.voters().stream().map(MetadataForms::json).toList());
    object.put("learners", metadata.learners().stream().map(MetadataForms::json).toList());
    object.put(
        "recoveries", metadata.recoveries().stream().map(each -> json(each, metadata)).toList());
    if (recovered) {
      object.put("tenants", metadata.tenants().stream().map(MetadataForms::json).toList());
    }
    return object;
  }

  private static Map<String, Object> json(Peer peer) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", peer.id());
    object.put("address", peer.address());
    object.put("name", peer.name());
    return object;
  }

  private static Map<String, Object> json(KnownTenant tenant) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", tenant.name());
    object.put("id", tenant.id());
    return object;
  }

  private static Map<String, Object> json(Recovery recovery, Metadata metadata) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("recovery", recovery.generation());
    object.put("survivor", recovery.survivor());
    object.put("survivor_name", name(metadata, recovery.survivor()));
    object.put("after", recovery.after().toString());
    object.put("at", Instant.ofEpochMilli(recovery.atMillis()).toString());
    object.put("by", recovery.by());
    object.put("voters_before", recovery.voters());
    object.put(
        "voters_before_names", recovery.voters().stream().map(id -> name(metadata, id)).toList());
    return object;
  }

  static String text(Metadata metadata, boolean recovered) {
    List<String> lines = new ArrayList<>();
    if (recovered) {
      lines.add("recovered: this node is the only voter now. Start it, then the others.");
    }
    lines.add("cluster      " + metadata.cluster());
    lines.add("node         " + called(metadata, metadata.node()));
    lines.add("term         " + metadata.term());
    lines.add("log ends at  " + metadata.last() + " (term/index)");
    lines.add("applied      " + metadata.applied());
    metadata.voters().forEach(peer -> lines.add("voter        " + text(peer)));
    metadata.learners().forEach(peer -> lines.add("learner      " + text(peer)));
    for (Recovery each : metadata.recoveries()) {
      lines.add(
          "recovered    %s by '%s' at node %s, after %s; voters before: %s"
              .formatted(
                  Instant.ofEpochMilli(each.atMillis()),
                  each.by(),
                  called(metadata, each.survivor()),
                  each.after(),
                  String.join(
                      ", ", each.voters().stream().map(id -> called(metadata, id)).toList())));
    }
    if (recovered) {
      metadata
          .tenants()
          .forEach(tenant -> lines.add("tenant       " + tenant.name() + ", id " + tenant.id()));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static String text(Peer peer) {
    String called = called(peer.id(), peer.name());
    return peer.address().isEmpty() ? called : called + " at " + peer.address();
  }

  private static String called(Metadata metadata, String id) {
    return called(id, name(metadata, id));
  }

  private static String called(String id, String name) {
    return name.isEmpty() ? id : id + " (" + name + ")";
  }

  /** Returns the name of a member of the group; empty if it has no name or has left. */
  private static String name(Metadata metadata, String id) {
    return Stream.concat(metadata.voters().stream(), metadata.learners().stream())
        .filter(peer -> peer.id().equals(id))
        .map(Peer::name)
        .findAny()
        .orElse("");
  }
}
