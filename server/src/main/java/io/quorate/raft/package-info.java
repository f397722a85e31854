/**
 * Raft, as a machine that takes messages, ticks and proposals in and says what to persist, send and
 * apply. It replicates bytes and never looks inside them.
 *
 * <p>Start at {@link io.quorate.raft.Raft}, whose contract stands on {@link io.quorate.raft.Ready};
 * then {@code RaftRules} (the decisions that safety depends on), {@code Elections} (the role of
 * this node, and how it changes), {@code Leadership} (what it does while it leads), {@code
 * Following} (what it does while it follows) and {@code RaftLog}.
 *
 * <p>What others say is judged before it has an effect: {@code Bounds}, {@code Contradictions} and
 * {@code TermAllowance} say what {@code Raft} refuses to believe.
 *
 * <p>No clock, no threads, no I/O: time arrives as {@code tick()}, chance as a function of the
 * caller. Only {@code model}, {@code bytes} and {@code event} may be used here. Numbers in comments
 * are sections of Ongaro, <i>Consensus: Bridging Theory and Practice</i> (2014).
 */
@NullMarked
package io.quorate.raft;

import org.jspecify.annotations.NullMarked;
