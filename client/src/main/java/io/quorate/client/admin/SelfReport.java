package io.quorate.client.admin;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What a node says of itself. */
public sealed interface SelfReport {
  /** Its version. */
  String software();

  /** Before it serves; empty: it serves. */
  String waitingFor();

  ClusterStatus.Disk disk();

  /** Why its disk takes no writes; empty if it does. */
  String diskReason();

  /** Of the file system of its data directory; 0: not known. */
  long diskBytes();

  long diskUsedBytes();

  /**
   * Returns the bytes of that file system that the node can still write, without those that are
   * kept for the superuser. Empty if the node does not know it, or is of an earlier release, which
   * does not tell it; {@link #diskBytes} is 0 in the first case.
   */
  OptionalLong diskAvailableBytes();

  /**
   * Returns how full that file system is, from 0 to 1, as df(1) shows it: what is used, of what is
   * used and what the node can still write. 0 if it is not known.
   */
  default double diskUsage() {
    long reachable =
        diskAvailableBytes().isPresent()
            ? diskUsedBytes() + diskAvailableBytes().getAsLong()
            : diskBytes();
    return reachable == 0 ? 0 : (double) diskUsedBytes() / reachable;
  }

  /** Whether its clock is so far off that it stamps no writes. */
  boolean clockSkewed();

  /** Of the median of its live peers'. */
  long clockAheadMillis();

  /** Of the cluster's state that it has applied. */
  long stateVersion();

  /** Records that it could not deliver and keeps for an operator. */
  long deadLetters();

  /** Whether it delivers no hints, since an operator has paused that. */
  boolean hintsPaused();

  /** With other replicas that it begins, of one partition and replica each. */
  int comparisons();

  /** Of these, that did not find the two equal, or make them so, for long. */
  int comparisonsOverdue();

  /** Since the one that did so longest ago did. */
  long comparisonAgeMillis();

  /** Out of service there, since its disk does not give back all of them. */
  int damagedPartitions();

  /** How far it is with partitions that it must be filled with. */
  Filling filling();

  /** What it holds that is deleted, and what becomes of that. */
  Purging purging();

  /** Records of one version that met there since the node started. */
  List<VersionConflicts> versionConflicts();

  /** Records that it refused since it started, for no clock can have shown the time they carry. */
  long stampsRefused();

  /**
   * Why all who reach it may do everything, as the rest of a sentence that begins with the node;
   * empty: it knows no reason.
   */
  String insecure();

  /**
   * Settings of it, such as {@code tls.key}, that name files of secrets which other users of its
   * machine may read.
   */
  List<String> openSecrets();

  /**
   * Why it could not read the keys of the identity provider when it last tried; empty: it could, or
   * takes no tokens.
   */
  String tokenKeysReason();

  /** Whether it has no keys of the identity provider now, so that it takes no token. */
  boolean tokenKeysMissing();

  /**
   * What an operator has to put right about its certificates: files that it does not take, or a
   * certificate that has expired or was revoked, or a list that is out of date; empty: nothing.
   */
  String certificatesReason();

  /** Of clients that it answered in the last 10 to 20 s. */
  int recentRequests();

  /** Of these, refused as it is asked too much, or more than a tenant's limits. */
  int recentRequestsRefused();

  /** Settings that must be equal on all nodes. */
  Map<String, String> clusterSettings();

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .software(software())
        .waitingFor(waitingFor())
        .disk(disk())
        .diskReason(diskReason())
        .diskBytes(diskBytes())
        .diskUsedBytes(diskUsedBytes())
        .diskAvailableBytes(diskAvailableBytes())
        .clockSkewed(clockSkewed())
        .clockAheadMillis(clockAheadMillis())
        .stateVersion(stateVersion())
        .deadLetters(deadLetters())
        .hintsPaused(hintsPaused())
        .comparisons(comparisons())
        .comparisonsOverdue(comparisonsOverdue())
        .comparisonAgeMillis(comparisonAgeMillis())
        .damagedPartitions(damagedPartitions())
        .filling(filling())
        .purging(purging())
        .versionConflicts(versionConflicts())
        .stampsRefused(stampsRefused())
        .insecure(insecure())
        .openSecrets(openSecrets())
        .tokenKeysReason(tokenKeysReason())
        .tokenKeysMissing(tokenKeysMissing())
        .certificatesReason(certificatesReason())
        .recentRequests(recentRequests())
        .recentRequestsRefused(recentRequestsRefused())
        .clusterSettings(clusterSettings());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private String software = "";
    private String waitingFor = "";
    private ClusterStatus.Disk disk = ClusterStatus.Disk.UNKNOWN;
    private String diskReason = "";
    private long diskBytes;
    private long diskUsedBytes;
    private OptionalLong diskAvailableBytes = OptionalLong.empty();
    private boolean clockSkewed;
    private long clockAheadMillis;
    private long stateVersion;
    private long deadLetters;
    private boolean hintsPaused;
    private int comparisons;
    private int comparisonsOverdue;
    private long comparisonAgeMillis;
    private int damagedPartitions;
    private Filling filling = Filling.NONE;
    private Purging purging = Purging.NOTHING;
    private List<VersionConflicts> versionConflicts = List.of();
    private long stampsRefused;
    private String insecure = "";
    private List<String> openSecrets = List.of();
    private String tokenKeysReason = "";
    private boolean tokenKeysMissing;
    private String certificatesReason = "";
    private int recentRequests;
    private int recentRequestsRefused;
    private Map<String, String> clusterSettings = Map.of();

