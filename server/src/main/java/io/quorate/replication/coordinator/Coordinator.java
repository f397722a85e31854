package io.quorate.replication.coordinator;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.ClientScan;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.RequestHandler;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.coordinator.backup.BackupEntry;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.CoordinatorRules;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.OperationTable;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.Plans;
import io.quorate.replication.coordinator.operation.Restart;
import io.quorate.replication.coordinator.peer.HintCourier;
import io.quorate.replication.coordinator.peer.ReplicaPeers;
import io.quorate.replication.coordinator.read.ReadEntry;
import io.quorate.replication.coordinator.register.RegisterEntry;
import io.quorate.replication.coordinator.register.RegisterSettler;
import io.quorate.replication.coordinator.scan.ScanEntry;
import io.quorate.replication.coordinator.write.WriteEntry;
import io.quorate.replication.event.Bound;
import io.quorate.replication.event.RequestEvent;
import io.quorate.replication.health.LiveNodes;
import io.quorate.replication.hint.Courier;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.AboutRecords;
import io.quorate.replication.message.ReplicaMessage.Forward;
import io.quorate.replication.message.ReplicaMessage.Forwarded;
import io.quorate.replication.message.ReplicaMessage.NotUnderstood;
import io.quorate.replication.message.ReplicaMessage.PrepareReply;
import io.quorate.replication.message.ReplicaMessage.ProbeReply;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.Reply;
import io.quorate.replication.message.ReplicaMessage.Request;
import io.quorate.replication.message.ReplicaMessage.TreeReply;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import io.quorate.replication.message.ReplicaMessage.VersionsReply;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.Peers;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.limit.RequestLimiter;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.version.HybridClock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The data plane of one node, on one lane: turns clients' requests into operations, and hands
 * messages from other nodes to the operation or the replica that they are for.
 */
public final class Coordinator implements RequestHandler {
  private static final int IDLE_SWEEPS = 50;

  private final NodeId self;
  private final Lane lane;
  private final Clock clock;
  private final HybridClock hybridClock;
  private final Network<ReplicaMessage> network;
  private final Replica replica;
  private final LiveNodes liveness;
  private final CoordinatorConfig config;
  private final Consumer<Event> events;
  private final OperationTable table;
  private final Plans plans;
  private final Hints hints;
  private final Context context;
  private final AntiEntropy antiEntropy;
  private final Peers peers;
  private final RequestLimiter limiter;
  private final ForwardsSeen forwardsSeen = new ForwardsSeen();
  private final UnknownMessages unknownMessages;
  private final TenantChecks checks;
  private final ReadEntry reads;
  private final WriteEntry writes;
  private final ScanEntry scans;
  private final BackupEntry backups;

  /** One for all reads, so that none needs its own. */
  private final Restart again = this::beginAgain;

  /** Tenants whose own levels let reads miss writes, and of which that has been said. */
  private final Set<Integer> warnedOf = new HashSet<>();

  private Lane.@Nullable Timer sweep;

  /** Whether the next sweep is a long way off, since nothing was under way. */
  private boolean sweepsSlowly;

  private boolean stopped;
  private boolean drained;

  /**
   * What it works with.
   *
   * @param boot how often this node has started; durable before this is built
   * @param hints makes the hints that this coordinator writes, given what delivers them
   * @param budget for comparing with other replicas, and told what goes to them in the background
   * @param backups how much may be read for backups, and written for restores
   * @param tokens those of locks that are held
   */
  public record Collaborators(
      NodeId self,
      int boot,
      Lane lane,
      Clock clock,
      HybridClock hybridClock,
      Network<ReplicaMessage> network,
      Replica replica,
      LiveNodes liveness,
      Function<Courier, Hints> hints,
      BackgroundBudget budget,
      BackgroundBudget backups,
      HeldTokens tokens,
      CoordinatorConfig config,
      Consumer<Event> events) {}

  public Coordinator(Collaborators with, Placements placements) {
    this(with, placements, new CoordinatorRules());
  }

  Coordinator(Collaborators with, Placements placements, CoordinatorRules rules) {
    this.self = with.self();
    this.lane = with.lane();
    this.clock = with.clock();
    this.hybridClock = with.hybridClock();
    this.network = with.network();
    this.replica = with.replica();
    this.liveness = with.liveness();
    this.config = with.config();
    this.events = with.events();
    this.context =
        new Context(
            new Context.Node(
                self, with.boot(), clock, hybridClock, replica, network, liveness, with.tokens()),
            placements,
            config,
            rules,
            events);
    this.table = context.table();
    this.plans = context.plans();
    this.hints = with.hints().apply(new HintCourier(context, with.budget()));
    // What compares replicas marks some before it is told of placements.
    hints.setClusterVersion(placements.clusterVersion());
    this.checks = new TenantChecks(context);
    RegisterEntry registers = new RegisterEntry(context, hints);
    this.reads = new ReadEntry(context, hints, registers, again);
    this.writes = new WriteEntry(context, hints, registers, again);
    this.scans = new ScanEntry(context);
    this.unknownMessages = new UnknownMessages(table, network, events);
    this.limiter =
        new RequestLimiter(replica, this::ownClock, network::send, config.limiter(), events);
    this.peers =
        new ReplicaPeers(context, replica, with.budget(), new RegisterSettler(context, registers));
    this.backups =
        new BackupEntry(context, replica, hints, with.backups(), this::refusal, this::sweepSoon);
    this.antiEntropy =
        rules.antiEntropy(
            new AntiEntropy.Collaborators(
                self,
                replica.trees(),
                hints,
                peers,
                liveness::isWritable,
                clock,
                with.budget(),
                config.repair(),
                events),
            placements);
    placementsChanged(placements);
  }

