package io.quorate.client.internal;

import io.quorate.client.internal.net.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a client is to be.
 *
 * @param endpoints host:port of some nodes
 * @param timeout of operations that give none
 * @param awaitCluster how long operations wait while no process listens at any of the endpoints
 * @param outstandingCalls operations that may be unanswered at once
 * @param outstandingBytes bytes of keys and values that may be unanswered at once
 */
public record ClientSettings(
    List<String> endpoints,
    String tenant,
    Duration timeout,
    Duration awaitCluster,
    int outstandingCalls,
    long outstandingBytes) {

  public static final ClientSettings DEFAULT =
      new ClientSettings(
          List.of(), "default", Duration.ofSeconds(5), Duration.ofSeconds(1), 65_536, 64 << 20);

  public ClientSettings {
    endpoints = List.copyOf(endpoints);
    if (awaitCluster.isNegative()) {
      throw new IllegalArgumentException(
          "await the cluster for " + awaitCluster + ": give 0 or more");
    }
    if (outstandingCalls < 1 || outstandingBytes < 1) {
      throw new IllegalArgumentException(
          "outstanding "
              + outstandingCalls
              + " operations, "
              + outstandingBytes
              + " bytes: give at least 1 of each");
    }
  }

  /** Addresses separated by commas, see {@link Endpoint#parseAll}. */
  public ClientSettings endpoints(String given) {
    return endpoints(Endpoint.parseAll(given));
  }

  public ClientSettings endpoints(List<String> given) {
    List<String> clean = new ArrayList<>();
    for (String endpoint : given) {
      if (!endpoint.isBlank()) {
        clean.add(Endpoint.parse(endpoint.strip()).toString());
      }
    }
    return new ClientSettings(
        clean, tenant, timeout, awaitCluster, outstandingCalls, outstandingBytes);
  }

  public ClientSettings tenant(String given) {
    return new ClientSettings(
        endpoints, given, timeout, awaitCluster, outstandingCalls, outstandingBytes);
  }

  public ClientSettings timeout(Duration given) {
    return new ClientSettings(
        endpoints, tenant, given, awaitCluster, outstandingCalls, outstandingBytes);
  }

  public ClientSettings awaitCluster(Duration given) {
    return new ClientSettings(
        endpoints, tenant, timeout, given, outstandingCalls, outstandingBytes);
  }

  public ClientSettings outstanding(int calls, long bytes) {
    return new ClientSettings(endpoints, tenant, timeout, awaitCluster, calls, bytes);
  }
}
