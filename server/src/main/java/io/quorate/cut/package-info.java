/**
 * Takes a cut from step to step: one moment over all partitions, of which a backup can be taken
 * (docs/design/cuts.md). Nodes report how far their replicas are; the leader of the metadata group
 * looks at the reports and proposes the next step; nodes follow the state that results. No step
 * waits for an answer to a question.
 *
 * <p>Start at {@link io.quorate.cut.CutDriver}; what is safe is decided in {@code CutRules}. It
 * knows values only: no clock, no network, no store; time and reports are handed in, commands come
 * out.
 */
@NullMarked
package io.quorate.cut;

import org.jspecify.annotations.NullMarked;
