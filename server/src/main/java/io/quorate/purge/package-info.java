/**
 * Rounds that take deleted records away for good (docs/design/purge.md). Nodes report what they
 * hold; the leader of the metadata group looks at the reports and proposes the next step of a
 * round; nodes follow the state that results. No step waits for an answer to a question.
 *
 * <p>Start at {@link io.quorate.purge.PurgeDriver}. It knows values only: no clock, no network, no
 * store; time and reports are handed in, commands come out.
 */
@NullMarked
package io.quorate.purge;

import org.jspecify.annotations.NullMarked;
