package io.quorate.client.recipe;

import io.quorate.client.LockOptions;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;

/** What code does that lacks a rule: see {@code CodeMutants}. */
final class LeftOut {
  private LeftOut() {}

  static WriteOptions notFenced(WriteOptions options, long token) {
    return options;
  }

  static ReadOptions notFencedRead(ReadOptions options, long token) {
    return options;
  }

  static LockOptions renewed(LockOptions options, boolean renewed) {
    return options.renewed(true);
  }
}
