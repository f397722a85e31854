package io.quorate.cli.backup.restore;

import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.model.Quoted;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which tenants of a backup are restored.
 *
 * @param names their names in the cluster by their names in the backup
 */
public record RestoredTenants(Map<String, String> names) {
  private static final Pattern TENANT = Pattern.compile("[a-z0-9._-]{1,64}");

  /** No tenant. */
  public static final RestoredTenants NONE = new RestoredTenants(Map.of());

  public RestoredTenants {
    names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
  }

  /**
   * Reads what was asked for.
   *
   * @param words each the name of a tenant, or {@code A=B} for tenant A under the name B
   * @param all whether tenants that are not among the words are restored under their own names
   * @throws CommandFailedException if it cannot be done; the message says why
   */
  public static RestoredTenants of(Manifest manifest, List<String> words, boolean all) {
    List<String> there = manifest.tenantNames();
    if (words.isEmpty() && !all) {
      throw usage(
          "say which tenants are restored: --tenant NAME, --tenant NAME=OTHER for one under another"
              + " name, or --all. The backup has "
              + String.join(", ", there));
    }
    Map<String, String> names = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      String from = equals < 0 ? word : word.substring(0, equals);
      String to = equals < 0 ? word : word.substring(equals + 1);
      if (!there.contains(from)) {
        throw new CommandFailedException(
            ExitCode.UNKNOWN_TENANT,
            "there is no tenant %s in the backup, which has %s"
                .formatted(Quoted.of(from), String.join(", ", there)));
      }
      if (equals >= 0 && !TENANT.matcher(to).matches()) {
        throw usage(
            "--tenant %s: give a name of 1 to 64 of a-z, 0-9, '-', '_' and '.' after the '='"
                .formatted(Quoted.of(word)));
      }
      if (names.put(from, to) != null) {
        throw usage("--tenant: tenant %s is named twice".formatted(Quoted.of(from)));
      }
    }
    if (all) {
      there.forEach(name -> names.putIfAbsent(name, name));
    }
    for (String to : names.values()) {
      if (Collections.frequency(names.values(), to) > 1) {
        throw usage("two tenants would be restored under the name %s".formatted(Quoted.of(to)));
      }
    }
    return new RestoredTenants(names);
  }

  /** Whether no tenant is restored. */
  public boolean isEmpty() {
    return names.isEmpty();
  }

  /** Whether a tenant of the backup is restored. */
  boolean has(String tenant) {
    return names.containsKey(tenant);
  }

  /** Returns those of a backup that are restored. */
  public List<TenantEntry> in(Manifest manifest) {
    return manifest.tenants().stream().filter(each -> has(each.name())).toList();
  }

  /** Returns the name in the cluster of a tenant that is restored. */
  public String nameOf(TenantEntry tenant) {
    return names.getOrDefault(tenant.name(), tenant.name());
  }

  private static CommandFailedException usage(String message) {
    return new CommandFailedException(ExitCode.USAGE, message);
  }
}
