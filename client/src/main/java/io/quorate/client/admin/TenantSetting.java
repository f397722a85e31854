package io.quorate.client.admin;

import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import java.time.Duration;
import java.util.List;

/**
 * A setting of a tenant: give it a value with {@link TenantSettings#with}, and read what a tenant
 * has with {@link Tenant#get}. What is said here is all that this library and the command line know
 * of a setting.
 *
 * @param <T> type of its values
 */
public final class TenantSetting<T> {

  /** What the values of a setting are, and how people write them. */
  public enum Kind {
    /** A {@link Level}. */
    LEVEL,
    /** A {@link Duration}; each setting says what zero means. */
    DURATION,
    /** A {@link ReadRepair}. */
    READ_REPAIR,
    /** A {@link Long}; 0: no limit. */
    COUNT,
    /** A {@link Long} that counts bytes; 0: no limit. */
    BYTES,
    /** One of an enum. */
    CHOICE
  }

  /** Default level of reads. */
  public static final TenantSetting<Level> READ_LEVEL =
      new TenantSetting<>(
          "read_level",
          Kind.LEVEL,
          Level.class,
          "read",
          "Replicas that a read waits for: ONE, TWO, QUORUM, ALL, LOCAL_ONE, LOCAL_QUORUM,"
              + " EACH_QUORUM or a number.");

  /** Default level of writes. */
  public static final TenantSetting<Level> WRITE_LEVEL =
      new TenantSetting<>(
          "write_level",
          Kind.LEVEL,
          Level.class,
          "write",
          "Replicas that a write waits for: ONE, TWO, QUORUM, ALL, LOCAL_ONE, LOCAL_QUORUM,"
              + " EACH_QUORUM or a number.");

  /** Until values expire; zero: they do not. */
  public static final TenantSetting<Duration> DEFAULT_TTL =
      new TenantSetting<>(
          "default_ttl_ms",
          Kind.DURATION,
          Duration.class,
          "values expire",
          "Time until values expire, such as 7d; 0 for never.");

  /** What reads do that do not say. */
  public static final TenantSetting<ReadRepair> READ_REPAIR =
      new TenantSetting<>(
          "read_repair",
          Kind.READ_REPAIR,
          ReadRepair.class,
          "read repair",
          "What reads do for replicas that are behind: blocking, everyone, background (or"
              + " background:10, after one read in ten) or off; see quorate get --help.");

  /** How many operations the tenant may ask of the whole cluster; 0: no limit. */
  public static final TenantSetting<Long> OPERATIONS_PER_SECOND =
      new TenantSetting<>(
          "operations_per_second",
          Kind.COUNT,
          Long.class,
          "operations/s",
          "Operations per second of the tenant in the whole cluster; 0 for no limit. A page of a"
              + " scan counts as one, and one more for each 100 entries that it may have.");

  /** Keys and values, written and read; 0: no limit. */
  public static final TenantSetting<Long> BYTES_PER_SECOND =
      new TenantSetting<>(
          "bytes_per_second",
          Kind.BYTES,
          Long.class,
          "bytes/s",
          "Bytes of keys and values, written and read, such as 10MiB; 0 for no limit.");

  /** What becomes of a write when no more can be remembered for a replica. */
  public static final TenantSetting<HintOverflow> HINT_OVERFLOW =
      new TenantSetting<>(
          "hint_overflow",
          Kind.CHOICE,
          HintOverflow.class,
          "hint overflow",
          "What happens to a write when no more hints fit for a replica that is away:"
              + " MARK takes the write and compares its partition later, REJECT refuses it.");

  /** Bytes of the largest value that a put may have; 0: as large as the nodes take. */
  public static final TenantSetting<Long> MAX_VALUE_BYTES =
      new TenantSetting<>(
          "max_value_bytes",
          Kind.BYTES,
          Long.class,
          "max value bytes",
          "The largest value that a put may have, such as 64KiB; 0 for as large as the nodes take"
              + " (limits.max_value_bytes).");

