package io.quorate.cluster;

import io.quorate.placement.Level;
import io.quorate.placement.Model;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.RestoredInto;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.placement.planner.Planner;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a tenant may ask for, and what it should know about what it asked for. */
final class TenantRules {
  static final int TENANTS_MAX = 4096;

  /** Replicas that a tenant has by default, where there are enough nodes. */
  static final int DEFAULT_REPLICATION_FACTOR = 3;

  /** Regions in which one tenant has replicas: each makes the lists of all partitions longer. */
  static final int REGIONS_MAX = 8;

  /** Since which cluster version replicas are counted by region, and levels are about regions. */
  static final int REGIONS_FROM_VERSION = 2;

  /** Since which cluster version no log brings a tenant more replicas than lists can have. */
  static final int FACTOR_BOUNDED_FROM_VERSION = 2;

  private TenantRules() {}

  /**
   * Checks how many replicas a tenant is to have against the nodes and the lists of a cluster.
   *
   * @throws IllegalArgumentException if the cluster does not allow that number; the message says
   *     what it allows
   */
  static void checkFactor(String tenant, ReplicationFactor factor, ClusterState state) {
    if (factor.isByRegion()) {
      String lacking = ListNeeds.of(List.of(factor)).lacking(state.ownersToBe());
      if (lacking != null) {
        throw new IllegalArgumentException(
            "tenant '%s': replication factor %s: %s".formatted(tenant, factor, lacking));
      }
    } else {
      checkLength(tenant, factor, state.replicationFactorMax());
    }
  }

  /**
   * Checks a tenant against the length of the cluster's preference lists.
   *
   * @throws IllegalArgumentException if it has more replicas than these are long
   */
  static void checkLength(String tenant, ReplicationFactor factor, int replicationFactorMax) {
    int replicas = factor.replicas();
    if (replicas < 1 || replicas > replicationFactorMax) {
      throw new IllegalArgumentException(
          "tenant '%s': replication factor %d: this cluster allows 1 to %d%s"
              .formatted(
                  tenant,
                  replicas,
                  replicationFactorMax,
                  replicationFactorMax < Genesis.LIST_LENGTH_MAX
                      ? ", and more once it has more nodes ('quorate cluster add')"
                      : ""));
    }
  }

  /** Checks what a command says of the factor, as far as no state of a cluster matters. */
  private static void checkSaid(String tenant, ReplicationFactor factor) {
    if (factor.replicas() < 0) {
      throw new IllegalArgumentException(
          "tenant '%s': replication factor %d: give at least 1"
              .formatted(tenant, factor.replicas()));
    }
    factor
        .byRegion()
        .forEach(
            (region, replicas) -> {
              Names.check("region", region);
              if (replicas < 1 || replicas > Planner.LIST_LENGTH_MAX) {
                throw new IllegalArgumentException(
                    "tenant '%s': %d replicas in region '%s': give 1 to %d, or leave the region out"
                        .formatted(tenant, replicas, region, Planner.LIST_LENGTH_MAX));
              }
            });
    if (factor.byRegion().size() > REGIONS_MAX) {
      throw new IllegalArgumentException(
          "tenant '%s': replicas in %d regions: a tenant has them in at most %d"
              .formatted(tenant, factor.byRegion().size(), REGIONS_MAX));
    }
  }

