package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.raft.EntryId;
import io.quorate.raft.Membership;

/**
 * What a stopped node holds of the metadata group: what an operator compares between survivors.
 *
 * @param term the latest it has seen
 * @param last where its log ends: whose is highest knows of everything that any of them acted upon
 * @param applied up to where it is known to be decided, and acted upon
 * @param membership the voters, by the latest entry of the log
 * @param state of the cluster, as it was acted upon
 */
public record GroupRecord(
    long term, EntryId last, EntryId applied, Membership membership, ClusterState state) {}
