package io.quorate.sim.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.BackupChecker.Shown;
import io.quorate.sim.check.RestoreChecker.Write;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link RestoreChecker} finds wrong, and what it does not. */
class RestoreCheckerTest {
  private static final String KEY = "k";
  private static final int BEFORE = 6;
  private static final int TAKEN = 7;

  private final RestoreChecker plain = checker(false, false);
  private final RestoreChecker registers = checker(true, false);

  /** Of runs of mutants that give a tenant the wrong id. */
  private final RestoreChecker byContent = checker(false, true);

  private int newest = TAKEN;

  private RestoreChecker checker(boolean byTime, boolean contentOnly) {
    return new RestoreChecker(
        byTime,
        contentOnly,
        new RestoreChecker.Ids() {
          @Override
          public int newest() {
            return newest;
          }

          @Override
          public int holding(String key, String value) {
            return 0;
          }
        });
  }

  private static Version version(long hlc) {
    return new Version(0, hlc, new NodeId(1), 1);
  }

  private static Write written(RestoreChecker checker, int id, long begun, long ended) {
    Write write = checker.puts(id, KEY, false, true, begun);
    checker.acknowledged(write, version(begun), ended);
    return write;
  }

  private static void deleted(RestoreChecker checker, int id, long begun, long ended) {
    checker.acknowledged(checker.deletes(id, KEY, true, begun), version(begun), ended);
  }

  private static void read(RestoreChecker checker, long begun, String value, long hlc) {
    checker.checkRead(TAKEN, begun, List.of(new Shown(new Name("t", KEY), version(hlc), value, 0)));
  }

  private static void atRest(RestoreChecker checker, Record record) {
    checker.checkAtRest(TAKEN, "a", new Key(TAKEN, KEY.getBytes(UTF_8)), record);
  }

  private static Record value(long hlc, String value) {
    return Record.value(version(hlc), 0, 0, value.getBytes(UTF_8));
  }

  private static void isWrong(Runnable what, String says) {
    assertThatThrownBy(what::run).isInstanceOf(PromiseBroken.class).hasMessageContaining(says);
  }

  @Test
  void whatNodesTurnAwayIsNotServed() {
    Write early = plain.puts(TAKEN, KEY, false, true, 1); // at a node that knows of the taking
    plain.reads(TAKEN, KEY);
    plain.taken(TAKEN); // though the node has not refused it yet
    plain.refused(early);
    plain.turnedAway(TAKEN, KEY);
    plain.turnedAway(TAKEN, KEY);

    isWrong(() -> atRest(plain, Record.tombstone(version(1), 0)), "no client has asked for it");
  }

  @Test
  void ofTwoRequestsOneThatWasTurnedAwayLeavesTheOther() {
    plain.reads(TAKEN, KEY);
    plain.reads(TAKEN, KEY);
    plain.turnedAway(TAKEN, KEY);

    isWrong(() -> atRest(plain, value(1, "w0")), "and it is null");
  }

  @Test
  void noClientIsServedUnderAnIdThatIsThenTaken() {
    written(plain, TAKEN, 1, 2);
    registers.reads(TAKEN, KEY);
    registers.answered(TAKEN, KEY, null);

    isWrong(() -> plain.taken(TAKEN), "clients were served before");
    isWrong(() -> registers.taken(TAKEN), "clients were served before");
  }

  @Test
  void whatWasRefusedIsNotRead() {
    Write write = plain.puts(TAKEN, KEY, false, true, 1);
    plain.answered(TAKEN, KEY, write.value());
    read(plain, 2, write.value(), 1);
    plain.refused(write);

    isWrong(() -> read(plain, 2, write.value(), 1), "and it is null");
    isWrong(() -> plain.answered(TAKEN, KEY, write.value()), "a client was shown w0");
  }

  @Test
  void noReaderFindsAnOlderValueOfARegister() {
    Write older = written(registers, TAKEN, 1, 3);
    Write meanwhile = written(registers, TAKEN, 2, 5);
    Write newer = written(registers, TAKEN, 4, 6);
    read(registers, 8, meanwhile.value(), 9);
    read(registers, 8, newer.value(), 9);
    read(registers, 6, older.value(), 9); // the newer one ended when reading began

    isWrong(() -> read(registers, 7, older.value(), 9), newer + " is missing");
  }

  @Test
  void noReaderFindsWhatWasDeleted() {
    Write ofRegister = written(registers, TAKEN, 1, 2);
    Write write = written(plain, TAKEN, 1, 2);
    deleted(registers, TAKEN, 3, 4);
    deleted(plain, TAKEN, 3, 4);

    isWrong(() -> read(registers, 5, ofRegister.value(), 9), "deletion of k");
    isWrong(() -> read(plain, 5, write.value(), 1), "deletion of k");
  }

  @Test
  void whatARestoreMeetsUnderTheSameIdIsFound() {
    deleted(byContent, TAKEN, 3, 4);
    byContent.taken(TAKEN);

    isWrong(
        () -> atRest(byContent, Record.tombstone(version(3), 0)),
        "no client has deleted it since the restore");
  }

  @Test
  void whatAGivenUpRestoreStoredIsFound() {
    byContent.taken(TAKEN);
    Write brought = byContent.brings(TAKEN, KEY, "of the backup", 1);
    byContent.givenUp(TAKEN, TAKEN, List.of(brought));

    isWrong(() -> byContent.answered(TAKEN, KEY, "of the backup"), "a client was shown");
    isWrong(() -> atRest(byContent, value(1, "of the backup")), "no client has asked for it");
    isWrong(() -> plain.givenUp(TAKEN, TAKEN, List.of()), "given up, and open under id 7");
  }

  @Test
  void whatWasAcknowledgedIsNotLostWithItsId() {
    newest = BEFORE;
    Write write = written(plain, BEFORE, 1, 2);

    isWrong(() -> plain.checkGone(TAKEN), write.toString());

    deleted(plain, BEFORE, 3, 4);
    plain.checkGone(TAKEN);
  }
}
