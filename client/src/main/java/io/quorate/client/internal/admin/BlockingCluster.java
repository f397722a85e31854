package io.quorate.client.internal.admin;

import io.quorate.client.admin.AsyncCluster;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.JoinToken;
import io.quorate.client.admin.NewJoinToken;
import io.quorate.client.admin.Placement;
import io.quorate.client.admin.Readmission;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantChange;
import io.quorate.client.admin.TenantSettings;
import io.quorate.client.admin.TopologyChange;
import io.quorate.client.admin.TopologyChangeOptions;
import io.quorate.client.admin.TopologyChangeResult;
import io.quorate.client.admin.TopologyPlan;
import io.quorate.client.admin.UpgradeStatus;
import io.quorate.client.internal.engine.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Waits for what {@link AsyncCluster} answers. */
final class BlockingCluster implements Cluster {
  private final AsyncCluster async;
  private final Waiting waiting;

  BlockingCluster(AsyncCluster async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  @Override
  public ClusterStatus status() {
    return waiting.forRead(async.status());
  }

  @Override
  public ClusterStatus statusOf(String address) {
    return waiting.forRead(async.statusOf(address));
  }

  @Override
  public Placement placement() {
    return waiting.forRead(async.placement());
  }

  @Override
  public List<Tenant> tenants() {
    return waiting.forRead(async.tenants());
  }

  @Override
  public TenantChange createTenant(String name, TenantSettings settings) {
    return waiting.forWrite(async.createTenant(name, settings));
  }

  @Override
  public TenantChange alterTenant(String name, TenantSettings settings) {
    return waiting.forWrite(async.alterTenant(name, settings));
  }

  @Override
  public TenantChange alterTenant(String name, TenantSettings settings, UUID requestId) {
    return waiting.forWrite(async.alterTenant(name, settings, requestId));
  }

  @Override
  public List<String> dropTenant(String name) {
    return waiting.forWrite(async.dropTenant(name));
  }

  @Override
  public List<String> dropTenant(String name, UUID requestId) {
    return waiting.forWrite(async.dropTenant(name, requestId));
  }

  @Override
  public List<String> dropTenant(String name, int id, UUID requestId) {
    return waiting.forWrite(async.dropTenant(name, id, requestId));
  }

  @Override
  public TenantChange truncateTenant(String name) {
    return waiting.forWrite(async.truncateTenant(name));
  }

  @Override
  public TenantChange truncateTenant(String name, UUID requestId) {
    return waiting.forWrite(async.truncateTenant(name, requestId));
  }

  @Override
  public TenantChange truncateTenant(String name, int id, UUID requestId) {
    return waiting.forWrite(async.truncateTenant(name, id, requestId));
  }

  @Override
  public Readmission readmitNode(String node, boolean acceptDataLoss, boolean force) {
    return waiting.forWrite(async.readmitNode(node, acceptDataLoss, force));
  }

  @Override
  public TopologyPlan planTopologyChange(TopologyChange change) {
    return waiting.forRead(async.planTopologyChange(change));
  }

  @Override
  public TopologyChangeResult changeTopology(TopologyChange change) {
    return waiting.forWrite(async.changeTopology(change));
  }

  @Override
  public TopologyChangeResult changeTopology(TopologyChange change, TopologyChangeOptions options) {
    return waiting.forWrite(async.changeTopology(change, options));
  }

  @Override
  public TopologyChangeResult changeTopology(
      TopologyChange change, ChangeLimits limits, TopologyChangeOptions options) {
    return waiting.forWrite(async.changeTopology(change, limits, options));
  }

  @Override
  public TopologyChangeResult cancelTopologyChange() {
    return waiting.forWrite(async.cancelTopologyChange());
  }

  @Override
  public TopologyChangeResult cancelTopologyChange(TopologyChangeOptions options) {
    return waiting.forWrite(async.cancelTopologyChange(options));
  }

  @Override
  public TopologyChangeResult limitTopologyChange(ChangeLimits limits) {
    return waiting.forWrite(async.limitTopologyChange(limits));
  }

  @Override
  public TopologyChangeResult limitTopologyChange(
      ChangeLimits limits, TopologyChangeOptions options) {
    return waiting.forWrite(async.limitTopologyChange(limits, options));
  }

  @Override
  public UpgradeStatus upgradeStatus() {
    return waiting.forRead(async.upgradeStatus());
  }

  @Override
  public List<String> finalizeUpgrade(int clusterVersion) {
    return waiting.forWrite(async.finalizeUpgrade(clusterVersion));
  }

  @Override
  public NewJoinToken createJoinToken(Duration ttl, int uses) {
    return waiting.forWrite(async.createJoinToken(ttl, uses));
  }

  @Override
  public List<JoinToken> joinTokens() {
    return waiting.forRead(async.joinTokens());
  }

  @Override
  public List<String> dropJoinToken(String id) {
    return waiting.forWrite(async.dropJoinToken(id));
  }
}
