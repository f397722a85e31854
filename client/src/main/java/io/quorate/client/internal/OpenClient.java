package io.quorate.client.internal;

import io.quorate.client.AsyncCounters;
import io.quorate.client.AsyncFields;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncLocks;
import io.quorate.client.AsyncMaps;
import io.quorate.client.AsyncSets;
import io.quorate.client.AsyncSiblingKeyValue;
import io.quorate.client.AsyncTypedKeyValue;
import io.quorate.client.Codec;
import io.quorate.client.Counters;
import io.quorate.client.Fields;
import io.quorate.client.KeyValue;
import io.quorate.client.Locks;
import io.quorate.client.Maps;
import io.quorate.client.QuorateClient;
import io.quorate.client.Session;
import io.quorate.client.Sets;
import io.quorate.client.SiblingKeyValue;
import io.quorate.client.TypedKeyValue;
import io.quorate.client.admin.Administration;
import io.quorate.client.internal.engine.Waiting;
import io.quorate.client.internal.kv.BlockingCounters;
import io.quorate.client.internal.kv.BlockingFieldMaps;
import io.quorate.client.internal.kv.BlockingKeyValue;
import io.quorate.client.internal.kv.BlockingMaps;
import io.quorate.client.internal.kv.BlockingSets;
import io.quorate.client.internal.kv.BlockingSiblingKeyValue;
import io.quorate.client.internal.kv.BlockingTypedKeyValue;
import io.quorate.client.internal.kv.PipedCounters;
import io.quorate.client.internal.kv.PipedFields;
import io.quorate.client.internal.kv.PipedKeyValue;
import io.quorate.client.internal.kv.PipedMaps;
import io.quorate.client.internal.kv.PipedSets;
import io.quorate.client.internal.kv.PipedSiblingKeyValue;
import io.quorate.client.internal.kv.PipedSiblings;
import io.quorate.client.internal.kv.PipedTypedKeyValue;
import io.quorate.client.internal.locks.BlockingLocks;
import io.quorate.client.internal.session.SessionMemory;
import java.util.function.Function;
import java.util.function.Supplier;

/** A client that is connected, or on the way to be. */
final class OpenClient implements QuorateClient {
  /**
   * What carries out operations on keys.
   *
   * @param keyValue of tenants whose keys have one value
   */
  record Keys(PipedKeyValue keyValue, PipedSiblings siblings, PipedFields fields) {}

  private final Keys keys;
  private final Keys waitedFor;
  private final AsyncLocks locks;
  private final Administration administration;
  private final Function<SessionMemory, Session> sessions;
  private final Waiting waiting;
  private final Supplier<Counts> counts;
  private final Runnable close;

  /**
   * @param keys for callers that do not wait
   * @param waitedFor for threads that wait
   */
  OpenClient(
      Keys keys,
      Keys waitedFor,
      AsyncLocks locks,
      Administration administration,
      Function<SessionMemory, Session> sessions,
      Waiting waiting,
      Supplier<Counts> counts,
      Runnable close) {
    this.keys = keys;
    this.waitedFor = waitedFor;
    this.locks = locks;
    this.administration = administration;
    this.sessions = sessions;
    this.waiting = waiting;
    this.counts = counts;
    this.close = close;
  }

  @Override
  public KeyValue keyValue() {
    return new BlockingKeyValue(waitedFor.keyValue(), waiting);
  }

  @Override
  public AsyncKeyValue asyncKeyValue() {
    return keys.keyValue();
  }

  @Override
  public <K, V> TypedKeyValue<K, V> keyValue(String tenant, Codec<K> keyCodec, Codec<V> values) {
    return new BlockingTypedKeyValue<>(keyValue(), tenant, keyCodec, values);
  }

  @Override
  public <K, V> AsyncTypedKeyValue<K, V> asyncKeyValue(
      String tenant, Codec<K> keyCodec, Codec<V> values) {
    return new PipedTypedKeyValue<>(keys.keyValue(), tenant, keyCodec, values);
  }

  @Override
  public <K, V> SiblingKeyValue<K, V> siblings(String tenant, Codec<K> keyCodec, Codec<V> values) {
    return new BlockingSiblingKeyValue<>(waitedFor.siblings(), waiting, tenant, keyCodec, values);
  }

  @Override
  public <K, V> AsyncSiblingKeyValue<K, V> asyncSiblings(
      String tenant, Codec<K> keyCodec, Codec<V> values) {
    return new PipedSiblingKeyValue<>(keys.siblings(), tenant, keyCodec, values);
  }

  @Override
  public Counters counters(String tenant) {
    return new BlockingCounters(new PipedCounters(waitedFor.fields(), tenant), waiting);
  }

  @Override
  public AsyncCounters asyncCounters(String tenant) {
    return new PipedCounters(keys.fields(), tenant);
  }

  @Override
  public Sets sets(String tenant) {
    return new BlockingSets(new PipedSets(waitedFor.fields(), tenant), waiting);
  }

  @Override
  public AsyncSets asyncSets(String tenant) {
    return new PipedSets(keys.fields(), tenant);
  }

  @Override
  public Maps maps(String tenant) {
    return new BlockingMaps(new PipedMaps(waitedFor.fields(), tenant), waiting);
  }

  @Override
  public AsyncMaps asyncMaps(String tenant) {
    return new PipedMaps(keys.fields(), tenant);
  }

  @Override
  public Fields fields(String tenant) {
    return new BlockingFieldMaps(waitedFor.keyValue().fields(tenant), waiting);
  }

  @Override
  public AsyncFields asyncFields(String tenant) {
    return keys.keyValue().fields(tenant);
  }

  @Override
  public Locks locks() {
    return new BlockingLocks(locks, waiting);
  }

  @Override
  public AsyncLocks asyncLocks() {
    return locks;
  }

  @Override
  public Session session() {
    return sessions.apply(new SessionMemory());
  }

  @Override
  public Session session(String token) {
    Session resumed = session();
    resumed.merge(token);
    return resumed;
  }

  @Override
  public <T> T as(Class<T> face) {
    if (face == Administration.class) {
      return face.cast(administration);
    }
    throw new IllegalArgumentException("this client has no face " + face.getName());
  }

  @Override
  public Counts counts() {
    return counts.get();
  }

  @Override
  public void close() {
    close.run();
  }
}
