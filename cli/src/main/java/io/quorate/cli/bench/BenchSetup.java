package io.quorate.cli.bench;

import io.quorate.client.AsyncKeyValue;

/**
 * What every part of a run works with.
 *
 * @param keyBytes the keys, by number
 * @param writer this run, in the origin of what it writes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BenchSetup(
    AsyncKeyValue store,
    Tenants tenants,
    byte[][] keyBytes,
    BenchData data,
    VersionRule rule,
    Tally tally,
    long writer) {

  static BenchSetup of(
      AsyncKeyValue store, Tenants tenants, int keys, int valueBytes, long writer) {
    byte[][] keyBytes = new byte[keys][];
    for (int i = 0; i < keys; i++) {
      keyBytes[i] = BenchData.key(i);
    }
    return new BenchSetup(
        store,
        tenants,
        keyBytes,
        new BenchData(valueBytes),
        new VersionRule(keys, writer),
        new Tally(),
        writer);
  }
}
