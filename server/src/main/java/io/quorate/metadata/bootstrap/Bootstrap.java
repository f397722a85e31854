package io.quorate.metadata.bootstrap;

import io.quorate.bytes.LaterFormatException;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.metadata.MetadataEvent;
import io.quorate.model.ClusterId;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Randomness;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageOpenException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings one node into its cluster: a fresh one into the cluster that it forms with the other
 * seeds, exactly once, or into one that runs and takes it in, and a member back into the one it
 * belongs to.
 *
 * <p>The first of the sorted seeds forms the cluster, alone, once every other seed has told it that
 * it has nothing and knows the same seeds. The genesis is made durable as the first snapshot of the
 * metadata log, then the identity names the cluster, and only then is it handed to others: a crash
 * before the first leaves nothing, a crash between is repaired at the next start, and nobody can
 * have seen what is lost. The other seeds ask until one hands it to them.
 *
 * <p>A node that is to join asks its seeds which cluster they belong to, then asks to be taken into
 * that one, until it is a member and is handed the state that says so. It keeps its id meanwhile,
 * so it may be restarted at any moment.
 */
public final class Bootstrap implements Introductions.Host {
  /** Pause between rounds of questions, plus up to 100 % jitter. */
  private static final long ROUND_PAUSE_NANOS = 200_000_000L;

  /** How long a member waits for a seed to say that they belong to one cluster. */
  private static final long VERIFY_NANOS_MAX = 1_000_000_000L;

  /**
   * So many members that are no seeds are asked, too, others each time: the seeds may all have
   * left, and any few of the members may be down for good.
   */
  private static final int MEMBERS_ASKED_MAX = 4;

  private static final long WAITING_SAID_EVERY_NANOS = 3_000_000_000L;

  /** Also said at once, and when it changes. */
  private static final long OPERATOR_REMINDED_EVERY_NANOS = 30_000_000_000L;

  private final BootstrapConfig config;
  private final IdentityStore identities;
  private final RaftStore store;
  private final Introductions introductions;
  private final Lane lane;
  private final Clock clock;
  private final Randomness chance;
  private final BootstrapListener listener;

  /** Durable. */
  private Identity identity;

  /** Durable. */
  private RaftStore.Image image;

  /** Set once this node is a member. */
  private @Nullable Roster roster;

  /** Set once its metadata group runs. */
  private MemberHost.@Nullable Newcomers newcomers;

  /** Whether the node had died between saving the genesis and naming the cluster. */
  private boolean identityMended;

  /** What was found wrong before anybody was asked. */
  private @Nullable Refusal refusedAtOpen;

  /** Whether the listener has been told. */
  private boolean joined;

  private boolean asking;
  private boolean stopped;

  private final Round round = new Round();

  /** What a node that is to join has found; it asks to be taken in from then on. */
  private @Nullable ClusterId found;

  /** Kept until it is known whether any seed is of our cluster. */
  private @Nullable Refusal foreign;

  private Lane.@Nullable Timer timer;
  private long waitingSaidNanos;
  private String waitingSaid = "";

  private Bootstrap(
      BootstrapConfig config,
      IdentityStore identities,
      RaftStore store,
      Introductions introductions,
      Lane lane,
      Clock clock,
      Randomness chance,
      BootstrapListener listener,
      Identity identity) {
    this.config = config;
    this.identities = identities;
    this.store = store;
    this.introductions = introductions;
    this.lane = lane;
    this.clock = clock;
    this.chance = chance;
    this.listener = listener;
    this.identity = identity;
    this.image = store.load();
    this.waitingSaidNanos = clock.nanos();
  }

  /** Begins a start of the node: counts it, durably, and looks at what is there. Blocks. */
  public static Bootstrap open(
      BootstrapConfig config,
      IdentityStore identities,
      RaftStore store,
      Introductions introductions,
      Lane lane,
      Clock clock,
      Randomness chance,
      BootstrapListener listener) {
    Identity known = identities.load();
    Identity identity =
        known == null
            ? new Identity(new NodeId(newId(chance)), 1, null)
            : new Identity(known.node(), known.boot() + 1, known.cluster());
    identities.save(identity);
    Bootstrap bootstrap =
        new Bootstrap(
            config, identities, store, introductions, lane, clock, chance, listener, identity);
    bootstrap.refusedAtOpen = bootstrap.lookAtWhatIsThere();
    return bootstrap;
  }

