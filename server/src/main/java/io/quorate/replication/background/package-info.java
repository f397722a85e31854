/**
 * How work that no client waits for (hints, comparing, copying, filling) makes way for work that
 * one does. And how it is done again and again ({@link
 * io.quorate.replication.background.Recurring}).
 *
 * <p>Each node measures by how much its clients' operations take longer while such work is done
 * than while it rests ({@link io.quorate.replication.background.Slowdown}), and tells the others
 * with its heartbeats. Background work with another node goes at a rate that falls while clients of
 * either feel it, and grows while they do not ({@link
 * io.quorate.replication.background.Allowance}). Between regions a bound in bytes comes on top
 * ({@link io.quorate.replication.background.RegionBandwidth}).
 */
@NullMarked
package io.quorate.replication.background;

import org.jspecify.annotations.NullMarked;
