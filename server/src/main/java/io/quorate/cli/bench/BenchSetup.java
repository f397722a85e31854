package io.quorate.cli.bench;

import io.quorate.client.AsyncKeyValue;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;

/**
 * What every part of a run works with.
 *
 * @param keyBytes the keys, by number
 * @param writer this run, in the origin of what it writes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BenchSetup(
    AsyncKeyValue store,
    ReadOptions read,
    WriteOptions write,
    byte[][] keyBytes,
    BenchData data,
    VersionRule rule,
    Tally tally,
    long writer) {

  static BenchSetup of(
      AsyncKeyValue store,
      ReadOptions read,
      WriteOptions write,
      int keys,
      int valueBytes,
      long writer) {
    byte[][] keyBytes = new byte[keys][];
    for (int i = 0; i < keys; i++) {
      keyBytes[i] = BenchData.key(i);
    }
    return new BenchSetup(
        store,
        read,
        write,
        keyBytes,
        new BenchData(valueBytes),
        new VersionRule(keys, writer),
        new Tally(),
        writer);
  }
}
