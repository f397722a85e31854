package io.quorate.client.internal;

import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.RequestListener;
import io.quorate.client.internal.kv.Defaults;
import io.quorate.client.internal.net.Endpoint;
import io.quorate.client.internal.text.Quoted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a client is to be, and the only class in here that the builder of a client names.
 *
 * @param endpoints host:port of some nodes
 * @param defaults of operations that say nothing else
 * @param awaitCluster how long operations wait while no process listens at any of the endpoints
 * @param outstandingCalls operations that may be unanswered at once
 * @param outstandingBytes bytes of keys and values that may be unanswered at once
 * @param name in threads and log lines; empty: none
 * @param region whose nodes are preferred; empty: none
 * @param listener told of finished requests; null: none
 */
public record ClientSettings(
    List<String> endpoints,
    Defaults defaults,
    Duration awaitCluster,
    int outstandingCalls,
    long outstandingBytes,
    String name,
    String region,
    @Nullable RequestListener listener) {

  public static final ClientSettings DEFAULT =
      new ClientSettings(
          List.of(),
          new Defaults("default", Duration.ofSeconds(5)),
          Duration.ofSeconds(1),
          65_536,
          64 << 20,
          "",
          "",
          null);

  private static final int NAME_CHARS_MAX = 64;

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
    if (name.length() > NAME_CHARS_MAX
        || !name.chars().allMatch(each -> each > ' ' && each < 127)) {
      throw new IllegalArgumentException(
          "client name "
              + Quoted.of(name)
              + ": give at most "
              + NAME_CHARS_MAX
              + " letters, digits and signs of ASCII, without spaces");
    }
  }

  /**
   * Opens a client that is so.
   *
   * @throws IllegalArgumentException if there are no endpoints
   */
  public QuorateClient open() {
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException(
          "no endpoints: give host:port of one node of the cluster or more");
    }
    return Wiring.open(this, Wiring::channel);
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
        clean, defaults, awaitCluster, outstandingCalls, outstandingBytes, name, region, listener);
  }

  public ClientSettings tenant(String given) {
    return defaults(defaults.tenant(given));
  }

  public ClientSettings timeout(Duration given) {
    return defaults(defaults.timeout(given));
  }

  public ClientSettings readLevel(Level given) {
    return defaults(defaults.readLevel(given));
  }

  public ClientSettings writeLevel(Level given) {
    return defaults(defaults.writeLevel(given));
  }

  private ClientSettings defaults(Defaults given) {
    return new ClientSettings(
        endpoints, given, awaitCluster, outstandingCalls, outstandingBytes, name, region, listener);
  }

  public ClientSettings awaitCluster(Duration given) {
    return new ClientSettings(
        endpoints, defaults, given, outstandingCalls, outstandingBytes, name, region, listener);
  }

  public ClientSettings outstanding(int calls, long bytes) {
    return new ClientSettings(
        endpoints, defaults, awaitCluster, calls, bytes, name, region, listener);
  }

  public ClientSettings name(String given) {
    return new ClientSettings(
        endpoints,
        defaults,
        awaitCluster,
        outstandingCalls,
        outstandingBytes,
        given,
        region,
        listener);
  }

  public ClientSettings region(String given) {
    return new ClientSettings(
        endpoints,
        defaults,
        awaitCluster,
        outstandingCalls,
        outstandingBytes,
        name,
        given,
        listener);
  }

  public ClientSettings listener(RequestListener given) {
    return new ClientSettings(
        endpoints, defaults, awaitCluster, outstandingCalls, outstandingBytes, name, region, given);
  }
}
