package io.quorate.placement;

import io.quorate.version.RecordModel;

/**
 * A namespace of keys with its own replication.
 *
 * @param id part of every stored key; given by the cluster, never reused
 * @param name 1 to 64 of a-z, 0-9, '-', '_' and '.'
 * @param replication replicas of each key
 * @param settings those that are not what tenants usually have
 * @param model by which rules its records compare and merge: those of {@link TenantSetting#MODEL},
 *     unless a test has others
 */
public record Tenant(
    int id, String name, Replication replication, TenantSettings settings, RecordModel model) {

  /** Of requests that name none. */
  public static final String DEFAULT_NAME = "default";

  public Tenant {
    settings = settings.unusual();
  }

  /** A tenant that is not being altered, with its replicas on any nodes. */
  public Tenant(int id, String name, int replicationFactor, TenantSettings settings) {
    this(id, name, ReplicationFactor.of(replicationFactor), settings);
  }

  private static RecordModel model(TenantSettings said, RecordModel other) {
    Model model = said.get(TenantSetting.MODEL);
    return model == null ? other : model.records();
  }

  /** A tenant that is not being altered. */
  public Tenant(int id, String name, ReplicationFactor factor, TenantSettings settings) {
    this(
        id,
        name,
        Replication.of(factor),
        settings,
        model(settings, Model.LAST_WRITE_WINS.records()));
  }

  /** A tenant without limits, whose reads repair as reads usually do. */
  public Tenant(
      int id,
      String name,
      int replicationFactor,
      Level readLevel,
      Level writeLevel,
      long defaultTtlMillis) {
    this(id, name, replicationFactor, TenantSettings.of(readLevel, writeLevel, defaultTtlMillis));
  }

  /** Returns this tenant under another id: one that holds nothing yet. */
  public Tenant withId(int other) {
    return new Tenant(other, name, replication, settings, model);
  }

  /** Returns this tenant with other replicas. */
  public Tenant with(Replication next) {
    return new Tenant(id, name, next, settings, model);
  }

  /** Returns this tenant with other values of some settings. */
  public Tenant with(TenantSettings said) {
    return new Tenant(id, name, replication, settings.with(said), model(said, model));
  }

  /** Returns this tenant with another value of a setting. */
  public <T> Tenant with(TenantSetting<T> setting, T value) {
    return with(TenantSettings.NONE.with(setting, value));
  }

  /** Returns what this tenant has of a setting. */
  public <T> T get(TenantSetting<T> setting) {
    T value = settings.get(setting);
    return value == null ? setting.usual() : value;
  }

  public Level readLevel() {
    return get(TenantSetting.READ_LEVEL);
  }

  public Level writeLevel() {
    return get(TenantSetting.WRITE_LEVEL);
  }

  /** 0 if values do not expire. */
  public long defaultTtlMillis() {
    return get(TenantSetting.DEFAULT_TTL_MILLIS);
  }

  /** What reads do that do not say. */
  public ReadRepair readRepair() {
    return get(TenantSetting.READ_REPAIR);
  }

  /** Whether it is to get what a backup has of it, and refuses clients until it has. */
  public boolean isBeingRestored() {
    return get(TenantSetting.RESTORING) != 0;
  }

  /**
   * Whether a restore has closed it and has yet to find out whether it holds a key: then nothing
   * fresh is stored in it, and nothing is restored.
   */
  public boolean isUnseenByRestore() {
    return get(TenantSetting.RESTORED_INTO) == RestoredInto.UNSEEN_TENANT;
  }

  /** Whether each write takes effect at most once, however often it is tried. */
  public boolean writesOnce() {
    return get(TenantSetting.RETRIES) == Retries.ONCE;
  }

  /** Whether concurrent writes of a key are kept. */
  public boolean keepsSiblings() {
    return get(TenantSetting.MODEL) == Model.SIBLINGS;
  }

  /** Whether keys are registers, whose replicas agree on one change at a time. */
  public boolean isLinearizable() {
    return get(TenantSetting.MODEL) == Model.LINEARIZABLE;
  }

  /** Whether keys have fields, of which concurrent updates are merged. */
  public boolean mergesFields() {
    return get(TenantSetting.MODEL).mergesFields();
  }

  /**
   * Whether its clients name each write, so that it is known again when it is tried again. Then
   * keys are read and written at QUORUM.
   */
  public boolean namesWrites() {
    return writesOnce() || keepsSiblings() || isLinearizable();
  }

  /** Replicas of each key; while it is altered, those that there were before. */
  public int replicationFactor() {
    return replication.factor().replicas();
  }

  /** Whether this tenant's defaults let a read miss an acknowledged write. */
  public boolean mayMissByDefault() {
    return Overlap.mayMiss(readLevel(), writeLevel(), replication.goal());
  }
}
