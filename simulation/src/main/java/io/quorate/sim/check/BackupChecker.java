package io.quorate.sim.check;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.placement.Cut;
import io.quorate.version.Hlc;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks what backups show against all that sessions did: one of a moment has everything that was
 * acknowledged or read up to it, nothing above, and with each write all that its session had seen
 * (docs/design/cuts.md); any other one is at least as new as what was acknowledged before it began.
 */
public final class BackupChecker {
  private final List<Seen> acknowledged = new ArrayList<>();
  private final List<Seen> read = new ArrayList<>();

  /** By value, which no two writes share. */
  private final Map<String, BackupWrite> writes = new TreeMap<>();

  /** Writes after which a key may have nothing. */
  private final Map<Name, List<BackupWrite>> ending = new TreeMap<>();

  /** The newest cut that any node has known to be sealed, or over. */
  private long sealed;

  /** How far behind any clock ever was, as a negative number. */
  private final LongSupplier behindMillis;

  private int values;

  public BackupChecker(LongSupplier behindMillis) {
    this.behindMillis = behindMillis;
  }

  /** A key of a tenant. */
  public record Name(String tenant, String key) implements Comparable<Name> {
    @Override
    public int compareTo(Name other) {
      int byTenant = tenant.compareTo(other.tenant);
      return byTenant != 0 ? byTenant : key.compareTo(other.key);
    }
  }

  /** One client. It knows the newest version that it has seen of each key, also through others. */
  public static final class Session {
    private final Map<Name, Version> seen = new TreeMap<>();
    private long aboveHlc;

    private void sees(Name name, Version version) {
      seen.merge(name, version, Version::later);
      aboveHlc = Hlc.later(aboveHlc, version.hlc());
    }

    /** What its next write is stamped above. */
    public long aboveHlc() {
      return aboveHlc;
    }
  }

  /**
   * A write that was acknowledged, or a read.
   *
   * @param sealedBefore the newest cut that was known to be sealed, or over, when it was answered
   * @param nanos when it was answered
   */
  private record Seen(Name name, Version version, long sealedBefore, long nanos) {}

  /**
   * What a backup has of a key.
   *
   * @param expiresAtMillis 0: never
   */
  public record Shown(Name name, Version version, String value, long expiresAtMillis) {}

  /** Some node knows a cut. */
  public void knows(Cut cut) {
    boolean isOver = cut.step() == Cut.Step.SEALED || cut.step() == Cut.Step.ENDED;
    sealed = Math.max(sealed, isOver ? cut.id() : cut.id() - 1);
  }

  /** A session puts a value, which is {@link BackupWrite#value}. */
  public BackupWrite puts(Session session, Name name) {
    BackupWrite write =
        new BackupWrite(name, "v" + values++, Map.copyOf(session.seen), BackupWrite.NEVER);
    writes.put(write.value(), write);
    return write;
  }

  /**
   * A session puts a value that expires.
   *
   * @param expiresAtMillis by a clock that is right; one that was behind may say so earlier
   */
  public BackupWrite puts(Session session, Name name, long expiresAtMillis) {
    BackupWrite write =
        new BackupWrite(name, "v" + values++, Map.copyOf(session.seen), expiresAtMillis);
    writes.put(write.value(), write);
    ending.computeIfAbsent(name, none -> new ArrayList<>()).add(write);
    return write;
  }

  /** A session deletes a key. */
  public BackupWrite deletes(Session session, Name name) {
    BackupWrite write = new BackupWrite(name, "", Map.copyOf(session.seen), BackupWrite.AT_ONCE);
    ending.computeIfAbsent(name, none -> new ArrayList<>()).add(write);
    return write;
  }

  public void acknowledged(Session session, BackupWrite write, Version version, long nowNanos) {
    write.acknowledge(version);
    acknowledged.add(new Seen(write.name(), version, sealed, nowNanos));
    session.sees(write.name(), version);
  }