    private Builder() {}

    public Builder software(String software) {
      this.software = software;
      return this;
    }

    public Builder waitingFor(String waitingFor) {
      this.waitingFor = waitingFor;
      return this;
    }

    public Builder disk(ClusterStatus.Disk disk) {
      this.disk = disk;
      return this;
    }

    public Builder diskReason(String diskReason) {
      this.diskReason = diskReason;
      return this;
    }

    public Builder diskBytes(long diskBytes) {
      this.diskBytes = diskBytes;
      return this;
    }

    public Builder diskUsedBytes(long diskUsedBytes) {
      this.diskUsedBytes = diskUsedBytes;
      return this;
    }

    public Builder diskAvailableBytes(OptionalLong diskAvailableBytes) {
      this.diskAvailableBytes = diskAvailableBytes;
      return this;
    }

    public Builder clockSkewed(boolean clockSkewed) {
      this.clockSkewed = clockSkewed;
      return this;
    }

    public Builder clockAheadMillis(long clockAheadMillis) {
      this.clockAheadMillis = clockAheadMillis;
      return this;
    }

    public Builder stateVersion(long stateVersion) {
      this.stateVersion = stateVersion;
      return this;
    }

    public Builder deadLetters(long deadLetters) {
      this.deadLetters = deadLetters;
      return this;
    }

    public Builder hintsPaused(boolean hintsPaused) {
      this.hintsPaused = hintsPaused;
      return this;
    }

    public Builder comparisons(int comparisons) {
      this.comparisons = comparisons;
      return this;
    }

    public Builder comparisonsOverdue(int comparisonsOverdue) {
      this.comparisonsOverdue = comparisonsOverdue;
      return this;
    }

    public Builder comparisonAgeMillis(long comparisonAgeMillis) {
      this.comparisonAgeMillis = comparisonAgeMillis;
      return this;
    }

    public Builder damagedPartitions(int damagedPartitions) {
      this.damagedPartitions = damagedPartitions;
      return this;
    }

    public Builder filling(Filling filling) {
      this.filling = filling;
      return this;
    }

    public Builder purging(Purging purging) {
      this.purging = purging;
      return this;
    }

    public Builder versionConflicts(List<VersionConflicts> versionConflicts) {
      this.versionConflicts = versionConflicts;
      return this;
    }

    public Builder stampsRefused(long stampsRefused) {
      this.stampsRefused = stampsRefused;
      return this;
    }

    public Builder insecure(String insecure) {
      this.insecure = insecure;
      return this;
    }

    public Builder openSecrets(List<String> openSecrets) {
      this.openSecrets = openSecrets;
      return this;
    }

    public Builder tokenKeysReason(String tokenKeysReason) {
      this.tokenKeysReason = tokenKeysReason;
      return this;
    }

    public Builder tokenKeysMissing(boolean tokenKeysMissing) {
      this.tokenKeysMissing = tokenKeysMissing;
      return this;
    }

    public Builder certificatesReason(String certificatesReason) {
      this.certificatesReason = certificatesReason;
      return this;
    }

    public Builder recentRequests(int recentRequests) {
      this.recentRequests = recentRequests;
      return this;
    }

    public Builder recentRequestsRefused(int recentRequestsRefused) {
      this.recentRequestsRefused = recentRequestsRefused;
      return this;
    }

    public Builder clusterSettings(Map<String, String> clusterSettings) {
      this.clusterSettings = clusterSettings;
      return this;
    }

    public SelfReport build() {
      return new SelfReportValues(
          software,
          waitingFor,
          disk,
          diskReason,
          diskBytes,
          diskUsedBytes,
          diskAvailableBytes,
          clockSkewed,
          clockAheadMillis,
          stateVersion,
          deadLetters,
          hintsPaused,
          comparisons,
          comparisonsOverdue,
          comparisonAgeMillis,
          damagedPartitions,
          filling,
          purging,
          versionConflicts,
          stampsRefused,
          insecure,
          openSecrets,
          tokenKeysReason,
          tokenKeysMissing,
          certificatesReason,
          recentRequests,
          recentRequestsRefused,
          clusterSettings);
    }

    private record SelfReportValues(
        String software,
        String waitingFor,
        ClusterStatus.Disk disk,
        String diskReason,
        long diskBytes,
        long diskUsedBytes,
        OptionalLong diskAvailableBytes,
        boolean clockSkewed,
        long clockAheadMillis,
        long stateVersion,
        long deadLetters,
        boolean hintsPaused,
        int comparisons,
        int comparisonsOverdue,
        long comparisonAgeMillis,
        int damagedPartitions,
        Filling filling,
        Purging purging,
        List<VersionConflicts> versionConflicts,
        long stampsRefused,
        String insecure,
        List<String> openSecrets,
        String tokenKeysReason,
        boolean tokenKeysMissing,
        String certificatesReason,
        int recentRequests,
        int recentRequestsRefused,
        Map<String, String> clusterSettings)
        implements SelfReport {
      SelfReportValues {
        versionConflicts = List.copyOf(versionConflicts);
        openSecrets = List.copyOf(openSecrets);
        clusterSettings = Map.copyOf(new TreeMap<>(clusterSettings));
      }
    }
  }
}
