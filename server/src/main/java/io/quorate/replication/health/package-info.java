/**
 * Which nodes can be counted on, from the traffic and heartbeats that flow anyway, and whether this
 * node's clock can be.
 *
 * <p>Start at {@link io.quorate.replication.health.Liveness}. What is told here is an opinion of
 * one node at one moment: it decides which node to ask and when to fail fast, never what is true of
 * the data.
 */
@NullMarked
package io.quorate.replication.health;

import org.jspecify.annotations.NullMarked;
