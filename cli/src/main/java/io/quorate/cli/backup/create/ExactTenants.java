package io.quorate.cli.backup.create;

import io.quorate.cli.backup.run.OneMoment;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.output.ShellWord;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which tenants can be in a backup as of a moment that has passed. The cluster refuses the others,
 * too, one at a time; here all of them are named before anything is asked of it, with commands that
 * back all of them up.
 *
 * @param asOf the moment
 * @param all that are to be in the backup
 */
record ExactTenants(Instant asOf, List<Tenant> all) {
  ExactTenants {
    all = List.copyOf(all);
  }

  /** The tenants, by what there can be of them. */
  private static final class Sorted {
    private final List<Tenant> ofMoment = new ArrayList<>();
    private final List<Tenant> ofNow = new ArrayList<>();
    private final List<String> objections = new ArrayList<>();
  }

  /**
   * @param place where the backup is to be, as {@code --to} says it
   * @param options other ones that the commands need, as a shell takes them: each after a blank
   * @throws CommandFailedException if some tenant cannot be in it
   */
  void require(String place, String options) {
    Sorted sorted = sorted();
    if (!sorted.objections.isEmpty()) {
      throw Reasons.failed(
          ("nothing was backed up: %s, and a backup as of a moment that has passed is of tenants"
                  + " with model LAST_WRITE_WINS that have a history (quorate tenant alter NAME"
                  + " --history 24h: from then on). These back up what there can be of each"
                  + " tenant:%s%s")
              .formatted(
                  String.join(", ", sorted.objections),
                  command(place, " --as-of " + asOf, sorted.ofMoment, options),
                  command(place, " --exact", sorted.ofNow, options)));
    }
  }

  private Sorted sorted() {
    Sorted sorted = new Sorted();
    for (Tenant each : all) {
      if (!OneMoment.has(each)) {
        sorted.ofNow.add(each);
        sorted.objections.add(
            "tenant '%s' has model %s"
                .formatted(each.name(), each.settings().get(TenantSetting.MODEL)));
      } else if (lacksHistory(each)) {
        sorted.ofNow.add(each);
        sorted.objections.add("tenant '%s' has no history".formatted(each.name()));
      } else {
        sorted.ofMoment.add(each);
      }
    }
    return sorted;
  }

  /** Whether it is not known what it held at the moment. */
  private static boolean lacksHistory(Tenant tenant) {
    Duration history = tenant.settings().get(TenantSetting.HISTORY);
    return history != null && history.isZero();
  }

  private static String command(String place, String kind, List<Tenant> tenants, String options) {
    return tenants.isEmpty()
        ? ""
        : "\n  quorate backup create --to %s%s%s%s"
            .formatted(
                ShellWord.of(place),
                kind,
                tenants.stream()
                    .map(each -> " --tenant " + ShellWord.of(each.name()))
                    .collect(Collectors.joining()),
                options);
  }
}
