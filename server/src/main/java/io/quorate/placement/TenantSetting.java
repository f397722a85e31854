package io.quorate.placement;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a tenant. All that carries settings follows these entries: the codecs of the log
 * and of the state, the translation from and to the wire, the rules that refuse a value, and what
 * messages say of a tenant.
 *
 * <p>A setting is added in four places: a field of its name in {@code quorate.v1.Tenant} and,
 * unless it is fixed, {@code quorate.v1.AlterTenantRequest}, an entry here, an entry in the {@code
 * TenantSetting} of the Java client (from which the command line takes its options and columns),
 * and the code that obeys it. It says since which cluster version it exists. Below that version no
 * command may set it: earlier releases that run in the same cluster could not read it.
 */
public final class TenantSetting<T> implements Comparable<TenantSetting<?>> {
  /** Far above what any cluster does, and far below where sums of it overflow. */
  private static final long LIMIT_MAX = 1L << 50;

  private static final long RESTORE_MAX = 1L << 62;

  private static final long TTL_MILLIS_MAX = 100L * 365 * 24 * 60 * 60 * 1000;

  public static final TenantSetting<Level> READ_LEVEL =
      new TenantSetting<>(
          1, "read_level", 1, new SettingKind.OfLevel(), Level.QUORUM, "reads at %s");

  public static final TenantSetting<Level> WRITE_LEVEL =
      new TenantSetting<>(
          2, "write_level", 1, new SettingKind.OfLevel(), Level.QUORUM, "writes at %s");

  public static final TenantSetting<Long> DEFAULT_TTL_MILLIS =
      new TenantSetting<>(
          3,
          "default_ttl_ms",
          1,
          SettingKind.OfNumber.ofMillis("values do not expire", TTL_MILLIS_MAX, "100 years"),
          0L,
          "default time to live of %s");

  /** What reads do that do not say. */
  public static final TenantSetting<ReadRepair> READ_REPAIR =
      new TenantSetting<>(
          4,
          "read_repair",
          1,
          new SettingKind.OfReadRepair(),
          ReadRepair.BLOCKING,
          "read repair %s");

  /** What the tenant may ask of the whole cluster. */
  public static final TenantSetting<Long> OPERATIONS_PER_SECOND =
      new TenantSetting<>(
          5,
          "operations_per_second",
          1,
          new SettingKind.OfNumber("no limit", LIMIT_MAX, ""),
          0L,
          "limit of %s operations per second");

  /** Keys and values, written and read, of the whole cluster. */
  public static final TenantSetting<Long> BYTES_PER_SECOND =
      new TenantSetting<>(
          6,
          "bytes_per_second",
          1,
          new SettingKind.OfNumber("no limit", LIMIT_MAX, ""),
          0L,
          "limit of %s bytes per second");

  public static final TenantSetting<HintOverflow> HINT_OVERFLOW =
      new TenantSetting<>(
          7,
          "hint_overflow",
          1,
          new SettingKind.OfChoice<>(
              HintOverflow.class, List.of(HintOverflow.MARK, HintOverflow.REJECT)),
          HintOverflow.MARK,
          "hint overflow %s");

  /** Of a put. Values that are there already stay, whatever their size. */
  public static final TenantSetting<Long> MAX_VALUE_BYTES =
      new TenantSetting<>(
          8,
          "max_value_bytes",
          2,
          new SettingKind.OfNumber("as large as the nodes take", 64L << 20, "64 MiB"),
          0L,
          "values of at most %s bytes");

  /** Given when the tenant is created, and kept: a key has records of one kind. */
  public static final TenantSetting<Retries> RETRIES =
      new TenantSetting<>(
          9,
          "retries",
          2,
          new SettingKind.OfChoice<>(Retries.class, List.of(Retries.REPEAT, Retries.ONCE)),
          Retries.REPEAT,
          "retries %s",
          Given.AT_CREATION);

  /** Given when the tenant is created, and kept: a key has records of one kind. */
  public static final TenantSetting<Model> MODEL =
      new TenantSetting<>(
          10,
          "model",
          2,
          new SettingKind.OfChoice<>(
              Model.class,
              List.of(
                  Model.LAST_WRITE_WINS,
                  Model.SIBLINGS,
                  Model.COUNTERS,
                  Model.SETS,
                  Model.MAPS,
                  Model.LINEARIZABLE)),
          Model.LAST_WRITE_WINS,
          "model %s",
          Given.AT_CREATION);

  /**
   * The hybrid time at which all records are written that a restore brings, until it is finished:
   * meanwhile clients are refused. Given by the cluster when it creates the tenant for a backup.
   */
  public static final TenantSetting<Long> RESTORING =
      new TenantSetting<>(
          11,
          "restoring",
          2,
          new SettingKind.OfNumber("it is not being restored", RESTORE_MAX, ""),
          0L,
          "restored at %s",
          Given.BY_A_RESTORE);

