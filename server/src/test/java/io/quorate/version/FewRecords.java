package io.quorate.version;

import io.quorate.model.NodeId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Records of few versions, so that equal ones meet, of equal bytes and of others. */
final class FewRecords {
  private FewRecords() {}

  static Arbitrary<Version> versions() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 1),
            Arbitraries.of(0L, 1L, 2L, 3L, Hlc.of(1, 0), Hlc.of(2, 0), Hlc.END - 1, Hlc.END, -1L),
            Arbitraries.longs().between(1, 2),
            Arbitraries.integers().between(0, 1))
        .as((token, hlc, node, boot) -> new Version(token, hlc, new NodeId(node), boot));
  }

  static Arbitrary<Record> lastWriteWins() {
    return Combinators.combine(
            versions(), Arbitraries.longs().between(0, 2), Arbitraries.integers().between(0, 3))
        .as(
            (version, expiresAtMillis, content) ->
                content == 0
                    ? Record.tombstone(version, 1)
                    : Record.value(version, 1, expiresAtMillis, new byte[] {content.byteValue()}));
  }

  /** Hybrid times around those of the versions. */
  static Arbitrary<Long> marks() {
    return Arbitraries.of(
        0L, 1L, 2L, 3L, 4L, Hlc.of(1, 0), Hlc.of(1, 1), Hlc.of(2, 0), Hlc.of(3, 0));
  }
}
