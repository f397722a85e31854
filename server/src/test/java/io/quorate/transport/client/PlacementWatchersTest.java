package io.quorate.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessRules;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.admin.FakeAdmin;
import io.quorate.cluster.ClusterState;
import io.quorate.event.Event;
import io.quorate.proto.v1.RequestBounds;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.proto.v1.WatchPlacementResponse;
import io.quorate.replication.event.RequestEvent;
import io.quorate.runtime.ManualLane;
import io.quorate.transport.Frame;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.access.Caller;
import io.quorate.transport.access.RuleBook;
import io.quorate.transport.codec.admin.AdminCodec;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When clients that watch the placement get updates, and what they cost. */
class PlacementWatchersTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final RequestBounds BOUNDS =
      RequestBounds.newBuilder().setMaxKeyBytes(4096).build();

  private final ManualLane lane = new ManualLane();
  private final FakeAdmin admin = new FakeAdmin();
  private final List<Event> events = new ArrayList<>();
  private ChangingClusterState cluster = new ChangingClusterState(new Random(1), 8);
  private PlacementWatchers watchers = watchers(100);

  private PlacementWatchers watchers(int most) {
    admin.state = cluster.now();
    PlacementWatchers made = new PlacementWatchers(admin, lane, lane, most, BOUNDS, events::add);
    made.changed();
    return made;
  }

  private void publish(ClusterState next) {
    admin.state = next;
    watchers.changed();
  }

  @Test
  void firstMessageIsCompleteAndTellsTheBounds() {
    Client client = new Client(1);
    client.watch(0, 0);
    assertThat(client.messages).hasSize(1);
    assertThat(client.messages.getFirst().getBounds()).isEqualTo(BOUNDS);
    assertThat(client.messages.getFirst().getBaseStateVersion()).isZero();
    assertThat(client.placement.table()).isEqualTo(whole());
  }

  @Test
  void callerThatKnowsAllIsToldSoAtOnce() {
    Client client = new Client(1);
    client.watch(0xC1, cluster.now().stateVersion());
    WatchPlacementResponse first = client.messages.getFirst();
    assertThat(client.messages).hasSize(1);
    assertThat(first.getBaseStateVersion()).isEqualTo(cluster.now().stateVersion());
    assertThat(first.getStateVersion()).isEqualTo(cluster.now().stateVersion());
    assertThat(first.getPartitionsCount()).isZero();
    assertThat(first.getBounds()).isEqualTo(BOUNDS);
  }

  @Test
  void versionOfAnotherClusterIsNotTakenForKnown() {
    Client client = new Client(1);
    client.watch(0xC2, cluster.now().stateVersion());
    assertThat(client.messages.getFirst().getBaseStateVersion()).isZero();
    assertThat(client.messages.getFirst().getPartitionsCount()).isEqualTo(8);
  }

  /** A node may be a little behind: it says what it knows, and goes on from what the caller has. */
  @Test
  void callerThatKnowsMoreIsToldOnceTheNodeDoesToo() throws Exception {
    long behind = cluster.now().stateVersion();
    ClusterState known = cluster.list(3);
    Client client = new Client(1);
    PlacementUpdates ahead = new PlacementUpdates();
    ahead.follow(known);
    client.placement.onMessage(
        WatchPlacementResponse.parseFrom(Objects.requireNonNull(ahead.since(0)).page(0)));
    client.watch(0xC1, known.stateVersion());
    assertThat(client.messages.getFirst().getStateVersion()).isEqualTo(behind);
    publish(known);
    lane.pass(SECOND);
    assertThat(client.messages).hasSize(1);
    publish(cluster.list(4));
    lane.pass(SECOND);
    assertThat(client.messages.getLast().getBaseStateVersion()).isEqualTo(known.stateVersion());
    assertThat(client.messages.getLast().getPartitionsCount()).isEqualTo(1);
  }

  @Test
  void changeIsToldAtOnceAndOnlyWhatChanged() {
    Client client = new Client(1);
    client.watch(0, 0);
    lane.pass(SECOND);
    publish(cluster.list(5));
    lane.pass(0);
    assertThat(client.messages).hasSize(2);
    assertThat(client.messages.getLast().getPartitionsCount()).isEqualTo(1);
    assertThat(client.messages.getLast().getNodesCount()).isZero();
    assertThat(client.messages.getLast().hasBounds()).isFalse();
    assertThat(client.placement.table()).isEqualTo(whole());
  }

  @Test
  void changesInQuickSuccessionShareAnUpdate() {
    Client client = new Client(1);
    client.watch(0, 0);
    lane.pass(SECOND);
    for (int i = 0; i < 100; i++) {
      publish(cluster.list(i % 8));
      lane.pass(MILLI);
    }
    lane.pass(SECOND);
    assertThat(client.messages.size()).isBetween(3, 5);
    assertThat(client.placement.table()).isEqualTo(whole());
  }

  /** A client that does not read gets nothing more meanwhile, and then everything in one update. */
  @Test
  void slowWatcherGetsTheNewestAndNeverAQueue() {
    Client slow = new Client(1);
    slow.reads = false;
    slow.watch(0, 0);
    for (int i = 0; i < 400; i++) {
      publish(cluster.change());
      lane.pass(60 * MILLI);
    }
    assertThat(slow.messages).hasSize(1);
    assertThat(watchers.unread().bytes()).isEqualTo(slow.bytes);
    assertThat(watchers.updates().kept()).isLessThanOrEqualTo(PlacementUpdates.KEPT_MAX);
    slow.readOn();
    assertThat(slow.messages).hasSize(2);
    assertThat(slow.messages.getLast().getBaseStateVersion())
        .isEqualTo(slow.messages.getFirst().getStateVersion());
    assertThat(slow.placement.table()).isEqualTo(whole());
    lane.pass(SECOND);
    assertThat(watchers.unread().bytes()).isZero();
  }

  @Test
  void pagesAreSentOneByOneAsTheyAreRead() {
    cluster = new ChangingClusterState(new Random(2), 20_000);
    watchers = watchers(100);
    Client client = new Client(1);
    client.reads = false;
    client.watch(0, 0);
    int pages = 1;
    while (client.messages.getLast().getMore()) {
      assertThat(client.messages).hasSize(pages++);
      lane.pass(SECOND);
      client.readOne();
    }
    assertThat(pages).isGreaterThan(3);
    assertThat(client.placement.table()).isEqualTo(whole());
  }

  /** Unread bytes are bounded for all clients together; further clients wait. */
  @Test
  void largeMessagesWaitWhileTooMuchIsUnread() {
    cluster = new ChangingClusterState(new Random(2), 20_000);
    watchers = watchers(1_000);
    List<Client> slow = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Client client = new Client(i);
      client.reads = false;
      client.watch(0, 0);
      slow.add(client);
    }
    lane.pass(SECOND);
    assertThat(watchers.unread().bytes()).isLessThanOrEqualTo(PlacementWatchers.UNREAD_BYTES_MAX);
    Client waits = slow.getLast();
    assertThat(waits.messages).isEmpty();
    slow.subList(0, 300).forEach(Client::leave);
    lane.pass(2 * SECOND);
    assertThat(waits.messages).hasSize(1);
  }

  @Test
  void anEmptyUpdateShowsThatTheWatchLives() {
    Client client = new Client(1);
    client.watch(0, 0);
    long silence = 0;
    int heard = client.messages.size();
    for (int i = 0; i < 600; i++) {
      lane.pass(100 * MILLI);
      silence = client.messages.size() == heard ? silence + 100 * MILLI : 0;
      heard = client.messages.size();
      assertThat(silence).isLessThanOrEqualTo(5 * SECOND);
    }
    assertThat(heard).isBetween(12, 16);
    WatchPlacementResponse beat = client.messages.getLast();
    assertThat(beat.getBaseStateVersion()).isEqualTo(beat.getStateVersion());
    assertThat(beat.getPartitionsCount()).isZero();
  }

  @Test
  void watchersBeyondTheBoundAreRefused() {
    watchers = watchers(3);
    for (int i = 0; i < 3; i++) {
      new Client(i).watch(0, 0);
    }
    Client refused = new Client(9);
    refused.watch(0, 0);
    assertThat(refused.ended().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.ended().getDescription())
        .contains("tells 3 clients")
        .contains("watch another node");
    assertThat(events).containsExactly(new RequestEvent.Overloaded("placement_watches"));
  }

  @Test
  void watchersOfOneConnectionAreBounded() {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i <= PlacementWatchers.OF_CONNECTION_MAX; i++) {
      Client client = new Client(7);
      client.watch(0, 0);
      clients.add(client);
    }
    assertThat(clients.getLast().ended().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(clients.getLast().ended().getDescription()).contains("limit of one connection");
    new Client(8).watch(0, 0);
    assertThat(watchers.count()).isEqualTo(PlacementWatchers.OF_CONNECTION_MAX + 1);
    clients.getFirst().leave();
    Client again = new Client(7);
    again.watch(0, 0);
    assertThat(again.ended).isNull();
  }

  @Test
  void watcherThatHasLeftCostsNothingMore() {
    Client client = new Client(1);
    client.reads = false;
    client.watch(0, 0);
    client.leave();
    assertThat(watchers.count()).isZero();
    assertThat(watchers.unread().bytes()).isZero();
    publish(cluster.list(1));
    lane.pass(SECOND);
    assertThat(client.messages).hasSize(1);
  }

  /** Otherwise a few clients that never read would use up the bound for good. */
  @Test
  void streamThatIsNotReadForTooLongEnds() {
    Client client = new Client(1);
    client.reads = false;
    client.watch(0, 0);
    publish(cluster.list(1));
    lane.pass(30 * SECOND);
    assertThat(client.ended).isNull();
    lane.pass(2 * SECOND);
    assertThat(client.ended().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(client.ended().getDescription())
        .contains("was not read within 30 s")
        .contains("open another");
    assertThat(events).containsExactly(new RequestEvent.Overloaded("placement_unread"));
    assertThat(client.messages).hasSize(1);
  }

  @Test
  void streamThatIsReadNowAndThenGoesOn() {
    Client client = new Client(1);
    client.reads = false;
    client.watch(0, 0);
    for (int i = 0; i < 10; i++) {
      publish(cluster.list(i % 8));
      lane.pass(25 * SECOND);
      client.readOne();
    }
    assertThat(client.ended).isNull();
    assertThat(client.messages).hasSizeGreaterThan(10);
  }

  /** While this process is paused, it cannot see that its clients read. */
  @Test
  void pauseOfTheNodeIsNotTakenForClientsThatDoNotRead() {
    Client client = new Client(1);
    client.reads = false;
    client.watch(0, 0);
    lane.standStill(300 * SECOND);
    lane.pass(SECOND);
    assertThat(client.ended).isNull();
    client.readOn();
    lane.pass(60 * SECOND);
    assertThat(client.ended).isNull();
  }

  /** gRPC keeps the message until it is read, after the end of the stream as well. */
  @Test
  void streamThatWasEndedCountsUntilItsClientTakesThat() {
    Client client = new Client(1);
    client.reads = false;
    client.watch(0, 0);
    lane.pass(32 * SECOND);
    assertThat(client.ended).isNotNull();
    assertThat(watchers.count()).isEqualTo(1);
    assertThat(watchers.unread().bytes()).isEqualTo(client.bytes);
    client.readOn();
    assertThat(watchers.count()).isZero();
    assertThat(watchers.unread().bytes()).isZero();
    lane.pass(60 * SECOND);
    assertThat(client.cutOff).isFalse();
  }

  @Test
  void connectionOfAClientThatDoesNotEvenTakeTheEndIsCutOff() {
    Client client = new Client(1);
    client.reads = false;
    client.watch(0, 0);
    lane.pass(60 * SECOND);
    assertThat(client.cutOff).isFalse();
    lane.pass(3 * SECOND);
    assertThat(client.cutOff).isTrue();
    client.leave();
    assertThat(watchers.count()).isZero();
    assertThat(watchers.unread().bytes()).isZero();
  }

  @Test
  void whenTheNodeStopsWatchersAreToldSo() {
    Client client = new Client(1);
    client.watch(0, 0);
    watchers.close();
    assertThat(client.ended().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(client.ended().getDescription()).contains("this node stops");
    Client late = new Client(2);
    late.watch(0, 0);
    assertThat(late.ended().getDescription()).contains("this node stops");
    assertThat(watchers.count()).isZero();
  }

  /** Between two leaders there is none for a moment, which is no reason to end the stream. */
  @Test
  void nodeThatDoesNotHearWhatIsDecidedSendsItsWatchersElsewhere() {
    Client client = new Client(1);
    client.watch(0, 0);
    admin.outOfTouch = "this node knows no leader of the metadata group";
    lane.pass(3 * SECOND);
    admin.outOfTouch = "";
    lane.pass(3 * SECOND);
    admin.outOfTouch = "this node knows no leader of the metadata group";
    lane.pass(4 * SECOND);
    assertThat(client.ended).isNull();
    lane.pass(4 * SECOND);
    assertThat(client.ended().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(client.ended().getDescription()).contains("may be old").contains("no leader");
    Client late = new Client(2);
    late.watch(0, 0);
    assertThat(late.ended().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    admin.outOfTouch = "";
    Client later = new Client(3);
    later.watch(0, 0);
    assertThat(later.ended).isNull();
  }

  @Test
  void beforeTheNodeHasJoinedItSaysSo() {
    admin.state = null;
    watchers = new PlacementWatchers(admin, lane, lane, 10, BOUNDS, events::add);
    Client client = new Client(1);
    client.watch(0, 0);
    assertThat(client.ended().getDescription()).contains("has not joined a cluster yet");
  }

  /**
   * A change costs the lane one task at first, however many clients watch; they get it in steps.
   */
  @Test
  void aChangeIsToldInSteps() {
    watchers = watchers(1_000);
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 640; i++) {
      Client client = new Client(i);
      client.watch(0, 0);
      clients.add(client);
    }
    lane.pass(500 * MILLI);
    publish(cluster.list(1));
    assertThat(clients).allMatch(client -> client.messages.size() == 1);
    assertThat(lane.pass(0)).isGreaterThanOrEqualTo(10);
    assertThat(clients).allMatch(client -> client.messages.size() == 2);
  }

  /** No rule changes then, and the placement does not either. */
  @Test
  void aStreamEndsWithTheLoginOfItsCaller() {
    String key = Base64.getEncoder().encodeToString(new byte[32]);
    PasswordVerifier password =
        new PasswordVerifier(Base64.getEncoder().encodeToString(new byte[16]), 4_096, key, key);
    AccessRules rules =
        AccessRules.NONE
            .with(new CreateUser("anna", new TreeSet<>(List.of("reader"))))
            .with(
                new SetPassword(
                    "anna", password, false, LoginSecret.of(new byte[LoginSecret.BYTES])));
    RuleBook book = new RuleBook(true, lane, event -> {});
    book.follow(rules, 1);
    Caller anna = AnyCallers.showing(rules.loginToken("anna", password, 10_000), book);
    Client watching = new Client(1, anna);
    Client byCertificate = new Client(2, AnyCallers.named("anna", book));
    watching.watch(0, 0);
    byCertificate.watch(0, 0);
    lane.pass(9 * SECOND);
    assertThat(watching.ended).isNull();
    lane.pass(2 * SECOND);
    assertThat(watching.ended().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(byCertificate.ended).isNull();
    assertThat(watchers.count()).isEqualTo(1);
  }

  private WatchedPlacement.Table whole() {
    return WatchedPlacement.table(AdminCodec.placement(cluster.now(), 0));
  }

  /** One call; it is ready for more as soon as a message is sent, unless it does not read. */
  private final class Client extends ServerCall<WatchPlacementRequest, Frame> {
    private final SocketAddress address;
    private final PlacementStream stream;
    private final WatchedPlacement placement = new WatchedPlacement();
    private final List<WatchPlacementResponse> messages = new ArrayList<>();
    private @Nullable Status ended;
    private boolean reads = true;
    private boolean cutOff;
    private int unread;
    private long bytes;

    Client(int connection) {
      this(connection, AnyCallers.one());
    }

    Client(int connection, Caller caller) {
      address = InetSocketAddress.createUnresolved("10.0.0.1", 1000 + connection);
      stream =
          new PlacementStream(this, caller, new LaneEntry(lane), watchers, () -> cutOff = true);
    }

    void watch(long clusterId, long version) {
      stream.open();
      stream.onMessage(
          WatchPlacementRequest.newBuilder()
              .setKnownClusterId(clusterId)
              .setKnownStateVersion(version)
              .build());
      stream.onHalfClose();
    }

    Status ended() {
      return Objects.requireNonNull(ended, "not ended");
    }

    void leave() {
      stream.onCancel();
    }

    void readOne() {
      unread = 0;
      if (ended == null) {
        stream.onReady();
      } else {
        stream.onComplete(); // unread messages came before the status
      }
    }

    void readOn() {
      reads = true;
      readOne();
    }

    @Override
    public boolean isReady() {
      return unread == 0;
    }

    @Override
    public void sendMessage(Frame frame) {
      assertThat(isReady()).isTrue();
      assertThat(ended).isNull();
      try {
        WatchPlacementResponse update =
            WatchPlacementResponse.parseFrom(Arrays.copyOf(frame.bytes(), frame.length()));
        messages.add(update);
        placement.onMessage(update);
      } catch (InvalidProtocolBufferException malformed) {
        throw new AssertionError(malformed);
      }
      bytes += frame.length();
      unread += reads ? 0 : 1;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      assertThat(ended).isNull();
      ended = status;
      if (unread == 0) {
        stream.onComplete();
      }
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, address).build();
    }

    @Override
    public void request(int count) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<WatchPlacementRequest, Frame> getMethodDescriptor() {
      throw new AssertionError("a stream of the placement asked of which method it is");
    }
  }
}
