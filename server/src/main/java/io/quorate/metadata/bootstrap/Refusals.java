package io.quorate.metadata.bootstrap;

import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import java.time.Instant;
import java.util.List;

/** The sentences that people read when a node cannot be part of a cluster. */
final class Refusals {
  private Refusals() {}

  static String foreign(NodeId asker, ClusterId theirs, ClusterId ours, String address) {
    return ("node %s has data of cluster %s, and the node at %s belongs to cluster %s: its data"
            + " directory is that of another cluster. Point node.data_dir at the right one, or"
            + " correct cluster.seeds")
        .formatted(asker, theirs, address, ours);
  }

  static String lostDisk(Introduction asker, Member member, ClusterId cluster) {
    return ("this node (%s) starts with an empty data directory, but its address %s belongs to node"
            + " %s of cluster %s. If that node's data still exists, stop this one and start it"
            + " with that data directory (was a volume not mounted?). If its disk is lost, writes"
            + " that it acknowledged are forgotten here, so it counts again only after an operator"
            + " has said so and the others have filled it. Run: quorate cluster readmit %s"
            + " --endpoints <a node that is up>. It waits for that. To start over with an empty"
            + " cluster, as in a test setup: stop all of its nodes, delete the data directories"
            + " of all of them, and start them again")
        .formatted(asker.node(), asker.address(), member.id(), cluster, asker.address());
  }

  static String beingRemoved(Introduction asker, Member member, ClusterId cluster) {
    return ("this node (%s) starts with an empty data directory, and its address %s belongs to node"
            + " %s, which is being removed from cluster %s: others get its replicas, and no node"
            + " takes its place. Once it has left, this node can join (cluster.join: true). If that"
            + " node's data still exists, stop this one and start it with that data directory. If"
            + " its disk is lost, and it is to stay, or its removal waits for it (quorate doctor):"
            + " quorate cluster add %s, then quorate cluster readmit %s")
        .formatted(asker.node(), asker.address(), member.id(), cluster, member.id(), member.id());
  }

  static String beingReadmitted(Introduction asker, Member member) {
    return "this node (%s at %s) is to take the place of node %s, whose disk is lost: being recorded"
        .formatted(asker.node(), asker.address(), member.id());
  }

  static String notReadmitted(Introduction asker, Member member, String why) {
    return "this node (%s at %s) is to take the place of node %s, but: %s"
        .formatted(asker.node(), asker.address(), member.id(), why);
  }

  static String stranger(Introduction asker, ClusterId cluster, String address) {
    return ("this node (%s at %s) starts with an empty data directory, and the seed at %s belongs"
            + " to cluster %s, of which it is no member. To have it join that cluster, set"
            + " cluster.join to true, or to spare, and start it again; if it was a member before,"
            + " start it with its own data directory")
        .formatted(asker.node(), asker.address(), address, cluster);
  }

  static String sharedAddress(
      Introduction asker, String shared, NodeId other, String addressOfOther) {
    return ("this node (%s at %s) would have the address %s, which node %s (at %s) has already, and"
            + " one of them is for clients: they would find but one of the nodes there. Give each"
            + " node a node.address and a node.peer_address of its own; or remove that node first;"
            + " or give this one the addresses of that one, if it is to take its place")
        .formatted(asker.node(), asker.address(), shared, other, addressOfOther);
  }

  static String beingTakenIn(Introduction newcomer, ClusterId cluster) {
    return "this node (%s at %s) is to become a member of cluster %s: being recorded"
        .formatted(newcomer.node(), newcomer.address(), cluster);
  }

  static String notTakenIn(Introduction newcomer, ClusterId cluster, String why) {
    return "this node (%s at %s) is to become a member of cluster %s, but: %s. It asks again"
        .formatted(newcomer.node(), newcomer.address(), cluster, why);
  }

  static String nobodyDecides(Introduction newcomer, ClusterId cluster) {
    return ("this node (%s at %s) is to become a member of cluster %s, but too few of that"
            + " cluster's nodes are up to decide about it: start them; it waits for that")
        .formatted(newcomer.node(), newcomer.address(), cluster);
  }

  static String joinRefused(Introduction newcomer, ClusterId cluster, String why) {
    return "this node (%s at %s) asked to join cluster %s, which refused: %s. Correct that, and start it again"
        .formatted(newcomer.node(), newcomer.address(), cluster, why);
  }

  static String malformed(NodeId asker, ClusterId cluster, String why) {
    return "this node (%s) asked to be part of cluster %s, which refused: %s. Correct that, and start it again"
        .formatted(asker, cluster, why);
  }

  static String releaseDoesNotFit(
      NodeId node, Release release, ClusterId cluster, int clusterVersion) {
    return ("node %s runs %s, and cluster %s is at version %d. %s. Nothing in the data directory"
            + " needs to be changed for that")
        .formatted(
            node,
            release,
            cluster,
            clusterVersion,
            release.newest() < clusterVersion
                ? "The upgrade to that version was finalized, so an earlier release cannot take"
                    + " part any more: start a later one"
                : "This release is too far ahead: start the one that came before it, finalize the"
                    + " upgrade to that (quorate cluster upgrade finalize), then start this one");
  }