  /** Id of the backup that it was created for. */
  public static final TenantSetting<Long> RESTORED_FROM =
      new TenantSetting<>(
          12,
          "restored_from",
          2,
          new SettingKind.OfNumber("it was not created for a backup", RESTORE_MAX, ""),
          0L,
          "restored from backup %s",
          Given.BY_A_RESTORE);

  /**
   * For how long replaced versions are kept, so that a backup can be taken as of a moment in the
   * past (docs/design/history.md); only where the last write wins.
   */
  public static final TenantSetting<Long> HISTORY_MILLIS =
      new TenantSetting<>(
          13,
          "history_ms",
          2,
          SettingKind.OfNumber.ofMillis(
              "replaced versions are not kept", 30L * 24 * 60 * 60 * 1000, ""),
          0L,
          "history of %s");

  /**
   * What the restore goes into that is under way ({@link #RESTORING}), and whether that is known to
   * be empty.
   */
  public static final TenantSetting<RestoredInto> RESTORED_INTO =
      new TenantSetting<>(
          14,
          "restored_into",
          2,
          new SettingKind.OfChoice<>(
              RestoredInto.class,
              List.of(
                  RestoredInto.NEW_TENANT, RestoredInto.UNSEEN_TENANT, RestoredInto.EMPTY_TENANT)),
          RestoredInto.NEW_TENANT,
          "restored into %s",
          Given.BY_A_RESTORE);

  /** All settings, by id. */
  public static final List<TenantSetting<?>> ALL =
      List.of(
          READ_LEVEL,
          WRITE_LEVEL,
          DEFAULT_TTL_MILLIS,
          READ_REPAIR,
          OPERATIONS_PER_SECOND,
          BYTES_PER_SECOND,
          HINT_OVERFLOW,
          MAX_VALUE_BYTES,
          RETRIES,
          MODEL,
          RESTORING,
          RESTORED_FROM,
          HISTORY_MILLIS,
          RESTORED_INTO);

  private final int id;
  private final String name;
  private final int since;
  private final SettingKind<T> kind;
  private final T usual;
  private final String phrase;
  private final Given given;

  /** When a tenant gets a value of a setting. */
  public enum Given {
    /** When it is created, and whenever it is altered. */
    AT_ANY_TIME,
    /** When it is created, and never again. */
    AT_CREATION,
    /** When it is created for a backup: by the cluster, and by no request for a tenant. */
    BY_A_RESTORE
  }

  /** A setting that can be altered. */
  TenantSetting(int id, String name, int since, SettingKind<T> kind, T usual, String phrase) {
    this(id, name, since, kind, usual, phrase, Given.AT_ANY_TIME);
  }

  /**
   * @param id its number on disk, kept for ever
   * @param name as on the wire
   * @param since the first cluster version at which it may be set
   * @param usual what a tenant has of which nothing is said
   * @param phrase a value in a message; with %s for the value
   * @param given when a tenant gets a value of it
   */
  private TenantSetting(
      int id, String name, int since, SettingKind<T> kind, T usual, String phrase, Given given) {
    this.id = id;
    this.name = name;
    this.since = since;
    this.kind = kind;
    this.usual = usual;
    this.phrase = phrase;
    this.given = given;
  }

  public int id() {
    return id;
  }

  public String name() {
    return name;
  }

  public SettingKind<T> kind() {
    return kind;
  }

  /** What a tenant has of which nothing is said. */
  public T usual() {
    return usual;
  }

  /** Whether a cluster at a version knows it. */
  public boolean existsAt(int clusterVersion) {
    return clusterVersion >= since;
  }

  /** Whether it is given when the tenant is created, and never changed. */
  public boolean isFixed() {
    return given != Given.AT_ANY_TIME;
  }

  /** When a tenant gets a value of it. */
  public Given given() {
    return given;
  }

  /** The first cluster version at which it may be set. */
  public int since() {
    return since;
  }

  /** Returns a value in the words of a message, as in "limit of 5 operations per second". */
  public String describe(T value) {
    return phrase.formatted(kind.show(value));
  }

  /** Returns why a value is refused, and what may be given; null if it is allowed. */
  public @Nullable String refusalOf(T value) {
    return kind.allows(value) ? null : describe(value) + ": give " + kind.allowed();
  }

  @Override
  public int compareTo(TenantSetting<?> other) {
    return Integer.compare(id, other.id);
  }

  /** In one word, as Java writes it. */
  @Override
  public String toString() {
    StringBuilder word = new StringBuilder();
    for (String part : name.replaceFirst("_ms$", "_millis").split("_", -1)) {
      word.append(
          word.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return word.toString();
  }
}
