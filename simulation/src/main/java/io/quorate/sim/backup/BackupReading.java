package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.Failure;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.BackupChecker.Shown;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Record;
import io.quorate.version.Register;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads all of some tenants, page by page, as {@code quorate backup create} does: any node is
 * asked, and again, or another one, until it answers or it is known that none will.
 */
public final class BackupReading {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);
  private static final Duration REST = Duration.ofMillis(100);
  private static final byte[] AT_THE_BEGINNING = {};

  private final SimWorld world;
  private final SimCluster cluster;
  private final SimRandom random;
  private final List<String> tenants;
  private final long cut;
  private final long endNanos;
  private final Ends ends;
  private final List<Found> all = new ArrayList<>();
  private int tenant;
  private int partition;
  private byte[] after = AT_THE_BEGINNING;

  /** Of the page that is asked for: an answer to an earlier question is not heard. */
  private long question;

  /** What a backup has of a key. */
  public record Found(Name name, Record record) {
    /** As a reader of it is shown a value. */
    public Shown shown() {
      return new Shown(
          name,
          record.version(),
          new String(asShown(record).copyValue(), UTF_8),
          record.expiresAtMillis());
    }
  }

  /** Told once how it ended. */
  public interface Ends {
    void read(List<Found> items);

    /** The images are gone, or no node has answered for too long. */
    void failed(String why);
  }

  private BackupReading(
      SimCluster cluster,
      SimRandom random,
      List<String> tenants,
      long cut,
      Duration within,
      Ends ends) {
    this.world = cluster.world();
    this.cluster = cluster;
    this.random = random;
    this.tenants = List.copyOf(tenants);
    this.cut = cut;
    this.endNanos = world.nowNanos() + within.toNanos();
    this.ends = ends;
  }

  /**
   * Begins to read.
   *
   * @param cut as of which; 0: what there is
   */
  public static void begin(
      SimCluster cluster,
      SimRandom random,
      List<String> tenants,
      long cut,
      Duration within,
      Ends ends) {
    new BackupReading(cluster, random, tenants, cut, within, ends).ask();
  }

  private void ask() {
    if (world.nowNanos() > endNanos) {
      ends.failed("not read in time");
      return;
    }
    long asked = ++question;
    world.schedule(ANSWER_MAX.toNanos() * 3 / 2, "backup", () -> again(asked));
    SimNode node = cluster.operator().any(random);
    Placements known = node.placements();
    Tenant of = known == null ? null : known.tenant(tenants.get(tenant));
    if (!node.isUp() || of == null) {
      world.schedule(REST.toNanos(), "backup", () -> again(asked));
      return;
    }
    long deadlineNanos = node.clock().nanos() + ANSWER_MAX.toNanos();
    node.onCoordinator(
        coordinator ->
            coordinator
                .backups()
                .read(
                    of,
                    BackupPlane.Part.of(partition, after, cut),
                    deadlineNanos,
                    new Answer(asked)));
  }

  private void again(long asked) {
    if (asked == question) {
      ask();
    }
  }

  private final class Answer implements BackupPlane.PageCallback {
    private final long asked;

    Answer(long asked) {
      this.asked = asked;
    }

    @Override
    public void page(List<Item> items, byte @Nullable [] next, boolean potentiallyStale) {
      if (asked == question) {
        items.forEach(item -> all.add(found(item)));
        question++;
        world.schedule(0, "backup", () -> goOn(next));
      }
    }

    @Override
    public void failed(Failure failure) {
      if (asked == question) {
        question++;
        if (failure.reason() == Failure.Reason.FAILED_PRECONDITION) {
          world.schedule(0, "backup", () -> ends.failed("gone"));
        } else {
          world.schedule(REST.toNanos(), "backup", BackupReading.this::ask);
        }
      }
    }
  }

  private Found found(Item item) {
    world.witness(item.record().bytes());
    return new Found(new Name(tenants.get(tenant), new String(item.key(), UTF_8)), item.record());
  }

  private static Record asShown(Record record) {
    @Nullable Record shown = record.isOfRegister() ? Register.shown(record) : record;
    return shown == null ? record : shown;
  }

  private void goOn(byte @Nullable [] next) {
    after = next == null ? AT_THE_BEGINNING : next;
    if (next == null && ++partition == SimCluster.PARTITIONS) {
      partition = 0;
      tenant++;
    }
    if (tenant == tenants.size()) {
      ends.read(all);
    } else {
      ask();
    }
  }
}
