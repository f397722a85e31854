package io.quorate.client;

import io.quorate.client.internal.ClientSettings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client of one Quorate cluster. Build one, share it between all threads, close it at the end.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").tenant("default").build()) {
 *
 *   // Blocking.
 *   KeyValue kv = client.keyValue();
 *   WriteResult stored = kv.put("user:1", "Ada");
 *   GetResult ada = kv.get("user:1");
 *   System.out.println(ada.text() + ", version " + ada.version() + ", " + ada.info());
 *
 *   // Options per call.
 *   String key = "session:1";
 *   kv.put(key, "open", WriteOptions.DEFAULT.level(Level.ALL).ttl(Duration.ofMinutes(5)));
 *   kv.get(key, ReadOptions.DEFAULT
 *       .timeout(Duration.ofMillis(200))
 *       .fallback(k -> CompletableFuture.completedFuture(cache.get(k))));
 *
 *   // Values of the application, translated by codecs.
 *   TypedKeyValue<String, byte[]> images = client.keyValue("default", Codec.utf8(), Codec.bytes());
 *   images.put("image:1", new byte[] {1});
 *   byte[] image = images.get("image:1").value().orElseThrow();
 *
 *   // Without blocking: calls issued together travel together.
 *   AsyncKeyValue async = client.asyncKeyValue();
 *   async.put("user:2", "Grace")
 *       .thenCompose(result -> async.get("user:2"))
 *       .thenAccept(grace -> System.out.println(grace.text()));
 *
 *   // Page by page.
 *   try (Scan users = kv.scan("user:")) {
 *     users.forEachRemaining(entry -> System.out.println(entry.keyText()));
 *   }
 *
 *   // What a failure says about the data.
 *   try {
 *     kv.put("user:3", "Barbara");
 *   } catch (UnavailableException nothingApplied) {
 *     // too few replicas are live: safe to try again
 *   } catch (OutcomeUnknownException perhapsApplied) {
 *     // the write may have been applied: read the key, or write it again
 *   }
 * }
 * }</pre>
 *
 * <p>One thread, the event loop, does all work; see {@link AsyncKeyValue} for what must not be done
 * on it.
 */
public interface QuorateClient extends AutoCloseable {
  /** What a client has met since it was opened. */
  final class Counts {
    private final long refused;
    private final long retries;
    private final long heldBack;

    private Counts(long refused, long retries, long heldBack) {
      this.refused = refused;
      this.retries = retries;
      this.heldBack = heldBack;
    }

    /** Returns one with these parts; each is what the method of its name tells. */
    public static Counts of(long refused, long retries, long heldBack) {
      return new Counts(refused, retries, heldBack);
    }

    /** Times that a node had too much to do for a call. */
    public long refused() {
      return refused;
    }

    /** Attempts after the first. */
    public long retries() {
      return retries;
    }

    /**
     * Calls that failed in the client, as too many of their tenant were refused, or there was no
     * room for them. They were not sent, or not again after a node had refused them.
     */
    public long heldBack() {
      return heldBack;
    }

    /** What was added since. */
    public Counts since(Counts before) {
      return Counts.of(
          refused - before.refused, retries - before.retries, heldBack - before.heldBack);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Counts that
          && refused == that.refused
          && retries == that.retries
          && heldBack == that.heldBack;
    }

    @Override
    public int hashCode() {
      return Objects.hash(refused, retries, heldBack);
    }

    @Override
    public String toString() {
      return "Counts[refused=" + refused + ", retries=" + retries + ", heldBack=" + heldBack + "]";
    }
  }

  static Builder builder() {
    return new Builder();
  }

  /** Reads and writes keys, and waits for the answer. */
  KeyValue keyValue();

  /** Reads and writes keys without blocking. */
  AsyncKeyValue asyncKeyValue();

  /**
   * Reads and writes keys of a tenant as values that codecs translate, and waits for the answer.
   */
  <K, V> TypedKeyValue<K, V> keyValue(String tenant, Codec<K> keys, Codec<V> values);

  /** Reads and writes keys of a tenant as values that codecs translate, without blocking. */
  <K, V> AsyncTypedKeyValue<K, V> asyncKeyValue(String tenant, Codec<K> keys, Codec<V> values);

  /**
   * Reads and writes keys of a tenant with model SIBLINGS, as values that codecs translate, and
   * waits for the answer. {@link Codec#bytes} leaves them as they are.
   */
  <K, V> SiblingKeyValue<K, V> siblings(String tenant, Codec<K> keys, Codec<V> values);

  /** As {@link #siblings}, without blocking. */
  <K, V> AsyncSiblingKeyValue<K, V> asyncSiblings(String tenant, Codec<K> keys, Codec<V> values);

  /** Counts in a tenant with model COUNTERS, and waits for the answer. */
  Counters counters(String tenant);

  /** As {@link #counters}, without blocking. */
  AsyncCounters asyncCounters(String tenant);

  /** Adds to and removes from sets in a tenant with model SETS, and waits for the answer. */
  Sets sets(String tenant);

  /** As {@link #sets}, without blocking. */
  AsyncSets asyncSets(String tenant);

  /** Updates maps of fields in a tenant with model MAPS, and waits for the answer. */
  Maps maps(String tenant);

  /** As {@link #maps}, without blocking. */
  AsyncMaps asyncMaps(String tenant);

  /**
   * Updates and reads small maps of fields, which keys of a tenant with model LINEARIZABLE have,
   * and waits for the answer: with conditions on fields, and one update at a time.
   */
  Fields fields(String tenant);

