package io.quorate.node;

import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.NamedMember;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.JoinTokenText;
import io.quorate.event.Event;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.metrics.Meters;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.node.config.HostPort;
import io.quorate.node.config.NodeConfig;
import io.quorate.node.core.CoreSettings;
import io.quorate.node.core.NodeAdmin;
import io.quorate.node.core.NodeCore;
import io.quorate.node.core.NodeEnvironment;
import io.quorate.node.core.NodeListener;
import io.quorate.node.core.Readiness;
import io.quorate.placement.Placements;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoopLane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SeededRandomness;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.crypt.KeysUnusableException;
import io.quorate.storage.rocks.RocksStorage;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.Loops;
import io.quorate.transport.Standstill;
import io.quorate.transport.access.Callers;
import io.quorate.transport.client.LateCalls;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.Protocols;
import io.quorate.transport.http.HttpEndpoint;
import io.quorate.transport.http.Scrapers;
import io.quorate.transport.peer.IntroductionCalls;
import io.quorate.transport.peer.Objection;
import io.quorate.transport.peer.PeerStreams;
import io.quorate.transport.peer.PeeringService;
import io.quorate.transport.tls.ClaimedNode;
import io.quorate.transport.tls.NodeTls;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One real node: RocksDB, event loops, gRPC. Several may live in one process. Functions may be
 * called from any thread but the node's own.
 */
