package io.quorate.cli.backup.create;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.admin.Tenant;
import io.quorate.model.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which tenants are backed up.
 *
 * @param tenants that are
 * @param leftOut names of those that are not, for they are being restored
 */
record ChosenTenants(List<Tenant> tenants, List<String> leftOut) {
  ChosenTenants {
    tenants = List.copyOf(tenants);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Chooses the tenants that were named, or all.
   *
   * @param all tenants of the cluster
   * @param named empty: all that are not being restored
   * @throws CommandFailedException if there is no tenant of a name, or it is being restored
   */
  static ChosenTenants of(List<Tenant> all, List<String> named) {
    for (String name : named) {
      Tenant tenant =
          all.stream()
              .filter(each -> each.name().equals(name))
              .findAny()
              .orElseThrow(
                  () ->
                      new CommandFailedException(
                          ExitCode.UNKNOWN_TENANT, "there is no tenant " + Quoted.of(name)));
      if (tenant.isBeingRestored()) {
        throw new CommandFailedException(
            ExitCode.FAILED,
            "tenant '%s' is being restored, and has only a part of its keys yet: back it up when that is done"
                .formatted(name));
      }
    }
    List<Tenant> chosen = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (Tenant each : all) {
      if (named.isEmpty() && each.isBeingRestored()) {
        leftOut.add(each.name());
      } else if (named.isEmpty() || named.contains(each.name())) {
        chosen.add(each);
      }
    }
    if (chosen.isEmpty()) {
      throw new CommandFailedException(
          ExitCode.FAILED, "there is nothing to back up: all tenants are being restored");
    }
    return new ChosenTenants(chosen, leftOut);
  }

  /** Returns the ids of those that are backed up, by their names. */
  Map<String, Integer> ids() {
    Map<String, Integer> ids = new TreeMap<>();
    tenants.forEach(tenant -> ids.put(tenant.name(), tenant.id()));
    return ids;
  }

  /** Returns the one of a name. */
  Tenant tenant(String name) {
    return tenants.stream().filter(each -> each.name().equals(name)).findAny().orElseThrow();
  }

  /** Returns their names. */
  List<String> names() {
    return tenants.stream().map(Tenant::name).toList();
  }
}
