package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.SELF;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Release;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.Model;
import io.quorate.placement.Nodes;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.Tenants;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which writes a replica refuses once a cut was closed: those up to its time, of tenants whose
 * images are judged by times (docs/design/cuts.md#close).
 */
class ReplicaCutFloorTest {
  private static final long TIME = Hlc.of(15, 0);

  private final SteppedReplica replica = new SteppedReplica();

  private void closed(Model model, long floor) {
    closed(RecordsWithoutMoments.tenant(model), floor);
  }

  private void closed(Map<String, Tenant> tenants, long floor) {
    replica.replica.placementsChanged(
        new Placements(
            Release.NEWEST_VERSION,
            2,
            Nodes.of(Map.of()),
            Tenants.of(tenants),
            List.of(new PartitionPlacement(2, List.of(SELF))),
            0,
            Map.of(),
            new Cut(7, floor, Step.ENDED, new TreeSet<>(List.of(9)), List.of(), floor, "")));
  }

  private WriteOutcome writeAt(Model model, long millis) {
    List<WriteOutcome> outcomes = new ArrayList<>();
    Record record =
        model == Model.SIBLINGS // of these a purge refuses deletions alone
            ? RecordsWithoutMoments.deleted(millis)
            : RecordsWithoutMoments.written(model, millis);
    replica.replica.write(new Write(1, 0, 2, KEY, record, Cause.FRESH, 1000), outcomes::add);
    settle();
    return outcomes.getFirst();
  }

  private void settle() {
    for (int i = 0; i < 3; i++) {
      replica.store.answerGets();
      replica.store.syncAll();
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesWritesUpToItsTimeOfRecordsWithMomentsAlone(Model model) {
    closed(model, TIME);

    assertThat(writeAt(model, 12))
        .isEqualTo(model == Model.LAST_WRITE_WINS ? new BelowPromise(TIME) : Stored.INSTANCE);
    assertThat(writeAt(model, 20)).isEqualTo(Stored.INSTANCE);
  }

  /** One that it has yet to hear of was created since, so that no cut is of it. */
  @ParameterizedTest
  @EnumSource
  void refusesNoneOfATenantThatItDoesNotKnow(Model model) {
    closed(Map.of(), TIME);

    assertThat(writeAt(model, 12)).isEqualTo(Stored.INSTANCE);
  }

  /** Its own writes, likewise: a stamp of theirs is asked for above that time, or above nothing. */
  @ParameterizedTest
  @EnumSource
  void stampsAboveItsTimeWhereRecordsHaveMomentsAlone(Model model) {
    closed(model, TIME);
    List<Long> least = new ArrayList<>();
    replica.replica.writeFresh(
        0,
        2,
        1000,
        KEY,
        (held, promised) -> {
          least.add(promised);
          return RecordsWithoutMoments.written(model, 20);
        },
        outcome -> {});
    settle();

    assertThat(least).containsExactly(model == Model.LAST_WRITE_WINS ? TIME : 0L);
  }
}
