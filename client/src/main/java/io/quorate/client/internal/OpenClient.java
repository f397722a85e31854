package io.quorate.client.internal;

import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncSiblingKeyValue;
import io.quorate.client.AsyncTypedKeyValue;
import io.quorate.client.Codec;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.Session;
import io.quorate.client.SiblingKeyValue;
import io.quorate.client.TypedKeyValue;
import io.quorate.client.admin.Administration;
import io.quorate.client.internal.engine.Waiting;
import io.quorate.client.internal.kv.BlockingKeyValue;
import io.quorate.client.internal.kv.BlockingSiblingKeyValue;
import io.quorate.client.internal.kv.BlockingTypedKeyValue;
import io.quorate.client.internal.kv.PipedSiblingKeyValue;
import io.quorate.client.internal.kv.PipedSiblings;
import io.quorate.client.internal.kv.PipedTypedKeyValue;
import io.quorate.client.internal.session.SessionMemory;
import java.util.function.Function;
import java.util.function.Supplier;

/** A client that is connected, or on the way to be. */
final class OpenClient implements QuorateClient {
  private final AsyncKeyValue asyncKeyValue;
  private final AsyncKeyValue waitedFor;
  private final PipedSiblings siblings;
  private final PipedSiblings siblingsWaitedFor;
  private final Administration administration;
  private final Function<SessionMemory, Session> sessions;
  private final Waiting waiting;
  private final Supplier<Counts> counts;
  private final Runnable close;

  OpenClient(
      AsyncKeyValue asyncKeyValue,
      AsyncKeyValue waitedFor,
      PipedSiblings siblings,
      PipedSiblings siblingsWaitedFor,
      Administration administration,
      Function<SessionMemory, Session> sessions,
      Waiting waiting,
      Supplier<Counts> counts,
      Runnable close) {
    this.asyncKeyValue = asyncKeyValue;
    this.waitedFor = waitedFor;
    this.siblings = siblings;
    this.siblingsWaitedFor = siblingsWaitedFor;
    this.administration = administration;
    this.sessions = sessions;
    this.waiting = waiting;
    this.counts = counts;
    this.close = close;
  }

  @Override
  public KeyValue keyValue() {
    return new BlockingKeyValue(waitedFor, waiting);
  }

  @Override
  public AsyncKeyValue asyncKeyValue() {
    return asyncKeyValue;
  }

  @Override
  public <K, V> TypedKeyValue<K, V> keyValue(String tenant, Codec<K> keys, Codec<V> values) {
    return new BlockingTypedKeyValue<>(keyValue(), tenant, keys, values);
  }

  @Override
  public <K, V> AsyncTypedKeyValue<K, V> asyncKeyValue(
      String tenant, Codec<K> keys, Codec<V> values) {
    return new PipedTypedKeyValue<>(asyncKeyValue, tenant, keys, values);
  }

  @Override
  public <K, V> SiblingKeyValue<K, V> siblings(String tenant, Codec<K> keys, Codec<V> values) {
    return new BlockingSiblingKeyValue<>(siblingsWaitedFor, waiting, tenant, keys, values);
  }

  @Override
  public <K, V> AsyncSiblingKeyValue<K, V> asyncSiblings(
      String tenant, Codec<K> keys, Codec<V> values) {
    return new PipedSiblingKeyValue<>(siblings, tenant, keys, values);
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
