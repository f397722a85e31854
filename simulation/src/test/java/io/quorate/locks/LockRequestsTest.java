package io.quorate.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.locks.LockAnswer.Elsewhere;
import io.quorate.locks.LockAnswer.Granted;
import io.quorate.locks.LockAnswer.IsHeld;
import io.quorate.locks.LockAnswer.Kind;
import io.quorate.locks.LockAnswer.Queued;
import io.quorate.locks.LockAnswer.Refused;
import io.quorate.locks.LockAnswer.TimedOut;
import io.quorate.locks.LockAnswer.Unknown;
import io.quorate.locks.LockMessage.Answer;
import io.quorate.locks.LockMessage.Request;
import io.quorate.locks.LockMessage.Withdrawn;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.raft.RaftConfig;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** One node, to which requests about locks come, while a test plays the others. */
class LockRequestsTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId A = new NodeId(2);
  private static final NodeId B = new NodeId(3);
  private static final NodeId C = new NodeId(4);
  private static final long MILLIS = 1_000_000;

  private final SimWorld world = SimWorld.of(1);
  private final SimLane lane = new SimLane(world, "node", world.random("lane"));
  private final SimClock clock = new SimClock(world, world.random("clock"));

  /** What was sent to other nodes, and is not of Raft, in order. */
  private final List<Sent> sent = new ArrayList<>();

  private final List<LockAnswer> answers = new ArrayList<>();
  private SortedSet<NodeId> voters = new TreeSet<>();

  /** To be run when the caller of the last request is gone. */
  private Runnable gone = () -> {};

  private record Sent(NodeId to, LockMessage message) {}

  private final class Sending implements Network<byte[]> {
    @Override
    public void send(NodeId to, byte[] message) {
      LockMessage read = LockMessage.decode(message);
      if (!(read instanceof LockMessage.Raft)) {
        sent.add(new Sent(to, read));
      }
    }

    @Override
    public boolean isConnected(NodeId to) {
      return true;
    }
  }

  private final class Keepers implements Locks.Cluster {
    @Override
    public boolean hasLocks() {
      return true;
    }

    @Override
    public LockKeepers keepers() {
      return LockKeepers.founded(0, voters);
    }

    @Override
    public Set<NodeId> voters() {
      return voters;
    }

    @Override
    public Set<NodeId> members() {
      return Set.of(SELF, A, B, C);
    }

    @Override
    public long recoveredGeneration() {
      return 0;
    }

    @Override
    public void keep(LockKeepers wanted, long deadlineNanos, Runnable done) {}
  }

  private Locks start(NodeId... mayVote) {
    voters = new TreeSet<>(List.of(mayVote));
    SimRandomness chance = new SimRandomness(world.random("node"));
    Storage storage =
        new MemoryDisk(DiskSpeed.FLASH).mount(lane, chance, StorageListener.NONE, health -> {});
    Locks locks =
        new Locks(
            SELF,
            1,
            LockConfig.of(RaftConfig.DEFAULT, 50 * MILLIS),
            new LaneTime(lane, clock),
            chance,
            new Sending(),
            storage.locks(lane),
            new Keepers(),
            event -> {});
    lane.execute(locks::start);
    world.runFor(Duration.ofSeconds(3));
    return locks;
  }

  private static LockRequest.Acquire acquire(String owner, long waitMillis) {
    return new LockRequest.Acquire("door", owner, 60_000, waitMillis);
  }

  private void submit(Locks locks, LockRequest request, long timeoutMillis) {
    lane.execute(
        () -> gone = locks.submit(request, clock.nanos() + timeoutMillis * MILLIS, answers::add));
    pass(1);
  }

  /** The caller of the last request is gone, and was told nothing. */
  private void callerIsGone() {
    lane.execute(gone);
    pass(20);
  }

  private void says(Locks locks, NodeId from, LockMessage message) {
    lane.execute(() -> locks.onMessage(from, message.encode()));
    pass(20);
  }

  private void pass(long millis) {
    world.runFor(Duration.ofMillis(millis));
  }

  /** The id of the request that was sent last. */
  private long id() {
    return ((Request) sent.getLast().message()).id();
  }

  private List<Withdrawn> withdrawn() {
    return sent.stream()
        .map(Sent::message)
        .filter(Withdrawn.class::isInstance)
        .map(Withdrawn.class::cast)
        .toList();
  }

  private static List<String> line(Locks locks) {
    return Objects.requireNonNull(locks.group()).table().line("door").stream()
        .map(Waiter::owner)
        .toList();
  }

  /** A client that waits for very many locks does not keep others from renewing theirs. */
  @Test
  void placesAreKeptForRequestsThatDoNotWait() {
    Locks locks = start(A, B, C);
    submit(locks, 18_000, i -> acquire("waits-" + i, 60_000), 60_000);
    assertThat(answers).isEmpty();
    submit(locks, acquire("one more", 60_000), 60_000);
    submit(locks, new LockRequest.Show("door", 60_000, 1), 60_000);
    assertThat(answers)
        .hasSize(2)
        .allMatch(answer -> answer instanceof Refused refused && refused.kind() == Kind.TOO_MANY);
    submit(locks, 2_000, i -> new LockRequest.Renew(List.of("holds-" + i)), 60_000);
    assertThat(answers).hasSize(2);
    assertThat(locks.waiting()).isEqualTo(20_000);
    submit(locks, acquire("waits for nothing", 0), 60_000);
    assertThat(answers).hasSize(3);
  }

  private void submit(
      Locks locks, int number, IntFunction<LockRequest> request, long timeoutMillis) {
    lane.execute(
        () -> {
          for (int i = 0; i < number; i++) {
            long deadline = clock.nanos() + timeoutMillis * MILLIS;
            gone = locks.submit(request.apply(i), deadline, answers::add);
          }
        });
    pass(1);
  }

  // ---- how a wait ends

  @Test
  void aWaitThatNoLeaderHasHeardOfIsNotOneForOtherOwners() {
    Locks locks = start(A);
    submit(locks, acquire("me", 1_000), 10_000);
    pass(1_200);
    assertThat(sent)
        .as("again after a while")
        .filteredOn(LockRequestsTest::isRequest)
        .hasSizeGreaterThan(1);
    assertThat(answers).hasOnlyElementsOfType(Unknown.class).hasSize(1);
    assertThat(withdrawn()).hasSize(1);
  }

  private static boolean isRequest(Sent each) {
    return each.message() instanceof Request;
  }

  @Test
  void whatEachNodeHasDeclinedWasDoneByNone() {
    Locks locks = start(A);
    submit(locks, acquire("me", 400), 10_000);
    says(locks, A, new Answer(id(), new Elsewhere(null)));
    pass(500);
    assertThat(answers)
        .singleElement()
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.kind()).isEqualTo(LockAnswer.Kind.UNAVAILABLE));
    assertThat(withdrawn()).isEmpty();
  }

  /** Itself has a vote, and there is no leader. */
  @Test
  void whatThisNodeAloneWasAskedWasDoneByNone() {
    Locks locks = start(SELF, A, B);
    submit(locks, acquire("me", 400), 10_000);
    assertThat(sent).isEmpty();
    pass(500);
    assertThat(answers).hasOnlyElementsOfType(Refused.class).hasSize(1);
  }

  @Test
  void aWaitInLineEndsAsOne() {
    Locks locks = start(A);
    submit(locks, acquire("me", 400), 10_000);
    says(locks, A, new Answer(id(), new Queued()));
    pass(500);
    assertThat(answers).containsExactly(new TimedOut());
  }

  // ---- grants that come too late

  @Test
  void aGrantToOneThatHasReleasedMeanwhileIsGivenBack() {
    Locks locks = start(A);
    submit(locks, acquire("me", 5_000), 10_000);
    long id = id();
    pass(600);
    assertThat(sent).as("asked again").filteredOn(LockRequestsTest::isRequest).hasSize(2);
    says(locks, A, new Answer(id, new Granted(7, 60_000)));
    assertThat(answers).containsExactly(new Granted(7, 60_000));

    says(locks, A, new Answer(id, new Granted(7, 60_000)));
    assertThat(withdrawn()).as("the same grant, told twice").isEmpty();
    says(locks, A, new Answer(id, new Granted(9, 60_000)));
    assertThat(withdrawn()).containsExactly(new Withdrawn(id, "door", "me"));
  }

  @Test
  void aGrantToOneThatHasGivenUpIsGivenBack() {
    Locks locks = start(A);
    submit(locks, acquire("me", 0), 300);
    long id = id();
    pass(400);
    assertThat(withdrawn()).hasSize(1);
    says(locks, A, new Answer(id, new Granted(7, 60_000)));
    assertThat(withdrawn())
        .containsExactly(new Withdrawn(id, "door", "me"), new Withdrawn(id, "door", "me"));
  }

  /** Its answer came in the moment in which its caller left: there was no one to be told. */
  @Test
  void aGrantOfWhichNoCallerWasToldIsGivenBack() {
    Locks locks = start(A);
    submit(locks, acquire("me", 0), 10_000);
    long id = id();
    says(locks, A, new Answer(id, new Granted(7, 60_000)));
    assertThat(withdrawn()).isEmpty();
    callerIsGone();
    assertThat(withdrawn()).containsExactly(new Withdrawn(id, "door", "me"));
    says(locks, A, new Answer(id, new Granted(7, 60_000)));
    assertThat(withdrawn()).as("once more, as that may not have arrived").hasSize(2);
  }

  @Test
  void whatWasNotGrantedIsNotGivenBack() {
    Locks locks = start(A);
    submit(locks, acquire("me", 0), 10_000);
    says(locks, A, new Answer(id(), new IsHeld("another", 7)));
    callerIsGone();
    assertThat(withdrawn()).isEmpty();
    assertThat(answers).containsExactly(new IsHeld("another", 7));
  }

  @Test
  void aLockIsFreeWhenNoCallerWasToldOfItsGrant() {
    Locks locks = start(SELF);
    submit(locks, acquire("me", 0), 10_000);
    pass(50);
    assertThat(holders(locks)).containsExactly("me");
    callerIsGone();
    assertThat(holders(locks)).isEmpty();
  }

  /** The client went to B, which has told it that it holds the lock. */
  @Test
  void aGrantThatItsOwnerHasByAnotherRequestIsKept() {
    Locks locks = start(SELF);
    submit(locks, acquire("me", 0), 10_000);
    pass(50);
    says(locks, B, new Request(1, acquire("me", 0)));
    callerIsGone();
    assertThat(holders(locks)).containsExactly("me");
  }

  private static List<String> holders(Locks locks) {
    return Objects.requireNonNull(locks.group()).table().holds("door").stream()
        .map(Hold::owner)
        .toList();
  }

  // ---- owners that go to another node

  /** Node A was paused, sends what it has again, and hears only then that its caller went to B. */
  @Test
  void anOwnerThatIsAtAnotherNodeKeepsItsPlaceWhateverTheFirstOneDoes() {
    Locks locks = start(SELF);
    submit(locks, acquire("holder", 0), 10_000);
    pass(50);
    assertThat(answers).hasOnlyElementsOfType(Granted.class).hasSize(1);
    says(locks, A, new Request(1, acquire("moves", 60_000)));
    says(locks, C, new Request(1, acquire("stays", 60_000)));
    says(locks, B, new Request(1, acquire("moves", 60_000)));
    assertThat(line(locks)).containsExactly("moves", "stays");

    says(locks, A, new Request(1, acquire("moves", 60_000)));
    assertThat(sent.getLast()).isEqualTo(new Sent(A, new Answer(1, new Queued())));
    says(locks, A, new Withdrawn(1, "door", "moves"));
    assertThat(line(locks)).containsExactly("moves", "stays");
    says(locks, B, new Withdrawn(1, "door", "moves"));
    assertThat(line(locks)).containsExactly("stays");
  }
}
