package io.quorate.sim.backup;

import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChange;
import java.util.Map;
import java.util.TreeMap;

/** What was put to keys with siblings, whichever session has done it. */
final class SiblingPuts {
  private final Map<Name, Map<Integer, KeyByKeyChange>> puts = new TreeMap<>();

  void begins(Name name, KeyByKeyChange put) {
    puts.computeIfAbsent(name, none -> new TreeMap<>()).put(put.number(), put);
  }

  /** Returns the put of a value that was read. */
  KeyByKeyChange of(Name name, byte[] value) {
    int number = KeyByKeyTenants.number(value);
    KeyByKeyChange put = puts.getOrDefault(name, Map.of()).get(number);
    if (put == null) {
      throw new IllegalStateException("no client has put %d under %s".formatted(number, name));
    }
    return put;
  }
}
