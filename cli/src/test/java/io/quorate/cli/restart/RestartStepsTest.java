package io.quorate.cli.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.FailureInfo;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.admin.ClusterStatus.Disk;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.TopologyChangeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From node to node: what is waited for, and where it stops. */
class RestartStepsTest {
  private final FakeMembers members = new FakeMembers();
  private final List<String> told = new ArrayList<>();

  private Duration pause = Duration.ZERO;

  private RollingRestart restart(String... names) {
    Roster roster = members.roster();
    List<NodeView> chosen = roster.named(List.of(names));
    return new RollingRestart(
        members,
        roster,
        chosen,
        new LocalCommand("restart {name}"),
        Duration.ofMinutes(1),
        pause,
        told::add);
  }

  private CommandFailedException stops(RollingRestart restart) {
    return catchThrowableOfType(CommandFailedException.class, restart::run);
  }

  @Test
  void oneAfterAnotherAndTheLeaderLast() {
    RollingRestart restart = restart();
    restart.run();
    assertThat(members.log)
        .containsExactly(
            "drain three",
            "run restart three",
            "drain two",
            "run restart two",
            "drain one",
            "run restart one");
    assertThat(restart.restarted())
        .extracting(Restarted::label, Restarted::incarnationBefore, Restarted::incarnation)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("three", 1, 2),
            org.assertj.core.groups.Tuple.tuple("two", 1, 2),
            org.assertj.core.groups.Tuple.tuple("one", 1, 2));
    assertThat(restart.left()).isEmpty();
    assertThat(restart.current()).isEmpty();
    // 11 s until each is ready, and 3 more until it has what it missed; the last one, too.
    assertThat(members.seconds()).isBetween(42L, 46L);
    assertThat(told).anyMatch(each -> each.startsWith("three: drained after"));
  }

  /** So begins the upgrade from it: the line starts the next release. */
  @Test
  void aNodeOfTheFirstReleaseIsRestartedWithoutBeingDrained() {
    members.get(FakeMembers.B).isOfFirstRelease = true;
    members.get(FakeMembers.C).isOfFirstRelease = true;
    restart().run();
    assertThat(members.log)
        .containsExactly("run restart three", "run restart two", "drain one", "run restart one");
    assertThat(told).anyMatch(each -> each.startsWith("three: not drained, as its release"));
  }

  /** It hands leadership over to no one when it is stopped: so that is done once, at the end. */
  @Test
  void aClusterOfTheFirstReleaseIsWithoutALeaderOnce() {
    members.members.values().forEach(each -> each.isOfFirstRelease = true);
    members.in(5, () -> members.leader = FakeMembers.B);
    restart().run();
    assertThat(members.log)
        .containsExactly(
            "run restart three", "run restart one", "run restart two", "the leader is stopped");
    assertThat(told)
        .filteredOn(each -> each.contains("it leads the metadata group until it ends"))
        .singleElement()
        .satisfies(each -> assertThat(each).startsWith("two: not drained"));
  }

  @Test
  void aNodeOfTheFirstReleaseWhoseLineFailsIsLeftAsItIs() {
    members.get(FakeMembers.C).isOfFirstRelease = true;
    members.running = line -> new LocalRun.End(true, 1, "no such unit");
    assertThat(stops(restart()).getMessage())
        .contains("node three", "It runs as before, and is back in service");
    assertThat(members.logged("resume")).isEmpty();
  }

  /** Hints are delivered meanwhile; the last one is followed by no pause. */
  @Test
  void aNodeThatIsReadyServesForAWhileBeforeTheNextOneIsDrained() {
    restart().run();
    long without = members.seconds();
    pause = Duration.ofSeconds(20);
    restart().run();
    assertThat(members.seconds() - without).isBetween(without + 30, without + 42);
    assertThat(members.logged("run")).hasSize(6);
  }

  /** A node that is elected leader meanwhile is restarted last. */
  @Test
  void aLeaderThatWasElectedMeanwhileComesLast() {
    members.in(5, () -> members.leader = FakeMembers.B);
    restart().run();
    assertThat(members.logged("run"))
        .containsExactly("run restart three", "run restart one", "run restart two");
  }

  @Test
  void onlyTheNodesThatAreNamed() {
    restart("two", FakeMembers.C, "host-two:7401").run();
    assertThat(members.logged("run")).containsExactly("run restart three", "run restart two");
  }

  /** What may be wrong with another member, or with the cluster. */
  enum Disorder {
    DOWN,
    NOT_READY,
    DRAINED,
    STUCK,
    SUSPECTED,
    DISK_FULL,
    DISK_FAILED,
    DAMAGED,
    CLOCK,
    FILLING,
    MARKS,
    DEGRADED,
    HINTS,
    CHANGE,
    NO_LEADER;

    void begin(FakeMembers members) {
      set(members, true);
    }

    void end(FakeMembers members) {
      set(members, false);
    }

    private void set(FakeMembers members, boolean wrong) {
      FakeMembers.Fake two = members.get(FakeMembers.B);
      switch (this) {
        case DOWN -> two.up = !wrong;
        case NOT_READY -> two.waitingFor = wrong ? "not caught up" : "";
        case DRAINED -> two.drained = wrong;
        case STUCK -> two.stuck = wrong ? "an entry cannot be read" : "";
        case SUSPECTED -> two.suspected = wrong;
        case DISK_FULL -> two.disk = wrong ? Disk.FULL : Disk.WRITABLE;
        case DISK_FAILED -> two.disk = wrong ? Disk.FAILED : Disk.WRITABLE;
        case DAMAGED -> two.damaged = wrong ? 1 : 0;
        case CLOCK -> two.clockSkewed = wrong;
        case FILLING -> two.filling = wrong ? 1 : 0;
        case MARKS -> two.repairs = wrong ? 1 : 0;
        case DEGRADED -> two.degraded = wrong ? 1 : 0;
        case HINTS -> two.hints = wrong ? 1 : 0;
        case CHANGE ->
            members.change =
                wrong
                    ? TopologyChangeStatus.builder().underWay(true).planned(8).done(3).build()
                    : TopologyChangeStatus.NONE;
        case NO_LEADER -> members.leader = wrong ? "" : FakeMembers.A;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Disorder.class)
  void noNodeIsStoppedBeforeAllIsInOrder(Disorder disorder) {
    disorder.begin(members);
    members.in(40, () -> disorder.end(members));
    restart("three").run();
    assertThat(members.log).containsExactly("drain three", "run restart three");
    assertThat(members.seconds()).isGreaterThanOrEqualTo(50);
    assertThat(told).anyMatch(each -> each.startsWith("waits: "));
  }

  @ParameterizedTest
  @EnumSource(Disorder.class)
  void itStopsBeforeTheNextNodeIfAllIsNotInOrderInTime(Disorder disorder) {
    members.in(5, () -> disorder.begin(members));
    RollingRestart restart = restart();
    CommandFailedException stopped = stops(restart);
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(stopped)
        .hasMessageContaining(disorder == Disorder.HINTS ? "hints" : "the cluster is not in order");
    assertThat(members.log).containsExactly("drain three", "run restart three");
    assertThat(restart.restarted()).extracting(Restarted::label).containsExactly("three");
    assertThat(restart.left()).containsExactly("one", "two");
  }

  /** What is in order before hints are delivered need not be so afterwards. */
  @Test
  void whatGoesWrongWhileHintsAreDeliveredIsSeen() {
    Disorder.HINTS.begin(members);
    members.in(20, () -> Disorder.NOT_READY.begin(members));
    members.in(40, () -> Disorder.HINTS.end(members));
    members.in(55, () -> Disorder.NOT_READY.end(members));
    restart("three").run();
    assertThat(members.log).containsExactly("drain three", "run restart three");
    assertThat(members.seconds()).isGreaterThan(65);
  }

  /** Under load there are always some. */
  @Test
  void laterHintsAreNotWaitedFor() {
    members.get(FakeMembers.B).hints = 9;
    members.get(FakeMembers.B).later = 9;
    restart("three").run();
    assertThat(members.logged("run")).containsExactly("run restart three");
  }

  /** A node is drained for 20 s, in which something happens to another one. */
  private void whileThreeIsDrained(Runnable what) {
    members.get(FakeMembers.C).requests = 1;
    members.in(10, what);
    members.in(20, () -> members.get(FakeMembers.C).requests = 0);
  }

  @ParameterizedTest
  @EnumSource(value = Disorder.class, mode = EnumSource.Mode.EXCLUDE, names = "HINTS")
  void aNodeIsPutBackIfAnotherOneFailsWhileItIsDrained(Disorder disorder) {
    whileThreeIsDrained(() -> disorder.begin(members));
    members.in(40, () -> disorder.end(members));
    restart("three").run();
    assertThat(members.log)
        .containsExactly("drain three", "resume three", "drain three", "run restart three");
    assertThat(members.seconds()).isGreaterThan(45);
    assertThat(told)
        .anyMatch(
            each ->
                each.startsWith("node three is not restarted, as the cluster changed")
                    && each.endsWith("is back in service"));
  }

  /** It may lack what was written while it was away. */
  @Test
  void aNodeIsPutBackIfAnotherOneHasStartedAgainWhileItIsDrained() {
    whileThreeIsDrained(() -> members.get(FakeMembers.B).incarnation++);
    restart("three").run();
    assertThat(members.log)
        .containsExactly("drain three", "resume three", "drain three", "run restart three");
    assertThat(told).anyMatch(each -> each.contains("node two has started again"));
  }

  @Test
  void aClusterThatChangesEachTimeStopsIt() {
    members.whenDrained = () -> members.get(FakeMembers.B).incarnation++;
    CommandFailedException stopped = stops(restart("three"));
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(stopped)
        .hasMessageContaining("three is not restarted, as the cluster changed while it was drained")
        .hasMessageContaining("is back in service");
    assertThat(members.logged("drain")).hasSize(3);
    assertThat(members.logged("resume")).hasSize(3);
    assertThat(members.logged("run")).isEmpty();
  }

  /** The line that was shown would be another one now. */
  @Test
  void aNodeThatHasAnotherNameMeanwhileIsNotTouched() {
    members.in(5, () -> members.get(FakeMembers.B).name = "zwei");
    RollingRestart restart = restart("two", "three");
    CommandFailedException stopped = stops(restart);
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(stopped).hasMessageContaining("'restart zwei' and was shown as 'restart two'");
    assertThat(members.log).containsExactly("drain three", "run restart three");
    assertThat(restart.current()).isEmpty();
  }

  @Test
  void aNodeWithANameThatNoShellMayGetIsNotTouched() {
    members.in(5, () -> members.get(FakeMembers.B).name = "two; reboot");
    assertThat(stops(restart("two", "three"))).hasMessageContaining("is not given to a shell");
    assertThat(members.log).containsExactly("drain three", "run restart three");
  }

  @Test
  void aNodeThatCannotBeDrainedIsPutBack() {
    members.get(FakeMembers.C).requests = 2;
    RollingRestart restart = restart();
    CommandFailedException stopped = stops(restart);
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(stopped)
        .hasMessageContaining("three could not be drained: 2 requests are under way")
        .hasMessageContaining("is back in service");
    assertThat(members.log).containsExactly("drain three", "resume three");
    assertThat(members.seconds()).isBetween(59L, 62L);
    assertThat(restart.left()).containsExactly("one", "three", "two");
    assertThat(restart.current()).isEqualTo("three");
  }

  @Test
  void aCommandThatFailsStopsItAndTheNodeIsPutBack() {
    members.running = line -> new LocalRun.End(true, 5, "Unit quorate.service not found.");
    CommandFailedException stopped = stops(restart());
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(stopped)
        .hasMessageContaining("'restart three' ended with exit code 5")
        .hasMessageContaining("Unit quorate.service not found.")
        .hasMessageContaining("It runs as before, and is back in service");
    assertThat(members.log).containsExactly("drain three", "run restart three", "resume three");
  }

  @Test
  void aCommandThatCannotBeRunStopsItAndTheNodeIsPutBack() {
    members.running = line -> LocalRun.End.notBegun(new IOException("no shell"));
    CommandFailedException stopped = stops(restart());
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(stopped)
        .hasMessageContaining("'restart three' could not be run: no shell. It runs as before");
    assertThat(members.log).containsExactly("drain three", "run restart three", "resume three");
  }

  /** As when a permission is revoked meanwhile, or Ctrl-C in a shell closes the client. */
  @Test
  void aFailureThatStaysNamesTheNodeThatIsDrainedOrDown() {
    members.running =
        line -> {
          members.failing =
              new PermissionDeniedException("not yours to monitor", FailureInfo.NONE, null);
          return new LocalRun.End(true, 0, "");
        };
    CommandFailedException stopped = stops(restart());
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.DENIED);
    assertThat(stopped)
        .hasMessageContaining("whether node three is back is not known: not yours to monitor")
        .hasMessageContaining("'quorate node resume three'");
  }

  @Test
  void aFailureThatStaysWhileANodeIsDrainedNamesIt() {
    whileThreeIsDrained(
        () ->
            members.failing =
                new PermissionDeniedException("not yours to monitor", FailureInfo.NONE, null));
    assertThat(stops(restart()))
        .hasMessageContaining("whether node three can be stopped is not known")
        .hasMessageContaining("'quorate node resume three'");
    assertThat(members.log).containsExactly("drain three");
  }

  @Test
  void aCommandThatDoesNotEndStopsIt() {
    members.running = line -> new LocalRun.End(false, 0, "");
    assertThat(stops(restart())).hasMessageContaining("did not end in time and was stopped");
    assertThat(members.log).containsExactly("drain three", "run restart three", "resume three");
  }

  @Test
  void aNodeThatAFailedCommandHasStoppedIsLeftAlone() {
    members.running =
        line -> {
          members.get(FakeMembers.C).up = false;
          return new LocalRun.End(true, 1, "");
        };
    assertThat(stops(restart())).hasMessageContaining("It does not answer");
    assertThat(members.log).containsExactly("drain three", "run restart three");
  }

  @Test
  void aNodeThatAFailedCommandHasRestartedIsLeftAlone() {
    members.running =
        line -> {
          members.get(FakeMembers.C).incarnation++;
          return new LocalRun.End(true, 1, "");
        };
    assertThat(stops(restart())).hasMessageContaining("It was restarted all the same");
    assertThat(members.log).containsExactly("drain three", "run restart three");
  }

  /** The command said that all went well, and the process is the one that it was. */
  @Test
  void theSameProcessIsNoRestart() {
    members.running = line -> new LocalRun.End(true, 0, "");
    RollingRestart restart = restart();
    CommandFailedException stopped = stops(restart);
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(stopped)
        .hasMessageContaining("three is not back: the cluster knows of no start of it since")
        .hasMessageContaining("is back in service");
    assertThat(members.log).containsExactly("drain three", "run restart three", "resume three");
    assertThat(restart.restarted()).isEmpty();
  }

  /** Also if another put it back into service meanwhile. */
  @Test
  void theSameProcessIsNoRestartThoughItServes() {
    members.running =
        line -> {
          members.get(FakeMembers.C).drained = false;
          return new LocalRun.End(true, 0, "");
        };
    assertThat(stops(restart())).hasMessageContaining("the cluster knows of no start of it since");
  }

  @Test
  void aNodeThatStaysAwayStopsIt() {
    members.running =
        line -> {
          members.get(FakeMembers.C).up = false;
          return new LocalRun.End(true, 0, "");
        };
    CommandFailedException stopped = stops(restart());
    assertThat(stopped.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(stopped)
        .hasMessageContaining("three is not back: it does not answer: connection refused");
  }

  @Test
  void aNodeThatStartsAndDoesNotServeStopsIt() {
    members.running =
        line -> {
          members.get(FakeMembers.C).incarnation++;
          members.get(FakeMembers.C).drained = false;
          members.get(FakeMembers.C).waitingFor = "no leader is known";
          return new LocalRun.End(true, 0, "");
        };
    RollingRestart restart = restart();
    assertThat(stops(restart)).hasMessageContaining("three is not back: no leader is known");
    assertThat(restart.left()).containsExactly("one", "three", "two");
  }
}