  /** Never 0, which means "none" on disk and on the wire. */
  private static long newId(Randomness chance) {
    long id = 0;
    while (id == 0) {
      id = chance.nextLong();
    }
    return id;
  }

  private @Nullable Refusal lookAtWhatIsThere() {
    RaftStore.Snapshot snapshot = image.snapshot();
    ClusterId cluster = identity.cluster();
    if (snapshot == null) {
      return cluster == null
          ? null
          : new Refusal(Refusal.Kind.DATA, Refusals.noMetadata(identity.node(), cluster));
    }
    ClusterState state;
    try {
      state = Founding.state(snapshot, config.release());
    } catch (LaterFormatException later) {
      return new Refusal(
          Refusal.Kind.RELEASE,
          Refusals.laterRelease(
              identity.node(), config.release(), String.valueOf(later.getMessage())));
    } catch (RuntimeException damaged) {
      return new Refusal(Refusal.Kind.DATA, Refusals.unreadableHere(damaged));
    }
    if (cluster != null && !cluster.equals(state.clusterId())) {
      return new Refusal(
          Refusal.Kind.DATA, Refusals.otherMetadata(identity.node(), cluster, state.clusterId()));
    }
    if (cluster == null) {
      // The node died after it saved the genesis and before its identity named the cluster.
      identity = new Identity(identity.node(), identity.boot(), state.clusterId());
      identities.save(identity);
      identityMended = true;
    }
    if (!config.release().worksAt(state.clusterVersion())) {
      return new Refusal(
          Refusal.Kind.RELEASE,
          Refusals.releaseDoesNotFit(
              identity.node(), config.release(), state.clusterId(), state.clusterVersion()));
    }
    if (!state.members().containsKey(identity.node())) {
      return new Refusal(Refusal.Kind.LEFT, Refusals.left(identity.node(), state.clusterId()));
    }
    roster = new FirstRoster(state, snapshot);
    return null;
  }

  /** Who this node is in this start. */
  public Identity identity() {
    return identity;
  }

  /** Begins to ask. The listener is told how it ends, at once or later. */
  public void start() {
    if (identityMended) {
      listener.happened(MetadataEvent.DIED_BETWEEN_GENESIS_AND_IDENTITY);
    }
    if (refusedAtOpen != null) {
      listener.refused(refusedAtOpen);
    } else if (!isMember() && config.asksToJoin() && others().isEmpty()) {
      refuse(Refusal.Kind.CONFIGURATION, Refusals.nobodyToAsk());
    } else if (!isMember() && !config.asksToJoin() && !config.seeds().contains(config.address())) {
      refuse(Refusal.Kind.CONFIGURATION, Refusals.notASeed(config.address(), config.seeds()));
    } else {
      asking = true;
      askEverybody();
      if (asking && isMember()) {
        timer = lane.schedule(VERIFY_NANOS_MAX, this::verified);
      }
    }
  }

  /**
   * Asks the seeds once more whether this node is still a member: one that was given up for lost
   * and replaced hears nothing of that from those who do not speak to it any more.
   */
  public void askAgain() {
    if (joined && !asking && !stopped) {
      asking = true;
      askEverybody();
    }
  }

  /** Asks no more and tells the listener nothing more. */
  public void stop() {
    stopped = true;
    askNoMore();
  }

