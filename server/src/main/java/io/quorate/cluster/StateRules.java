package io.quorate.cluster;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.cluster.Member.State;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Factor;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** How the parts of a {@link ClusterState} must fit each other, or there is no such state. */
final class StateRules {
  private StateRules() {}

  static void checkMembers(SortedMap<NodeId, Member> members, int clusterVersion) {
    Set<String> addresses = new HashSet<>();
    for (Map.Entry<NodeId, Member> entry : members.entrySet()) {
      Member member = entry.getValue();
      check(member.id().equals(entry.getKey()), "node %s under id %s", member.id(), entry.getKey());
      check(addresses.add(member.address()), "two nodes at address %s", member.address());
      check(
          member.clientAddress().isEmpty() || addresses.add(member.clientAddress()),
          "address %s of node %s for clients is one for nodes, or of another node",
          member.clientAddress(),
          member.id());
      check(
          member.release().worksAt(clusterVersion),
          "node %s at %s runs %s, and the cluster is at version %d: start a release there that"
              + " works at it",
          member.id(),
          member.address(),
          member.release(),
          clusterVersion);
      check(
          member.state() != State.READMITTING_SPARE
              || clusterVersion >= Member.SPARES_READMITTED_FROM_VERSION,
          "node %s is to be readmitted as a spare in a cluster at version %d",
          member.id(),
          clusterVersion);
      check(
          member.name().isEmpty() || clusterVersion >= Member.NAMED_FROM_VERSION,
          "node %s is named '%s', and the cluster is at version %d: names come with version %d",
          member.id(),
          member.name(),
          clusterVersion,
          Member.NAMED_FROM_VERSION);
      check(
          member.clientAddress().isEmpty() || clusterVersion >= Member.CLIENT_ADDRESS_FROM_VERSION,
          "node %s has address %s for clients, and the cluster is at version %d: such addresses"
              + " come with version %d",
          member.id(),
          member.clientAddress(),
          clusterVersion,
          Member.CLIENT_ADDRESS_FROM_VERSION);
    }
  }

  /** Every list names different members: of partitions, and of where they are to go. */
  static void checkLists(Set<NodeId> members, List<PartitionPlacement> partitions, Change change) {
    Set<NodeId> known = Set.copyOf(members); // which finds one quicker than a sorted one
    checkPartitions(known, partitions);
    for (Map.Entry<Integer, List<NodeId>> target : change.targets().entrySet()) {
      checkList(known, "goes to", target.getKey(), target.getValue());
    }
  }

  private static void checkPartitions(Set<NodeId> known, List<PartitionPlacement> partitions) {
    for (int partition = 0; partition < partitions.size(); partition++) {
      checkPartition(known, partition, partitions.get(partition));
    }
  }

  static void checkPartition(Set<NodeId> known, int partition, PartitionPlacement placement) {
    check(placement.epoch() >= 1, "partition %d has epoch %d", partition, placement.epoch());
    checkList(known, "has", partition, placement.preferenceList());
    Move move = placement.move();
    if (move != null) {
      checkList(known, "moves, with", partition, move.other());
    }
    check(
        placement.owners().containsAll(placement.filling()),
        "partition %d: nodes being filled must be of its list %s, and are %s",
        partition,
        placement.owners(),
        placement.filling());
  }

  private static void checkList(Set<NodeId> known, String how, int partition, List<NodeId> list) {
    check(
        !list.isEmpty() && areDifferent(list) && known.containsAll(list),
        "partition %d: a list must name different members, and it %s %s",
        partition,
        how,
        list);
  }

  /** Compared one by one, which is quicker than a set for as few as a list has. */
  private static boolean areDifferent(List<NodeId> list) {
    for (int i = 1; i < list.size(); i++) {
      if (list.indexOf(list.get(i)) < i) {
        return false;
      }
    }
    return true;
  }