  public void start() {
    scheduleSweep();
  }

  /** Whether new requests are refused; those under way go on. */
  public void drain(boolean drained) {
    this.drained = drained;
  }

  /** Ends the sweeping; what is still under way is never answered. */
  public void stop() {
    stopped = true;
    if (sweep != null) {
      sweep.cancel();
    }
  }

  /** Requests under way. */
  public int underWay() {
    return table.size();
  }

  /** Where other nodes' requests come to the replica here. */
  public RequestLimiter limiter() {
    return limiter;
  }

  /** For how long a node has owed the answer to a write, or been owed a hint. */
  public long lagNanos(NodeId node) {
    return context.tracks().of(node).lagNanos();
  }

  /** Whether others are asked before a node that is live, since it does not cope. */
  public boolean isSpared(NodeId node) {
    return context.tracks().of(node).isSpared();
  }

  /** What is owed to replicas that were away. */
  public Hints hints() {
    return hints;
  }

  /** Comparing with other replicas. */
  public AntiEntropy antiEntropy() {
    return antiEntropy;
  }

  /** Reads what backups keep, and stores what restores bring. */
  public BackupPlane backups() {
    return backups;
  }

  /** The way to the other replicas, for comparisons with them. */
  public Peers peers() {
    return peers;
  }

  /** Learns where everything lives. The replica and the liveness are told before. */
  public void placementsChanged(Placements next) {
    plans.placementsChanged(next);
    backups.placementsChanged(next);
    context.relays().placementsChanged(next);
    hints.setClusterVersion(next.clusterVersion());
    hints.setMembers(next.nodes().keySet());
    hints.coverLoss(self, next);
    antiEntropy.placementsChanged(next);
    for (Tenant tenant : next.tenants().values()) {
      if (tenant.mayMissByDefault() && warnedOf.add(tenant.id())) {
        events.accept(new CoordinatorEvent.PotentiallyStaleTenant(tenant.name()));
      }
    }
    table.forEach(InFlight::placementsChanged);
  }

  private void sweep() {
    long now = clock.nanos();
    table.forEach(
        operation -> {
          if (operation.deadlineNanos() - now <= 0) {
            operation.expire();
          } else {
            operation.check(now);
          }
        });
    context.tracks().census(table::census, hints);
    replica.tick();
    hints.tick();
    antiEntropy.tick();
    backups.goOn();
    scheduleSweep();
  }

  private void scheduleSweep() {
    sweepsSlowly = table.size() == 0 && !antiEntropy.hasMore() && !backups.isWaiting();
    sweep =
        lane.schedule(
            sweepsSlowly ? IDLE_SWEEPS * config.sweepNanos() : config.sweepNanos(), this::sweep);
  }

  /** An idle node is woken seldom; the first request brings the next sweep forward. */
  private void sweepSoon() {
    if (sweepsSlowly && sweep != null && (table.size() > 0 || backups.isWaiting())) {
      sweep.cancel();
      scheduleSweep();
    }
  }

  @Override
  public void submit(ClientRequest request, OutcomeCallback callback) {
    beginFirst(request, callback, true);
    sweepSoon();
  }

  /** Only what was not begun before is known to be applied nowhere. */
  private void beginFirst(ClientRequest request, OutcomeCallback callback, boolean mayForward) {
    Failure misfit = TenantChecks.misfit(request.tenant(), request.operation());
    if (misfit != null) {
      callback.done(new Outcome.Failed(misfit));
      return;
    }
    begin(request, callback, mayForward);
  }

  /** Begins a request again that was planned on placements that are over. */
  private void beginAgain(ClientRequest request, OutcomeCallback callback) {
    begin(request, callback, true);
  }

  private void begin(ClientRequest request, OutcomeCallback callback, boolean mayForward) {
    Failure refusal = refusal(request.deadlineNanos());
    if (refusal != null) {
      callback.done(new Outcome.Failed(refusal));
      return;
    }
    Plan plan = plans.plan(request.key(), request.partition());
    if (plan == null) {
      callback.done(new Outcome.Failed(Failures.tenantGone(request.tenant(), plans.placements())));
    } else if (mayCoordinate(request, plan) && !replica.isDamaged(plan.partition())) {
      coordinate(request, plan, callback);
    } else if (mayForward) {
      new ForwardOperation(context, plan, request, callback).start();
    } else {
      callback.done(new Outcome.Failed(notCoordinating(plan)));
    }
  }

