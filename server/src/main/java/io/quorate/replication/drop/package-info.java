/**
 * What a node does with the records of tenants that were dropped or truncated
 * (docs/design/dropped-tenants.md).
 *
 * <p>{@link io.quorate.replication.drop.DroppedRecords} takes away what lies here. That nothing is
 * stored under their ids any more is the replica's own doing.
 */
@NullMarked
package io.quorate.replication.drop;

import org.jspecify.annotations.NullMarked;
