package io.quorate.metadata.bootstrap;

import io.quorate.metadata.MetadataEvent;
import io.quorate.model.ClusterId;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Randomness;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
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

  private final BootstrapConfig config;
  private final StoredMembership membership;
  private final Introductions introductions;
  private final Lane lane;
  private final Clock clock;
  private final Randomness chance;
  private final BootstrapListener listener;
  private final DiskMarks marks;
  private final Contacts contacts;
  private final WaitingNotice waiting;

  /** Set once its metadata group runs. */
  private MemberHost.@Nullable Newcomers newcomers;

  /** What was found wrong before any node was asked. */
  private @Nullable Refusal refusedAtOpen;

  /** Whether the listener has been told. */
  private boolean joined;

  private boolean asking;
  private boolean stopped;
  private boolean refused;

  private final Round round = new Round();

  /** What a node that is to join has found; it asks to be taken in from then on. */
  private @Nullable ClusterId found;

  /** Members that have heard a higher mark of this node's disk, and what they say. */
  private final TreeMap<NodeId, Refusal> setBackBy = new TreeMap<>();

  /** Kept until it is known whether any seed is of our cluster. */
  private @Nullable Refusal foreign;

  private Lane.@Nullable Timer timer;

  private Bootstrap(
      BootstrapConfig config,
      StoredMembership membership,
      DiskMarks marks,
      Introductions introductions,
      LaneTime time,
      Randomness chance,
      BootstrapListener listener) {
    this.config = config;
    this.membership = membership;
    this.introductions = introductions;
    this.lane = time.lane();
    this.clock = time.clock();
    this.chance = chance;
    this.listener = listener;
    this.marks = marks;
    this.contacts = new Contacts(config, chance);
    this.waiting = new WaitingNotice(config, time.clock(), listener);
  }

  /** Begins a start of the node: counts it, durably, and looks at what is there. Blocks. */
  public static Bootstrap open(
      BootstrapConfig config,
      IdentityStore identities,
      RaftStore store,
      DiskMarks marks,
      Introductions introductions,
      LaneTime time,
      Randomness chance,
      BootstrapListener listener) {
    StoredMembership membership = StoredMembership.open(config, identities, store, chance);
    Bootstrap bootstrap =
        new Bootstrap(config, membership, marks, introductions, time, chance, listener);
    Refusal refusal = membership.check();
    bootstrap.refusedAtOpen =
        refusal == null && marks.own().isSetBack() ? bootstrap.setBack() : refusal;
    return bootstrap;
  }

  /** The identity of this node in this start. */
  public Identity identity() {
    return membership.identity();
  }

  /** Begins to ask. The listener is told how it ends, at once or later. */
  public void start() {
    if (membership.isMended()) {
      listener.happened(MetadataEvent.DIED_BETWEEN_GENESIS_AND_IDENTITY);
    }
    if (refusedAtOpen != null) {
      listener.refused(refusedAtOpen);
    } else if (!isMember() && config.asksToJoin() && contacts.seeds().isEmpty()) {
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
   * and replaced hears nothing of that from nodes that do not speak to it any more.
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
    membership.follow(current);
    newcomers = new MemberHost.Newcomers(proposer, clock);
  }

  /** Most others say that the disk of this node was set back: it can be part of it no more. */
  public void refuseAsSetBack() {
    marks.own().noteSetBack();
    refuse(setBack());
  }

  /** Most others are connected to a later process of this node: two would confirm writes. */
  public void refuseAsOlder() {
    refuse(Refusal.Kind.DATA, Refusals.laterStart(membership.node(), membership.identity().boot()));
  }

  private Refusal setBack() {
    return new Refusal(Refusal.Kind.SET_BACK, Refusals.wasSetBack(membership.node()));
  }

  /** What is to be said of this node once it is no member any more. */
  public Refusal left() {
    ClusterId cluster = Invariant.present(membership.cluster(), "left what it never was part of");
    return new Refusal(Refusal.Kind.LEFT, Refusals.left(membership.node(), cluster));
  }

  @Override
  public IntroductionReply answer(Introduction asker) {
    ClusterId cluster = membership.cluster();
    MemberHost host = host();
    Refusal refusal = host == null ? null : host.refusalOf(asker);
    return new IntroductionReply(
        membership.node(),
        config.address(),
        config.region(),
        config.zone(),
        config.weight(),
        cluster,
        membership.identity().boot(),
        host == null ? null : host.genesisFor(asker),
        refusal,
        host == null || refusal != null ? null : host.waitOf(asker),
        config.seeds(),
        config.release());
  }

  @Override
  public @Nullable String lackOfToken(Introduction asker, Predicate<String> isCertifiedFor) {
    MemberHost host = host();
    return host == null
        ? null
        : host.lackOfToken(asker, config.tokens(), isCertifiedFor, clock.wallMillis());
  }

  /** Null while this node is no member. */
  private @Nullable MemberHost host() {
    ClusterId cluster = membership.cluster();
    Roster roster = membership.roster();
    return cluster == null || roster == null
        ? null
        : new MemberHost(cluster, config.address(), roster, marks.heard(), newcomers);
  }

  private boolean isMember() {
    return membership.cluster() != null;
  }

  private void askEverybody() {
    Roster roster = membership.roster();
    // At a start the seeds decide: they are the operator's word for where this node belongs.
    List<String> asked =
        joined && roster != null ? contacts.seedsAndMembers(roster.state()) : contacts.seeds();
    round.begin(asked);
    Introduction mine =
        new Introduction(
            membership.node(),
            config.address(),
            config.region(),
            config.zone(),
            config.weight(),
            config.seeds(),
            membership.cluster(),
            membership.identity().boot(),
            roster == null ? 0 : roster.state().stateVersion(),
            config.joining(),
            found,
            config.release(),
            isMember() ? null : config.token(),
            config.clientAddress(),
            marks.own().latest());
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

  private void onAnswer(String seed, IntroductionReply reply) {
    tellOfMember(reply);
    if (!asking) {
      hearObjection(reply);
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
    ClusterId mine = membership.cluster();
    if (!stopped && mine != null && mine.equals(reply.cluster()) && reply.refusal() == null) {
      listener.met(reply.node(), reply.address(), reply.incarnation());
    }
  }

  /** One answer is enough to join; another node, which answers later, may remember more. */
  private void hearObjection(IntroductionReply reply) {
    ClusterId mine = membership.cluster();
    Refusal refusal = reply.refusal();
    if (refusal != null
        && refusal.kind() == Refusal.Kind.SET_BACK
        && mine != null
        && mine.equals(reply.cluster())) {
      setBackBy.put(reply.node(), refusal);
      refuseAsTold();
    }
  }

  /**
   * One answer is enough for this start, as for any refusal. All later ones are refused, too, if
   * two members say so, or the only other one: one alone may be wrong, or lie, and would cost the
   * cluster a sound disk at each start of a node.
   */
  private void refuseAsTold() {
    Roster roster = membership.roster();
    int others = roster == null ? 1 : roster.state().members().size() - 1;
    if (setBackBy.size() >= Math.min(2, others)) {
      marks.own().noteSetBack();
    }
    refuse(setBackBy.firstEntry().getValue());
  }

  private void onSilence(String seed, String reason) {
    if (asking) {
      round.silent(seed, reason);
      endRoundIfAllIsHeard();
    }
  }

  private void onAnswerToMember(String seed, IntroductionReply reply) {
    ClusterId mine = membership.cluster();
    ClusterId theirs = reply.cluster();
    Refusal refusal = reply.refusal();
    if (mine != null && mine.equals(theirs)) {
      if (refusal != null && refusal.kind() == Refusal.Kind.SET_BACK) {
        setBackBy.put(reply.node(), refusal); // what the others say is heard first
      } else if (refusal != null) {
        refuse(refusal);
      } else if (setBackBy.isEmpty()) {
        join();
      }
    } else if (mine != null && theirs != null && config.seeds().contains(seed)) {
      // Not yet the end: perhaps a stranger took the address of one seed, and the others are ours.
      foreign =
          new Refusal(Refusal.Kind.DATA, Refusals.foreign(membership.node(), mine, theirs, seed));
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
    // A node that joins may ask under a name that leads to any member, and even back to itself.
    if (!config.asksToJoin() && !reply.address().equals(seed)) {
      return Refusals.otherAddress(seed, reply.address());
    }
    if (reply.node().equals(membership.node()) && !reply.address().equals(config.address())) {
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
    } else if (config.isFormer() && round.isAllAnswered() && round.clusters().isEmpty()) {
      form();
    } else if (!config.asksToJoin() || !hasFoundAnother()) {
      waiting.onRoundOver(round);
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
    } else if (!setBackBy.isEmpty()) {
      refuseAsTold();
    } else {
      if (!joined) {
        listener.happened(MetadataEvent.CAME_BACK_UNHEARD);
      }
      join();
    }
  }

  private void form() {
    ClusterId cluster = new ClusterId(StoredMembership.newId(chance));
    RaftStore.Snapshot genesis;
    try {
      genesis =
          Founding.snapshot(
              cluster,
              Founding.founders(membership.node(), config, round.replies()),
              config.partitions());
    } catch (IllegalArgumentException impossible) {
      refuse(Refusal.Kind.CONFIGURATION, "no cluster can be formed: " + impossible.getMessage());
      return;
    }
    save(genesis, MetadataEvent.FORMED);
  }

  private void adopt(String seed, byte[] genesis) {
    try {
      RaftStore.Snapshot snapshot = Handover.decode(genesis).snapshot();
      if (!Founding.state(snapshot, config.release()).members().containsKey(membership.node())) {
        throw new IllegalArgumentException("it does not name this node");
      }
      save(snapshot, MetadataEvent.ADOPTED);
    } catch (RuntimeException unusable) {
      refuse(Refusal.Kind.DATA, Refusals.unreadable("the genesis handed out by " + seed, unusable));
    }
  }

  private void save(RaftStore.Snapshot snapshot, MetadataEvent done) {
    askNoMore();
    membership.save(
        snapshot,
        () -> {
          listener.happened(done);
          join();
        },
        why -> refuse(Refusal.Kind.DISK, Refusals.notSaved(why)));
  }

  private void join() {
    askNoMore();
    ClusterId cluster = membership.cluster();
    if (cluster != null && !stopped && !joined) {
      joined = true;
      listener.joined(new Joined(membership.identity(), cluster, membership.image()));
    }
  }

  private void refuse(Refusal.Kind kind, String message) {
    refuse(new Refusal(kind, message));
  }

  private void refuse(Refusal refusal) {
    askNoMore();
    if (!stopped && !refused) {
      refused = true;
      listener.refused(refusal);
    }
  }
}