  private Failure notCoordinating(Plan plan) {
    return Failures.notServing(
        plan.partition(),
        plan.replicas().contains(self)
            ? "partition "
                + plan.partition()
                + " is being filled on this node, which does not serve it until it is full; ask"
                + " another"
            : "this node holds no replica of partition " + plan.partition() + "; ask another");
  }

  private boolean mayCoordinate(ClientRequest request, Plan plan) {
    return request.isRead() ? plan.serving().contains(self) : context.coordinates(plan);
  }

  private @Nullable Failure refusal(long deadlineNanos) {
    if (stopped || drained) {
      return Failures.notServing(0, "this node is drained or stops; ask another");
    }
    if (table.isFull()) {
      events.accept(Bound.OPERATIONS.overloaded());
      return Failures.overloaded(config.operationsMax() + " requests");
    }
    if (deadlineNanos - clock.nanos() <= 0) {
      events.accept(new RequestEvent.Expired(RequestEvent.Stage.COORDINATED));
      return Failure.refused(
          Failure.Reason.DEADLINE_EXCEEDED,
          "the deadline had passed when the request came to its turn. Nothing was applied");
    }
    return null;
  }

  /** What a request leaves to its tenant is as the tenant's settings are now. */
  private void coordinate(ClientRequest request, Plan plan, OutcomeCallback callback) {
    Tenant tenant = plan.tenant();
    Level asked = request.operation().level();
    Level said =
        asked != null ? asked : request.isRead() ? tenant.readLevel() : tenant.writeLevel();
    Level level = said.in(plans.placements().regionOf(self));
    if (!plan.stage().canReach(level)) {
      callback.done(new Outcome.Failed(Failures.unreachableLevel(plan, level)));
      return;
    }
    Failure refusal = checks.refusal(request.operation(), plan, level);
    if (refusal != null) {
      callback.done(new Outcome.Failed(refusal));
    } else if (request.isRead()) {
      reads.begin(request, plan, level, callback);
    } else {
      writes.begin(request, plan, level, callback);
    }
  }

  @Override
  public void scan(ClientScan scan, ScanCallback callback) {
    Failure refusal = refusal(scan.deadlineNanos());
    if (refusal != null) {
      callback.failed(refusal);
      return;
    }
    if (scans.begin(scan, callback)) {
      sweepSoon();
    }
  }

  /** Takes a message about records from another node, which has been heard. */
  public void onMessage(NodeId from, AboutRecords message) {
    switch (message) {
      case Request request -> limiter.onRequest(from, request);
      case Reply reply -> onReply(from, reply);
      case Forward forward -> onForward(from, forward);
      case Forwarded forwarded -> {
        InFlight operation = table.get(forwarded.id());
        if (operation != null) {
          operation.onForwarded(forwarded.outcome());
        }
      }
      case UnknownRequest unknown -> unknownMessages.onRequest(from, unknown);
      case UnknownReply unknown -> unknownMessages.onReply(from, unknown);
      case NotUnderstood answer -> unknownMessages.onAnswer(from, answer);
    }
  }

  /** Another node's client asks; it is resolved here, by what this node knows. */
  private void onForward(NodeId from, Forward forward) {
    if (!forwardsSeen.isNew(from, forward.id())) {
      events.accept(CoordinatorEvent.Window.FORWARD_CAME_TWICE);
      return;
    }
    Operation operation = forward.operation();
    long deadlineNanos = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(forward.timeoutMillis());
    OutcomeCallback callback = outcome -> network.send(from, new Forwarded(forward.id(), outcome));
    ClientRequest request = ClientRequest.of(plans.placements(), operation, deadlineNanos);
    if (request == null) {
      Failure refusal = refusal(deadlineNanos);
      callback.done(
          new Outcome.Failed(
              refusal == null ? Failure.unknownTenant(operation.tenant()) : refusal));
    } else {
      beginFirst(request, callback, false);
    }
    sweepSoon();
  }

  private void onReply(NodeId from, Reply reply) {
    hybridClock.observe(reply.hlc(), clock.wallMillis());
    InFlight operation = table.get(reply.id());
    if (operation == null) {
      return; // it has been answered, or it belongs to an earlier round or start
    }
    switch (reply) {
      case WriteReply write -> operation.onWriteReply(from, write.outcome());
      case WriteRecordsReply writes -> operation.onWriteRecordsReply(from, writes.outcome());
      case ReadReply read -> operation.onReadReply(from, read.outcome());
      case RangeReply range -> operation.onRangeReply(from, range.outcome());
      case ProbeReply probe -> operation.onProbeReply(from, probe.outcome());
      case PrepareReply prepare -> operation.onPrepareReply(from, prepare.outcome());
      case TreeReply tree -> operation.onTreeReply(from, tree.outcome());
      case VersionsReply versions -> operation.onVersionsReply(from, versions.outcome());
    }
  }

  private long ownClock() {
    return hybridClock.read(clock.wallMillis());
  }
}
