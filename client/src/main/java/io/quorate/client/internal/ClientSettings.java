package io.quorate.client.internal;

import io.quorate.client.Credentials;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.RequestListener;
import io.quorate.client.TlsOptions;
import io.quorate.client.internal.kv.Defaults;
import io.quorate.client.internal.net.Endpoint;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Tls;
import io.quorate.client.internal.text.Quoted;
import io.quorate.client.internal.text.TenantName;
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
 * @param outstanding how much may be unanswered at once
 * @param name in threads and log lines; empty: none
 * @param region whose nodes are preferred; empty: none
 * @param listener told of finished requests; null: none
 * @param tls of connections; null: plaintext
 * @param credentials to log in with; null: the client is known by its certificate
 */
public record ClientSettings(
    List<String> endpoints,
    Defaults defaults,
    Duration awaitCluster,
    Outstanding outstanding,
    String name,
    String region,
    @Nullable RequestListener listener,
    @Nullable TlsOptions tls,
    @Nullable Credentials credentials) {

  /**
   * How much may be unanswered at once.
   *
   * @param calls operations
   * @param bytes of keys and values
   */
  public record Outstanding(int calls, long bytes) {
    public Outstanding {
      if (calls < 1 || bytes < 1) {
        throw new IllegalArgumentException(
            "outstanding " + calls + " operations, " + bytes + " bytes: give at least 1 of each");
      }
    }
  }

  public static final ClientSettings DEFAULT =
      new ClientSettings(
          List.of(),
          new Defaults("default", Duration.ofSeconds(5)),
          Duration.ofSeconds(1),
          new Outstanding(65_536, 64 << 20),
          "",
          "",
          null,
          null,
          null);

  private static final int NAME_CHARS_MAX = 64;

  public ClientSettings {
    endpoints = List.copyOf(endpoints);
    if (awaitCluster.isNegative()) {
      throw new IllegalArgumentException(
          "await the cluster for " + awaitCluster + ": give 0 or more");
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
   * @throws IllegalArgumentException if there are no endpoints, credentials without TLS, or files
   *     of TLS cannot be used
   */
  public QuorateClient open() {
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException(
          "no endpoints: give host:port of one node of the cluster or more");
    }
    if (credentials != null && tls == null) {
      throw new IllegalArgumentException(
          "credentials of %s without TLS: what shows a login must not be read on the way. Give the"
                  .formatted(credentials)
              + " client TlsOptions, too");
    }
    Tls secured = tls == null ? null : Tls.of(tls, Loop.spokenBy(name));
    return Wiring.open(
        this, (loop, address, calls) -> Wiring.channel(loop, address, secured, calls));
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
        clean, defaults, awaitCluster, outstanding, name, region, listener, tls, credentials);
  }

  public ClientSettings tenant(String given) {
    TenantName.check(given);
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
        endpoints, given, awaitCluster, outstanding, name, region, listener, tls, credentials);
  }

  public ClientSettings awaitCluster(Duration given) {
    return new ClientSettings(
        endpoints, defaults, given, outstanding, name, region, listener, tls, credentials);
  }

  public ClientSettings outstanding(int calls, long bytes) {
    return new ClientSettings(
        endpoints,
        defaults,
        awaitCluster,
        new Outstanding(calls, bytes),
        name,
        region,
        listener,
        tls,
        credentials);
  }

  public ClientSettings name(String given) {
    return new ClientSettings(
        endpoints, defaults, awaitCluster, outstanding, given, region, listener, tls, credentials);
  }

  public ClientSettings region(String given) {
    return new ClientSettings(
        endpoints, defaults, awaitCluster, outstanding, name, given, listener, tls, credentials);
  }

  public ClientSettings listener(RequestListener given) {
    return new ClientSettings(
        endpoints, defaults, awaitCluster, outstanding, name, region, given, tls, credentials);
  }

  public ClientSettings tls(TlsOptions given) {
    return new ClientSettings(
        endpoints, defaults, awaitCluster, outstanding, name, region, listener, given, credentials);
  }

  public ClientSettings credentials(Credentials given) {
    return new ClientSettings(
        endpoints, defaults, awaitCluster, outstanding, name, region, listener, tls, given);
  }
}
