package io.quorate.cluster;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import java.util.ArrayList;
import java.util.List;

/** Clusters to test with. */
public final class Clusters {
  public static final ClusterId ID = new ClusterId(0xC1);

  private Clusters() {}

  public static Member member(int number, String region, String zone) {
    return member(number, region, zone, Releases.THIS);
  }

  private static Member member(int number, String region, String zone, Release release) {
    return new Member(
        new NodeId(number),
        "host-" + number + ":7400",
        region,
        zone,
        1,
        1,
        release,
        Member.State.ACTIVE);
  }

  /** Nodes 1, 2, ... one after the other in zones a, b, c, a, ... of one region. */
  public static List<Member> members(int count) {
    List<Member> members = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      members.add(member(number, "local", String.valueOf((char) ('a' + (number - 1) % 3))));
    }
    return members;
  }

  /** Three nodes of the release before, so that the cluster is at the first version. */
  public static ClusterState ofTheReleaseBefore() {
    return ofTheReleaseBefore(3);
  }

  /** Nodes of the release before, so that the cluster is at the first version. */
  public static ClusterState ofTheReleaseBefore(int count) {
    List<Member> members = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      String zone = String.valueOf((char) ('a' + (number - 1) % 3));
      members.add(member(number, "local", zone, Releases.BEFORE));
    }
    return Genesis.create(ID, members, 16);
  }

  public static ClusterState ofNodes(int count) {
    return Genesis.create(ID, members(count), 16);
  }
}
