package io.quorate.cli.doctor;

import static io.quorate.cli.doctor.Heard.A;
import static io.quorate.cli.doctor.Heard.B;
import static io.quorate.cli.doctor.Heard.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.DiskLimits;
import io.quorate.client.FailureCode;
import io.quorate.client.Level;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.ClusterStatus.Disk;
import io.quorate.client.admin.ClusterStatus.Membership;
import io.quorate.client.admin.ClusterStatus.State;
import io.quorate.client.admin.Purging;
import io.quorate.client.admin.TopologyChangeStatus;
import io.quorate.client.admin.TopologyPlan;
import io.quorate.client.admin.VersionConflicts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each rule finds what it looks for, and nothing where all is well. */
class DoctorRulesTest {
  private static final DiskLimits DEFAULT_LIMITS =
      new DiskLimits(DiskLimits.WARNING_PERCENT, DiskLimits.PROBLEM_PERCENT);

  private static List<Finding> examine(Observations seen) {
    return DoctorRules.examine(seen, DEFAULT_LIMITS);
  }

  private static List<String> found(Heard heard) {
    return examine(heard.seen()).stream().map(Finding::rule).toList();
  }

  @Test
  void nothingIsFoundWhereAllIsWell() {
    List<Finding> none = examine(Heard.well().seen());
    assertThat(none).isEmpty();
    assertThat(DoctorRules.exitCode(none)).isZero();
  }

