package io.quorate.cli.backup.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.backup.inventory.Retention.Stays;
import io.quorate.cli.backup.store.FileNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule by which old backups go and stay. */
class RetentionTest {
  @TempDir private Path directory;

  private MadeBackups backups;

  @BeforeEach
  void place() {
    backups = new MadeBackups(directory);
  }

  private Retention olderThanTwoWeeks(int keep) throws Exception {
    return Retention.of(backups.place(), Duration.ofDays(14), keep, MadeBackups.NOW);
  }

  private static List<String> old(Retention retention) {
    return retention.old().stream().map(BackupSummary::name).toList();
  }

  @Test
  void finishedBackupsThatAreOldGo() throws Exception {
    backups.full("a", 20);
    backups.full("b", 14.01);
    backups.full("c", 13.99);
    backups.full("d", 1);
    Retention retention = olderThanTwoWeeks(1);
    assertThat(old(retention)).containsExactlyInAnyOrder("a", "b");
    assertThat(retention.young()).isEqualTo(2);
    assertThat(retention.kept()).isEmpty();
    assertThat(retention.leftAlone()).isEmpty();
  }

  /** It was made after an accident, to be kept. */
  @Test
  void aBackupOfAMomentLongAgoIsAsOldAsItsMaking() throws Exception {
    backups.asOf("a", 29, 1);
    backups.asOf("b", 29, 15);
    backups.full("c", 2);
    assertThat(old(olderThanTwoWeeks(1))).containsExactly("b");
  }

  /** All are old when no new ones have come for long. */
  @Test
  void theNewestStayWhateverTheirAgeIs() throws Exception {
    for (int day = 15; day <= 20; day++) {
      backups.full("d" + day, day);
    }
    assertThat(old(olderThanTwoWeeks(3))).containsExactlyInAnyOrder("d18", "d19", "d20");
    assertThat(olderThanTwoWeeks(3).kept())
        .containsExactly(
            new Stays("d15", "it is one of the 3 newest that can be restored"),
            new Stays("d16", "it is one of the 3 newest that can be restored"),
            new Stays("d17", "it is one of the 3 newest that can be restored"));
    assertThat(olderThanTwoWeeks(1).kept())
        .containsExactly(new Stays("d15", "it is the newest that can be restored"));
    assertThat(old(olderThanTwoWeeks(6))).isEmpty();
  }

  /** Its backups have stopped, and those of others in the same place go on. */
  @Test
  void theNewestOfEachTenantStay() throws Exception {
    backups.next("a1", "orders");
    backups.full("orders-1", 40);
    backups.full("orders-2", 30);
    backups.withoutItsFile("orders-3", 29);
    backups.next("a1", "users", "default");
    backups.full("users-1", 20);
    backups.full("users-2", 2);
    backups.full("users-3", 1);
    Retention retention = olderThanTwoWeeks(1);
    assertThat(old(retention)).containsExactlyInAnyOrder("orders-1", "orders-3", "users-1");
    assertThat(retention.kept())
        .containsExactly(
            new Stays("orders-2", "it is the newest with tenant orders that can be restored"));
    assertThat(olderThanTwoWeeks(3).kept())
        .contains(
            new Stays("orders-3", "of all with tenant orders, only 2 can be restored"),
            new Stays("users-1", "it is one of the 3 newest that can be restored"));
    assertThat(old(olderThanTwoWeeks(3))).isEmpty();
  }

  @Test
  void theNewestOfEachClusterStay() throws Exception {
    backups.next("a1", "default");
    backups.full("a", 40);
    backups.full("b", 30);
    backups.next("b2", "default");
    backups.full("c", 20);
    backups.full("d", 1);
    Retention retention = olderThanTwoWeeks(1);
    assertThat(old(retention)).containsExactlyInAnyOrder("a", "c");
    assertThat(retention.kept())
        .containsExactly(
            new Stays(
                "b", "it is the newest with tenant default of cluster a1 that can be restored"));
  }

  /** It is newer, and would have the last one that can be restored deleted. */
  @Test
  void whatCannotBeRestoredIsNotOneOfTheNewest() throws Exception {
    backups.full("good", 30);
    backups.full("older", 31);
    backups.withoutItsFile("bad", 1);
    backups.withoutItsFile("worse", 29);
    backups.full("ahead", -3);
    Retention retention = olderThanTwoWeeks(1);
    assertThat(old(retention)).containsExactlyInAnyOrder("older", "worse");
    assertThat(retention.kept())
        .containsExactly(new Stays("good", "it is the newest that can be restored"));
  }

