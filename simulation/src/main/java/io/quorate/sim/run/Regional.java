package io.quorate.sim.run;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.placement.Level;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.cluster.RegionLayout;
import io.quorate.sim.cluster.RegionWishes;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimRegions;
import io.quorate.sim.cluster.SimTopology;
import io.quorate.sim.fault.Swarm;
import io.quorate.sim.kernel.LinkConditions;
import io.quorate.sim.kernel.SimDistances;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.WholeNode;
import io.quorate.sim.workload.WorkloadShape;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a run of nodes in several regions has beside that of others.
 *
 * @param layout where machines stand, and how far regions are apart
 * @param tenant that clients use: how many replicas it has in which region
 * @param losesRegion whether a region may be lost for good
 */
record Regional(
    RegionLayout layout,
    Swarm swarm,
    WorkloadShape shape,
    Tenant tenant,
    boolean losesRegion,
    long bytesPerSecond) {
  /** Machines that may be taken into the cluster. */
  private static final int BESIDE = 2;

  private static final double LOSES_REGION = 0.25;

  private record Levels(Level write, Level read) {}

  private static final List<Levels> LEVELS =
      List.of(
          new Levels(Level.LOCAL_QUORUM, Level.LOCAL_QUORUM),
          new Levels(Level.EACH_QUORUM, Level.LOCAL_QUORUM),
          new Levels(Level.QUORUM, Level.QUORUM));

  static Regional draw(SimWorld world) {
    SimRandom random = world.random("regions");
    RegionLayout layout = RegionLayout.draw(random, BESIDE);
    int machines = layout.regions().size() - BESIDE;
    Swarm swarm = Swarm.drawOfRegions(world.random("swarm"), machines);
    boolean losesRegion = random.chance(LOSES_REGION);
    if (losesRegion) {
      swarm = swarm.withoutLosses();
    }
    WorkloadShape shape = WorkloadShape.drawOfRegions(world.random("workload"), !losesRegion);
    ReplicationFactor replicas = replicas(random, layout, swarm);
    Levels levels = random.pick(LEVELS);
    TenantSettings settings =
        TenantSettings.of(levels.write(), levels.read(), null)
            .with(TenantSetting.READ_REPAIR, DrawnTenants.anyReadRepair(random));
    return new Regional(
        layout,
        swarm,
        shape,
        new Tenant(1, Tenant.DEFAULT_NAME, replicas, settings),
        losesRegion,
        random.pick(List.of(0L, 0L, 64L << 10)));
  }

  /** Draws how many replicas a tenant has in which region: in most runs one at each node. */
  private static ReplicationFactor replicas(SimRandom random, RegionLayout layout, Swarm swarm) {
    TreeMap<String, Integer> replicas = new TreeMap<>();
    int least = leastReplicas(swarm);
    boolean all = random.chance(0.6);
    for (String region : layout.names()) {
      int most = layout.count(region, swarm.nodes());
      if (most >= least) {
        replicas.put(region, all ? most : (int) random.between(least, most));
      }
    }
    return ReplicationFactor.byRegion(replicas);
  }

  /** Draws a tenant whose keys are registers, with replicas in the same regions or in others. */
  Tenant registers(SimRandom random) {
    return DrawnTenants.registers(replicas(random, layout, swarm));
  }

  /**
   * What the only replica of a region has acknowledged is lost with its disk. Nothing is promised
   * of registers at a level of one region; but without another replica there, operators would have
   * to accept the loss of data to readmit the node.
   */
  private static int leastReplicas(Swarm swarm) {
    return swarm.losesDisks() ? 2 : 1;
  }

  WholeNode.Site site() {
    return new WholeNode.Site(layout::regionOf, bytesPerSecond);
  }

  /**
   * The nodes are a cluster, and all is well: the regions drift apart, and tenants come to their
   * replicas by region.
   */
  void begin(SimCluster cluster, SimTopology topology, Duration readyMax) {
    SimRegions regions = Objects.requireNonNull(cluster.regions());
    List<Tenant> others =
        cluster.others().stream().filter(each -> each.replication().goal().isByRegion()).toList();
    alter(tenant, tenant.settings(), cluster, topology, readyMax);
    others.forEach(each -> alter(each, TenantSettings.NONE, cluster, topology, readyMax));
    cluster.network().setDistances(layout);
    regions.begin();
    topology.wish(
        new RegionWishes(
            cluster,
            regions,
            tenant.name(),
            others.stream().map(Tenant::name).toList(),
            leastReplicas(swarm),
            losesRegion));
  }

  private static void alter(
      Tenant wanted,
      TenantSettings settings,
      SimCluster cluster,
      SimTopology topology,
      Duration readyMax) {
    AlterTenant alter = new AlterTenant(wanted.name(), settings, wanted.replication().goal());
    cluster.operator().alter(alter);
    if (!cluster.world().runUntil(() -> cluster.operator().isAltered(alter), readyMax)) {
      throw new StillWrong(
          "liveness", "no tenant could be altered, though all is well: " + topology.undone());
    }
  }

  /** Nothing goes wrong any more: no frame is lost, though regions are as far apart as before. */
  void heal(SimCluster cluster) {
    cluster.network().setDistances(layout.withoutLoss());
  }

  /**
   * The cluster is about to be looked at while nothing is under way: far apart, one comparison or
   * the other would be at any time.
   */
  void end(SimCluster cluster) {
    cluster.network().setDistances(SimDistances.NONE);
    cluster.network().setConditions(LinkConditions.QUIET);
  }
}
