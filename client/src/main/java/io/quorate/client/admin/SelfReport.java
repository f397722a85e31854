package io.quorate.client.admin;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node says of itself.
 *
 * @param software its version
 * @param waitingFor before it serves; empty: it serves
 * @param diskReason why its disk takes no writes; empty if it does
 * @param diskBytes of the file system of its data directory; 0: not known
 * @param clockSkewed whether its clock is so far off that it stamps no writes
 * @param clockAheadMillis of the median of its live peers'
 * @param stateVersion of the cluster's state that it has applied
 * @param deadLetters records that it could not deliver and keeps for an operator
 * @param hintsPaused whether it delivers no hints, since an operator has paused that
 * @param comparisons with other replicas that it begins, of one partition and replica each
 * @param comparisonsOverdue of these, that did not find the two equal, or make them so, for long
 * @param comparisonAgeMillis since the one that did so longest ago did
 * @param damagedPartitions out of service there, since its disk does not give back all of them
 * @param filling how far it is with partitions that it must be filled with
 * @param purging what it holds that is deleted, and what becomes of that
 * @param versionConflicts records of one version that met there since the node started
 * @param stampsRefused records that it refused since it started, for no clock can have shown the
 *     time they carry
 * @param recentRequests of clients that it answered in the last 10 to 20 s
 * @param recentRequestsRefused of these, refused as it is asked too much, or more than a tenant's
 *     limits
 * @param clusterSettings settings that must be equal on all nodes
 */
public record SelfReport(
    String software,
    String waitingFor,
    ClusterStatus.Disk disk,
    String diskReason,
    long diskBytes,
    long diskUsedBytes,
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
    int recentRequests,
    int recentRequestsRefused,
    Map<String, String> clusterSettings) {
  public SelfReport {
    versionConflicts = List.copyOf(versionConflicts);
    clusterSettings = Map.copyOf(new TreeMap<>(clusterSettings));
  }
}
