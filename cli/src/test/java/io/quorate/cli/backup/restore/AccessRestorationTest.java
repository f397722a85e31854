package io.quorate.cli.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.file.AccessEntry;
import io.quorate.cli.backup.file.AccessEntry.GrantEntry;
import io.quorate.cli.backup.file.AccessEntry.RoleEntry;
import io.quorate.cli.backup.run.FakeAccess;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Patience;
import io.quorate.client.FailureInfo;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.admin.Action;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.User;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users and roles that are in a backup. */
class AccessRestorationTest {
  private static final Grant READS =
      Grant.of(Action.READ, Action.SCAN).tenant("eu-*").prefix(new byte[] {0, (byte) 0xFF});
  private static final Grant LOCKS = Grant.of(Action.LOCK);

  @TempDir private Path directory;

  private static FakeBackups cluster() {
    return new FakeBackups(4, 3).tenant("orders");
  }

  private static FakeBackups withUsers() {
    FakeBackups cluster = cluster();
    FakeAccess access = cluster.access();
    access.createRole("europe");
    access.grant(Grantee.role("europe"), READS);
    access.createRole("empty");
    access.createUser("ann", List.of("europe", "reader"));
    access.grant(Grantee.user("ann"), LOCKS);
    access.createUser("bob", List.of());
    return cluster;
  }

  private BackupStore store() {
    return Runs.at(directory.resolve("backup"));
  }

  private AccessRestoration restore(FakeBackups to) throws Exception {
    return new Restoration(to, Chain.open(store())).access(Runs.LIMITS);
  }

  @Test
  void usersAndRolesComeBackInAnotherCluster() throws Exception {
    FakeBackups before = withUsers();
    var unused = Runs.create(before, store());
    FakeBackups other = cluster();

    AccessRestoration restored = restore(other);

    assertThat(other.access().roles()).isEqualTo(before.access().roles());
    assertThat(other.access().users()).isEqualTo(before.access().users());
    assertThat(restored.created())
        .containsExactly("role empty", "role europe", "user ann", "user bob");
    assertThat(restored.left()).isEmpty();
    AccessRestoration again = restore(other);
    assertThat(again.left()).hasSize(4);
    assertThat(again.lacking()).isEmpty();
  }

  /** The run that gave it less was killed, and could say nothing. */
  @Test
  void theOneThatMayDoLessIsNamedByTheNextRun() throws Exception {
    var unused = Runs.create(withUsers(), store());
    for (List<Grant> some :
        List.of(List.<Grant>of(), List.of(LOCKS.prefix("a")), List.of(Grant.of(Action.READ)))) {
      FakeBackups other = withUsersThatLack("ann");
      some.forEach(each -> other.access().grant(Grantee.user("ann"), each));
      assertThat(restore(other).lacking()).as("%s", some).containsExactly("user ann");
    }
    FakeBackups wider = withUsersThatLack("ann");
    wider.access().grant(Grantee.user("ann"), Grant.of(Action.LOCK, Action.READ));
    assertThat(restore(wider).lacking()).isEmpty();
  }

  private static FakeBackups withUsersThatLack(String user) {
    FakeBackups cluster = cluster();
    FakeAccess access = cluster.access();
    access.createRole("europe");
    access.grant(Grantee.role("europe"), READS.tenant("*").prefix(new byte[0]));
    access.createUser(user, List.of("europe", "reader"));
    return cluster;
  }

  /** What was taken from a user since the backup is not given back. */
  @Test
  void thoseThatAreThereAreLeftAsTheyAre() throws Exception {
    var unused = Runs.create(withUsers(), store());
    FakeBackups other = cluster();
    other.access().createUser("ann", List.of());

    AccessRestoration restored = restore(other);

    assertThat(restored.left()).containsExactly("user ann");
    assertThat(restored.lacking()).containsExactly("user ann");
    assertThat(other.access().users())
        .contains(User.of("ann", List.of(), List.of()), User.of("bob", List.of(), List.of()));
  }

  @Test
  void theyAreLeftOutOfABackupOfSomeTenantsAndOfOneByAUserThatMayNotLook() throws Exception {
    FakeBackups cluster = withUsers();
    assertThat(Runs.create(cluster, store(), "orders").manifest().access()).isNull();
    assertThatThrownBy(() -> restore(cluster()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("not in this backup");

    cluster.onAccess =
        () -> {
          throw new PermissionDeniedException("not granted", FailureInfo.NONE, null);
        };
    var another = Runs.at(directory.resolve("another"));
    assertThat(Runs.create(cluster, another).manifest().access()).isNull();
  }

  @Test
  void aRightThatIsNotKnownStopsItBeforeAnythingIsCreated() {
    var later =
        new AccessEntry(
            List.of(
                new RoleEntry("first", List.of()),
                new RoleEntry("later", List.of(new GrantEntry(List.of("fly"), "*", "")))),
            List.of());
    FakeBackups other = cluster();
    var restoration =
        new AccessRestoration(other.access(), new Patience(Runs.LIMITS.giveUp(), () -> false));

    assertThatThrownBy(() -> restoration.run(later)).hasMessageContaining("FLY");
    assertThat(other.access().roles()).hasSize(1);
  }

  /** It is there then without what it was to be granted, and the next run leaves it as it is. */
  @Test
  void theOneThatIsGrantedLessIsNamed() throws Exception {
    var unused = Runs.create(withUsers(), store());
    FakeBackups other = cluster();
    AtomicInteger calls = new AtomicInteger();
    other.onAccess =
        () -> {
          if (calls.incrementAndGet() == 4) { // after the look, both roles: its grant
            throw new PermissionDeniedException("not granted", FailureInfo.NONE, null);
          }
        };
    assertThatThrownBy(() -> restore(other))
        .hasMessageContaining("created so far: role empty; begun: role europe. ")
        .hasMessageContaining("compare role europe")
        .hasMessageContaining("quorate role show");
    AccessRestoration next = restore(other);
    assertThat(next.left()).containsExactly("role empty", "role europe");
    assertThat(next.lacking()).containsExactly("role europe");

    FakeBackups refusing = cluster();
    refusing.onAccess =
        () -> {
          throw new PermissionDeniedException("not granted", FailureInfo.NONE, null);
        };
    assertThatThrownBy(() -> restore(refusing))
        .hasMessageContaining(
            "created so far: none. To go on, give --access alone, without tenants: it leaves those"
                + " that are there as they are")
        .hasMessageNotContaining("compare");
  }
}
