package io.quorate.cli.bench;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tenants of a run, and creates those that are not there.
 *
 * @param wanted model and retries, as far as they were given
 */
record BenchTenants(Cluster cluster, TenantSettings wanted) {
  private static final String PREFIX = "bench";

  /** Whether the tenants must have a model, and are created with it. */
  boolean isAboutModel() {
    return !wanted.equals(TenantSettings.DEFAULT);
  }

  /** The name of a tenant of this model, such as bench-siblings. */
  String name() {
    List<String> words = new ArrayList<>(List.of(PREFIX));
    for (TenantSetting<?> setting : List.of(TenantSetting.MODEL, TenantSetting.RETRIES)) {
      Object value = wanted.get(setting);
      if (value != null) {
        words.add(value.toString().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
    }
    return String.join("-", words);
  }

  /** The names of several tenants of this model. */
  List<String> names(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      names.add(name() + "-" + i);
    }
    return names;
  }

  /**
   * Returns a tenant of that name with the model that is wanted; creates it if there is none.
   *
   * @throws CommandFailedException if there is one with another model
   */
  Tenant require(String name) {
    Tenant known = find(name);
    if (known == null) {
      return cluster.createTenant(name, wanted).tenant();
    }
    check(known);
    return known;
  }

  /** Returns the tenant of that name; null if there is none. */
  @Nullable Tenant find(String name) {
    return cluster.placement().tenants().stream()
        .filter(each -> each.name().equals(name))
        .findAny()
        .orElse(null);
  }

  private void check(Tenant known) {
    Model model = wanted.get(TenantSetting.MODEL);
    if (model != null && model != modelOf(known)) {
      throw isOther(known, "model " + modelOf(known), model);
    }
    Retries retries = wanted.get(TenantSetting.RETRIES);
    if (retries != null && retries != known.retries()) {
      throw isOther(known, "retries " + known.retries(), retries);
    }
  }

  private static CommandFailedException isOther(Tenant known, String has, Object asked) {
    return new CommandFailedException(
        ExitCode.FAILED,
        ("tenant '%s' has %s, which is never changed, and %s was asked for: name another tenant"
                + " with --tenant, or measure this one as it is, without --model and --retries")
            .formatted(known.name(), has, asked));
  }

  /** The model of a tenant. Nodes of release 0.1 say none, and know one only. */
  static Model modelOf(Tenant tenant) {
    return Objects.requireNonNullElse(tenant.model(), Model.LAST_WRITE_WINS);
  }

  /**
   * Checks that tenants can be measured in one run.
   *
   * @throws CommandFailedException if they differ in model or retries
   */
  static void checkAlike(List<Tenant> tenants) {
    Tenant first = tenants.get(0);
    for (Tenant each : tenants) {
      if (modelOf(each) != modelOf(first) || each.retries() != first.retries()) {
        throw new CommandFailedException(
            ExitCode.FAILED,
            ("tenant '%s' has model %s and retries %s, and tenant '%s' has model %s and retries %s:"
                    + " the tenants of a run must be alike. With --model or --retries the run"
                    + " makes its own")
                .formatted(
                    first.name(),
                    modelOf(first),
                    first.retries(),
                    each.name(),
                    modelOf(each),
                    each.retries()));
      }
    }
  }
}
