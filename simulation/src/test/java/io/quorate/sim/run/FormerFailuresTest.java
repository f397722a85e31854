package io.quorate.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Seeds that failed once, and why: they stay well. */
class FormerFailuresTest {
  @ParameterizedTest
  @CsvSource({
    // Two of three disks were lost for good: the old disk of one came too late, and was not counted
    // as lost when another disk was lost.
    "40234, WHOLE_NODES",
    // The only copy of a write at ONE was damaged: its survival is not promised.
    "2072, WHOLE_NODES",
    // A read that repairs everyone ended after one of them had dropped what was damaged.
    "17190, WHOLE_NODES",
    // A learner was replaced while it was away, and the one message that told it came with a term
    // that was too far ahead; it followed a leader that did not speak to it any more.
    "1000248, WHOLE_NODES",
    // A replica that lied said that it held a newer record; it held an older one, and was taken for
    // one that lacks nothing.
    "70000530, WHOLE_NODES",
    // A leader that lied sent a snapshot that no version reads, once: the node that had refused it
    // was not ready, though it lacked nothing, until the cluster changed.
    "70008345, WHOLE_NODES",
    "70008950, WHOLE_NODES",
    // An operator's repair, asked for before the partition moved, brought a record to a node that
    // had left it.
    "258, TOPOLOGY",
    // A node was replaced while a plan was on its way that did not know of it.
    "1000110, TOPOLOGY",
    // A node was removed before it had heard that it was taken in, and asked again.
    "128, TOPOLOGY",
    // A tenant was altered to as many replicas as there were nodes, while a partition was still in
    // cleanup after a cancelled larger number: no move was ever planned.
    "60000382, TOPOLOGY",
    // A node lost its disk for good while another was down that was still to be filled.
    "60000880, TOPOLOGY",
    // A replica that lied told a read of a record that was stamped a thousand years ahead, before
    // the own copy had been read, and was believed.
    "60003033, TOPOLOGY",
    // What a leader that lied had sent once was waited for in each later term, beyond the end of a
    // log that had been made up.
    "60002450, TOPOLOGY",
    // A hint became a dead letter that the full disk did not take: it was reported and listed,
    // though the hint went on to be delivered.
    "60001907, TOPOLOGY",
    // A replica that lied said that it held a record of the far future, and was taken for one that
    // had caught up: the mark for what it lacked went.
    "60005788, TOPOLOGY",
    // A change to fewer replicas was cancelled when some partitions had finished it: no move was
    // ever planned to give these their replicas back.
    "60013180, TOPOLOGY",
    // A node did not know yet that it was to be filled, and another one lost its disk for good.
    "60014047, TOPOLOGY",
    // A node joined on an empty disk, and then got its old disk back, which had never joined: the
    // operator has to remove the member that does not come back.
    "60015935, TOPOLOGY",
    "60017861, TOPOLOGY",
    "60019567, TOPOLOGY",
    // A node asked to join from the address that it had as an earlier member, and was refused for
    // good, also after that member had been removed.
    "60005482, TOPOLOGY",
    // Writes waited for a move beside requests that waited for their turn: each has its own bound.
    "60000014, TOPOLOGY",
    "60001451, TOPOLOGY",
    // An arriving replica took an update alone that named what was folded, and with that took all
    // that its writer had added for removed.
    "1000025, TOPOLOGY",
    // A scan planned its next page for the tenant as it was before it was altered, and every other
    // operation of its node used that plan, too: a node that was no replica was given a record.
    "3393, TOPOLOGY",
    // A read with a token had set the fence before it was outbid, and was refused in the end.
    "451, DATA_PLANE",
    "972, DATA_PLANE",
    // A replica that settled registers of a move took the round of a near one, which outbid it, for
    // as long as those to far ones were.
    "77, REGIONS",
    // A tenant was altered while its replicas were compared for a mark: it was compared under none
    // of its factors, and the mark went.
    "276, REGIONS",
    // A replica that lied told of a version half an hour ahead, and a register was proposed above
    // it: no comparison ended before the next purge, for the register was young all the time.
    "340, LIARS",
    // A replica that lied led a proposer to promise a ballot an hour ahead, which no other
    // promised:
    // each proposal that was to mend the register there began below that, and did without it.
    "1012, LIARS",
    // Replicas of a partition that moved outbid each other and a client while they had its
    // registers accepted, for more than six seconds.
    "5071, REGIONS",
    // A node began to leave a partition while it made durable what a comparison was to find: there
    // was none left to compare with, and the mark for what another replica lacked went.
    "1000003, BACKUPS",
  })
  void seedThatFailedIsWell(long seed, Scope scope) {
    assertThat(RunResult.of(seed, RunSpec.of(scope)).finding()).isNull();
  }

  /** The same, of runs with one kind of client. */
  @ParameterizedTest
  @CsvSource({
    // All nodes that were to form the cluster were removed while they had lost their disks; with
    // their disks back they found that, and went on with empty ones, as if to form another.
    "51033, TOPOLOGY, fields",
    "51544, TOPOLOGY, fields",
    // A move began towards a leaving node between a plan and its decision.
    "2003735, TOPOLOGY, once",
    // A read below its session's floor began again at the level asked for, in itself, without end.
    "2002794, TOPOLOGY, sessions",
    // What a former replica was to hand over to five others did not fit into its six operations.
    "2005822, TOPOLOGY, sessions",
    // The only voter made a learner the second one, which had just lost its disk: for want of a
    // majority nothing was ever committed again.
    "2004297, TOPOLOGY, sessions",
    // All seeds had left the cluster when a member began again on an empty disk: it asked them for
    // ever. Its operator names other nodes to it.
    "4006886, TOPOLOGY, fields",
    // The disk of the only replica that had a write at ONE was lost before its answer arrived: its
    // survival is not promised.
    "4105100, TOPOLOGY, sessions",
    // A tenant came to fewer replicas when one of them died and was removed: it was waited for.
    "1724, TOPOLOGY, locked",
    // Of three voters one was lost and two were to leave: the first of these that had given all
    // away
    // voted no more, and with one of two nothing was ever committed again.
    "2484, TOPOLOGY, locked",
    // The last voters of the locks left the cluster; and the locks' voters lost most of their
    // disks.
    "62, TOPOLOGY, locks",
    "84, TOPOLOGY, locks",
    // Replicas in three regions settled the registers of a partition that moved, and outbid each
    // other without end: none waited for as long as the others' rounds took.
    "700049, REGIONS, registers",
    // A mark of a slow clock covered a deletion that was stamped later, and a purge up to a time
    // between the two took both.
    "8000235, TOPOLOGY, locked",
    // A tenant was altered from three replicas to two while two nodes were to leave, and one of
    // these had lost its disk: it was one of two replicas on the way, and nothing got any further.
    "35, TOPOLOGY, locked",
  })
  void seedOfOneWorkloadIsWell(long seed, Scope scope, String workload) {
    assertThat(RunResult.of(seed, RunSpec.of(scope).withWorkload(workload)).finding()).isNull();
  }
}
