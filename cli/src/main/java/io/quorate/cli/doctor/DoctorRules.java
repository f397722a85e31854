package io.quorate.cli.doctor;

import io.quorate.cli.command.DiskLimits;
import io.quorate.cli.doctor.Finding.Severity;
import java.util.Comparator;
import java.util.List;

/** Every rule there is, and what they find together. */
final class DoctorRules {
  private DoctorRules() {}

  private static List<Rule> all(DiskLimits disks) {
    return List.of(
        ClusterRules::partitions,
        ClusterRules::leader,
        NodeRules::down,
        NodeRules::notReady,
        seen -> NodeRules.disk(seen, disks),
        NodeRules::damaged,
        RecordRules::conflicts,
        RecordRules::stamps,
        NodeRules::clock,
        NodeRules::unsteady,
        NodeRules::overloaded,
        NodeRules::breaker,
        NodeRules::stuck,
        NodeRules::announced,
        SecurityRules::insecure,
        SecurityRules::unrestricted,
        SecurityRules::openSecrets,
        SecurityRules::certificates,
        TokenRules::noKeys,
        TokenRules::oldKeys,
        NodeRules::lag,
        NodeRules::filling,
        RegionRules::away,
        RegionRules::behind,
        TopologyRules::lost,
        TopologyRules::waiting,
        TopologyRules::notBegun,
        TopologyRules::paused,
        TopologyRules::markedDown,
        TopologyRules::spare,
        TopologyRules::uneven,
        HealingRules::marks,
        HealingRules::hints,
        HealingRules::paused,
        HealingRules::deadLetters,
        HealingRules::comparisons,
        HealingRules::purging,
        ClusterRules::behind,
        ClusterRules::settings,
        ClusterRules::versions,
        UpgradeRules::open,
        VoterRules::regions,
        VoterRules::zones,
        TenantRules::unknown,
        TenantRules::levels,
        TenantRules::single,
        TenantRules::restored,
        TenantRules::zones);
  }

  /** What is wrong, the worst first. */
  static List<Finding> examine(Observations seen, DiskLimits disks) {
    return all(disks).stream()
        .flatMap(rule -> rule.examine(seen).stream())
        .sorted(Comparator.comparing(Finding::severity))
        .toList();
  }

  /** 0: all is well; 1: an operator should look; 2: something is wrong. */
  static int exitCode(List<Finding> found) {
    if (found.isEmpty()) {
      return 0;
    }
    return found.get(0).severity() == Severity.PROBLEM ? 2 : 1;
  }
}
