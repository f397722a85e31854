/**
 * What drives a Raft group on a lane, whatever the group decides about: disk, then network, then
 * state machine.
 *
 * <p>Start at {@link io.quorate.group.RaftDriver}. Metadata and locks are a group each.
 */
@NullMarked
package io.quorate.group;

import org.jspecify.annotations.NullMarked;