  /** A session has read a value. */
  public void read(Session session, Name name, Version version, String value, long nowNanos) {
    read.add(new Seen(name, version, sealed, nowNanos));
    session.sees(name, version);
    BackupWrite write = writes.get(value);
    if (write != null) {
      write.seen().forEach(session::sees);
    }
  }

  /**
   * Checks a backup of one moment.
   *
   * @throws PromiseBroken if something is missing in it, or too much
   */
  public void checkMoment(Cut cut, Set<String> tenants, Collection<Shown> items) {
    Map<Name, Shown> has = byName(items);
    long millis = Hlc.millis(cut.time());
    for (Shown item : items) {
      demand(cut.covers(item.version().hlc()), "%s is above the time of %s", item, cut);
      demand(
          item.expiresAtMillis() == 0 || item.expiresAtMillis() > millis,
          "%s had expired at the time of %s",
          item,
          cut);
    }
    for (Seen seen : acknowledged) {
      if (tenants.contains(seen.name().tenant()) && cut.covers(seen.version().hlc())) {
        demand(
            isIn(cut, has, seen.name(), seen.version()),
            "acknowledged and missing: %s, %s has %s",
            seen,
            cut,
            String.valueOf(has.get(seen.name())));
      }
    }
    for (Seen seen : read) {
      if (tenants.contains(seen.name().tenant())
          && cut.covers(seen.version().hlc())
          && seen.sealedBefore() < cut.id()) {
        demand(
            isIn(cut, has, seen.name(), seen.version()),
            "read and missing: %s, %s has %s",
            seen,
            cut,
            String.valueOf(has.get(seen.name())));
      }
    }
    items.forEach(item -> checkHasWhatItsWriterHadSeen(cut, tenants, has, item));
  }

  private void checkHasWhatItsWriterHadSeen(
      Cut cut, Set<String> tenants, Map<Name, Shown> has, Shown item) {
    BackupWrite write = writes.get(item.value());
    demand(write != null && write.name().equals(item.name()), "%s was never written", item);
    if (write == null) {
      return;
    }
    write
        .seen()
        .forEach(
            (name, version) -> {
              if (tenants.contains(name.tenant())) {
                demand(
                    cut.covers(version.hlc()) && isIn(cut, has, name, version),
                    "the writer of %s had seen %s of %s, and %s has %s",
                    item,
                    version,
                    name,
                    cut,
                    String.valueOf(has.get(name)));
              }
            });
  }

  /**
   * Checks a backup of no moment.
   *
   * @param begunNanos when reading began
   * @throws PromiseBroken if it lacks what was acknowledged before
   */
  public void checkFuzzy(long begunNanos, Set<String> tenants, Collection<Shown> items) {
    Map<Name, Shown> has = byName(items);
    for (Seen seen : acknowledged) {
      if (tenants.contains(seen.name().tenant()) && seen.nanos() < begunNanos) {
        Shown there = has.get(seen.name());
        demand(
            there == null
                ? ending.getOrDefault(seen.name(), List.of()).stream()
                    .anyMatch(
                        write -> write.mayEnd(seen.version(), Hlc.END, behindMillis.getAsLong()))
                : !seen.version().isAfter(there.version()),
            "acknowledged before a backup began, and missing: %s, it has %s",
            seen,
            String.valueOf(there));
      }
    }
  }

  private boolean isIn(Cut cut, Map<Name, Shown> has, Name name, Version version) {
    Shown there = has.get(name);
    return there == null
        ? ending.getOrDefault(name, List.of()).stream()
            .anyMatch(write -> write.mayEnd(version, cut.time(), behindMillis.getAsLong()))
        : !version.isAfter(there.version());
  }

  private static Map<Name, Shown> byName(Collection<Shown> items) {
    Map<Name, Shown> has = new TreeMap<>();
    for (Shown item : items) {
      @Nullable Shown other = has.put(item.name(), item);
      demand(other == null, "%s and %s are of one key", item, String.valueOf(other));
    }
    return has;
  }

  @FormatMethod
  private static void demand(boolean holds, String format, Object... args) {
    if (!holds) {
      throw new PromiseBroken("backups", format.formatted(args));
    }
  }
}
