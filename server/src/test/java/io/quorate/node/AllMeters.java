package io.quorate.node;

import io.quorate.metrics.Meters;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Storage;
import io.quorate.storage.StoreHealth;
import io.quorate.transport.tls.NodeTls;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/** The meters of a node, all of them, without the node. */
record AllMeters(Meters meters, Vitals vitals) implements AutoCloseable {
  static AllMeters ofNode() {
    Meters meters = new Meters(NodeEvents.FAMILIES);
    Vitals vitals = new Vitals(new SystemClock());
    vitals.addTo(meters, storage(), new DiskSpace(Path.of(".")), NodeTls.off());
    ThisRelease.addTo(meters);
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

  @Override
  public void close() {
    meters.close();
  }
}
