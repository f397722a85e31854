package io.quorate.cli.backup;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which tenants can be in an exact backup. The cluster refuses the others, too, one at a time; here
 * all of them are named before anything is asked of it, with commands that back all of them up.
 *
 * @param asOf a moment that has passed; null: one that the cluster chooses
 * @param all that are to be in the backup
 */
record ExactTenants(@Nullable Instant asOf, List<Tenant> all) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

  ExactTenants {
    all = List.copyOf(all);
  }

  /**
   * @param place where the backup is to be, as {@code --to} says it
   * @throws CommandFailedException if some tenant cannot be in it
   */
  void require(String place) {
    List<String> objections = new ArrayList<>();
    for (Tenant each : all) {
      if (!isMerged(each) && lacksHistory(each)) {
        objections.add("tenant '%s' has no history".formatted(each.name()));
      } else if (isMerged(each)) {
        objections.add(
            "tenant '%s' has model %s"
                .formatted(each.name(), each.settings().get(TenantSetting.MODEL)));
      }
    }
    if (!objections.isEmpty()) {
      throw Reasons.failed(
          "nothing was backed up: %s, and %s. These back up what there can be of each tenant:%s"
              .formatted(String.join(", ", objections), rule(), commands(place)));
    }
  }

  /** Whether its records are not of one time, so that there is no such moment of them. */
  private static boolean isMerged(Tenant tenant) {
    Model model = tenant.settings().get(TenantSetting.MODEL);
    return model != null && model != Model.LAST_WRITE_WINS;
  }

  /** Whether it is not known what it held at the moment. */
  private boolean lacksHistory(Tenant tenant) {
    Duration history = tenant.settings().get(TenantSetting.HISTORY);
    return asOf != null && history != null && history.isZero();
  }

  private String rule() {
    return asOf == null
        ? "an exact backup is of tenants with model LAST_WRITE_WINS"
        : "a backup as of a moment that has passed is of tenants with model LAST_WRITE_WINS that"
            + " have a history (quorate tenant alter NAME --history 24h: from then on)";
  }

  private String commands(String place) {
    StringBuilder commands = new StringBuilder();
    List<Tenant> ofMoment =
        all.stream().filter(each -> !isMerged(each) && !lacksHistory(each)).toList();
    List<Tenant> ofNow =
        all.stream().filter(each -> !isMerged(each) && lacksHistory(each)).toList();
    List<Tenant> fuzzy = all.stream().filter(ExactTenants::isMerged).toList();
    add(commands, place, asOf == null ? " --exact" : " --as-of " + asOf, ofMoment);
    add(commands, place, " --exact", ofNow);
    add(commands, place, "", fuzzy);
    return commands.toString();
  }

  private static void add(StringBuilder commands, String place, String kind, List<Tenant> tenants) {
    if (!tenants.isEmpty()) {
      commands
          .append("\n  quorate backup create --to ")
          .append(word(place))
          .append(kind)
          .append(
              tenants.stream()
                  .map(each -> " --tenant " + word(each.name()))
                  .collect(Collectors.joining()));
    }
  }

  private static String word(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
