package io.quorate.client.internal.kv;

import io.quorate.client.AsyncFields;
import io.quorate.client.Fields;
import io.quorate.client.FieldsUpdate;
import io.quorate.client.FieldsValue;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.internal.engine.Waiting;

/** Waits for what {@link AsyncFields} answers. */
public final class BlockingFieldMaps implements Fields {
  private final PipedFieldMaps async;
  private final Waiting waiting;

  public BlockingFieldMaps(PipedFieldMaps async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  @Override
  public WriteResult update(byte[] key, FieldsUpdate update, WriteOptions options) {
    return waiting.forWrite(async.update(key, update, options));
  }

  @Override
  public FieldsValue get(byte[] key, ReadOptions options) {
    return PipedFieldMaps.decoded(waiting.forRead(async.read(key, options)));
  }
}