  /**
   * Whether a write that is sent again may take effect more than once; {@linkplain #isFixed fixed}.
   */
  public static final TenantSetting<Retries> RETRIES =
      new TenantSetting<>(
          "retries",
          Kind.CHOICE,
          Retries.class,
          "retries",
          "Whether a write that is sent again may take effect more than once: REPEAT or ONCE. ONCE"
              + " costs each write a round trip between nodes, reads and writes at QUORUM only,"
              + " and is never changed.",
          true);

  /** What becomes of concurrent writes of a key; {@linkplain #isFixed fixed}. */
  public static final TenantSetting<Model> MODEL =
      new TenantSetting<>(
          "model",
          Kind.CHOICE,
          Model.class,
          "model",
          "What becomes of concurrent writes of a key: LAST_WRITE_WINS keeps the newest, SIBLINGS"
              + " keeps all until a put that has read them takes their place, reads and writes at"
              + " QUORUM only. With COUNTERS, SETS and MAPS, keys are counters, sets of values and"
              + " maps of fields, whose updates are merged. Never changed.",
          true);

  /**
   * For how long versions are kept that were replaced, so that {@linkplain Backups#makeCut(List,
   * java.time.Instant) a moment that has passed} can be backed up; zero: they are not kept. At most
   * 30 days, and only with {@link Model#LAST_WRITE_WINS}.
   */
  public static final TenantSetting<Duration> HISTORY =
      new TenantSetting<>(
          "history_ms",
          Kind.DURATION,
          Duration.class,
          "history",
          "How long versions are kept that were replaced, such as 24h, so that quorate backup"
              + " create --as-of can go back; at most 30d, and 0 for not at all. Each write then"
              + " reads what it replaces, and what is kept takes disk space. With model"
              + " LAST_WRITE_WINS only.");

  private static final List<TenantSetting<?>> ALL =
      List.of(
          READ_LEVEL,
          WRITE_LEVEL,
          DEFAULT_TTL,
          READ_REPAIR,
          OPERATIONS_PER_SECOND,
          BYTES_PER_SECOND,
          HINT_OVERFLOW,
          MAX_VALUE_BYTES,
          RETRIES,
          MODEL,
          HISTORY);

  private final String name;
  private final Kind kind;
  private final Class<T> type;
  private final String title;
  private final String description;
  private final boolean fixed;

  /** A setting that can be altered. */
  private TenantSetting(String name, Kind kind, Class<T> type, String title, String description) {
    this(name, kind, type, title, description, false);
  }

  private TenantSetting(
      String name, Kind kind, Class<T> type, String title, String description, boolean fixed) {
    this.name = name;
    this.kind = kind;
    this.type = type;
    this.title = title;
    this.description = description;
    this.fixed = fixed;
  }

  /** Returns all settings that this library knows. */
  public static List<TenantSetting<?>> all() {
    return ALL;
  }

  /** Returns its name on the wire, such as {@code bytes_per_second}. */
  public String name() {
    return name;
  }

  public Kind kind() {
    return kind;
  }

  public Class<T> type() {
    return type;
  }

  /** Returns a short name for people, such as {@code bytes/s}. */
  public String title() {
    return title;
  }

  /** Returns what it does, in a sentence. */
  public String description() {
    return description;
  }

  /**
   * Whether it is given when a tenant is created, and never changed. {@link Cluster#alterTenant}
   * refuses such a setting.
   */
  public boolean isFixed() {
    return fixed;
  }

  /** Refuses what no cluster takes. */
  void check(T value) {
    boolean negative =
        value instanceof Duration duration
            ? duration.isNegative()
            : value instanceof Long number && number < 0;
    if (negative) {
      throw new IllegalArgumentException(name + " " + value + ": give 0 (" + zero() + ") or more");
    }
  }

  private String zero() {
    if (kind == Kind.DURATION) {
      return equals(HISTORY) ? "replaced versions are not kept" : "values do not expire";
    }
    return "no limit";
  }

  @Override
  public String toString() {
    return name;
  }
}
