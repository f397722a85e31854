/**
 * What happens to the requests that a node coordinates, as events: for logs and meters, and as
 * windows for tests. A package of its own, since all packages of the coordinator tell them, and
 * those outside listen to them alone.
 */
@NullMarked
package io.quorate.replication.coordinator.event;

import org.jspecify.annotations.NullMarked;