  /** Storage of which half is missing is no reason to delete the rest. */
  @Test
  void nothingGoesWhileTooFewCanBeRestored() throws Exception {
    backups.withoutItsFile("a", 40);
    backups.withoutItsFile("b", 30);
    backups.full("c", 20);
    Retention retention = olderThanTwoWeeks(2);
    assertThat(old(retention)).isEmpty();
    assertThat(retention.kept())
        .containsExactly(
            new Stays("a", "of all, only 1 can be restored"),
            new Stays("b", "of all, only 1 can be restored"),
            new Stays("c", "it is one of the 2 newest that can be restored"));
  }

  @Test
  void whatOthersNeedThatStayIsKept() throws Exception {
    backups.full("full", 20);
    backups.basedOn("full", "mon", 19);
    backups.basedOn("mon", "tue", 13);
    backups.basedOn("full", "aside", 18);
    backups.full("another", 17);
    backups.full("new", 1);
    Retention retention = olderThanTwoWeeks(1);
    assertThat(old(retention)).containsExactlyInAnyOrder("aside", "another");
    assertThat(retention.kept())
        .containsExactly(
            new Stays("full", "mon is based on it"), new Stays("mon", "tue is based on it"));
  }

  /** The newest needs all that is below it. */
  @Test
  void theChainOfTheNewestIsKept() throws Exception {
    backups.full("a", 22);
    backups.full("full", 20);
    backups.basedOn("full", "mon", 19);
    Retention retention = olderThanTwoWeeks(1);
    assertThat(old(retention)).containsExactly("a");
    assertThat(retention.kept())
        .extracting(Stays::why)
        .containsExactly("mon is based on it", "it is the newest that can be restored");
  }

  @Test
  void aChainGoesFromItsTop() throws Exception {
    backups.full("a-full", 20);
    backups.basedOn("a-full", "b", 19);
    backups.basedOn("b", "c", 18);
    backups.full("new", 1);
    assertThat(old(olderThanTwoWeeks(1))).containsExactly("c", "b", "a-full");
  }

  @Test
  void whatIsNotKnownToBeFinishedIsLeftAloneAndTold() throws Exception {
    backups.full("base", 30);
    backups.basedOn("base", "lacking", 29);
    Files.delete(directory.resolve("base").resolve(FileNames.MANIFEST));
    backups.full("broken", 28);
    Files.writeString(directory.resolve("broken").resolve(FileNames.MANIFEST), "{}");
    backups.unfinished("begun");
    backups.ofALaterFormat("later");
    backups.unreadable("shut");
    backups.full("new", 1);
    Retention retention = olderThanTwoWeeks(1);
    assertThat(old(retention)).isEmpty();
    assertThat(retention.leftAlone())
        .containsExactly(
            new Stays("base", "unfinished"),
            new Stays("begun", "unfinished"),
            new Stays("broken", "damaged"),
            new Stays("lacking", "lacks base"),
            new Stays("later", "of a later release: format 9"),
            new Stays("shut", "unreadable"));
    assertThat(retention.unreadable()).containsExactly("later", "shut");
  }

  /** It is made now, or goes on when its command is run again. */
  @Test
  void anUnfinishedBackupKeepsItsBase() throws Exception {
    backups.full("full", 30);
    backups.basedOn("full", "mon", 29);
    backups.basedOn("mon", "aside", 28);
    backups.full("new", 1);
    backups.unfinished("mon", "tue");
    Retention retention = olderThanTwoWeeks(1);
    assertThat(old(retention)).containsExactly("aside");
    assertThat(retention.kept())
        .containsExactly(
            new Stays("full", "mon is based on it"), new Stays("mon", "tue is based on it"));
  }

  @Test
  void aPlaceWithoutBackupsHasNothingToDelete() throws Exception {
    assertThat(olderThanTwoWeeks(3).isOfNone()).isTrue();
    backups.full("a", 1);
    assertThat(olderThanTwoWeeks(3).isOfNone()).isFalse();
  }
}