  static String laterRelease(NodeId node, Release release, String why) {
    return ("node %s runs %s, and a later release wrote its data directory: %s. The upgrade to that"
            + " release was finalized: start it here. Nothing in the data directory needs to be"
            + " changed for that")
        .formatted(node, release, why);
  }

  static String left(NodeId node, ClusterId cluster) {
    return ("node %s has left cluster %s: it was removed, or another took its place. The cluster"
            + " does not need what is in its data directory, and takes it back with an empty"
            + " one only. Do not start it again; or, to join again, delete the directory, set"
            + " cluster.join to true, and start it. (If another took its place because its disk"
            + " was believed to be lost, keep the directory until nothing is missed)")
        .formatted(node, cluster);
  }

  static String twoClusters(
      ClusterId one, String addressOfOne, ClusterId other, String addressOfOther) {
    return ("cluster.seeds are of two clusters: the node at %s belongs to cluster %s, the one at %s"
            + " to cluster %s. Name members of the one that this node is to join")
        .formatted(addressOfOne, one, addressOfOther, other);
  }

  static String nobodyToAsk() {
    return "cluster.join says that this node joins a cluster, and cluster.seeds names no other"
        + " node: name some members of the cluster there";
  }

  static String seedsDiffer(
      String mine, List<String> mySeeds, String other, List<String> otherSeeds) {
    return ("the nodes of a new cluster must have the same cluster.seeds, and two differ: this node"
            + " (%s) has %s, the seed at %s has %s. Make them equal and start again; nothing"
            + " has been formed")
        .formatted(mine, mySeeds, other, otherSeeds);
  }

  static String otherAddress(String seed, String address) {
    return ("the node that answers at the seed %s calls itself %s: make its node.address and the"
            + " entry in cluster.seeds the same text, on all nodes")
        .formatted(seed, address);
  }

  static String notASeed(String address, List<String> seeds) {
    return ("this node's address %s is not among cluster.seeds %s: every node of a new cluster is a"
            + " seed, so add it on all nodes, or correct node.address. To join a cluster that runs"
            + " already, set cluster.join to true")
        .formatted(address, seeds);
  }

  static String copiedDirectory(NodeId node, String one, String other) {
    return ("the nodes at %s and %s both call themselves %s: the data directory of one is a copy of"
            + " the other's. Delete the copy, so that its node gets an identity of its own")
        .formatted(one, other, node);
  }

  static String noMetadata(NodeId node, ClusterId cluster) {
    return ("the data directory belongs to node %s of cluster %s, but the cluster's metadata is"
            + " missing from it: it is damaged. Restore it as a whole from a copy of this"
            + " node's own directory")
        .formatted(node, cluster);
  }

  static String otherMetadata(NodeId node, ClusterId cluster, ClusterId found) {
    return ("the data directory belongs to node %s of cluster %s, but holds the metadata of cluster"
            + " %s: files of two directories were mixed")
        .formatted(node, cluster, found);
  }

  /** Marks are times by the clock of the node, in milliseconds since 1970, if it was not wrong. */
  static String setBack(NodeId node, long mark, String address, long heard) {
    return ("this node (%s) was set back: its data directory is as it was %s, and the node at %s"
            + " has heard from it on %s. %s")
        .formatted(
            node,
            mark == OwnDiskMark.FIRST
                ? "before release 0.2 ran on it"
                : "on " + Instant.ofEpochMilli(mark),
            address,
            Instant.ofEpochMilli(heard),
            SET_BACK);
  }

  static String laterStart(NodeId node, int start) {
    return ("this process (start %d of node %s) stops: most other members are connected to a later"
            + " one of the same node. Two machines use its data directory, or a copy of it. Stop"
            + " the one that is not meant to run; a second node needs a data directory of its own")
        .formatted(start, node);
  }

  static String wasSetBack(NodeId node) {
    return "this node (%s) was set back, as other nodes of its cluster have said: %s"
        .formatted(node, SET_BACK);
  }

  private static final String SET_BACK =
      "An earlier copy of the directory or the disk was put in its place, or the disk has lost what"
          + " it called durable. Writes that this node confirmed since are not here. Start it with"
          + " the newest directory that it had. If there is none: quorate cluster readmit <its"
          + " address>, and start it with an empty directory: the others fill it";

  static String unreadable(String what, RuntimeException why) {
    return what + " cannot be read: " + why.getMessage();
  }

  static String unreadableHere(RuntimeException why) {
    return ("the cluster's metadata in this directory cannot be read: %s. If a newer version of"
            + " Quorate wrote it, start the node with that version. Else it is damaged: move the"
            + " directory away, start the node with an empty one, and have it filled by the others:"
            + " quorate cluster readmit <its address>")
        .formatted(why.getMessage());
  }

  static String notSaved(String why) {
    return "what this node must not forget could not be saved: %s. Make the disk work and start again"
        .formatted(why);
  }
}
