/**
 * Raft, as a machine that takes messages, ticks and proposals in and says what to persist, send and
 * apply. It replicates bytes and never looks inside them.
 *
 * <p>Start at {@link io.quorate.raft.Raft}, whose contract stands on {@link io.quorate.raft.Ready};
 * then {@code Rules} (the questions that safety hangs on), {@code Leadership} and {@code RaftLog}.
 * No clock, no threads, no I/O: time arrives as {@code tick()}, chance as a function of the caller.
 * Only {@code model} may be used here. Numbers in comments are sections of Ongaro, <i>Consensus:
 * Bridging Theory and Practice</i> (2014).
 */
@NullMarked
package io.quorate.raft;

import org.jspecify.annotations.NullMarked;
