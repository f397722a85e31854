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

  /** Whether ids are believed, and only what is read and stored is checked. */
  private final boolean byContent;

  private final Ids ids;

  /** By key. */
  private final Map<String, List<Write>> writes = new TreeMap<>();

  /** By value, which no two writes share. */
  private final Map<String, Write> byValue = new TreeMap<>();

  /**
   * How often each key was asked for, by the ids that the tenant had then. Requests that a node
   * turned away as it knew that the tenant is being restored do not count: they leave nothing.
   */
  private final Map<Place, Integer> asked = new TreeMap<>();

  /** Keys that a write was acknowledged of, or a read answered. */
  private final Set<Place> served = new TreeSet<>();

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
   * @param byContent whether ids are believed, and only what is read and stored is checked: for
   *     mutants that give a tenant the wrong id, which would be noticed before it does any harm
   */
  public RestoreChecker(boolean byTime, boolean byContent, Ids ids) {
    this.byTime = byTime;
    this.byContent = byContent;
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

    /** The id that the asked node knew; another node may have known a later one. */
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

    private boolean isOf(int id) {
      return firstId == id && lastId == id;
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
   * A restore has taken the tenant under an id. What was acknowledged before is of earlier ids.
   *
   * @throws PromiseBroken if clients were served under it before
   */
  public void taken(int id) {
    demand(
        byContent || served.stream().noneMatch(place -> place.id() == id),
        "restored into under id %d, under which clients were served before",
        id);
    for (List<Write> all : writes.values()) {
      for (Write each : all) {
        if (each.isAcknowledged()) {
          each.lastId = Math.min(each.lastId, id - 1);
        }
      }
    }
  }

  /** A restore brings a value; it counts as acknowledged when the tenant is opened. */
  public Write brings(int id, String key, String value, long nowNanos) {
    Write write = new Write(id, key, value, false, true, nowNanos);
    write.lastId = id;
    return add(write);
  }

  /**
   * A restore that had taken the tenant was given up. What it brought is not to be read.
   *
   * @param id that the tenant was taken under
   * @param now the id that it has
   */
  public void givenUp(int id, int now, Collection<Write> brought) {
    demand(byContent || now != id, "given up, and open under id %d with what was stored", id);
    if (now >= id) {
      for (Write each : brought) {
        refused(each);
        turnedAway(id, each.key);
      }
    }
  }

  /** A client reads a key. */
  public void reads(int id, String key) {
    asked.merge(new Place(id, key), 1, Integer::sum);
  }

  /**
   * A client's read was answered.
   *
   * @param id of the tenant, as the node knew it that was asked
   * @param value null if the key has none
   * @throws PromiseBroken if the value is of no write, or of one that has no effect
   */
  public void answered(int id, String key, @Nullable String value) {
    served.add(new Place(id, key));
    if (value != null) {
      Write write = byValue.get(value);
      demand(
          write != null && write.key.equals(key),
          "a client was shown %s of %s under id %d, and it is %s",
          value,
          key,
          id,
          String.valueOf(write));
    }
  }

  private Write add(Write write) {
    asked.merge(new Place(write.firstId, write.key), 1, Integer::sum);
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
    served.add(new Place(write.firstId, write.key));
  }

  /** A write was refused, and has no effect. */
  public void refused(Write write) {
    writes.getOrDefault(write.key, List.of()).remove(write);
    byValue.remove(write.value);
  }

  /**
   * A request was not sent, or a node turned it away that knew that the tenant is being restored:
   * no replica was asked.
   *
   * @param id of the tenant, as the node knew it that was asked
   */
  public void turnedAway(int id, String key) {
    asked.computeIfPresent(new Place(id, key), (place, times) -> times == 1 ? null : times - 1);
  }

  /** A restore was refused for a key. */
  public void found(String key) {
    demand(
        asked.keySet().stream().anyMatch(place -> place.key().equals(key)),
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
   * @throws PromiseBroken if something lacks, was replaced or deleted before, or is of another time
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
            if (each.isOf(id) && each.atQuorum && each.ackNanos < begunNanos) {
              Shown there = has.get(key);
              demand(
                  there == null ? each.ends || isEnded(each, all) : !isAfter(each, there),
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
        asked.containsKey(new Place(id, name)) || all.stream().anyMatch(each -> each.mayBeOf(id)),
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

  /** Whether a write has replaced, or deleted, what a reader was shown. */
  private boolean isAfter(Write write, Shown there) {
    if (byTime) {
      Write shown = byValue.get(there.value());
      return shown != null && shown.ackNanos < write.begunNanos;
    }
    return write.version != null && write.version.isAfter(there.version());
  }

  @FormatMethod
  private static void demand(boolean holds, String format, Object... args) {
    if (!holds) {
      throw new PromiseBroken("restores", format.formatted(args));
    }
  }
}