  /** As {@link #fields}, without blocking. */
  AsyncFields asyncFields(String tenant);

  /** Acquires locks, and waits for the answer. */
  Locks locks();

  /** Acquires locks without blocking. */
  AsyncLocks asyncLocks();

  /** Opens a session that has seen nothing yet: its reads and writes see those before them. */
  Session session();

  /**
   * Goes on with a session of another process, or of this one.
   *
   * @param token that {@link Session#token} returned
   * @throws InvalidRequestException if it is no such token
   */
  Session session(String token);

  /**
   * Returns this client as something else that it is, too. Applications rarely need it: operators
   * get to the administration of the cluster by it.
   *
   * @throws IllegalArgumentException it is no such thing
   */
  <T> T as(Class<T> face);

  /** What it has met so far. */
  Counts counts();

  /**
   * Ends all connections. What was not answered fails: with {@link ClientClosedException} if it was
   * never sent or is a read, else with {@link OutcomeUnknownException}. Locks that are held are
   * released first, which takes a second at most; one whose release is not answered is free when
   * its time to live is over.
   */
  @Override
  void close();

  /** Says how a client is to be. */
  final class Builder {
    private ClientSettings settings = ClientSettings.DEFAULT;

    private Builder() {}

    /**
     * Where to find the cluster: addresses of some of its nodes, {@code host:port} separated by
     * commas, where a port alone stands on the host before it, as in {@code
     * 127.0.0.1:7401,7402,7403}. The client learns of the other nodes from them. Must be given.
     */
    public Builder endpoints(String endpoints) {
      settings = settings.endpoints(endpoints);
      return this;
    }

    /** Where to find the cluster: {@code host:port} of some of its nodes. Must be given. */
    public Builder endpoints(List<String> endpoints) {
      settings = settings.endpoints(endpoints);
      return this;
    }

    /**
     * Tenant of operations that name none; default: {@code default}.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public Builder tenant(String tenant) {
      settings = settings.tenant(Objects.requireNonNull(tenant, "tenant"));
      return this;
    }

    /** How long an operation that gives no timeout may take; default: 5 s. */
    public Builder timeout(Duration timeout) {
      Times.checkTimeout(timeout);
      settings = settings.timeout(timeout);
      return this;
    }

    /**
     * Level of gets and scans that give none; default: none, so that the default of the tenant
     * holds. What a call says comes first, then what is said here, then the tenant. Deletions of
     * many keys read at QUORUM unless they give one.
     */
    public Builder readLevel(Level level) {
      settings = settings.readLevel(Objects.requireNonNull(level, "level"));
      return this;
    }

    /**
     * Level of puts and deletes that give none; default: none, so that the default of the tenant
     * holds. What a call says comes first, then what is said here, then the tenant.
     */
    public Builder writeLevel(Level level) {
      settings = settings.writeLevel(Objects.requireNonNull(level, "level"));
      return this;
    }

    /**
     * What this client is called in the name of its thread and in its log lines, where a program
     * has more than one: at most 64 characters of ASCII without spaces; default: none. It stays in
     * this process: nodes are not told.
     */
    public Builder name(String name) {
      settings = settings.name(name);
      return this;
    }

    /**
     * The region in which this client is, as nodes have it in {@code node.region}; default: none.
     * Requests go to replicas of that region while there are any that take them, and so
     * LOCAL_QUORUM is a quorum there. A request at LOCAL_ONE or LOCAL_QUORUM that too few of these
     * replicas can answer fails, rather than being answered by another region, while any node there
     * answers.
     */
    public Builder region(String region) {
      settings = settings.region(Objects.requireNonNull(region, "region"));
      return this;
    }

    /** Is told of each request when it has finished; default: none. */
    public Builder requestListener(RequestListener listener) {
      settings = settings.listener(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * How long operations wait for a cluster that is not there: no node was met yet, and no process
     * listens at any of the endpoints, or their names are unknown. Past that they fail with {@link
     * UnavailableException}, before their timeout; default: 1 s. Give more to an application that
     * is started together with its cluster, and is to wait for it. A cluster that was met once is
     * waited for until the operation's timeout.
     */
    public Builder awaitCluster(Duration longest) {
      settings = settings.awaitCluster(longest);
      return this;
    }

    /**
     * How much may be unanswered at once, past which calls fail with {@link OverloadedException};
     * default: 65536 operations or 64 MiB of keys and values, whichever is reached first.
     */
    public Builder outstanding(int operations, long bytes) {
      settings = settings.outstanding(operations, bytes);
      return this;
    }

    /**
     * Makes connections with TLS, as the options say; default: in plaintext. Nodes must be set up
     * for it, too.
     */
    public Builder tls(TlsOptions options) {
      settings = settings.tls(Objects.requireNonNull(options, "options"));
      return this;
    }

    /**
     * Logs in, as a user with a password or by tokens of an identity provider; default: nodes know
     * the client by its certificate, if it shows one. Takes {@link #tls}. Where both are given, the
     * login counts.
     */
    public Builder credentials(Credentials credentials) {
      settings = settings.credentials(Objects.requireNonNull(credentials, "credentials"));
      return this;
    }

    /**
     * Opens the client. Connections are made in the background; operations wait for them.
     *
     * @throws IllegalArgumentException if no endpoints were given, or credentials without TLS, or a
     *     file of {@link TlsOptions} cannot be used; the message says which one and what to do
     */
    public QuorateClient build() {
      return settings.open();
    }
  }
}
