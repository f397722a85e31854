package io.quorate.node;

import io.quorate.event.Gauge;
import io.quorate.metrics.Meters;
import io.quorate.metrics.Reading;
import io.quorate.transport.OpenConnections;
import io.quorate.transport.PooledMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Connections that are open, and the memory of their buffers. */
final class ConnectionMeters {
  private static final Gauge CONNECTIONS =
      Gauge.of(
              "quorate.connections",
              "Connections that are open: of clients that call, of other nodes, of clients that"
                  + " have not logged in, others on which nothing was called yet, and those of"
                  + " http.listen")
          .by("kind", "client", "node", "unauthenticated", "other", "http");

  private static final Gauge POOL =
      Gauge.of(
              "quorate.network.pool.bytes",
              "Memory that was taken for the buffers of connections with clients and nodes, in use"
                  + " or not; of all nodes of a process together")
          .by("memory", "direct", "heap");

  private final Supplier<OpenConnections> open;
  private final Supplier<PooledMemory> pool;

  /** Null as long as there is no HTTP server. */
  private volatile @Nullable IntSupplier http;

  /**
   * @param open asked on the thread of each scrape, as is the other
   */
  ConnectionMeters(Supplier<OpenConnections> open, Supplier<PooledMemory> pool) {
    this.open = open;
    this.pool = pool;
  }

  ConnectionMeters addTo(Meters meters) {
    meters.readings(List.of(CONNECTIONS, POOL), this::now);
    return this;
  }

  /** Shows the connections of an HTTP server, too. */
  void with(IntSupplier connections) {
    http = connections;
  }

  private List<Reading> now() {
    OpenConnections connections = open.get();
    PooledMemory memory = pool.get();
    List<Reading> readings = new ArrayList<>();
    readings.add(Reading.of(CONNECTIONS, connections.clients(), "client"));
    readings.add(Reading.of(CONNECTIONS, connections.nodes(), "node"));
    readings.add(Reading.of(CONNECTIONS, connections.unauthenticated(), "unauthenticated"));
    readings.add(Reading.of(CONNECTIONS, connections.others(), "other"));
    IntSupplier ofHttp = http;
    if (ofHttp != null) {
      readings.add(Reading.of(CONNECTIONS, ofHttp.getAsInt(), "http"));
    }
    readings.add(Reading.of(POOL, memory.directBytes(), "direct"));
    readings.add(Reading.of(POOL, memory.heapBytes(), "heap"));
    return readings;
  }
}
