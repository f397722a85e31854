package io.quorate.metadata;

import io.quorate.event.Event;
import io.quorate.event.Unmetered;

/**
 * Something worth knowing that happened while a node came into its cluster or changed it. A batch
 * of simulated runs must have met each.
 */
@Unmetered("only simulated runs must meet each")
public enum MetadataEvent implements Event {
  /** This node formed the cluster. */
  FORMED,
  /** This node was handed the genesis of its cluster. */
  ADOPTED,
  /** The node had died between saving the genesis and naming the cluster in its identity. */
  DIED_BETWEEN_GENESIS_AND_IDENTITY,
  /** A member came back and heard no other that could object. */
  CAME_BACK_UNHEARD,
  /** A command that was not decided for long was sent to the leader once more. */
  COMMAND_SENT_AGAIN,
  /** A command came out of the log a second time, and had no effect. */
  COMMAND_CAME_TWICE,
  /** A request of an operator came out of the log again, and found what was decided about it. */
  REQUEST_CAME_AGAIN,
  /** What became of a command was learnt from a leader's snapshot. */
  DECIDED_BY_SNAPSHOT,
  /**
   * The leader took a new member into the group, promoted one, or removed a node that is no member
   * any more.
   */
  GROUP_FOLLOWED_MEMBERS,
  /** The group decided that the cluster works at a higher version. */
  CLUSTER_VERSION_RAISED,
  /**
   * A leader that is to leave the cluster, or stands outside of the region where it is preferred,
   * handed leadership over, or tried to.
   */
  LEADER_HANDED_OVER,
  /** A node with an empty disk at a member's address waited for an operator's word. */
  WAITED_FOR_READMISSION
}
