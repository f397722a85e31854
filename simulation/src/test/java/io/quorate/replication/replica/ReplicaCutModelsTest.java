package io.quorate.replication.replica;

import static io.quorate.replication.replica.RecordsWithoutMoments.counted;
import static io.quorate.replication.replica.RecordsWithoutMoments.written;
import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.OTHER_KEY;
import static io.quorate.replication.replica.SteppedReplica.SELF;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.Model;
import io.quorate.placement.Nodes;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenants;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * One replica's part in a cut of tenants whose records have no moments: its image is what it holds
 * when the cut is closed, and no write is refused or waits (docs/design/cuts.md#models).
 */
class ReplicaCutModelsTest {
  private static final long ID = 7;
  private static final long TIME = Hlc.of(15, 0);

  private final SteppedReplica replica = new SteppedReplica();
  private Model model = Model.COUNTERS;
  private PurgeMarks purge = PurgeMarks.NONE;
  private long epoch = 1;
  private boolean isDropped;

  private void begins(Model of) {
    model = of;
    arm();
  }

  private void learn(Step step, long floor) {
    SortedSet<NodeId> self = new TreeSet<>(List.of(SELF));
    replica.replica.placementsChanged(
        new Placements(
            Release.NEWEST_VERSION,
            epoch,
            Nodes.of(Map.of()),
            Tenants.of(isDropped ? Map.of() : RecordsWithoutMoments.tenant(model)),
            List.of(
                new PartitionPlacement(epoch, List.of(SELF), purge, Collections.emptySortedSet())),
            0,
            Map.of(),
            new Cut(
                ID,
                TIME,
                step,
                new TreeSet<>(List.of(KEY.tenant())),
                step == Step.SEALED ? List.of(self) : List.of(),
                floor,
                "")));
  }

  private void arm() {
    epoch++;
    learn(Step.ARMED, 0);
  }

  private void close() {
    epoch++;
    learn(Step.CLOSED, TIME);
  }

  private void stored(Key key, Record record, Cause cause) {
    assertThat(write(key, record, cause)).containsExactly(Stored.INSTANCE);
  }

  private List<WriteOutcome> write(Key key, Record record, Cause cause) {
    List<WriteOutcome> outcomes = new ArrayList<>();
    replica.replica.write(new Write(1, 0, epoch, key, record, cause, 1000), outcomes::add);
    for (int i = 0; i < 3; i++) {
      replica.store.answerGets();
      replica.store.syncAll();
    }
    return outcomes;
  }

  private RangeOutcome image() {
    RecordStore.Range all =
        new RecordStore.Range(
            0, KEY.tenant(), KeyRange.ofPrefix(new byte[0]), new byte[0], 100, 1 << 20);
    List<RangeOutcome> outcomes = new ArrayList<>();
    replica.replica.readImage(new ReadImage(1, ID, 0, all, 1000), outcomes::add);
    return outcomes.getFirst();
  }

  private List<Record> shown() {
    return ((Records) image()).entries().stream().map(RecordStore.Entry::record).toList();
  }

  /** Of models with moments only what was written up to the time of the cut would be. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "LAST_WRITE_WINS")
  void hasWhatLiesThereWhenItIsClosedWhateverTimesThatHas(Model of) {
    begins(of);
    stored(KEY, written(of, 10), Cause.FRESH);
    stored(OTHER_KEY, written(of, 30), Cause.FRESH);
    close();

    assertThat(shown()).containsExactly(written(of, 10), written(of, 30));
    assertThat(replica.replica.cutStanding().closed().get(0)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "LAST_WRITE_WINS")
  void hasNothingThatCameAfterItWasClosed(Model of) {
    begins(of);
    stored(KEY, written(of, 10), Cause.FRESH);
    close();
    stored(OTHER_KEY, written(of, 12), Cause.FRESH);
    assertThat(shown()).containsExactly(written(of, 10));
    learn(Step.SEALED, TIME);
    stored(KEY, written(of, 20), Cause.FRESH);

    assertThat(shown()).containsExactly(written(of, 10));
  }

  /** Under a model with moments it would wait for the seal, and make the image void without one. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "LAST_WRITE_WINS")
  void whatIsBroughtBetweenTheCloseAndTheSealIsStoredAtOnce(Model of) {
    begins(of);
    close();
    stored(KEY, written(of, 10), Cause.REPAIR);
    stored(OTHER_KEY, written(of, 12), Cause.HINT);

    assertThat(replica.events).doesNotContain(ReplicaEvent.Window.WAITED_FOR_SEAL);
    assertThat(replica.replica.cutStanding().closed().get(0)).isTrue();
    assertThat(shown()).isEmpty();
  }

  /** Nothing is kept in memory, so no image is void for what is overwritten. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "LAST_WRITE_WINS")
  void keepsNothingOfWhatIsReplaced(Model of) {
    begins(of);
    stored(KEY, written(of, 10), Cause.FRESH);
    stored(KEY, written(of, 30), Cause.FRESH);

    assertThat(replica.events).doesNotContain(ReplicaEvent.Window.KEPT_FOR_CUT);
    close();
    assertThat(shown()).hasSize(1).doesNotContain(written(of, 10));
  }

  /** What is replaced later takes nothing away from it. */
  @Test
  void totalsThatGrowAfterItWasClosedAreNotInIt() {
    begins(Model.COUNTERS);
    stored(KEY, counted(10, 1, 3), Cause.FRESH);
    close();
    stored(KEY, counted(10, 2, 5), Cause.FRESH);

    assertThat(shown()).containsExactly(counted(10, 1, 3));
  }

  /** A promise is one replica's alone, and no reader of a backup would understand it. */
  @Test
  void aRegisterIsInItWithoutWhatItsReplicaHasPromised() {
    begins(Model.LINEARIZABLE);
    Record register = written(Model.LINEARIZABLE, 10);
    Version promised = new Version(1, Hlc.of(40, 0), new NodeId(5), 1);
    stored(KEY, Record.promising(register, promised), Cause.FRESH);
    stored(OTHER_KEY, Record.promising(register, promised), Cause.FRESH);
    close();

    assertThat(shown()).containsExactly(register, register);
  }

  /**
   * One replica may have folded what another one has yet to fold: all show what counts under the
   * mark of the epoch at which they closed, also if a later purge is carried out before it is read.
   */
  @Test
  void whatWasPurgedBeforeItWasClosedIsNotInItAndWhatIsPurgedLaterIs() {
    model = Model.SIBLINGS;
    epoch = 2;
    learn(Step.ENDED, 0);
    Record deleted = deleted(10);
    stored(KEY, deleted, Cause.FRESH);
    purge = new PurgeMarks(Hlc.of(11, 0), Hlc.of(11, 0));
    arm();
    stored(OTHER_KEY, deleted(14), Cause.FRESH);
    close();
    assertThat(shown()).containsExactly(deleted(14));

    learn(Step.SEALED, TIME);
    epoch++;
    purge = new PurgeMarks(Hlc.of(20, 0), Hlc.of(20, 0));
    learn(Step.SEALED, TIME);
    assertThat(shown()).containsExactly(deleted(14));
  }

  private static Record deleted(long millis) {
    return RecordsWithoutMoments.deleted(millis);
  }

  /** Another node may not have heard of that, and still read the image as of that model. */
  @ParameterizedTest
  @EnumSource
  void ofATenantThatWasDroppedSinceItHasWhatItHad(Model of) {
    begins(of);
    stored(KEY, written(of, 10), Cause.FRESH);
    stored(OTHER_KEY, written(of, 30), Cause.FRESH);
    close();
    learn(Step.SEALED, TIME);
    List<Record> before = shown();
    isDropped = true;
    learn(Step.SEALED, TIME);

    assertThat(shown()).isEqualTo(before).hasSize(of == Model.LAST_WRITE_WINS ? 1 : 2);
  }

  @Test
  void ofARegisterThatWasDroppedSinceItHasNoPromise() {
    begins(Model.LINEARIZABLE);
    Version promised = new Version(epoch, Hlc.of(12, 0), new NodeId(5), 1);
    List<PrepareOutcome> outcomes = new ArrayList<>();
    replica.replica.prepare(new Prepare(1, 0, epoch, KEY, promised, 1000), outcomes::add);
    replica.store.answerGets();
    replica.store.syncAll();
    assertThat(outcomes).hasSize(1).first().isInstanceOf(Promised.class);
    stored(OTHER_KEY, Record.promising(written(Model.LINEARIZABLE, 10), promised), Cause.FRESH);
    close();
    assertThat(shown()).containsExactly(written(Model.LINEARIZABLE, 10));
    isDropped = true;
    learn(Step.SEALED, TIME);

    assertThat(shown()).containsExactly(written(Model.LINEARIZABLE, 10));
  }

  @Test
  void ofATenantThatItDidNotKnowItHasNone() {
    isDropped = true;
    begins(Model.LINEARIZABLE);
    close();

    assertThat(image())
        .isEqualTo(new NoImage("tenant 1 was not known to it under the cut's epoch"));
  }

  @Test
  void aReplicaThatWasNotArmedHasNone() {
    model = Model.COUNTERS;
    close();
    assertThat(image()).isInstanceOf(NoImage.class);
  }

  @Test
  void aReplicaThatCameToCloseAfterTheSealHasNone() {
    begins(Model.COUNTERS);
    epoch++;
    learn(Step.SEALED, TIME);
    assertThat(image()).isInstanceOf(NoImage.class);
  }
}
