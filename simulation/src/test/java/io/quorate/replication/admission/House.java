package io.quorate.replication.admission;

import io.quorate.event.Event;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.Member;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.ClientScan;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.RequestHandler;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.background.Slowdown;
import io.quorate.runtime.Clock;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.TestClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An admission in front of a data plane that takes a fixed time for each operation, in virtual
 * time, with clients of some tenants.
 */
final class House implements RequestHandler {
  static final ResultInfo FACTS = new ResultInfo(0, 1, List.of(), false, 0);
  static final long MILLIS = 1_000_000;

  final SimWorld world = SimWorld.of(1);
  final List<Event> events = new ArrayList<>();
  final Clock clock = TestClock.ofNanos(world::nowNanos);
  final Slowdown slowdown = new Slowdown(clock);
  final Admission admission;

  /** Where clients ask. */
  final Entry entry;

  final Map<String, Asker> askers = new LinkedHashMap<>();
  long serviceNanos = 10 * MILLIS;
  int pageEntries;
  byte[] value = new byte[0];
  int nodes = 1;

  /** What was handed on although its deadline had passed. */
  int handedOnLate;

  private TreeMap<String, Tenant> tenants = new TreeMap<>();
  private final AdmissionConfig config;

  House(AdmissionConfig config, AdmissionRules rules) {
    this.config = config;
    tenant("default", 0, 0);
    this.admission =
        new Admission(
            this,
            new LaneTime(new SimLane(world, "lane", world.random("lane")), clock),
            placements(),
            node -> node.value() <= nodes,
            slowdown,
            config,
            events::add,
            rules);
    this.entry = new Entry(admission, placements());
  }

  House(AdmissionConfig config) {
    this(config, new AdmissionRules());
  }

  /** Creates a tenant, or changes its limits. */
  void tenant(String name, long operationsPerSecond, long bytesPerSecond) {
    int id = tenants.containsKey(name) ? tenants.get(name).id() : tenants.size() + 1;
    tenants = new TreeMap<>(tenants);
    tenants.put(
        name,
        new Tenant(
            id,
            name,
            1,
            TenantSettings.of(Level.ONE, Level.ONE, null)
                .with(TenantSetting.OPERATIONS_PER_SECOND, operationsPerSecond)
                .with(TenantSetting.BYTES_PER_SECOND, bytesPerSecond)));
    if (admission != null) {
      admission.placementsChanged(placements());
      entry.placementsChanged(placements());
    }
  }

  private Placements placements() {
    Map<NodeId, Member> members = new TreeMap<>();
    // The last is a spare: it has no partitions, so no client turns to it.
    for (int i = 1; i <= 4; i++) {
      members.put(new NodeId(i), new Member(new NodeId(i), "n" + i + ":1", "r", "z", 1));
    }
    return new Placements(
        1,
        members,
        tenants,
        List.of(new PartitionPlacement(1, List.of(new NodeId(1), new NodeId(2), new NodeId(3)))));
  }

  Asker asker(String tenant) {
    return askers.computeIfAbsent(tenant, Asker::new);
  }

  void run(Duration time) {
    world.runFor(time);
    if (admission.waiting() > config.waitingMax()) {
      throw new AssertionError(admission.waiting() + " wait");
    }
  }

  @Override
  public void submit(ClientRequest request, OutcomeCallback callback) {
    if (request.deadlineNanos() - clock.nanos() <= 0) {
      handedOnLate++;
    }
    world.schedule(
        serviceNanos,
        "served",
        () ->
            callback.done(
                request.isRead()
                    ? Outcome.Read.of(Record.value(version(), 1, 0, value), FACTS)
                    : new Outcome.Written(version(), FACTS)));
  }

  private static Version version() {
    return new Version(0, 5, new NodeId(1), 1);
  }

  /** Takes as long as its entries would one by one, at a quarter of what an operation takes. */
  @Override
  public void scan(ClientScan scan, ScanCallback callback) {
    int count = Math.min(pageEntries, scan.page().entriesMax());
    List<ScanPage.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new ScanPage.Entry(new byte[1], Record.value(version(), 1, 0, value), null));
    }
    world.schedule(
        serviceNanos * (1 + count / 4),
        "served",
        () -> callback.page(new ScanPage(entries, new byte[] {1}, false)));
  }

  /** Clients of one tenant. */
  final class Asker {
    private final String tenant;
    int asked;
    int served;
    int refused;
    int late;
    int pages;
    long entries;
    long waitedNanosMax;
    int retryAfterMillisMax;
    Failure lastFailure = Failure.refused(Failure.Reason.INTERNAL, "none yet");

    Asker(String tenant) {
      this.tenant = tenant;
    }

    /** Sends this many requests per second, for this long. */
    Asker asks(int perSecond, Duration time, Duration timeout) {
      long between = 1_000_000_000L / perSecond;
      for (long at = between; at <= time.toNanos(); at += between) {
        world.schedule(at, "ask", () -> put(1, timeout));
      }
      return this;
    }

    void put(int bytes, Duration timeout) {
      ask(
          new Operation.Put(tenant, new byte[] {1}, new byte[bytes], null, 0, RequestId.NONE),
          timeout);
    }

    void get(Duration timeout) {
      ask(new Operation.Get(tenant, new byte[] {1}, null), timeout);
    }

    private void ask(Operation operation, Duration timeout) {
      asked++;
      long begun = world.nowNanos();
      entry.submit(
          operation,
          begun + timeout.toNanos(),
          outcome -> {
            if (outcome instanceof Outcome.Failed(Failure failure)) {
              failed(failure);
            } else {
              served++;
              late += world.nowNanos() - begun > timeout.toNanos() ? 1 : 0;
              waitedNanosMax = Math.max(waitedNanosMax, world.nowNanos() - begun);
            }
          });
    }

    private void failed(Failure failure) {
      refused++;
      lastFailure = failure;
      retryAfterMillisMax = Math.max(retryAfterMillisMax, failure.retryAfterMillis());
    }

    /** Reads page after page until then. */
    void scansUntil(long nanos, int entriesMax) {
      if (world.nowNanos() >= nanos) {
        return;
      }
      entry.scan(
          new ScanRequest(tenant, KeyRange.ALL, null, entriesMax, new byte[0]),
          world.nowNanos() + 5_000 * MILLIS,
          new ScanCallback() {
            @Override
            public void page(ScanPage page) {
              pages++;
              entries += page.entries().size();
              scansUntil(nanos, entriesMax);
            }

            @Override
            public void failed(Failure failure) {
              Asker.this.failed(failure);
              world.schedule(10 * MILLIS, "again", () -> scansUntil(nanos, entriesMax));
            }
          });
    }
  }
}
