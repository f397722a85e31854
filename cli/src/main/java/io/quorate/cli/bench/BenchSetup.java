package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.BenchModel;
import io.quorate.cli.bench.checked.Operations;
import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.bench.checked.Tenants;
import java.util.Map;

/**
 * What every part of a run works with.
 *
 * @param keys how many keys there are
 */
record BenchSetup(BenchModel model, Operations operations, Tenants tenants, int keys, Tally tally) {
  /** Which model was measured, and what is to know about its figures, for people. */
  String text() {
    String note = operations.note();
    return model.text() + (note.isEmpty() ? "" : ": " + note);
  }

  /** The same as JSON fields. */
  Map<String, Object> json() {
    return model.json();
  }
}
