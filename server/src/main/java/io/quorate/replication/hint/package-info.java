/**
 * Hinted handoff: what this node owes to replicas that were away, and its delivery once they are
 * back (docs/design/protocol.md#healing).
 *
 * <p>A hint is a reference to a record that this node holds. It is written with the record, and
 * taken away when its target has the record or something newer. Nothing is dropped in silence: past
 * its bound a partition of the target is marked for repair, durably. Knows nothing of operations
 * and messages; the coordinator is its {@link io.quorate.replication.hint.Courier}.
 */
@NullMarked
package io.quorate.replication.hint;

import org.jspecify.annotations.NullMarked;
