/**
 * How the other replicas cope, and what follows from it: which are asked first, which are spared,
 * which pass writes on to the others of their region, and when one more is asked. {@link
 * io.quorate.replication.coordinator.track.TrackRecords} is told of each answer and each silence.
 *
 * <p>All of it is an opinion. What counts towards a quorum is decided by the operations, and no
 * answer here may change that: a wrong opinion costs time, never a write. Knows no operation and no
 * plan. On the way of a request it costs a look-up for what is sent and one for what is answered.
 */
@NullMarked
package io.quorate.replication.coordinator.track;

import org.jspecify.annotations.NullMarked;
