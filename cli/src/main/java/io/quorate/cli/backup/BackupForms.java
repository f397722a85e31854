package io.quorate.cli.backup;

import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.inventory.BackupSummary;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.output.Bytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How backups are shown. */
final class BackupForms {
  private BackupForms() {}

  /** Returns what is in a backup, for programs. */
  static Map<String, Object> json(Manifest manifest) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", manifest.name());
    putKind(object, manifest);
    putBase(object, manifest);
    object.put("id", manifest.id());
    object.put("began", manifest.began());
    object.put("ended", manifest.ended());
    object.put("cluster_id", manifest.clusterId());
    object.put("cluster_version", manifest.clusterVersion());
    object.put("keys", manifest.keys());
    object.put("bytes", manifest.bytes());
    object.put("potentially_stale", manifest.potentiallyStale());
    object.put("files", manifest.files().size());
    object.put("file_bytes", manifest.fileBytes());
    object.put("tenants", manifest.tenants().stream().map(BackupForms::json).toList());
    return object;
  }

  /** Adds what kind of backup it is, for programs. */
  static void putKind(Map<String, Object> object, Manifest manifest) {
    putKind(object, manifest, manifest.keyByKey());
  }

  /**
   * Adds what kind of backup it is of which something is restored, for programs.
   *
   * @param keyByKey names of restored tenants of which nothing is promised across keys
   */
  static void putKind(Map<String, Object> object, Manifest manifest, List<String> keyByKey) {
    putKind(object, manifest.kind(), manifest.exact(), keyByKey);
  }

  /** Adds what kind of backup it is, for programs. */
  static void putKind(Map<String, Object> object, BackupSummary backup) {
    putKind(object, backup.kind(), backup.exact(), backup.keyByKey());
  }

  private static void putKind(
      Map<String, Object> object,
      String kind,
      @Nullable ExactEntry exact,
      @Nullable List<String> keyByKey) {
    object.put("kind", kind);
    if (exact != null) {
      object.put("as_of", exact.asOf());
      object.put("cut", exact.cut());
      if (keyByKey != null) {
        object.put("key_by_key", keyByKey);
      }
    }
  }

  /** Adds on which backup it is based, if on one, for programs. */
  static void putBase(Map<String, Object> object, Manifest manifest) {
    BaseEntry base = manifest.base();
    if (base != null) {
      object.put("base", base.name());
      object.put("chain", base.chain());
      object.put("keys_as_in_base", manifest.asInBase());
    }
  }

  /** Returns on which backup it is based, if on one, in words. */
  static String base(Manifest manifest) {
    BaseEntry base = manifest.base();
    return base == null
        ? ""
        : String.format(
            Locale.ROOT,
            ", based on %s (%,d keys as in %s): %s in files",
            base.name(),
            manifest.asInBase(),
            base.name(),
            Bytes.text(manifest.fileBytes()));
  }

  /** Returns what kind of backup it is, in words. */
  static String kind(Manifest manifest) {
    return kind(manifest, manifest.tenants());
  }

  /** Returns what kind of backup some tenants are restored of, in words. */
  static String kind(Manifest manifest, List<TenantEntry> tenants) {
    long keyByKey = tenants.stream().filter(TenantEntry::isKeyByKey).count();
    return moment(manifest.kind(), manifest.exact()) + keyByKey(keyByKey, tenants.size());
  }

  /** Returns what kind of backup it is, in words. */
  static String kind(BackupSummary backup) {
    return moment(backup.kind(), backup.exact()) + keyByKey(backup);
  }

  /** Returns what kind of backup it is, in words, without its moment. */
  static String kindWithoutMoment(BackupSummary backup) {
    return backup.kind() + keyByKey(backup);
  }

  private static String moment(String kind, @Nullable ExactEntry exact) {
    return exact == null ? kind : kind + " as of " + exact.asOf();
  }

  private static String keyByKey(BackupSummary backup) {
    List<String> keyByKey = backup.keyByKey();
    return keyByKey == null ? "" : keyByKey(keyByKey.size(), backup.tenants().size());
  }

  private static String keyByKey(long keyByKey, int tenants) {
    if (keyByKey == 0) {
      return "";
    }
    return keyByKey == tenants
        ? ", key by key"
        : ", %d of %d tenants key by key".formatted(keyByKey, tenants);
  }

  /**
   * Says what an exact backup promises of tenants that are in it key by key; null if there are
   * none.
   */
  static @Nullable String keyByKey(Manifest manifest) {
    if (manifest.keyByKey().isEmpty()) {
      return null;
    }
    return "the keys of %s are not of one moment: each has what was acknowledged at QUORUM before the cut was begun, and nothing begun after it was made"
        .formatted(
            manifest.tenants().stream()
                .filter(TenantEntry::isKeyByKey)
                .map(each -> "'%s' (%s)".formatted(each.name(), each.model()))
                .collect(Collectors.joining(", ")));
  }

  private static Map<String, Object> json(TenantEntry tenant) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", tenant.name());
    object.put("id", tenant.id());
    object.put("keys", tenant.keys());
    object.put("bytes", tenant.bytes());
    object.put("potentially_stale", tenant.potentiallyStale());
    if (tenant.oneMoment() != null) {
      object.put("one_moment", tenant.oneMoment());
    }
    return object;
  }

  /** Returns how much tenants have, in words. */
  static String contents(List<TenantEntry> tenants) {
    long keys = tenants.stream().mapToLong(TenantEntry::keys).sum();
    return String.format(
        Locale.ROOT,
        "%d %s, %,d %s, %s of keys and contents,",
        tenants.size(),
        tenants.size() == 1 ? "tenant" : "tenants",
        keys,
        keys == 1 ? "key" : "keys",
        Bytes.text(tenants.stream().mapToLong(TenantEntry::bytes).sum()));
  }

  /** Returns how long a run took, to a millisecond. */
  static double seconds(Tally tally) {
    return Math.round(1000 * tally.seconds()) / 1000.0;
  }
}
