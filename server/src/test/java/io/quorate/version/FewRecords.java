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
        .as((rank, hlc, node, boot) -> new Version(rank, hlc, new NodeId(node), boot));
  }

  /** Written under no lock. */
  static Arbitrary<Record> lastWriteWins() {
    return Combinators.combine(
            versions().map(any -> new Version(0, any.hlc(), any.node(), any.boot())),
            Arbitraries.longs().between(0, 2),
            Arbitraries.integers().between(0, 3))
        .as(
            (version, expiresAtMillis, content) ->
                content == 0
                    ? Record.tombstone(version, 1)
                    : Record.value(version, 1, expiresAtMillis, new byte[] {content.byteValue()}));
  }

  /** Those and others that were written, read and marked under two tokens. */
  static Arbitrary<Record> ranked() {
    Arbitrary<Version> versions =
        Combinators.combine(
                Arbitraries.longs().between(0, 5),
                Arbitraries.of(1L, 2L, 3L, Hlc.of(1, 0), Hlc.of(2, 0), Hlc.END - 1, Hlc.END, -1L),
                Arbitraries.longs().between(1, 2))
            .as((rank, hlc, node) -> new Version(rank, hlc, new NodeId(node), 1));
    Arbitrary<Record> plain =
        Combinators.combine(
                versions, Arbitraries.longs().between(0, 2), Arbitraries.integers().between(0, 2))
            .as(
                (version, expiresAtMillis, content) ->
                    content == 0
                        ? Record.tombstone(version, 1)
                        : Record.value(
                            version, 1, expiresAtMillis, new byte[] {content.byteValue()}));
    Arbitrary<Record> marked =
        Combinators.combine(versions, plain)
            .as(
                (version, under) -> {
                  Version mark =
                      new Version(
                          Math.max(2, version.rank() & ~1L),
                          version.hlc(),
                          version.node(),
                          version.boot());
                  return Record.marked(mark, mark.isAfter(under.version()) ? under : null);
                });
    Arbitrary<Record> later =
        Combinators.combine(plain, plain).as(RecordModel.LAST_WRITE_WINS::merge);
    return Arbitraries.oneOf(plain, marked, later);
  }

  /** Hybrid times around those of the versions. */
  static Arbitrary<Long> marks() {
    return Arbitraries.of(
        0L, 1L, 2L, 3L, 4L, Hlc.of(1, 0), Hlc.of(1, 1), Hlc.of(2, 0), Hlc.of(3, 0));
  }
}
