/**
 * This node's part in the metadata group: the lane that runs Raft and carries out what it says, in
 * order; folds committed commands into the cluster's state; and publishes that state as a value.
 *
 * <p>Start at {@link io.quorate.metadata.MetadataGroup}; {@link io.quorate.group.RaftDriver} keeps
 * the order of disk, network and state machine, {@code CommittedLog} folds in what was decided,
 * {@code AppliedState} has what was folded in, and {@code Publication} what others were told of it.
 * {@code Proposals} brings commands to the leader wherever it is, where {@code ProposalIntake}
 * takes them. How a node comes to be a member is told in {@code bootstrap}. No layer above is
 * called from here: others are told through {@link io.quorate.metadata.MetadataListener}.
 */
@NullMarked
package io.quorate.metadata;

import org.jspecify.annotations.NullMarked;