  private void askNoMore() {
    asking = false;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** From now on, newcomers are answered from what the metadata group knows. */
  public void answerFrom(Roster current, Proposer proposer) {
    roster = current;
    newcomers = new MemberHost.Newcomers(proposer);
  }

  /** What is to be said of this node once it is no member any more. */
  public Refusal left() {
    ClusterId cluster = Invariant.present(identity.cluster(), "left what it never was part of");
    return new Refusal(Refusal.Kind.LEFT, Refusals.left(identity.node(), cluster));
  }

  @Override
  public IntroductionReply answer(Introduction asker) {
    ClusterId cluster = identity.cluster();
    MemberHost host =
        cluster == null || roster == null
            ? null
            : new MemberHost(cluster, config.address(), roster, newcomers);
    Refusal refusal = host == null ? null : host.refusalOf(asker);
    return new IntroductionReply(
        identity.node(),
        config.address(),
        config.region(),
        config.zone(),
        config.weight(),
        cluster,
        identity.boot(),
        host == null ? null : host.genesisFor(asker),
        refusal,
        host == null || refusal != null ? null : host.waitOf(asker),
        config.seeds(),
        config.release());
  }

  private boolean isMember() {
    return identity.cluster() != null;
  }

  private boolean isFormer() {
    return !config.asksToJoin() && config.former().equals(config.address());
  }

  private void askEverybody() {
    // At a start the seeds decide: they are the operator's word for where this node belongs.
    List<String> asked = joined ? othersAndMembers() : others();
    round.begin(asked);
    Introduction mine =
        new Introduction(
            identity.node(),
            config.address(),
            config.region(),
            config.zone(),
            config.weight(),
            config.seeds(),
            identity.cluster(),
            identity.boot(),
            roster == null ? 0 : roster.state().stateVersion(),
            config.joining(),
            found,
            config.release());
    for (String seed : asked) {
      introductions.ask(
          seed,
          mine,
          new Introductions.Callback() {
            @Override
            public void answered(IntroductionReply reply) {
              onAnswer(seed, reply);
            }

            @Override
            public void failed(String reason) {
              onSilence(seed, reason);
            }
          });
    }
    endRoundIfAllIsHeard();
  }

  private List<String> others() {
    return config.seeds().stream().filter(seed -> !seed.equals(config.address())).toList();
  }

  private List<String> othersAndMembers() {
    Set<String> all = new LinkedHashSet<>(others());
    if (roster != null) {
      List<String> members =
          roster.state().members().values().stream()
              .map(Member::address)
              .filter(address -> !address.equals(config.address()) && !all.contains(address))
              .collect(Collectors.toCollection(ArrayList::new));
      all.addAll(someOf(members));
    }
    return List.copyOf(all);
  }

  /** Draws by chance, unless there are so few that all are asked. */
  private List<String> someOf(List<String> members) {
    for (int i = 0; i < MEMBERS_ASKED_MAX && members.size() > MEMBERS_ASKED_MAX; i++) {
      Collections.swap(members, i, i + chance.nextInt(members.size() - i));
    }
    return members.subList(0, Math.min(MEMBERS_ASKED_MAX, members.size()));
  }

  private void onAnswer(String seed, IntroductionReply reply) {
    tellOfMember(reply);
    if (!asking) {
      return;
    }
    if (isMember()) {
      onAnswerToMember(seed, reply);
    } else {
      onAnswerToFresh(seed, reply);
    }
    endRoundIfAllIsHeard();
  }

  /** Where a member is now, though this node may have heard enough to join. */
  private void tellOfMember(IntroductionReply reply) {
    ClusterId mine = identity.cluster();
    if (!stopped && mine != null && mine.equals(reply.cluster()) && reply.refusal() == null) {
      listener.met(reply.node(), reply.address(), reply.incarnation());
    }
  }

  private void onSilence(String seed, String reason) {
    if (asking) {
      round.silent(seed, reason);
      endRoundIfAllIsHeard();
    }
  }

  private void onAnswerToMember(String seed, IntroductionReply reply) {
    ClusterId mine = identity.cluster();
    ClusterId theirs = reply.cluster();
    if (mine != null && mine.equals(theirs)) {
      if (reply.refusal() == null) {
        join();
      } else {
        refuse(reply.refusal());
      }
    } else if (mine != null && theirs != null && config.seeds().contains(seed)) {
      // Not yet the end: perhaps a stranger took the address of one seed, and the others are ours.
      foreign =
          new Refusal(Refusal.Kind.DATA, Refusals.foreign(identity.node(), mine, theirs, seed));
    }
    round.answered(seed, reply);
  }

  private void onAnswerToFresh(String seed, IntroductionReply reply) {
    String misfit = misfit(seed, reply);
    if (reply.refusal() != null) {
      refuse(reply.refusal());
    } else if (misfit != null) {
      refuse(Refusal.Kind.CONFIGURATION, misfit);
    } else if (reply.genesis() != null) {
      adopt(seed, reply.genesis());
    } else {
      round.answered(seed, reply);
    }
  }

  /** Why the node at a seed and this one cannot have meant to be in one cluster. */
  private @Nullable String misfit(String seed, IntroductionReply reply) {
    // Who joins may ask under a name that leads to any member, and even back to itself.
    if (!config.asksToJoin() && !reply.address().equals(seed)) {
      return Refusals.otherAddress(seed, reply.address());
    }
    if (reply.node().equals(identity.node()) && !reply.address().equals(config.address())) {
      return Refusals.copiedDirectory(reply.node(), config.address(), seed);
    }
    String elsewhere = round.otherAddressOf(reply.node(), reply.address());
    if (elsewhere != null) {
      return Refusals.copiedDirectory(reply.node(), elsewhere, seed);
    }
    return !config.asksToJoin() && reply.cluster() == null && !reply.seeds().equals(config.seeds())
        ? Refusals.seedsDiffer(config.address(), config.seeds(), seed, reply.seeds())
        : null;
  }

  private void endRoundIfAllIsHeard() {
    if (!asking || !round.isOver()) {
      return;
    }
    if (isMember()) {
      verified();
    } else if (isFormer() && round.isAllAnswered() && round.clusters().isEmpty()) {
      form();
    } else if (!config.asksToJoin() || !hasFoundAnother()) {
      sayWhatIsWaitedFor();
      long pause = ROUND_PAUSE_NANOS + chance.nextInt((int) ROUND_PAUSE_NANOS);
      timer = lane.schedule(pause, this::askEverybody);
    }
  }

  /** Turns to the cluster that the seeds belong to, if that is news, and asks it at once. */
  private boolean hasFoundAnother() {
    Map<ClusterId, String> clusters = round.clusters();
    Iterator<Map.Entry<ClusterId, String>> each = clusters.entrySet().iterator();
    if (clusters.size() > 1) {
      Map.Entry<ClusterId, String> one = each.next();
      Map.Entry<ClusterId, String> other = each.next();
      refuse(
          Refusal.Kind.CONFIGURATION,
          Refusals.twoClusters(one.getKey(), one.getValue(), other.getKey(), other.getValue()));
      return true;
    }
    if (clusters.isEmpty() || clusters.containsKey(found)) {
      return false;
    }
    found = each.next().getKey();
    askEverybody();
    return true;
  }

  /** No seed is of this member's cluster, or none could be asked: it goes on unless one objects. */
  private void verified() {
    if (!asking) {
      return;
    }
    if (foreign != null) {
      refuse(foreign);
    } else {
      if (!joined) {
        listener.happened(MetadataEvent.CAME_BACK_UNHEARD);
      }
      join();
    }
  }

  private void form() {
    ClusterId cluster = new ClusterId(newId(chance));
    RaftStore.Snapshot genesis;
    try {
      genesis = Founding.snapshot(cluster, founders(), config.partitions());
    } catch (IllegalArgumentException impossible) {
      refuse(Refusal.Kind.CONFIGURATION, "no cluster can be formed: " + impossible.getMessage());
      return;
    }
    save(genesis, MetadataEvent.FORMED);
  }

  private List<Member> founders() {
    List<Member> founders = new ArrayList<>();
    founders.add(
        founder(
            identity.node(),
            config.address(),
            config.region(),
            config.zone(),
            config.weight(),
            config.release()));
    for (IntroductionReply each : round.replies()) {
      founders.add(
          founder(
              each.node(),
              each.address(),
              each.region(),
              each.zone(),
              each.weight(),
              each.release()));
    }
    return founders;
  }

  private static Member founder(
      NodeId node, String address, String region, String zone, double weight, Release release) {
    // Incarnation 0: each node announces the one it runs as once there is a leader to tell.
    return new Member(node, address, region, zone, weight, 0, release, Member.State.ACTIVE);
  }

  private void adopt(String seed, byte[] genesis) {
    try {
      RaftStore.Snapshot snapshot = Handover.decode(genesis).snapshot();
      if (!Founding.state(snapshot, config.release()).members().containsKey(identity.node())) {
        throw new IllegalArgumentException("it does not name this node");
      }
      save(snapshot, MetadataEvent.ADOPTED);
    } catch (RuntimeException unusable) {
      refuse(Refusal.Kind.DATA, Refusals.unreadable("the genesis handed out by " + seed, unusable));
    }
  }

  /** First the snapshot, then the identity: see the class for why in this order. */
  private void save(RaftStore.Snapshot snapshot, MetadataEvent done) {
    askNoMore();
    RaftStore.HardState hardState = new RaftStore.HardState(snapshot.term(), 0);
    store.save(
        new RaftStore.Change(hardState, snapshot, false, List.of()),
        new RecordStore.PutCallback() {
          @Override
          public void stored() {
            image = new RaftStore.Image(hardState, snapshot, List.of());
            ClusterState state = Founding.state(snapshot, config.release());
            Identity named = new Identity(identity.node(), identity.boot(), state.clusterId());
            try {
              identities.save(named);
            } catch (StorageOpenException unsaved) {
              refuse(Refusal.Kind.DISK, Refusals.notSaved(String.valueOf(unsaved.getMessage())));
              return;
            }
            identity = named;
            roster = new FirstRoster(state, snapshot);
            listener.happened(done);
            join();
          }

          @Override
          public void failed(StorageFault fault) {
            refuse(Refusal.Kind.DISK, Refusals.notSaved(fault.message()));
          }
        });
  }

  private void join() {
    askNoMore();
    ClusterId cluster = identity.cluster();
    if (cluster != null && !stopped && !joined) {
      joined = true;
      listener.joined(new Joined(identity, cluster, image));
    }
  }

  private void refuse(Refusal.Kind kind, String message) {
    refuse(new Refusal(kind, message));
  }

  private void refuse(Refusal refusal) {
    askNoMore();
    if (!stopped) {
      listener.refused(refusal);
    }
  }

  private void sayWhatIsWaitedFor() {
    String waitFor = round.waitFor();
    if (waitFor != null) {
      if (!config.asksToJoin()) {
        listener.happened(MetadataEvent.WAITED_FOR_READMISSION);
      }
      sayWaitingFor(waitFor, OPERATOR_REMINDED_EVERY_NANOS);
      return;
    }
    sayWaitingFor(whoIsWaitedFor(), WAITING_SAID_EVERY_NANOS);
  }

  private String whoIsWaitedFor() {
    if (config.asksToJoin()) {
      return "to join a cluster, one of its members must be up among the seeds; not yet: "
          + round.whyNobodyTakesIn();
    }
    String absent = round.absent();
    return isFormer()
        ? "to form a cluster of %d nodes, all of them must be up; not yet: %s"
            .formatted(config.seeds().size(), absent)
        : "%s, the first of the seeds, is to form the cluster; not up: %s"
            .formatted(config.former(), absent.isEmpty() ? "none" : absent);
  }

  private void sayWaitingFor(String what, long everyNanos) {
    long now = clock.nanos();
    boolean news = everyNanos == OPERATOR_REMINDED_EVERY_NANOS && !what.equals(waitingSaid);
    if (news || now - waitingSaidNanos >= everyNanos) {
      waitingSaidNanos = now;
      waitingSaid = what;
      listener.waiting(what);
    }
  }

  /** Until the metadata group runs: what it will begin with. */
  private record FirstRoster(ClusterState state, RaftStore.Snapshot snapshot) implements Roster {}
}