  static void checkCut(Cut cut, int clusterVersion, long stateVersion, int partitions) {
    check(
        cut.equals(Cut.NONE) || clusterVersion >= ClusterState.CUTS_FROM_VERSION,
        "a cut in a cluster at version %d",
        clusterVersion);
    check(cut.id() >= 0 && cut.id() <= stateVersion, "cut %d in state %d", cut.id(), stateVersion);
    check(
        cut.step() == Cut.Step.ENDED || cut.id() > 0,
        "a cut that was never begun is %s",
        cut.step());
    check(
        cut.cause() == Cut.Cause.OTHER || (cut.past() && cut.step() == Cut.Step.ENDED),
        "cut %d is %s, and ended as a history begins after its moment",
        cut.id(),
        cut.step());
    int counted = cut.step() == Cut.Step.SEALED ? partitions : 0;
    check(
        cut.counted().size() == counted,
        "cut %d is %s, and replicas of %d partitions of %d count",
        cut.id(),
        cut.step(),
        cut.counted().size(),
        partitions);
  }

  static void checkTenants(SortedMap<String, Tenant> tenants, TenantIds ids) {
    check(tenants.containsKey(Tenant.DEFAULT_NAME), "no tenant '%s'", Tenant.DEFAULT_NAME);
    check(
        tenants.size() <= TenantRules.TENANTS_MAX,
        "%d tenants: at most %d",
        tenants.size(),
        TenantRules.TENANTS_MAX);
    Set<Integer> seen = new HashSet<>();
    for (Map.Entry<String, Tenant> entry : tenants.entrySet()) {
      Tenant tenant = entry.getValue();
      TenantRules.check(tenant);
      check(tenant.name().equals(entry.getKey()), "'%s' is '%s'", entry.getKey(), tenant.name());
      check(
          ids.isGiven(tenant.id()) && seen.add(tenant.id()),
          "tenant '%s' has id %d, which is not its own, or was never given",
          tenant.name(),
          tenant.id());
      check(
          !ids.dropped().contains(tenant.id()),
          "tenant '%s' has id %d, which is of a tenant that was dropped",
          tenant.name(),
          tenant.id());
    }
  }

  /**
   * @param shortest length of the shortest list that counts
   * @param lossy partitions whose lists may be short until the ladder has brought them back
   */
  static void checkFactors(
      SortedMap<String, Tenant> tenants,
      List<PartitionPlacement> partitions,
      int shortest,
      Set<Integer> lossy,
      SortedMap<NodeId, Member> members) {
    Map<NodeId, String> places = new TreeMap<>();
    members.forEach((id, member) -> places.put(id, member.region()));
    Regions regions = Regions.of(places);
    for (Tenant tenant : tenants.values()) {
      if (!tenant.replication().isAltered() && !tenant.replication().isByRegion()) {
        TenantRules.checkLength(tenant.name(), tenant.replication().factor(), shortest);
      }
    }
    for (Replication each : Replication.of(tenants.values())) {
      boolean looks = each.isAltered() || each.isByRegion();
      for (int number = 0; looks && number < partitions.size(); number++) {
        PartitionPlacement partition = partitions.get(number);
        Factor factor = partition.factor(each, regions);
        check(
            lossy.contains(number) || isLongEnough(partition, factor),
            "partition %d: its lists are too short for replication factor %s",
            number,
            factor);
      }
    }
  }

  private static boolean isLongEnough(PartitionPlacement partition, Factor factor) {
    return partition.isDual()
        ? partition.ofList(factor).size() == factor.from().replicas()
            && partition.ofOther(factor).size() == factor.to().replicas()
        : partition.ofList(factor).size() == factor.to().replicas();
  }

  /**
   * @throws IllegalArgumentException saying what, if it is not so
   */
  @FormatMethod
  static void check(boolean fact, String format, Object... args) {
    if (!fact) {
      throw new IllegalArgumentException(format.formatted(args));
    }
  }
}
