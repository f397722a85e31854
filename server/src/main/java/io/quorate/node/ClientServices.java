package io.quorate.node;

import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.quorate.admin.ClusterAdmin;
import io.quorate.node.core.NodeCore;
import io.quorate.node.core.NodeMaintenance;
import io.quorate.transport.RecentRequests;
import io.quorate.transport.access.AllowedCalls;
import io.quorate.transport.access.Callers;
import io.quorate.transport.admin.AccessService;
import io.quorate.transport.admin.AdminService;
import io.quorate.transport.admin.BackupService;
import io.quorate.transport.admin.MaintenanceService;
import io.quorate.transport.client.KeyValueService;
import io.quorate.transport.client.LateCalls;
import io.quorate.transport.client.LockService;
import io.quorate.transport.client.PipeNews;
import io.quorate.transport.client.PlacementService;
import io.quorate.transport.client.RequestEntry;
import io.quorate.transport.client.SlowRequests;
import io.quorate.transport.event.RequestListener;
import io.quorate.transport.login.Logins;
import io.quorate.transport.tls.CertificateReload;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What a node serves to applications and operators, and what stands before each of its services.
 */
final class ClientServices {
  private final EdgeContext with;
  private final NodeCore core;
  private final ClusterAdmin admin;
  private final LateCalls lateCalls;
  private final RecentRequests recent = new RecentRequests();
  private final RequestEntry requests;
  private final Draining draining;
  private final NodeMaintenance maintenance;
  private final PlacementService placement;
  private final LockService locks;

  /**
   * @param measured told of each request
   * @param lateCalls ends calls whose time is over, or that have come while the node stood still
   */
  ClientServices(
      EdgeContext with,
      NodeCore core,
      ClusterAdmin admin,
      RequestListener measured,
      LateCalls lateCalls) {
    this.lateCalls = lateCalls;
    this.with = with;
    this.core = core;
    this.admin = admin;
    requests =
        new RequestEntry(
            core.dataPlane(),
            with.clock(),
            with.settings().requests(),
            measured,
            new SlowRequests(with.config().log().slowRequest().toNanos()),
            with.names(),
            recent,
            with.events());
    PipeNews clients = requests.news();
    draining = new Draining(core, clients, with.lane());
    maintenance = new NodeMaintenance(core, draining);
    placement =
        new PlacementService(
            admin,
            with.lane(),
            with.clock(),
            with.settings().requests(),
            with.settings().connections().clientsMax(),
            clients::isDraining,
            with.events());
    locks =
        new LockService(
            core.locks(), with.lane(), with.clock(), with.names(), requests.unread(), lateCalls);
  }

  /**
   * Returns the services, each behind what a call of it passes first.
   *
   * @param longTasks shows what a change would do
   * @param audit keeps what operators do
   */
  List<ServerServiceDefinition> definitions(
      Executor longTasks,
      Callers callers,
      ServerInterceptor audit,
      CertificateReload certificates,
      LogSettings logs) {
    ServerServiceDefinition keyValue =
        new KeyValueService(with.lane(), requests, lateCalls, callers).definition();
    ServerServiceDefinition administration =
        new AdminService(admin, with.lane(), longTasks, with.clock(), recent).bindService();
    ServerServiceDefinition maintained =
        new MaintenanceService(maintenance, certificates, logs, with.lane(), with.clock())
            .bindService();
    ServerServiceDefinition backup =
        new BackupService(admin, maintenance, with.lane(), with.clock()).bindService();
    Logins logins =
        new Logins(
            with.lane(),
            with.clock(),
            with.config().security().loginTtl(),
            core::clockAheadMillis,
            with.events());
    ServerServiceDefinition access =
        new AccessService(admin, with.lane(), with.clock(), logins).bindService();
    AllowedCalls allowed = new AllowedCalls(callers);
    // The last one comes first.
    return List.of(
        ServerInterceptors.intercept(keyValue, lateCalls, allowed),
        // Clients ask for it to see whether a node is there: one that has stood still is.
        ServerInterceptors.intercept(placement.definition(), allowed),
        ServerInterceptors.intercept(locks.bindService(), lateCalls, allowed),
        ServerInterceptors.intercept(administration, lateCalls, audit, allowed),
        ServerInterceptors.intercept(maintained, lateCalls, audit, allowed),
        ServerInterceptors.intercept(backup, lateCalls, audit, allowed),
        ServerInterceptors.intercept(access, lateCalls, audit, allowed));
  }

  /** Takes the node out of service. On the lane. */
  Draining draining() {
    return draining;
  }

  /** What of the node can be looked after from outside. */
  NodeMaintenance maintenance() {
    return maintenance;
  }

  /** Tells clients that watch the placement what has changed of it. On the lane. */
  void placementChanged() {
    placement.changed();
  }

  /** Has those who wait for locks judged by the rules as they are now. On the lane. */
  void rulesChanged() {
    locks.judgeAgain();
  }

  /** Sends clients that watch the placement to other nodes. */
  void endWatches() {
    with.lane().execute(placement::close);
  }
}
