package io.quorate.transport.peer;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.event.Event;
import io.quorate.model.ClusterId;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.placement.Placements;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.event.RequestEvent;
import io.quorate.replication.event.RequestEvent.DropReason;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Forward;
import io.quorate.replication.message.ReplicaMessage.Forwarded;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.runtime.Randomness;
import io.quorate.transport.Frame;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.Loops;
import io.quorate.transport.RemotePlace;
import io.quorate.transport.Standstill;
import io.quorate.transport.codec.MalformedMessageException;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.Protocols;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.ClaimedNode;
import io.quorate.transport.tls.NodeCertificates;
import io.quorate.transport.tls.NodeTls;
import io.quorate.transport.tls.ShownCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams between this node and the others of its cluster: one to each, which carries all that
 * this node says, and one from each. The hello that opens a stream decides whether its sender may
 * speak.
 *
 * <p>Until {@link #start} it refuses all streams and sends nothing: the node does not know yet
 * which cluster it belongs to. All functions are called on the lane, except {@link #accept}.
 */
public final class PeerStreams implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeerStreams.class);
  private static final int REFUSALS_REMEMBERED_MAX = 100;

  /** A sender opens its stream again and again, and most likely sends the same. */
  static final long MALFORMED_TOLD_NANOS = 60_000_000_000L;

  private final LaneEntry entry;
  private final PeerChannels channels;
  private final NodeCertificates certificates;
  private final PeerSettings settings;
  private final Randomness randomness;
  private final LongSupplier waitedNanosMax;
  private final Consumer<Event> events;

  private final Map<NodeId, PeerLink> links = new TreeMap<>();
  private final Network<ReplicaMessage> messages = new Messages();
  private final Map<NodeId, PeerReceiver> receivers = new TreeMap<>();
  private final PeerAddresses where = new PeerAddresses();
  private Map<NodeId, Placements.Member> members = Map.of();
  private NodeNames names = NodeNames.NONE;
  private int clusterVersion;

  /** What was last refused to which node, so that each refusal is logged once; bounded. */
  private final Map<NodeId, String> refusals =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, String> eldest) {
          return size() > REFUSALS_REMEMBERED_MAX;
        }
      };

  /**
   * By sender of a malformed message that was told of: how many more streams were ended for that
   * since. Senders are members, and all that have not introduced themselves together.
   */
  private final Map<String, Integer> malformed = new HashMap<>();

  /** Where streams that were let in came from last, by node; read by other threads. */
  private final Map<NodeId, InetAddress> addresses = new ConcurrentHashMap<>();

  /**
   * Where streams of this node were accepted last, by node. After a start all connect at once, and
   * nodes come first among them, so this node has to know them before they have reached it. Read by
   * other threads.
   */
  private final Map<NodeId, InetAddress> reached = new ConcurrentHashMap<>();

  private @Nullable Hello mine;
  private @Nullable PeerHandler handler;
  private boolean closed;

  public PeerStreams(
      Loops loops,
      Lane lane,
      PeerSettings settings,
      Randomness randomness,
      Consumer<Event> events) {
    this(
        loops,
        lane,
        settings,
        UnaryOperator.identity(),
        NodeTls.off(),
        randomness,
        () -> 0,
        events);
  }

  /**
   * @param ways from the address under which a node is known to the one to connect to
   * @param tls how connections to other nodes begin, and which certificates these have to have
   * @param waitedNanosMax the longest that what is read now may have waited for this node to go on
   */
  public PeerStreams(
      Loops loops,
      Lane lane,
      PeerSettings settings,
      UnaryOperator<String> ways,
      NodeTls tls,
      Randomness randomness,
      LongSupplier waitedNanosMax,
      Consumer<Event> events) {
    this.entry = new LaneEntry(lane);
    this.channels = new PeerChannels(loops, settings, ways, tls.client());
    this.certificates = tls.nodes();
    this.settings = settings;
    this.randomness = randomness;
    this.waitedNanosMax = waitedNanosMax;
    this.events = events;
  }

  /** Begins to speak and to listen as a member of a cluster. */
  public void start(Hello self, Placements placements, PeerHandler inbox) {
    Invariant.hold(mine == null, "streams of node %s are started twice", self.node());
    mine = self;
    handler = inbox;
    follow(placements);
  }

  /** Speaks to these nodes at these addresses from now on, and listens to no others. */
  public void follow(Placements placements) {
    Hello self = mine;
    if (self == null || closed) {
      return;
    }
    members = placements.nodes();
    clusterVersion = placements.clusterVersion();
    where.follow(members);
    addresses.keySet().retainAll(members.keySet());
    reached.keySet().retainAll(members.keySet());
    for (NodeId gone : new ArrayList<>(receivers.keySet())) {
      PeerReceiver receiver = receivers.get(gone);
      if (receiver != null && !members.containsKey(gone)) {
        receiver.close(
            Status.FAILED_PRECONDITION.withDescription(
                "node " + gone + " is no longer a member of cluster " + self.cluster()));
      }
    }
    connect(self);
  }

  /** Calls nodes by these names in the log from now on. */
  public void follow(NodeNames called) {
    names = called;
  }

  /**
   * A member says where it is in its newest start, which may come before {@link #start}.
   *
   * @param address as the member says it, which need not be one
   */
  public void met(NodeId node, String address, int incarnation) {
    if (where.said(node, address, incarnation)) {
      log.info("node {} is at {} since its start {}", names.of(node), address, incarnation);
      if (mine != null && !closed) {
        connect(mine);
      }
    }
  }

  /** Opens a way to each member where it is, and closes those that lead elsewhere. */
  private void connect(Hello self) {
    for (NodeId known : new ArrayList<>(links.keySet())) {
      Placements.Member member = members.get(known);
      PeerLink link = links.get(known);
      if (link != null && (member == null || !to(self, member).equals(link.to()))) {
        link.close();
        links.remove(known);
      }
    }
    for (Placements.Member member : new TreeMap<>(members).values()) {
      if (!member.id().equals(self.node()) && !links.containsKey(member.id())) {
        PeerLink link =
            new PeerLink(
                to(self, member),
                () -> self.withDiskMark(handler().diskMark()),
                entry,
                channels,
                at -> strangerReached(at, member, self.cluster()),
                randomness,
                () -> names,
                events);
        links.put(member.id(), link);
        link.connectSoon();
      }
    }
  }

  /** Where the way to a member leads, and whether it leads to another region. */
  private PeerLink.To to(Hello self, Placements.Member member) {
    Placements.Member own = members.get(self.node());
    boolean elsewhere = own != null && !own.region().equals(member.region());
    return new PeerLink.To(member.id(), where.of(member), elsewhere && settings.compression());
  }

  /** The way for messages between coordinators and replicas. */
  public Network<ReplicaMessage> messages() {
    return messages;
  }

  private final class Messages implements Network<ReplicaMessage> {
    @Override
    public void send(NodeId to, ReplicaMessage message) {
      PeerLink link = links.get(to);
      if (link != null) {
        link.send(message);
      } else {
        events.accept(UNKNOWN_NODE);
      }
    }

    @Override
    public boolean isConnected(NodeId to) {
      return PeerStreams.this.isConnected(to);
    }
  }

  private static final Event EXPIRED = new RequestEvent.Expired(RequestEvent.Stage.ARRIVED);

  private static final Event UNKNOWN_NODE =
      new TransportEvent.MessageDropped(DropReason.UNKNOWN_NODE);

  /** The network of the metadata group, on the same streams. */
  public Network<byte[]> raft() {
    return new Network<>() {
      @Override
      public void send(NodeId to, byte[] message) {
        PeerLink link = links.get(to);
        if (link != null) {
          link.sendRaft(message);
        } else {
          events.accept(UNKNOWN_NODE);
        }
      }

      @Override
      public boolean isConnected(NodeId to) {
        return PeerStreams.this.isConnected(to);
      }
    };
  }

  /**
   * What most other members have against this process, as they said when it connected last; null if
   * nothing. One of them alone may be wrong, or lie.
   */
  public @Nullable Objection objection() {
    for (Objection each : Objection.values()) {
      long by = links.values().stream().filter(link -> link.objection() == each).count();
      if (2 * by > links.size()) {
        return each;
      }
    }
    return null;
  }

  /** Whether the node has accepted our stream. */
  public boolean isConnected(NodeId to) {
    PeerLink link = links.get(to);
    return link != null && link.isConnected();
  }

  /**
   * Whether a member of the cluster has spoken from an address, or was reached at it; may be asked
   * on any thread.
   */
  public boolean isOfMember(InetAddress address) {
    return addresses.containsValue(address) || reached.containsValue(address);
  }

  /** A stream that another node opens; called by the server, on any thread. */
  public ServerCall.Listener<Frame> accept(ServerCall<Frame, Frame> call, Metadata headers) {
    PeerReceiver receiver = new PeerReceiver(call, entry, this);
    entry.enter(receiver::open);
    return receiver;
  }

  /**
   * Why no node is at the other end of a connection, whichever it says to be; null if one may be.
   * May be asked on any thread.
   */
  @Nullable String strangerAt(Attributes connection) {
    return certificates.refusal(connection);
  }

  /**
   * Why the node at the other end of a connection is another than it says; null if it is that, as
   * far as its certificate tells.
   *
   * @param connection attributes of a call on it
   * @param cluster that it says to be of; null if of none yet
   * @param address host:port where it says that it is
   */
  @Nullable String strangerAt(
      Attributes connection, NodeId node, @Nullable ClusterId cluster, String address) {
    Placements.Member member = members.get(node);
    // What the cluster has agreed on counts, and not what a node said since: it could say anything.
    Set<String> addresses =
        member == null ? Set.of(address) : new HashSet<>(List.of(address, member.address()));
    ClusterId claimed = cluster == null && mine != null ? mine.cluster() : cluster;
    return certificates.refusal(connection, new ClaimedNode(node, claimed, addresses));
  }

  /**
   * Says why another than a member answers on a connection to it; null if it is the member, which
   * is then known to be at that address.
   */
  private @Nullable String strangerReached(
      Attributes connection, Placements.Member member, ClusterId cluster) {
    String stranger = strangerAt(connection, member.id(), cluster, member.address());
    InetAddress address = address(connection);
    if (stranger == null && address != null && members.containsKey(member.id())) {
      reached.put(member.id(), address);
    }
    return stranger;
  }

  /** Returns where the other end of a connection is; null if that is no address of the internet. */
  private static @Nullable InetAddress address(Attributes connection) {
    return connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress at
        ? at.getAddress()
        : null;
  }

  void introduced(NodeId node, String address, Attributes connection) {
    events.accept(
        new TransportEvent.Introduced(
            node, address, RemotePlace.of(connection), ShownCertificate.subject(connection)));
  }

  /**
   * Tells of a stranger, and returns what he may know: why his certificate is not that of the node
   * would tell him of the cluster.
   */
  Status refused(String what, String why, Attributes connection) {
    events.accept(
        new TransportEvent.StrangerRefused(
            what, why, RemotePlace.of(connection), ShownCertificate.subject(connection)));
    return Status.PERMISSION_DENIED.withDescription(
        "the certificate that was shown is not that of the node that it is to be; the log of the"
            + " node that refuses says why");
  }

  /** Returns of which addresses the host is named by the certificate shown on a connection. */
  Predicate<String> certifiedFor(Attributes connection) {
    return certificates.named(connection);
  }

  /**
   * Tells of a node that is not taken in for want of a join token, and returns what it may know.
   *
   * @param again whether this start of it was refused for the same reason before
   */
  Status notTakenIn(NodeId node, String address, String why, boolean again, Attributes connection) {
    events.accept(
        new TransportEvent.NewcomerRefused(
            node,
            address,
            why,
            again,
            RemotePlace.of(connection),
            ShownCertificate.subject(connection)));
    return Status.PERMISSION_DENIED.withDescription(
        "it asks for a join token, and was shown none that is good: create one with 'quorate"
            + " cluster token create', and set cluster.join_token_file of the node that is to"
            + " join");
  }

  /** Lets a stream in and returns null, or says why not. */
  @Nullable Status admit(Hello theirs, PeerReceiver receiver) {
    Hello self = mine;
    if (self == null || closed) {
      return Status.UNAVAILABLE.withDescription(
          closed ? "this node is stopping" : "this node has not joined a cluster yet");
    }
    String stranger =
        strangerAt(receiver.connection(), theirs.node(), theirs.cluster(), theirs.address());
    if (stranger != null) {
      return refused("a stream of node " + theirs.node(), stranger, receiver.connection());
    }
    Status refusal = refusal(self, theirs);
    if (refusal != null) {
      String why = String.valueOf(refusal.getDescription());
      if (!why.equals(refusals.put(theirs.node(), why))) {
        log.warn("refused a stream from node {}: {}", names.of(theirs.node()), why);
      }
      return refusal;
    }
    refusals.remove(theirs.node());
    InetAddress address = address(receiver.connection());
    if (address != null) {
      addresses.put(theirs.node(), address);
    }
    PeerReceiver before = receivers.put(theirs.node(), receiver);
    if (before != null) {
      before.close(Status.ABORTED.withDescription("replaced by a newer stream of the same node"));
    }
    met(theirs.node(), theirs.address(), theirs.incarnation());
    PeerLink back = links.get(theirs.node());
    if (back != null) {
      back.connectSoon(); // it lives, so it can be reached: do not sit out the pause
    }
    return null;
  }

  private @Nullable Status refusal(Hello self, Hello theirs) {
    String misfit = misfit(self, theirs);
    if (misfit != null) {
      return Status.FAILED_PRECONDITION.withDescription(misfit);
    }
    PeerReceiver current = receivers.get(theirs.node());
    if (current != null && current.incarnation() > theirs.incarnation()) {
      return Objection.LATER_START.refusal(
          "it speaks as start %d of the node, of which start %d is connected: an older process of it still runs"
              .formatted(theirs.incarnation(), current.incarnation()));
    }
    return handler().isSetBack(theirs.node(), theirs.diskMark())
        ? Objection.SET_BACK.refusal(
            "its disk lacks what the node has confirmed: an earlier copy of its data directory was"
                + " put in its place, or the disk has lost what it called durable")
        : null;
  }

  /** Says why it cannot be part of this cluster, or not with its release. */
  private @Nullable String misfit(Hello self, Hello theirs) {
    if (!theirs.cluster().equals(self.cluster())) {
      return "it belongs to cluster "
          + theirs.cluster()
          + ", this node to cluster "
          + self.cluster()
          + ": check the addresses, or empty the data directory of the node that is wrong here";
    }
    if (theirs.node().equals(self.node())) {
      return "it has the id of this node: two nodes run on copies of one data directory, or an"
          + " address of another node leads back here";
    }
    if (self.protocols().common(theirs.protocols()) == Protocols.NONE) {
      return "it runs %s, which speaks version %s of the protocol between nodes, and this node %s, which speaks version %s: run releases that follow one another"
          .formatted(theirs.release(), theirs.protocols(), self.release(), self.protocols());
    }
    if (!theirs.release().worksAt(clusterVersion)) {
      return "it runs %s, and cluster %s is at version %d: start a release there that works at that version"
          .formatted(theirs.release(), self.cluster(), clusterVersion);
    }
    return members.containsKey(theirs.node())
        ? null
        : "it is not known here as a member of cluster " + self.cluster();
  }

  void received(NodeId from, int bytes) {
    events.accept(new TransportEvent.FrameReceived(from, bytes));
  }

  /**
   * Hands on what another node says. Of the time of an operation that it forwards, as much is over
   * as the frame may have waited for this node to go on; one whose time is over is not carried out,
   * since its client may have gone elsewhere long ago.
   */
  void said(NodeId from, ReplicaMessage message) {
    if (message instanceof Forward forward) {
      forwarded(from, forward);
    } else {
      handler().onMessage(from, message);
    }
  }

  private void forwarded(NodeId from, Forward forward) {
    long waitedNanos = waitedNanosMax.getAsLong();
    long leftMillis = forward.timeoutMillis() - TimeUnit.NANOSECONDS.toMillis(waitedNanos);
    if (waitedNanos == 0 || leftMillis > 0) {
      handler().onMessage(from, new Forward(forward.id(), forward.operation(), (int) leftMillis));
    } else {
      events.accept(EXPIRED);
      Outcome late = new Outcome.Failed(Standstill.tooLate(waitedNanos));
      messages.send(from, new Forwarded(forward.id(), late));
    }
  }

  /** The other side waits no longer than this for its hello to be answered. */
  int helloMillisMax() {
    return settings.acceptMillisMax();
  }

  Hello self() {
    return started(mine);
  }

  PeerHandler handler() {
    return started(handler);
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new Invariant.BrokenInvariant("a stream was let in before the node joined a cluster");
    }
    return part;
  }

  void onGone(@Nullable NodeId from, PeerReceiver receiver) {
    if (from != null) {
      receivers.remove(from, receiver);
    }
  }

  void onMalformed(@Nullable NodeId from, MalformedMessageException e) {
    String sender = from == null ? "a caller that has not said which node it is" : "node " + from;
    Integer untold = malformed.putIfAbsent(sender, 0);
    if (untold != null) {
      malformed.put(sender, untold + 1);
      return;
    }
    log.error("ended the stream of {}, which sent {}", names.in(sender), e.getMessage());
    var unused = entry.lane().schedule(MALFORMED_TOLD_NANOS, () -> onToldLongAgo(sender));
  }

  private void onToldLongAgo(String sender) {
    Integer untold = malformed.remove(sender);
    if (untold != null && untold > 0) {
      log.error("ended {} more streams of {}, for malformed messages", untold, names.in(sender));
    }
  }

  /** Ends all streams, and opens none any more. */
  @Override
  public void close() {
    closed = true;
    links.values().forEach(PeerLink::close);
    links.clear();
    for (PeerReceiver receiver : new ArrayList<>(receivers.values())) {
      receiver.close(Status.UNAVAILABLE.withDescription("this node is stopping"));
    }
  }
}
