package io.quorate.storage.memory;

import io.quorate.model.Key;

/** Where a record lies: the order of storage. */
record Place(int partition, Key key) implements Comparable<Place> {
  @Override
  public int compareTo(Place that) {
    int byPartition = Integer.compare(partition, that.partition);
    return byPartition != 0 ? byPartition : key.compareTo(that.key);
  }
}
