package io.quorate.cli.doctor;

import io.quorate.client.admin.ClusterStatus.Disk;
import io.quorate.client.admin.Filling;
import io.quorate.client.admin.Purging;
import io.quorate.client.admin.SelfReport;
import io.quorate.client.admin.VersionConflicts;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What a node says of itself that is well, but for what is set. */
final class Said {
  private String software = "1.0";
  private String waitingFor = "";
  private Disk disk = Disk.WRITABLE;
  private long diskUsed = 50;
  private OptionalLong diskAvailable = OptionalLong.empty();
  private boolean clockSkewed;
  private long stateVersion = 9;
  private long deadLetters;
  private boolean hintsPaused;
  private int comparisonsOverdue;
  private long comparisonAgeMillis = 10;
  private int damagedPartitions;
  private Purging purging = Purging.NOTHING;
  private List<VersionConflicts> conflicts = List.of();
  private int requests = 1_000;
  private int requestsRefused;
  private String insecure = "";
  private List<String> openSecrets = List.of();
  private String tokenKeysReason = "";
  private boolean tokenKeysMissing;
  private String certificatesReason = "";
  private Map<String, String> settings = Map.of("s", "1");

  Said software(String version) {
    software = version;
    return this;
  }

  Said waitingFor(String what) {
    waitingFor = what;
    return this;
  }

  Said disk(Disk health, long usedOf100) {
    disk = health;
    diskUsed = usedOf100;
    return this;
  }

  /** A file system of 100 of which some are kept for the superuser. */
  Said disk(long used, long available) {
    diskUsed = used;
    diskAvailable = OptionalLong.of(available);
    return this;
  }

  Said clockSkewed() {
    clockSkewed = true;
    return this;
  }

  Said stateVersion(long version) {
    stateVersion = version;
    return this;
  }

  Said deadLetters(long letters) {
    deadLetters = letters;
    return this;
  }

  Said hintsPaused() {
    hintsPaused = true;
    return this;
  }

  Said comparisonsOverdue(int partitions, long ageMillis) {
    comparisonsOverdue = partitions;
    comparisonAgeMillis = ageMillis;
    return this;
  }

  Said damagedPartitions(int partitions) {
    damagedPartitions = partitions;
    return this;
  }

  Said purging(Purging standing) {
    purging = standing;
    return this;
  }

  Said conflict(VersionConflicts met) {
    conflicts = List.of(met);
    return this;
  }

  Said insecure(String why) {
    insecure = why;
    return this;
  }

  Said openSecrets(String... ofSettings) {
    openSecrets = List.of(ofSettings);
    return this;
  }

  Said tokenKeys(String why, boolean missing) {
    tokenKeysReason = why;
    tokenKeysMissing = missing;
    return this;
  }

  Said certificates(String toPutRight) {
    certificatesReason = toPutRight;
    return this;
  }

  Said requests(int recent, int refused) {
    requests = recent;
    requestsRefused = refused;
    return this;
  }

  /** The value of the one setting of the cluster. */
  Said setting(String value) {
    return settings(Map.of("s", value));
  }

  /** All settings of the cluster. */
  Said settings(Map<String, String> all) {
    settings = all;
    return this;
  }

  SelfReport report() {
    return SelfReport.builder()
        .software(software)
        .waitingFor(waitingFor)
        .disk(disk)
        .diskReason(disk == Disk.WRITABLE ? "" : "reason")
        .diskBytes(100)
        .diskUsedBytes(diskUsed)
        .diskAvailableBytes(diskAvailable)
        .clockSkewed(clockSkewed)
        .clockAheadMillis(clockSkewed ? -700 : 0)
        .stateVersion(stateVersion)
        .deadLetters(deadLetters)
        .hintsPaused(hintsPaused)
        .comparisons(8)
        .comparisonsOverdue(comparisonsOverdue)
        .comparisonAgeMillis(comparisonAgeMillis)
        .damagedPartitions(damagedPartitions)
        .filling(Filling.NONE)
        .purging(purging)
        .versionConflicts(conflicts)
        .insecure(insecure)
        .openSecrets(openSecrets)
        .tokenKeysReason(tokenKeysReason)
        .tokenKeysMissing(tokenKeysMissing)
        .certificatesReason(certificatesReason)
        .recentRequests(requests)
        .recentRequestsRefused(requestsRefused)
        .clusterSettings(settings)
        .build();
  }
}
