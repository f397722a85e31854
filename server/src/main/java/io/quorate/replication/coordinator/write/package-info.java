/**
 * Puts, deletes and updates of keys that merge. {@code WriteOperation} sends a record to all
 * replicas, counts, stamps again and sees to hints; what the record is, and how it gets its
 * version, is a {@code Content} of the tenant's model. Writes of clients that stamp ask first
 * ({@code OnceOperation}), and so do deletes of siblings and removals that name nothing. Start at
 * {@link io.quorate.replication.coordinator.write.WriteEntry}, which chooses; linearizable keys are
 * handed to package {@code register}.
 *
 * <p>No rule of one model stands in {@code WriteOperation}. From the moment a record may have
 * reached another node, a write that fails says that it may take effect. Each replica that is to
 * have the record acknowledges it or has a hint, or its partition is marked.
 */
@NullMarked
package io.quorate.replication.coordinator.write;

import org.jspecify.annotations.NullMarked;
