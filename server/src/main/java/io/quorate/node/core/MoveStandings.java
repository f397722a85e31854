package io.quorate.node.core;

import io.quorate.migration.MoveReport;
import io.quorate.replication.move.Copier;
import io.quorate.replication.move.Standing;
import java.util.List;

/**
 * What a node says of partitions on the move: of those only that it serves at the epoch it knows.
 */
final class MoveStandings {
  private MoveStandings() {}

  static List<MoveReport.Standing> of(Copier copier) {
    return copier.standings().stream()
        .filter(Standing::served)
        .map(
            each ->
                new MoveReport.Standing(
                    each.partition(),
                    each.epoch(),
                    each.complete(),
                    each.handedOver(),
                    each.records(),
                    each.bytes(),
                    each.skipped()))
        .toList();
  }
}