public final class QuorateNode implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  /** For clients that hold a stream open after everything has been answered. */
  private static final long STREAMS_END_MILLIS = 300;

  private final NodeConfig config;
  private final Consumer<NodeEnd.Broken> atBroken;
  private final Clock clock;
  private final NodeLog nodeLog;
  private final Closing closing = new Closing();
  private final Lifetime life;
  private volatile boolean killed;

  /** How people call the nodes, by the state of the cluster that was published last. */
  private volatile NodeNames names = NodeNames.NONE;

  private final Vitals vitals;
  private final Consumer<Event> audited;
  private final Meters meters;
  private final NodeTls tls;
  private final Storage storage;
  private final DiskSpace space;
  private final EventLoopLane lane;
  private final Standstill standstill;
  private final PeerStreams streams;
  private final NodeCore core;
  private final Identity identity;
  private final ClusterAdmin admin;
  private final LogSettings logs;
  private final NodeAccess access;
  private final ClientServices services;
  private final PulseCheck pulse;
  private final Ports ports;
  private final Servers servers;

  /** The wiring: what is made of what, in the order in which it comes to life. */
  private QuorateNode(NodeConfig config, Machine machine, Consumer<NodeEnd.Broken> atBroken)
      throws NodeStartException {
    this.config = config;
    this.atBroken = atBroken;
    this.clock = machine.clock();
    this.nodeLog = new NodeLog(clock, () -> names);
    this.vitals = new Vitals(clock);
    String name = "node-" + config.node().address().port();
    this.life = new Lifetime(name, closing, vitals::stopping);
    MachineThreads threads = new MachineThreads(this::onBroken);
    SideThreads sideThreads = new SideThreads(name, closing, this::onBroken);
    this.space = new DiskSpace(config.node().dataDir());
    EdgeSettings edge = EdgeSettings.of(config);
    ports = new Ports(config.node());
    Encryption encryption = MasterKeyFile.encryption(config.storage());
    try {
      tls = EdgeSettings.tls(config.tls(), clock.wallMillis());
      NodeAudit audit =
          closing.after(
              new NodeAudit(
                  config.node().address().toString(),
                  config.node().name(),
                  () -> names,
                  name + "-audit",
                  clock,
                  threads,
                  this::onUnwrittenAudit),
              NodeAudit::close);
      audited = audit.events();
      meters = closing.after(new Meters(NodeEvents.FAMILIES), Meters::close);
      storage =
          closing.after(
              RocksStorage.open(
                  config.node().dataDir(),
                  edge.disk().with(encryption),
                  name,
                  clock,
                  threads,
                  new DiskMeters(meters.storage(), nodeLog::disk),
                  nodeLog::health),
              this::letGoOfDisk);
      UnsafeChoices.warn(config);
      EventLoops loops =
          closing.after(EventLoops.start(1, name, this::onBroken), EventLoops::close);
      lane = loops.lanes().get(0);
      logs =
          closing.after(
              new LogSettings(machine.logs(), config.log().level(), lane, clock),
              this::letGoOfLogs);
      Loops connections = new Loops(loops.group(), loops.serverChannelType(), loops.channelType());
      standstill = new Standstill(clock).on(lane);
      streams =
          new PeerStreams(
              connections,
              lane,
              edge.peers(),
              machine.ways(),
              tls,
              SeededRandomness.unrepeatable(),
              standstill::waitedNanosMax,
              this::tell);
      LongTasks longTasks = sideThreads.open("long-tasks", SideThreads.WAITING_MAX);
      NodeEnvironment environment =
          new NodeEnvironment(
              lane,
              clock,
              SeededRandomness.unrepeatable(),
              storage,
              streams.messages(),
              streams.raft(),
              new IntroductionCalls(connections, lane, edge.peers(), machine.ways(), tls),
              sideThreads.of(longTasks, "planning a change of the topology"));
      JoinTokenText token = JoinTokenFile.read(config.cluster().joinTokenFile());
      EdgeContext context = new EdgeContext(config, edge, clock, lane, () -> names, this::tell);
      access = new NodeAccess(context, tls, sideThreads);
      core =
          onLane(
              () ->
                  NodeCore.open(
                      environment,
                      CoreSettings.of(config, ThisRelease.get(), token),
                      new Events()));
      identity = onLane(core::identity);
      lane.execute(this::sayWhose);
      closing.after(core, this::letGoOf);
      tls.prove(
          new ClaimedNode(
              identity.node(), identity.cluster(), Set.of(config.node().peerAddress().toString())));
      SecretsWatch secrets = new SecretsWatch(config);
      // Apart from the others: a certificate that was revoked is refused soon, also by a node that
      // plans a change which takes long.
      CertificateWatch certificates =
          new CertificateWatch(
              tls,
              lane,
              sideThreads.open(
                  "certificates", SideThreads.WAITING_MAX, "reading certificates and keys"),
              clock,
              this::tell);
      admin =
          new NodeAdmin(
              core,
              config,
              storage,
              space::usage,
              secrets::open,
              access::tokenKeys,
              certificates::toPutRight);
      services =
          new ClientServices(
              context,
              core,
              admin,
              meters.requests().forLane(),
              new LateCalls(standstill, connections, clock, this::tell));
      pulse = new PulseCheck(core, storage, vitals, nodeLog, life);
      // Apart from the others: it may hang on a mount.
      Executor lookingAtSecrets = sideThreads.open("secrets", 1, "looking at files of secrets");
      Callers callers = access.callers();
      servers =
          closing.after(
              Servers.start(
                  config.node(),
                  ports,
                  Servers.Doors.open(context, tls, sideThreads, streams::isOfMember),
                  (at, credentials, offered) ->
                      GrpcServer.start(
                          connections,
                          at.host(),
                          at.port(),
                          credentials,
                          callers,
                          edge.requests(),
                          edge.connections(),
                          streams::isOfMember,
                          this::tell,
                          offered),
                  services.definitions(
                      sideThreads.of(longTasks, "showing what a change would do"),
                      callers,
                      audit.calls(callers),
                      certificates,
                      logs),
                  new PeeringService(lane, core, streams).definition()),
              each -> each.close(STREAMS_END_MILLIS));
      closing.after(services, ClientServices::endWatches);
      ThisRelease.addTo(meters);
      MemberNames.addTo(meters, () -> names);
      vitals.addTo(meters, storage, space, tls);
      StoreMeters.addTo(meters, storage::figures);
      ProcessMemory.OF_THIS_PROCESS.addTo(meters, NodeMemory.machineBytes());
      access.addTo(meters);
      new TenantGauges(services.maintenance(), lane::execute).addTo(meters);
      ConnectionMeters connected =
          new ConnectionMeters(servers::connections, servers::pool).addTo(meters);
      HostPort http = config.httpListen();
      Scrapers scrapers = access.scrapers();
      if (http != null) {
        HttpEndpoint endpoint =
            closing.after(
                HttpEndpoint.start(
                    http.host(),
                    http.port(),
                    tls.http(scrapers != null),
                    meters::scrape,
                    scrapers,
                    vitals,
                    this::onBroken),
                HttpEndpoint::close);
        connected.with(endpoint::connections);
      }
      lane.execute(core::start);
      certificates.start();
      secrets.start(lane, lookingAtSecrets);
      lane.execute(access::start);
    } catch (IOException cannotListenOrBeTrusted) {
      throw failed(String.valueOf(cannotListenOrBeTrusted.getMessage()), cannotListenOrBeTrusted);
    } catch (KeysUnusableException locked) {
      closing.closeAll();
      throw new NodeStartException(
          String.valueOf(locked.getMessage()), NodeStartException.CONFIGURATION, locked);
    } catch (StorageOpenException unusable) {
      throw failed(String.valueOf(unusable.getMessage()), unusable);
    } catch (CompletionException onItsLane) {
      Throwable cause = onItsLane.getCause() == null ? onItsLane : onItsLane.getCause();
      throw failed("the node cannot start: " + cause.getMessage(), cause);
    } catch (RuntimeException | Error unexpected) {
      throw failed("the node cannot start: " + unexpected, unexpected);
    }
  }

  /**
   * Starts a node. It goes on to look for its cluster by itself; see {@link #awaitReady} and {@link
   * #ended}.
   *
   * @throws NodeStartException if it cannot start; nothing of it is left running
   */
  public static QuorateNode start(NodeConfig config) throws NodeStartException {
    return start(config, broken -> {});
  }

  /**
   * Starts a node.
   *
   * @param atBroken told at once, on any thread, when the node cannot go on; for a process that is
   *     there for this node alone, and ends then. If it returns, the node stops by itself, as far
   *     as it still can
   * @throws NodeStartException if it cannot start; nothing of it is left running
   */
  public static QuorateNode start(NodeConfig config, Consumer<NodeEnd.Broken> atBroken)
      throws NodeStartException {
    return start(config, Machine.REAL, atBroken);
  }

  /**
   * Starts a node as above, on a machine that a test moves the clock of, and cuts connections of.
   */
  public static QuorateNode start(
      NodeConfig config, Machine machine, Consumer<NodeEnd.Broken> atBroken)
      throws NodeStartException {
    return new QuorateNode(config, machine, atBroken);
  }

  private NodeStartException failed(String message, Throwable cause) {
    closing.closeAll();
    return new NodeStartException(message, NodeStartException.FAILED, cause);
  }

  /** Each line that the lane logs says which node it is of. */
  private void sayWhose() {
    MDC.put("node", identity.node().toString());
    if (!config.node().name().isEmpty()) {
      MDC.put("name", config.node().name());
    }
  }

  private void tell(Event event) {
    audited.accept(event);
    meters.events().accept(event);
    nodeLog.happened(event);
  }

  /** The identity of the node; the same in all of its starts. */
  public NodeId id() {
    return identity.node();
  }

  /** Where it listens. */
  public HostPort listens() {
    return new HostPort(config.node().listen().host(), servers.port());
  }

  public Readiness readiness() {
    return vitals.readiness();
  }

  /**
   * Completes with how the node ends, as soon as it begins to, and before anything that may take
   * its time, or hang.
   */
  public CompletableFuture<NodeEnd> ending() {
    return life.ending();
  }

  /** Completes with how the node ended, once nothing of it runs any more. */
  public CompletableFuture<NodeEnd> ended() {
    return life.ended();
  }

  /**
   * Waits until the node is part of its cluster and serves.
   *
   * @return false if it is not within this time, or ended before; {@link #readiness} and {@link
   *     #ended} say why
   */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return life.awaitServing(atMost);
  }

  /**
   * Stops in order: takes no more requests, finishes those under way as long as {@code
   * timeouts.stop} allows, then ends. Returns once nothing of the node runs any more.
   */
  public void stop() {
    end(new NodeEnd.Stopped(), config.timeouts().stop());
    NodeEnd unused = life.ended().join();
  }

  /** The same as {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  /**
   * Ends the node as far as one process can as if the process were killed: nothing that is under
   * way is finished, what waits for the disk is dropped, and nothing is left to the next start but
   * what is durable. For tests, which end the connections of the node before. Returns at once; see
   * {@link #ended}.
   */
  public void kill() {
    killed = true;
    lane.halt();
    end(new NodeEnd.Stopped(), Duration.ZERO);
  }

  /** The lane that all of the node's protocol and connections run on; for tests, which hold it. */
  public Lane lane() {
    return lane;
  }

  private void letGoOf(NodeCore opened) {
    if (killed) {
      lane.loop().execute(streams::close); // past the lane, which runs nothing any more
    } else {
      lane.execute(this::stopCore);
    }
  }

  /** Other nodes of the process go on. */
  private void letGoOfLogs(LogSettings opened) {
    if (!killed) {
      lane.execute(opened::end);
    }
  }

  private void letGoOfDisk(RocksStorage opened) {
    if (killed) {
      opened.abandon();
    } else {
      opened.close();
    }
  }

  private void end(NodeEnd how, Duration finishWithin) {
    life.end(
        how,
        () -> {
          if (!finishWithin.isZero()) {
            finishWhatIsUnderWay(finishWithin);
          }
        });
  }

  private void finishWhatIsUnderWay(Duration atMost) {
    servers.setServing(false);
    services.endWatches();
    new OrderlyStop(core::underWay, core::leads, services.draining(), lane, clock).finish(atMost);
  }

  private void stopCore() {
    core.stop();
    streams.close();
  }

  /** Runs something on the lane of a node that starts, and waits for what it gives. */
  private <T> T onLane(Supplier<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    lane.execute(
        () -> {
          try {
            boolean unused = done.complete(task.get());
          } catch (RuntimeException | Error thrown) {
            boolean unused = done.completeExceptionally(thrown);
          }
        });
    return done.join();
  }

  /** Something on the lane, as a broken invariant would be; for tests. */
  void breakWith(Throwable cause) {
    lane.execute(() -> lane.breakWith(cause));
  }

  /** On the thread of the audit. */
  private void onUnwrittenAudit(Event unwritten) {
    lane.execute(() -> tell(unwritten));
  }

  /** What a thread of the node owns can no longer be trusted, so the node ends at once. */
  private void onBroken(Throwable cause) {
    atBroken.accept(new NodeEnd.Broken(cause));
    log.error("the node stops: something happened inside that must not happen", cause);
    end(new NodeEnd.Broken(cause), Duration.ZERO);
  }

  /** What the core comes to, as the outside needs to know it. On the lane. */
  private final class Events implements NodeListener {
    @Override
    public void joined(NodeId node, int boot, ClusterId cluster, Placements placements) {
      log.info(
          "node {}{} at {}, start {}, is part of cluster {} of {} nodes, which is at version {}",
          node,
          config.node().name().isEmpty() ? "" : " (" + config.node().name() + ")",
          config.node().address(),
          boot,
          cluster,
          placements.nodes().size(),
          placements.clusterVersion());
      vitals.followed(placements.clusterVersion());
      meters.follow(placements.tenants(), placements.nodes().keySet());
      tls.joined(new ClaimedNode(node, cluster, Set.of(config.node().peerAddress().toString())));
      Hello hello =
          new Hello(
              node,
              cluster,
              config.node().peerAddress().toString(),
              boot,
              Protocols.KNOWN,
              ThisRelease.get());
      streams.start(hello, placements, core);
      stateChanged();
    }

    private void stateChanged() {
      ClusterState state = admin.state();
      if (state != null) {
        names = NamedMember.names(state);
        streams.follow(names);
        if (access.follow(state)) {
          services.rulesChanged();
        }
        ports.follow(state, identity.node());
      }
      services.placementChanged();
    }

    @Override
    public void met(NodeId member, String address, int incarnation) {
      streams.met(member, address, incarnation);
    }

    @Override
    public void placementsChanged(Placements placements) {
      vitals.followed(placements.clusterVersion());
      meters.follow(placements.tenants(), placements.nodes().keySet());
      streams.follow(placements);
      stateChanged();
    }

    @Override
    public void refused(Refusal refusal) {
      NodeEnd how = NodeEnd.of(refusal);
      if (how instanceof NodeEnd.Left) {
        nodeLog.warn("the node stops: {}", refusal.message());
      } else {
        nodeLog.error("the node cannot be part of its cluster: {}", refusal.message());
      }
      end(how, Duration.ZERO);
    }

    @Override
    public void readinessChanged(Readiness now) {
      servers.setServing(now.ready());
      nodeLog.readinessChanged(now);
    }

    @Override
    public void pulse() {
      hearObjection();
      pulse.look();
    }

    private void hearObjection() {
      Objection objection = streams.objection();
      if (objection != null && !life.isEnding()) {
        core.objected(objection);
      }
    }

    @Override
    public void waiting(String forWhat) {
      nodeLog.info("{}", forWhat);
    }

    @Override
    public void leaderChanged(@Nullable NodeId leader, long term) {
      nodeLog.leaderChanged(leader, term);
    }

    @Override
    public void metadataNotSaved(StorageFault fault) {
      nodeLog.notSaved(fault);
    }

    @Override
    public void metadataStuck(String why, @Nullable Throwable cause) {
      nodeLog.stuck(why, cause);
    }

    @Override
    public void announcementRefused(String reason) {
      nodeLog.announcementRefused(reason);
    }

    @Override
    public void metadataStuckOn(NodeId member, String why) {
      nodeLog.stuckOn(member, why);
    }

    @Override
    public void malformed(NodeId from, String why) {
      nodeLog.malformed(from, why);
    }

    @Override
    public void happened(Event event) {
      tell(event);
    }
  }
}
