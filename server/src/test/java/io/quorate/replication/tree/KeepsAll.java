package io.quorate.replication.tree;

import io.quorate.model.Key;
import io.quorate.version.Record;

/** Of what is held, all counts, and nothing may be dropped. */
public final class KeepsAll implements Trees.Held {
  @Override
  public Record reported(int partition, Key key, Record read) {
    return read;
  }

  @Override
  public boolean mayDrop(int partition, Key key, Record record) {
    return false;
  }

  @Override
  public void drop(int partition, Key key, Runnable ended) {
    ended.run();
  }
}
