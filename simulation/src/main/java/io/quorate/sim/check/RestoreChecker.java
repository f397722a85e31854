package io.quorate.sim.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.model.Key;
import io.quorate.sim.check.BackupChecker.Shown;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks a tenant that restores go into (docs/design/backup.md#into-empty). With each restore it
 * goes on under another id. What was acknowledged under the id before must have been taken away by
 * clients, and nothing under the new id may be of before.
 */
public final class RestoreChecker {
  private static final long NOT_YET = Long.MAX_VALUE;

  /** Whether writes of a key are ordered by their times alone, as those of registers are. */
  private final boolean byTime;

  private final Ids ids;

  /** By key. */
  private final Map<String, List<Write>> writes = new TreeMap<>();

  /** By value, which no two writes share. */
  private final Map<String, Write> byValue = new TreeMap<>();

  /** Keys that were asked for in any way, by the ids that the tenant had then. */
  private final Set<Place> touched = new TreeSet<>();

  private int values;

  /** Under which ids the cluster has the tenant. */
  public interface Ids {
    /** As the node knows it that has heard of most. */
    int newest();

    /** Under which some disk has a value; 0 if none has. */
    int holding(String key, String value);
  }

  /**
   * @param byTime whether writes of a key are ordered by their times alone
   */
  public RestoreChecker(boolean byTime, Ids ids) {
    this.byTime = byTime;
    this.ids = ids;
  }

  /** A key of the tenant while that has one id. */
  private record Place(int id, String key) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byId = Integer.compare(id, other.id);
      return byId != 0 ? byId : key.compareTo(other.key);
    }
  }

  /** A write of a client, or what a restore brings of a key. */
  public static final class Write {
    private final String key;
    private final String value;
    private final boolean ends;
    private final boolean atQuorum;
    private final long begunNanos;

    /** Of the tenant, as the node knew it that was asked: it may have asked one that knew more. */
    private int firstId;

    private int lastId = Integer.MAX_VALUE;
    private @Nullable Version version;
    private long ackNanos = NOT_YET;

    private Write(
        int firstId, String key, String value, boolean ends, boolean atQuorum, long begunNanos) {
      this.firstId = firstId;
      this.key = key;
      this.value = value;
      this.ends = ends;
      this.atQuorum = atQuorum;
      this.begunNanos = begunNanos;
    }

    /** As no other write has it; empty for a deletion. */
    public String value() {
      return value;
    }

    private boolean isAcknowledged() {
      return ackNanos != NOT_YET;
    }

    private boolean mayBeOf(int id) {
      return firstId <= id && id <= lastId;
    }

    @Override
    public String toString() {
      return "%s of %s under id %d%s"
          .formatted(
              value.isEmpty() ? "deletion" : value,
              key,
              firstId,
              isAcknowledged() ? ", acknowledged as " + version : "");
    }
  }

  /**
   * A client puts a value.
   *
   * @param id of the tenant, as the node knows it that is asked
   * @param expires whether the key may have nothing after a while
   */
  public Write puts(int id, String key, boolean expires, boolean atQuorum, long nowNanos) {
    return add(new Write(id, key, "w" + values++, expires, atQuorum, nowNanos));
  }

  /** A client deletes a key. */
  public Write deletes(int id, String key, boolean atQuorum, long nowNanos) {
    return add(new Write(id, key, "", true, atQuorum, nowNanos));
  }

  /**
   * A restore has taken the tenant under an id.
   *
   * @throws PromiseBroken if clients were served under it before
   */
  public void taken(int id) {
    demand(
        touched.stream().noneMatch(place -> place.id() == id),
        "restored into under id %d, under which clients have written before",
        id);
  }

  /** A restore brings a value; it counts as acknowledged when the tenant is opened. */
  public Write brings(int id, String key, String value, long nowNanos) {
    Write write = new Write(id, key, value, false, true, nowNanos);
    write.lastId = id;
    return add(write);
  }

  /**
   * A restore that had taken the tenant was given up.
   *
   * @param id that the tenant was taken under
   * @param now that it has
   */
  public void givenUp(int id, int now) {
    demand(now != id, "given up, and open under id %d with what was stored", id);
  }

  /** A client reads a key. */
  public void reads(int id, String key) {
    touched.add(new Place(id, key));
  }

  private Write add(Write write) {
    touched.add(new Place(write.firstId, write.key));
    writes.computeIfAbsent(write.key, none -> new ArrayList<>()).add(write);
    if (!write.value.isEmpty()) {
      byValue.put(write.value, write);
    }
    return write;
  }

  public void acknowledged(Write write, Version version, long nowNanos) {
    if (write.isAcknowledged()) {
      return;
    }
    write.version = version;
    write.ackNanos = nowNanos;
    int newest = ids.newest();
    if (write.value.isEmpty() || newest == write.firstId) {
      write.lastId = Math.max(newest, write.firstId);
    } else {
      int holding = ids.holding(write.key, write.value);
      write.firstId = holding == newest ? newest : write.firstId;
      write.lastId = write.firstId;
    }
  }

  /** A write was refused, and has no effect. */
  public void refused(Write write) {
    writes.getOrDefault(write.key, List.of()).remove(write);
  }

  /** A restore was refused for a key. */
  public void found(String key) {
    demand(
        touched.stream().anyMatch(place -> place.key().equals(key)),
        "a restore was refused for %s, which was never written",
        key);
  }

  /**
   * Checks that nothing was lost with ids that the tenant had before.
   *
   * @param id that it has
   * @throws PromiseBroken if something was acknowledged there, and not deleted
   */
  public void checkGone(int id) {
    for (List<Write> all : writes.values()) {
      for (Write each : all) {
        demand(
            each.firstId >= id || !each.isAcknowledged() || each.ends || isEnded(each, all),
            "the tenant has id %d now, and this was lost with an earlier one: %s",
            id,
            each);
      }
    }
  }

  /**
   * Checks what was read of all of the tenant.
   *
   * @param id that it had all the time
   * @param begunNanos when reading began
   * @throws PromiseBroken if something lacks, or is of another time
   */
  public void checkRead(int id, long begunNanos, Collection<Shown> items) {
    Map<String, Shown> has = new TreeMap<>();
    for (Shown item : items) {
      String key = item.name().key();
      @Nullable Shown other = has.put(key, item);
      demand(other == null, "%s and %s are of one key", item, String.valueOf(other));
      checkIsOf(id, key, item.value(), "a reader");
    }
    writes.forEach(
        (key, all) -> {
          for (Write each : all) {
            if (each.firstId == id && each.atQuorum && each.ackNanos < begunNanos && !each.ends) {
              Shown there = has.get(key);
              demand(
                  there == null ? isEnded(each, all) : !isAfter(each, there),
                  "%s is missing: a reader found %s",
                  each,
                  String.valueOf(there));
            }
          }
        });
  }

  /**
   * Checks what a replica holds when nothing happens any more.
   *
   * @param id that the tenant has
   * @throws PromiseBroken if it is of a time when the tenant had another id
   */
  public void checkAtRest(int id, String node, Key key, Record record) {
    String name = new String(key.bytes(), UTF_8);
    List<Write> all = writes.getOrDefault(name, List.of());
    demand(
        touched.contains(new Place(id, name)) || all.stream().anyMatch(each -> each.mayBeOf(id)),
        "%s holds %s of %s under id %d, and no client has asked for it since the restore",
        node,
        record,
        name,
        id);
    @Nullable Record shown = record.isOfRegister() ? Register.shown(record) : record.unmarked();
    if (shown == null) {
      return;
    }
    if (shown.isTombstone()) {
      demand(
          all.stream().anyMatch(each -> each.value.isEmpty() && each.mayBeOf(id)),
          "%s holds a tombstone of %s under id %d, and no client has deleted it since the restore",
          node,
          name,
          id);
    } else {
      checkIsOf(id, name, new String(shown.copyValue(), UTF_8), node);
    }
  }

  private void checkIsOf(int id, String key, String value, String who) {
    Write write = byValue.get(value);
    demand(
        write != null && write.key.equals(key) && write.mayBeOf(id),
        "%s has %s of %s under id %d, and it is %s",
        who,
        value,
        key,
        id,
        String.valueOf(write));
  }

  /** Whether the key may have nothing after a write, for another one came later. */
  private boolean isEnded(Write write, List<Write> all) {
    return all.stream()
        .anyMatch(
            other ->
                other.ends
                    && other.mayBeOf(write.firstId)
                    && ((byTime || other.version == null || write.version == null)
                        ? other.ackNanos > write.begunNanos
                        : !write.version.isAfter(other.version)));
  }

  private boolean isAfter(Write write, Shown there) {
    return !byTime && write.version != null && write.version.isAfter(there.version());
  }

  @FormatMethod
  private static void demand(boolean holds, String format, Object... args) {
    if (!holds) {
      throw new PromiseBroken("restores", format.formatted(args));
    }
  }
}