  /**
   * Checks that lists can be planned for the factor that a tenant is to come to. By region each
   * number is bounded, and what a list lacks there is added to it.
   */
  static void checkCanBePlanned(String tenant, ReplicationFactor factor) {
    if (!factor.isByRegion() && factor.replicas() > Planner.LIST_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "tenant '%s': replication factor %d: a key has at most %d replicas, or as many in each region"
              .formatted(tenant, factor.replicas(), Planner.LIST_LENGTH_MAX));
    }
  }

  /**
   * Checks all but how many replicas a tenant has.
   *
   * @throws IllegalArgumentException if it asks for what cannot be; the message says what can
   */
  static void check(Tenant tenant) {
    Names.check("tenant", tenant.name());
    checkLevel(tenant, "read", tenant.readLevel());
    checkLevel(tenant, "write", tenant.writeLevel());
    checkValues(tenant.name(), tenant.settings());
    checkNamed(tenant);
    if (tenant.get(TenantSetting.RESTORED_INTO) != RestoredInto.NEW_TENANT
        && !tenant.isBeingRestored()) {
      throw new IllegalArgumentException(
          "tenant '%s': restored into %s, and there is no restore"
              .formatted(tenant.name(), tenant.get(TenantSetting.RESTORED_INTO)));
    }
    if ((tenant.keepsSiblings() || tenant.isLinearizable()) && tenant.writesOnce()) {
      throw new IllegalArgumentException(
          ("tenant '%s': retries ONCE does not go with model %s, in which each write takes"
                  + " effect at most once in any case: leave retries out")
              .formatted(tenant.name(), tenant.get(TenantSetting.MODEL)));
    }
    if (tenant.isLinearizable() && tenant.defaultTtlMillis() != 0) {
      throw new IllegalArgumentException(
          ("tenant '%s': with model LINEARIZABLE, keys do not expire, since replicas would not"
                  + " agree on the moment: leave the default time to live at 0, and delete what is"
                  + " no longer wanted")
              .formatted(tenant.name()));
    }
    if (tenant.mergesFields()) {
      checkMerging(tenant);
    }
    if (tenant.get(TenantSetting.HISTORY_MILLIS) != 0
        && tenant.get(TenantSetting.MODEL) != Model.LAST_WRITE_WINS) {
      throw new IllegalArgumentException(
          "tenant '%s': a history does not go with model %s, only with %s: leave the history out"
              .formatted(tenant.name(), tenant.get(TenantSetting.MODEL), Model.LAST_WRITE_WINS));
    }
  }

  /** Fields that are merged have no version by which a write could be told from another. */
  private static void checkMerging(Tenant tenant) {
    String with =
        "tenant '%s': with model %s, ".formatted(tenant.name(), tenant.get(TenantSetting.MODEL));
    if (tenant.writesOnce()) {
      throw new IllegalArgumentException(
          with + "an update counts once, however often it is tried, as it is: leave out retries");
    }
    if (tenant.defaultTtlMillis() != 0) {
      throw new IllegalArgumentException(
          with
              + "keys do not expire: leave the default time to live at 0, and take away what is no"
              + " longer wanted by updates, or create a tenant with another model");
    }
  }

  /** Reads and writes that are known when they are tried again meet at QUORUM, and repair. */
  private static void checkNamed(Tenant tenant) {
    if (!tenant.namesWrites()) {
      return;
    }
    checkNamed(tenant, TenantSetting.READ_LEVEL, tenant.readLevel().equals(Level.QUORUM));
    checkNamed(tenant, TenantSetting.WRITE_LEVEL, tenant.writeLevel().equals(Level.QUORUM));
    checkNamed(
        tenant, TenantSetting.READ_REPAIR, tenant.readRepair().mode() != ReadRepair.Mode.OFF);
  }

  private static void checkNamed(Tenant tenant, TenantSetting<?> setting, boolean fits) {
    if (!fits) {
      TenantSetting<?> why = tenant.writesOnce() ? TenantSetting.RETRIES : TenantSetting.MODEL;
      throw new IllegalArgumentException(
          ("tenant '%s': %s %s does not go with %s %s, whose keys are read and written at QUORUM,"
                  + " with read repair: leave %s out")
              .formatted(
                  tenant.name(),
                  setting.name(),
                  tenant.get(setting),
                  why.name(),
                  tenant.get(why),
                  setting.name()));
    }
  }

  /**
   * Checks that a tenant keeps what it was given when it was created, or by a restore.
   *
   * @throws IllegalArgumentException if it is to have another value; the message says what to do
   */
  static void checkKept(Tenant known, TenantSettings said) {
    for (TenantSetting<?> setting : said.said()) {
      if (setting.isFixed() && !known.get(setting).equals(said.get(setting))) {
        throw new IllegalArgumentException(
            "tenant '%s': %s is given when a tenant is created, and kept: create another tenant, and copy its keys"
                .formatted(known.name(), setting.name()));
      }
    }
  }

  /**
   * Checks what a command says of a tenant, as far as no state of a cluster matters.
   *
   * @param factor unsaid if nothing is said of it
   * @throws IllegalArgumentException if it asks for what cannot be; the message says what can
   */
  static void check(String tenant, TenantSettings said, ReplicationFactor factor) {
    checkSaid(tenant, factor);
    checkValues(tenant, said);
  }

  private static void checkValues(String tenant, TenantSettings said) {
    for (TenantSetting<?> setting : said.said()) {
      String refusal = refusalOf(setting, said);
      if (refusal != null) {
        throw new IllegalArgumentException("tenant '%s': %s".formatted(tenant, refusal));
      }
    }
  }

  private static <T> @Nullable String refusalOf(TenantSetting<T> setting, TenantSettings said) {
    T value = said.get(setting);
    return value == null ? null : setting.refusalOf(value);
  }

  /**
   * Checks that a cluster knows what a command says of a tenant: nodes of an earlier release, which
   * may be members until the version is raised, could read neither the command nor the state.
   *
   * @throws IllegalArgumentException if it does not; the message says what to do
   */
  static void checkVersion(
      String tenant, TenantSettings said, ReplicationFactor factor, int clusterVersion) {
    for (TenantSetting<?> setting : said.said()) {
      if (!setting.existsAt(clusterVersion)) {
        throw tooNew(tenant, setting.name() + " is a setting", setting.since(), clusterVersion);
      }
      boolean aboutRegions = said.get(setting) instanceof Level level && level.isAboutRegions();
      if (aboutRegions && clusterVersion < REGIONS_FROM_VERSION) {
        String what = "%s %s is a level".formatted(setting.name(), said.get(setting));
        throw tooNew(tenant, what, REGIONS_FROM_VERSION, clusterVersion);
      }
    }
    if (factor.isByRegion() && clusterVersion < REGIONS_FROM_VERSION) {
      String what = "replication factor %s, by region, is possible".formatted(factor);
      throw tooNew(tenant, what, REGIONS_FROM_VERSION, clusterVersion);
    }
  }

  private static IllegalArgumentException tooNew(
      String tenant, String what, int since, int clusterVersion) {
    return new IllegalArgumentException(
        ("tenant '%s': %s since cluster version %d, and the cluster is at version"
                + " %d: upgrade all nodes, and finalize the upgrade with 'quorate cluster"
                + " upgrade finalize' first")
            .formatted(tenant, what, since, clusterVersion));
  }

  private static void checkLevel(Tenant tenant, String which, Level level) {
    int replicas = tenant.replication().smallest(); // it has that somewhere, or is to have it
    int required = level.required(replicas);
    if (required > replicas) {
      throw new IllegalArgumentException(
          ("tenant '%s': %s level %s needs %d replicas and a key has %d, so it could never be"
                  + " reached: give ONE, QUORUM, ALL or a number from 1 to %d")
              .formatted(tenant.name(), which, level, required, replicas, replicas));
    }
  }

  /**
   * Checks when what is restored is to be written: above all purges that were promised. Until it is
   * finished none is promised that would be above it ({@link PurgeRound}).
   */
  static void checkRestore(Tenant created, ClusterState state) {
    long hlc = created.get(TenantSetting.RESTORING);
    for (PartitionPlacement partition : state.partitions()) {
      StateRules.check(
          hlc == 0 || Long.compareUnsigned(hlc, partition.purge().promised()) > 0,
          "tenant '%s' is to be restored as of %s, and a purge up to %s is promised: correct the"
              + " clock of the node that was asked, or ask another",
          created.name(),
          Hlc.toString(hlc),
          Hlc.toString(partition.purge().promised()));
    }
  }

  /** Why a tenant that is there already cannot be created as another one is wanted. */
  static String existsOtherwise(Tenant known, Tenant wanted) {
    if (wanted.isBeingRestored()) {
      return "tenant '%s' exists: restore into another name, or drop it first"
          .formatted(known.name());
    }
    if (known.isBeingRestored()) {
      return "tenant '%s' exists, and is being restored from a backup: wait until that has ended, or choose another name"
          .formatted(known.name());
    }
    for (TenantSetting<?> setting : TenantSetting.ALL) {
      if (setting.isFixed() && !known.get(setting).equals(wanted.get(setting))) {
        return "tenant '%s' exists with %s %s, and this is never changed to %s: choose another name"
            .formatted(known.name(), setting.name(), known.get(setting), wanted.get(setting));
      }
    }
    return "tenant '%s' exists with other settings: %s. Alter it, or choose another name"
        .formatted(known.name(), describe(known));
  }

  /** The settings of a tenant, as a message names them. */
  static String describe(Tenant tenant) {
    StringBuilder text =
        new StringBuilder("replication factor ").append(tenant.replication().goal());
    for (TenantSetting<?> setting : TenantSetting.ALL) {
      text.append(", ").append(describe(setting, tenant));
    }
    return text.toString();
  }

  private static <T> String describe(TenantSetting<T> setting, Tenant tenant) {
    return setting.describe(tenant.get(setting));
  }

  static List<String> warnings(Tenant tenant) {
    List<String> warnings = new ArrayList<>();
    if (tenant.mayMissByDefault()) {
      warnings.add(missedWrites(tenant));
    }
    if (tenant.readRepair().mode() == ReadRepair.Mode.OFF) {
      warnings.add(
          ("tenant '%s': read repair is off, so a read may return less than one before it; what"
                  + " later reads may miss is marked potentially stale. BLOCKING rules that out")
              .formatted(tenant.name()));
    }
    return List.copyOf(warnings);
  }

  private static String missedWrites(Tenant tenant) {
    int replicas = tenant.replication().goal().replicas();
    String read = described(tenant.readLevel(), replicas);
    String write = described(tenant.writeLevel(), replicas);
    String what =
        "tenant '%s': a read at %s may miss a write acknowledged at %s; such reads are marked potentially stale."
            .formatted(tenant.name(), read, write);
    boolean byRegion =
        tenant.replication().goal().isByRegion()
            && (tenant.readLevel().isAboutRegions() || tenant.writeLevel().isAboutRegions());
    return byRegion
        ? what
            + " Reads and writes at LOCAL_QUORUM meet within a region; writes at EACH_QUORUM meet"
            + " reads at LOCAL_QUORUM everywhere"
        : what
            + " Levels that add up to more than %d replicas, such as QUORUM and QUORUM, rule that out"
                .formatted(replicas);
  }

  private static String described(Level level, int replicas) {
    return level.isAboutRegions()
        ? level.toString()
        : "%s (%d of %d)".formatted(level, level.required(replicas), replicas);
  }
}
