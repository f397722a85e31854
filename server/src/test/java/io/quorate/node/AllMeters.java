package io.quorate.node;

import io.quorate.metrics.Meters;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.tree.TenantSizes.Size;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.DiskFigures;
import io.quorate.storage.Storage;
import io.quorate.storage.StoreHealth;
import io.quorate.transport.OpenConnections;
import io.quorate.transport.PooledMemory;
import io.quorate.transport.tls.NodeTls;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The meters of a node, all of them, without the node. */
record AllMeters(Meters meters, Vitals vitals) implements AutoCloseable {
  static AllMeters ofNode() {
    Meters meters = new Meters(NodeEvents.FAMILIES);
    Vitals vitals = new Vitals(new SystemClock());
    vitals.addTo(meters, storage(), new DiskSpace(Path.of(".")), NodeTls.off());
    StoreMeters.addTo(meters, AllMeters::figures);
    ProcessMemory.OF_THIS_PROCESS.addTo(meters, NodeMemory.machineBytes());
    new ConnectionMeters(() -> OpenConnections.NONE, () -> new PooledMemory(0, 0))
        .addTo(meters)
        .with(() -> 0);
    var tenant = new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);
    TenantGauges tenants = new TenantGauges(() -> null, Runnable::run);
    tenants.addTo(meters);
    tenants.show(new Size(tenant, new TreeMap<>(), List.of(), OptionalLong.of(0), 0));
    ThisRelease.addTo(meters);
    MemberNames.addTo(meters, () -> new NodeNames(Map.of(new NodeId(1), "node-1")));
    new NodeTokens(null, new SystemClock(), event -> {}).addTo(meters);
    return new AllMeters(meters, vitals);
  }

  /** Returns a storage that answers its health and its numbers only. */
  private static Storage storage() {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) ->
                method.getName().equals("health") ? (Object) StoreHealth.WRITABLE : (Object) 0L);
  }

  private static DiskFigures figures() {
    return new DiskFigures(
        new DiskFigures.Files(0, 0, 0, 0),
        new DiskFigures.Memtables(0, 0),
        new DiskFigures.Compaction(0, 0, 0, 0, 0),
        new DiskFigures.Writes(false, 0, 0, 0, 0, 0),
        new DiskFigures.BlockCache(0, 0));
  }

  @Override
  public void close() {
    meters.close();
  }
}