  @Test
  void nodeThatIsDown() {
    List<Finding> found = examine(Heard.well().down(B).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("node-down");
    assertThat(found.get(0).about()).contains("b:7401");
    assertThat(found.get(0).what()).contains("7 s ago");
    assertThat(found.get(0).advice()).contains("quorate server");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(2);
  }

  @Test
  void tenantsThatAreNotKnown() {
    List<Finding> found = examine(Heard.well().tenantsUnknown().seen());
    assertThat(found).extracting(Finding::rule).containsExactly("tenants-unknown");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(1);
  }

  @Test
  void nodeThatIsNotPartOfTheCluster() {
    List<Finding> found = examine(Heard.well().notJoined(B).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("node-not-joined");
    assertThat(found.get(0).what()).endsWith("it has an empty directory.");
    assertThat(found.get(0).advice()).contains("cluster readmit b");
  }

  /** A release without codes says it in words, which are for people. */
  @Test
  void nodeThatSaysInWordsOnlyThatItIsNotPartOfTheClusterIsTakenForDown() {
    List<Finding> found = examine(Heard.well().notJoined(B, FailureCode.NONE).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("node-down");
    assertThat(found.get(0).what()).contains("has not joined a cluster yet");
  }

  @Test
  void nodeThatOthersHearAndWeDoNot() {
    assertThat(found(Heard.well().unreachable(C))).containsExactly("node-unreachable");
  }

  @Test
  void votersThatOthersHearAreNotLost() {
    Heard cutOffHere = Heard.well().unreachable(B).unreachable(C);
    List<Finding> found = examine(cutOffHere.seen());
    assertThat(found)
        .extracting(Finding::rule)
        .containsExactly("node-unreachable", "node-unreachable");
    assertThat(found.get(0).what()).contains("is heard by node a (a:7401)", "no route");
    assertThat(found.get(0).advice()).contains("Check the network between here and it");
    List<Finding> withoutLeader = examine(cutOffHere.leader("").seen());
    assertThat(withoutLeader).extracting(Finding::rule).contains("metadata-leader");
    assertThat(withoutLeader).noneMatch(finding -> finding.advice().contains("recover"));
  }

  @Test
  void votersThatNoNodeHearsMayBeLostAndTheRiskIsTold() {
    List<Finding> found = examine(Heard.well().down(B).down(C).leader("").seen());
    Finding majority =
        found.stream().filter(each -> each.rule().equals("metadata-majority")).findFirst().get();
    assertThat(majority.what()).contains("Only 1 of its 3 voters is heard");
    assertThat(majority.advice())
        .contains("See whether node b (b:7401), node c (c:7401) run")
        .contains("Only if a majority of the voters can never be started again")
        .contains("quorate metadata recover")
        .contains("two clusters");
    assertThat(found.get(0).what() + found.get(1).what()).contains("is down, or cut off");
    assertThat(found)
        .as("where most replicas are gone, no requests go on")
        .filteredOn(each -> each.rule().equals("node-down"))
        .allMatch(each -> each.what().contains("go on where enough other replicas are left"));
  }

  /** Of five nodes, each that answers hears a pair, and together they hear a majority. */
  @Test
  void aMajorityThatIsHeardByDifferentNodesIsThere() {
    Heard ring =
        Heard.well()
            .unreachable(C)
            .sees(A, B, node -> Heard.state(node, State.DOWN, 9_000))
            .sees(A, C, node -> Heard.state(node, State.DOWN, 9_000))
            .leader("");
    assertThat(found(ring)).contains("metadata-leader").doesNotContain("metadata-majority");
  }

  @Test
  void nodeThatSomeDoNotHear() {
    assertThat(found(Heard.well().sees(A, C, node -> Heard.state(node, State.SUSPECTED, 900))))
        .containsExactly("node-suspected");
  }

  /** With the address, and the name if it has one: an id alone is not what people look for. */
  @Test
  void whoDoesNotHearANodeIsNamedAsElsewhere() {
    Observations seen =
        Heard.well().sees(A, C, node -> Heard.state(node, State.SUSPECTED, 900)).seen();
    assertThat(examine(seen).getFirst().what()).endsWith("by " + seen.name(A) + ".");
    assertThat(seen.name(A)).contains(A, "(");
  }

  @Test
  void nodeThatIsNotReady() {
    assertThat(found(Heard.well().reports(B, new Said().waitingFor("x"))))
        .containsExactly("node-not-ready");
  }

  @Test
  void nodeThatIsDrained() {
    List<Finding> found = examine(Heard.well().drained(B).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("node-drained");
    assertThat(found.getFirst().advice()).contains("quorate node resume " + B);
    assertThat(DoctorRules.exitCode(found)).isEqualTo(1);
  }

  @Test
  void nodeThatCannotFollowTheMetadataGroup() {
    List<Finding> found =
        examine(Heard.well().stuck(B, "entry 1/7 of the log cannot be read").seen());
    assertThat(found).extracting(Finding::rule).contains("metadata-stuck");
    assertThat(found.getFirst().what()).contains("entry 1/7 of the log cannot be read");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(2);
  }

  @Test
  void nodeWhoseAnnouncementIsRefused() {
    List<Finding> found =
        examine(Heard.well().announcementRefused(B, "address lb:7400 is that of node 1").seen());
    assertThat(found).extracting(Finding::rule).containsExactly("announcement-refused");
    assertThat(found.getFirst().what()).contains("address lb:7400 is that of node 1");
    assertThat(found.getFirst().advice()).contains("it ends at its next start");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(2);
  }

  @Test
  void clockThatIsOff() {
    List<Finding> found = examine(Heard.well().reports(B, new Said().clockSkewed()).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("clock-skew");
    assertThat(found.get(0).what()).contains("700 ms behind");
  }

  @Test
  void disks() {
    assertThat(found(Heard.well().reports(B, new Said().disk(Disk.FULL, 100))))
        .containsExactly("disk-full");
    assertThat(found(Heard.well().reports(B, new Said().disk(Disk.FAILED, 50))))
        .containsExactly("disk-failed");
    assertThat(found(Heard.well().reports(B, new Said().disk(Disk.WRITABLE, 80)))).isEmpty();
    List<Finding> nearly =
        examine(Heard.well().reports(B, new Said().disk(Disk.WRITABLE, 85)).seen());
    assertThat(nearly).extracting(Finding::rule).containsExactly("disk-nearly-full");
    assertThat(DoctorRules.exitCode(nearly)).isEqualTo(1);
    List<Finding> almost =
        examine(Heard.well().reports(B, new Said().disk(Disk.WRITABLE, 97)).seen());
    assertThat(DoctorRules.exitCode(almost)).isEqualTo(2);
  }

  @Test
  void operatorsSayHowFullADiskMayBe() {
    Observations seen = Heard.well().reports(B, new Said().disk(Disk.WRITABLE, 85)).seen();
    assertThat(DoctorRules.examine(seen, new DiskLimits(85, 95))).isEmpty();
    assertThat(DoctorRules.exitCode(DoctorRules.examine(seen, new DiskLimits(84, 85))))
        .isEqualTo(1);
    assertThat(DoctorRules.exitCode(DoctorRules.examine(seen, new DiskLimits(10, 84))))
        .isEqualTo(2);
    assertThat(DoctorRules.exitCode(DoctorRules.examine(seen, new DiskLimits(90, 84))))
        .isEqualTo(2);
  }

  /** How full a disk may be says nothing of one that takes no writes. */
  @Test
  void aDiskThatIsFullIsAProblemWhateverTheLimits() {
    Observations used = Heard.well().reports(B, new Said().disk(Disk.WRITABLE, 100)).seen();
    assertThat(DoctorRules.examine(used, DiskLimits.NONE)).isEmpty();
    Observations full = Heard.well().reports(B, new Said().disk(Disk.FULL, 100)).seen();
    List<Finding> found = DoctorRules.examine(full, DiskLimits.NONE);
    assertThat(found).extracting(Finding::rule).containsExactly("disk-full");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(2);
  }

  /** As df(1) has it, which says 31 % of the first one, and 100 % of the second. */
  @Test
  void whatAFileSystemKeepsForTheSuperuserIsNeitherUsedNorFree() {
    assertThat(found(Heard.well().reports(B, new Said().disk(32, 71)))).isEmpty();
    List<Finding> full = examine(Heard.well().reports(B, new Said().disk(60, 0)).seen());
    assertThat(full).extracting(Finding::rule).containsExactly("disk-nearly-full");
    assertThat(full.getFirst().what()).contains("100 %");
    assertThat(DoctorRules.exitCode(full)).isEqualTo(2);
  }

  @Test
  void metadata() {
    assertThat(found(Heard.well().leader(""))).containsExactly("metadata-leader");
    assertThat(found(Heard.well().down(B).down(C).leader("")))
        .containsExactlyInAnyOrder("metadata-majority", "node-down", "node-down");
    assertThat(found(Heard.well().down(B).down(C))).containsOnly("node-down");
    Heard oneZone = Heard.well();
    for (String id : List.of(A, B, C)) {
      oneZone.everyoneSees(id, node -> Heard.zone(node, "same"));
    }
    assertThat(found(oneZone)).isEmpty(); // nodes stand in one zone only: nothing to spread over
  }

  @Test
  void partitions() {
    List<Finding> found = examine(Heard.well().partitions(A, 3, 2).seen());
    assertThat(found)
        .extracting(Finding::rule)
        .containsExactly("partitions-unavailable", "partitions-degraded");
    assertThat(found.get(0).what()).contains(" lack too many replicas, so requests to them fail");
    assertThat(found.get(1).what()).contains(" lack a replica");
    assertThat(examine(Heard.well().partitions(A, 2, 1).seen()))
        .extracting(Finding::what)
        .anyMatch(what -> what.contains(" lacks too many replicas, so requests to it fail"));
    assertThat(examine(Heard.well().partitions(A, 1, 0).seen()).get(0).what())
        .contains(" lacks a replica");
    assertThat(DoctorRules.exitCode(examine(Heard.well().partitions(A, 3, 0).seen()))).isEqualTo(1);
  }

  @Test
  void partitionsThatOneNodeAloneMisses() {
    List<Finding> found = examine(Heard.well().partitions(A, 0, 2).seen());
    assertThat(found.get(0).what()).contains("as seen by node a (a:7401) only");
    assertThat(found.get(0).advice()).contains("network between node a (a:7401) and the other");
    List<Finding> all =
        examine(Heard.well().partitions(A, 0, 2).partitions(B, 0, 2).partitions(C, 0, 1).seen());
    assertThat(all.get(0).what()).doesNotContain("only");
    assertThat(all.get(0).advice()).contains("Bring back the nodes");
  }

  @Test
  void nodeThatRefusesRequests() {
    assertThat(found(Heard.well().reports(B, new Said().requests(1_000, 9)))).isEmpty();
    List<Finding> some = examine(Heard.well().reports(B, new Said().requests(1_000, 50)).seen());
    assertThat(some).extracting(Finding::rule).containsExactly("node-overloaded");
    assertThat(some.get(0).what()).contains("refused 50 of the 1000 requests");
    assertThat(DoctorRules.exitCode(some)).isEqualTo(1);
    assertThat(
            DoctorRules.exitCode(
                examine(Heard.well().reports(B, new Said().requests(1_000, 500)).seen())))
        .isEqualTo(2);
  }

  @Test
  void nodeThatAllMayCommand() {
    List<Finding> found =
        examine(
            Heard.well()
                .reports(B, new Said().insecure("takes connections without TLS at b:1"))
                .seen());
    assertThat(found).extracting(Finding::rule).containsExactly("node-insecure");
    assertThat(found.get(0).about()).contains("b:7401");
    assertThat(found.get(0).what()).startsWith("It takes connections without TLS at b:1");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(1);
  }

  /** One finding for all nodes that have the same reason. */
  @Test
  void nodesThatHaveNoKeysForTokens() {
    Said none = new Said().tokenKeys("jwt.keys https://id/certs: no answer", true);
    List<Finding> found = examine(Heard.well().reports(A, none).reports(B, none).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("token-keys-missing");
    assertThat(found.get(0).what())
        .contains("a:7401", "b:7401", "have no keys", "jwt.keys https://id/certs: no answer");
    assertThat(found.get(0).advice()).contains("If jwt.keys or jwt.ca itself is wrong, correct it");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(2);
  }

  @Test
  void nodeThatCouldNotReadTheKeysForTokensAgain() {
    Said old = new Said().tokenKeys("jwt.keys https://id/certs: no answer", false);
    List<Finding> found = examine(Heard.well().reports(B, old).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("token-keys-old");
    assertThat(found.get(0).what()).contains("b:7401", "has the keys", "no answer");
    assertThat(found.get(0).advice()).contains("cannot read them at its start takes no token");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(1);
  }

  @Test
  void nodeWhoseSecretsOthersCanRead() {
    Said open = new Said().openSecrets("tls.key", "storage.master_key_file");
    List<Finding> found = examine(Heard.well().reports(B, open).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("secrets-open");
    assertThat(found.get(0).about()).contains("b:7401");
    assertThat(found.get(0).what()).contains("tls.key, storage.master_key_file.");
    assertThat(found.get(0).advice()).contains("own these files", "chown, then chmod 600");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(1);
  }

  @Test
  void nodeWhoseCertificatesWouldFailAtItsNextStart() {
    Said wrong = new Said().certificates("it would not start with what its files say now");
    List<Finding> found = examine(Heard.well().reports(B, wrong).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("certificates-wrong");
    assertThat(found.get(0).about()).contains("b:7401");
    assertThat(found.get(0).what()).contains("it would not start with what its files say now.");
    assertThat(found.get(0).advice()).contains("before it is restarted", "quorate config check");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(1);
  }

  @Test
  void nodesThatLookAtNoGrantsThoughTheyCould() {
    Said off = new Said().settings(Map.of("tls.mode", "require", "security.roles", "off"));
    List<Finding> found =
        examine(Heard.well().reports(A, off).reports(B, off).reports(C, off).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("roles-off");
    assertThat(found.get(0).what()).contains("a:7401", "b:7401", "c:7401");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(1);
    for (Map<String, String> well :
        List.of(
            Map.of("tls.mode", "require", "security.roles", "on"),
            Map.of("tls.mode", "off", "security.roles", "off"))) {
      Said each = new Said().settings(well);
      assertThat(found(Heard.well().reports(A, each).reports(B, each).reports(C, each))).isEmpty();
    }
  }

  @Test
  void whatIsOwed() {
    assertThat(
            found(Heard.well().sees(A, C, node -> Heard.owed(node, 2_000, false, 0, 0, 0, false))))
        .containsExactly("replication-lag");
    assertThat(found(Heard.well().sees(A, C, node -> Heard.owed(node, 0, true, 0, 0, 0, false))))
        .containsExactly("node-does-not-cope");
    assertThat(
            found(
                Heard.well()
                    .everyoneSees(C, node -> Heard.owed(node, 0, false, 60_000, 0, 0, false))))
        .containsExactly("hints-many");
    assertThat(found(Heard.well().sees(B, C, node -> Heard.owed(node, 0, false, 1, 4, 0, false))))
        .containsExactly("repairs-pending");
    assertThat(
            found(Heard.well().everyoneSees(C, node -> Heard.owed(node, 0, false, 0, 0, 5, false))))
        .containsExactly("node-being-filled");
    assertThat(found(Heard.well().sees(B, C, node -> Heard.owed(node, 0, false, 0, 0, 0, true))))
        .containsExactly("hints-paused");
  }

  @Test
  void pausesAndDeadLettersThatANodeReports() {
    Said said =
        new Said()
            .deadLetters(7)
            .hintsPaused()
            .comparisonsOverdue(3, 90_000)
            .damagedPartitions(5)
            .purging(
                Purging.builder().tombstones(10).due(4).open(1).overdueMillis(90_000_000).build());
    assertThat(found(Heard.well().reports(B, said)))
        .containsExactly(
            "disk-damaged", "hints-paused", "dead-letters", "repair-overdue", "purge-overdue");
  }

  @Test
  void twoProcessesThatStampedAsOneNode() {
    Said said = new Said().conflict(VersionConflicts.of(C, 4, 3));
    List<Finding> found = examine(Heard.well().reports(B, said).reports(A, said).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("version-conflict");
    assertThat(DoctorRules.exitCode(found)).isEqualTo(2);
    assertThat(found.get(0).what()).contains("at its start 4").contains("6 times");
    assertThat(found.get(0).advice()).contains("cluster readmit c");
  }

  @Test
  void nodesThatDiffer() {
    assertThat(found(Heard.well().reports(B, new Said().software("1.1"))))
        .containsExactly("versions-differ");
    List<Finding> behind =
        examine(
            Heard.well()
                .reports(B, new Said().stateVersion(8))
                .reports(C, new Said().stateVersion(4))
                .seen());
    assertThat(behind).extracting(Finding::rule).containsExactly("state-behind", "state-behind");
    assertThat(behind.get(0).what()).contains("as it was 1 change ago");
    assertThat(behind.get(1).what()).contains("as it was 5 changes ago");
    Said other = new Said().setting("2");
    List<Finding> found = examine(Heard.well().reports(B, other).seen());
    assertThat(found).extracting(Finding::rule).containsExactly("settings-differ");
    assertThat(found.get(0).what()).contains("1 on a, c", "2 on b");
  }

  @Test
  void anUpgradeThatIsNotFinalizedSaysForHowLongAndWhatHoldsItBack() {
    List<Finding> ready = examine(Heard.well().upgraded(null, 3 * 3_600_000L).seen());
    assertThat(ready).extracting(Finding::rule).containsExactly("upgrade-not-finalized");
    assertThat(ready.get(0).what())
        .contains("All nodes can work at version 2, and the cluster works at version 1")
        .contains("for 3 hours at least");
    assertThat(ready.get(0).advice()).contains("quorate cluster upgrade finalize --yes");
    assertThat(DoctorRules.exitCode(ready)).isEqualTo(1);

    List<Finding> held = examine(Heard.well().upgraded(B, 5_000).seen());
    assertThat(held).extracting(Finding::rule).containsExactly("upgrade-not-finalized");
    assertThat(held.get(0).what())
        .contains("Held back by node b (b:7401) (release 0.1.0)")
        .contains("for 5 seconds at least")
        .doesNotContain("node a");
    List<Finding> down = examine(Heard.well().down(B).upgraded(B, 0).seen());
    assertThat(down)
        .anySatisfy(each -> assertThat(each.what()).contains("(release 0.1.0, which is down)"));
  }

  @Test
  void tenants() {
    assertThat(found(Heard.well().tenants(Heard.tenant("t", 3, Level.ONE, Level.ONE))))
        .containsExactly("tenant-may-miss");
    assertThat(found(Heard.well().tenants(Heard.tenant("t", 1, Level.QUORUM, Level.QUORUM))))
        .containsExactly("tenant-single-replica");
    assertThat(
            examine(Heard.well().tenants(Heard.tenant("t", 1, Level.QUORUM, Level.QUORUM)).seen())
                .get(0)
                .advice())
        .contains("quorate tenant alter t --rf 3");
    var restored =
        Heard.tenant("t", 3, Level.QUORUM, Level.QUORUM).toBuilder().beingRestored(true).build();
    assertThat(found(Heard.well().tenants(restored))).containsExactly("tenant-being-restored");
    Heard twoZones = Heard.well();
    twoZones.everyoneSees(C, node -> Heard.zone(node, "zone-b"));
    assertThat(found(twoZones)).containsExactly("tenant-zones");
  }

  @Test
  void aRegionOfWhichNoNodeIsHeardIsNamedWithWhatGoesOn() {
    Heard heard =
        Heard.well()
            .tenants(
                Heard.tenant("geo", 9, Level.QUORUM, Level.QUORUM).toBuilder()
                    .replicasByRegion(new TreeMap<>(Map.of("r", 6, "far", 3)))
                    .build(),
                Heard.tenant("twice", 4, Level.QUORUM, Level.QUORUM).toBuilder()
                    .replicasByRegion(new TreeMap<>(Map.of("r", 2, "far", 2)))
                    .build());
    heard.everyoneSees(C, node -> node.toBuilder().region("far").build());
    assertThat(found(heard)).doesNotContain("region-away");
    assertThat(examine(heard.down(C).seen()))
        .anySatisfy(
            each -> {
              assertThat(each.rule()).isEqualTo("region-away");
              assertThat(each.about()).isEqualTo("region far");
              assertThat(each.what())
                  .contains("LOCAL_QUORUM goes on in the other regions; EACH_QUORUM and ALL fail")
                  .contains("QUORUM goes on for geo.")
                  .contains("QUORUM fails for twice.")
                  .endsWith(
                      "Most voters of the metadata group stand elsewhere: while they are heard,"
                          + " tenants and nodes can change.");
            });
    heard.everyoneSees(B, node -> node.toBuilder().region("far").build());
    assertThat(examine(heard.down(B).seen()))
        .anySatisfy(
            each ->
                assertThat(each.what())
                    .endsWith(
                        "Tenants and nodes cannot change: 2 of the metadata group's 3 voters stand"
                            + " there."));
  }

  @Test
  void overTwoRegionsNoPlacementOfVotersSurvivesTheLossOfEither() {
    Heard heard = Heard.well();
    heard.everyoneSees(C, node -> node.toBuilder().region("far").build());
    assertThat(examine(heard.seen()))
        .anySatisfy(
            each -> {
              assertThat(each.rule()).isEqualTo("voters-in-one-region");
              assertThat(each.what())
                  .startsWith("2 of its 3 voters stand in region r:")
                  .endsWith("no placement of voters survives the loss of either.");
              assertThat(each.advice()).contains("third region with cluster.join: spare");
            });
    heard.everyoneSees(B, node -> node.toBuilder().region("third").build());
    assertThat(found(heard)).doesNotContain("voters-in-one-region");
  }

  @Test
  void overThreeRegionsVotersMoveByThemselves() {
    Heard heard = Heard.well();
    heard.everyoneSees(C, node -> node.toBuilder().region("far").build());
    heard.learner("d", node -> node.toBuilder().region("third").build());
    assertThat(examine(heard.seen()))
        .filteredOn(each -> each.rule().equals("voters-in-one-region"))
        .singleElement()
        .satisfies(each -> assertThat(each.advice()).startsWith("Wait: voters move by themselves"));
  }

  @Test
  void aWitnessIsMeantToBeASpare() {
    Heard heard = Heard.well();
    heard.everyoneSees(B, node -> node.toBuilder().region("far").build());
    heard.everyoneSees(C, node -> Heard.member(node, Membership.SPARE, false));
    assertThat(found(heard)).as("beside others of its region").contains("node-spare");
    heard.everyoneSees(
        C, node -> Heard.member(node.toBuilder().region("third").build(), Membership.SPARE, false));
    assertThat(found(heard)).as("it is no place for a replica").containsExactly("tenant-zones");
  }

  @Test
  void aRegionThatIsFarBehindOthersIsNamed() {
    Heard heard = Heard.well();
    heard.everyoneSees(C, node -> node.toBuilder().region("far").build());
    heard.sees(A, C, node -> Heard.owed(node, 10_000, false, 10, 0, 0, false));
    assertThat(found(heard)).doesNotContain("region-lag");
    heard.sees(A, C, node -> Heard.owed(node, 12_000, false, 700, 0, 0, false));
    heard.sees(B, C, node -> Heard.owed(node, 33_000, false, 300, 2, 0, false));
    assertThat(examine(heard.seen()))
        .anySatisfy(
            each -> {
              assertThat(each.rule()).isEqualTo("region-lag");
              assertThat(each.about()).isEqualTo("region far");
              assertThat(each.what())
                  .startsWith("It is 33 s behind")
                  .contains("keep 1000 records for it, and have to compare 2 partitions with it");
            });
    assertThat(found(heard.down(C))).doesNotContain("region-lag");
  }

  @Test
  void problemsComeFirst() {
    List<Finding> found =
        examine(Heard.well().down(C).tenants(Heard.tenant("t", 3, Level.ONE, Level.ONE)).seen());
    assertThat(found)
        .extracting(Finding::severity)
        .containsExactly(Finding.Severity.PROBLEM, Finding.Severity.WARNING);
  }

  private static TopologyChangeStatus change(boolean paused, Duration waited) {
    return TopologyChangeStatus.builder()
        .changeId(12)
        .underWay(true)
        .planned(64)
        .done(12)
        .waiting(50)
        .moving(2)
        .cleaning(1)
        .limits(
            ChangeLimits.UNCHANGED.parallel(16).bytesPerSecond(0).paused(paused).blockWrites(false))
        .copied(TopologyChangeStatus.Copied.of(0, 0, 0))
        .awaited(
            List.of(TopologyChangeStatus.Awaited.of(B, 2, waited, TopologyChangeStatus.Task.COPY)))
        .build();
  }

  /** Or an operator looks for a fault of a node that does as it was told. */
  @Test
  void aChangeThatWaitsUnderALimitNamesTheLimit() {
    TopologyChangeStatus slow = change(false, Duration.ofSeconds(70));
    slow =
        slow.toBuilder()
            .limits(slow.limits().bytesPerSecond(2000))
            .awaited(
                List.of(
                    TopologyChangeStatus.Awaited.of(
                        B, 1, Duration.ofSeconds(70), TopologyChangeStatus.Task.COPY)))
            .build();
    Finding waits = examine(Heard.well().changing(slow).seen()).get(0);
    assertThat(waits.what()).startsWith("1 partition on the move waits for it to hold all");
    assertThat(waits.advice())
        .startsWith("The change is limited to 2.0 kB/s per node (--throttle)")
        .contains("quorate cluster limits --throttle 0", "Look at whether it runs");
    slow =
        slow.toBuilder()
            .awaited(
                List.of(
                    TopologyChangeStatus.Awaited.of(
                        B, 1, Duration.ofSeconds(70), TopologyChangeStatus.Task.STEP)))
            .build();
    assertThat(examine(Heard.well().changing(slow).seen()).get(0).advice())
        .as("a step copies nothing")
        .startsWith("Look at whether it runs");
  }

  @Test
  void changeThatWaitsOrIsPaused() {
    assertThat(found(Heard.well().changing(change(false, Duration.ofSeconds(20))))).isEmpty();
    List<Finding> waiting =
        examine(Heard.well().changing(change(false, Duration.ofSeconds(70))).seen());
    assertThat(waiting.get(0).rule()).isEqualTo("change-waits");
    assertThat(waiting.get(0).about()).contains("b:7401");
    assertThat(waiting.get(0).what()).contains("2 partitions", "to hold all", "70 s");
    assertThat(waiting.get(0).what()).contains("2 partitions on the move wait for it");
    assertThat(waiting.get(0).advice()).doesNotContain("--throttle");
    List<Finding> paused = examine(Heard.well().changing(change(true, Duration.ZERO)).seen());
    assertThat(paused).extracting(Finding::rule).containsExactly("change-paused");
    assertThat(paused.get(0).what()).contains("50 wait");
    assertThat(paused.get(0).advice()).contains("quorate cluster resume");
  }

  /** No partition waits for it, and it may be as well as others are. */
  @Test
  void removalThatWaitsForAVote() {
    TopologyChangeStatus voting =
        change(false, Duration.ZERO).toBuilder()
            .awaited(
                List.of(
                    TopologyChangeStatus.Awaited.of(
                        B, 0, Duration.ofSeconds(70), TopologyChangeStatus.Task.VOTE)))
            .build();
    assertThat(examine(Heard.well().changing(voting).seen()))
        .filteredOn(finding -> finding.rule().equals("removal-waits"))
        .first()
        .matches(finding -> finding.severity() == Finding.Severity.WARNING)
        .matches(finding -> finding.about().contains("b:7401"))
        .matches(finding -> finding.what().contains("for 70 s"))
        .matches(finding -> finding.advice().contains("quorate cluster add"));
    assertThat(found(Heard.well().changing(voting))).doesNotContain("change-waits");
  }

  /** The command that asked for the change was accepted, and shows no partition moving. */
  @Test
  void changeThatCannotBeginForLackOfReplicas() {
    TopologyChangeStatus idle =
        change(false, Duration.ZERO).toBuilder().moving(0).cleaning(0).awaited(List.of()).build();
    assertThat(found(Heard.well().changing(idle))).isEmpty();
    Heard lacking = Heard.well().changing(idle).partitions(A, 3, 2);
    assertThat(examine(lacking.seen()))
        .filteredOn(finding -> finding.rule().equals("change-waits"))
        .singleElement()
        .matches(finding -> finding.what().contains("50 partitions have not begun"))
        .matches(finding -> finding.advice().contains("--force --accept-data-loss"));
    assertThat(found(Heard.well().changing(change(false, Duration.ZERO)).partitions(A, 3, 2)))
        .as("some are moving")
        .doesNotContain("change-waits");
  }

  /** The leader knows without which nodes; without a region's majority, say, all else is well. */
  @Test
  void nodesWithoutWhichNoPartitionBegins() {
    TopologyChangeStatus idle =
        change(false, Duration.ZERO).toBuilder()
            .moving(0)
            .cleaning(0)
            .awaited(
                List.of(
                    TopologyChangeStatus.Awaited.of(
                        B, 5, Duration.ofSeconds(70), TopologyChangeStatus.Task.BEGIN)))
            .build();
    assertThat(examine(Heard.well().changing(idle).partitions(A, 3, 2).seen()))
        .filteredOn(finding -> finding.rule().equals("change-waits"))
        .isNotEmpty()
        .allMatch(finding -> finding.about().contains("b:7401"))
        .allMatch(finding -> finding.what().contains("5 partitions do not begin to move without"))
        .allMatch(finding -> finding.advice().contains("quorate cluster readmit " + B))
        .allMatch(finding -> finding.advice().contains("quorate cluster remove " + B));
  }

  @Test
  void nodesThatAreSpareOrGivenUp() {
    Heard spare = Heard.well().everyoneSees(C, node -> Heard.member(node, Membership.SPARE, false));
    List<Finding> found = examine(spare.seen());
    assertThat(found).extracting(Finding::rule).containsExactly("node-spare", "tenant-zones");
    assertThat(found.get(0).advice()).contains("cluster add c", "--with c");
    Heard givenUp =
        Heard.well().everyoneSees(C, node -> Heard.member(node, Membership.ACTIVE, true));
    assertThat(found(givenUp)).containsExactly("node-given-up");
    assertThat(examine(givenUp.seen()).get(0).advice()).contains("it is heard");
    assertThat(examine(givenUp.down(C).seen()))
        .anyMatch(each -> each.advice().contains("Start it, or mend the network to it"));
  }

  private static TopologyPlan rebalancing(int moved, double before, double after, int zone) {
    return TopologyPlan.builder()
        .replicationFactorBefore(3)
        .replicationFactor(3)
        .replicasMoved(moved)
        .before(TopologyPlan.Spread.of(zone, 3, before))
        .after(TopologyPlan.Spread.of(1, 3, after))
        .build();
  }

  @Test
  void loadThatCouldBeMoreEven() {
    assertThat(found(Heard.well().rebalancing(rebalancing(9, 1.5, 1.0, 1))))
        .containsExactly("load-uneven");
    assertThat(found(Heard.well().rebalancing(rebalancing(9, 1.05, 1.0, 2))))
        .containsExactly("zones-uneven");
    assertThat(found(Heard.well().rebalancing(rebalancing(9, 1.1, 1.0, 1)))).isEmpty();
    assertThat(found(Heard.well().rebalancing(rebalancing(9, 1.5, 1.49, 1)))).isEmpty();
    assertThat(found(Heard.well().rebalancing(rebalancing(0, 1.5, 1.0, 2)))).isEmpty();
  }
}
