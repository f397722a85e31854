/**
 * Rounds that take deleted records away for good (DESIGN section 6; MODEL-CHECK F8). Nodes report
 * what they hold; whoever leads the metadata group looks at the reports and proposes the next step
 * of a round; nodes follow the state that results. Nobody is asked anything.
 *
 * <p>Start at {@link io.quorate.purge.PurgeDriver}. It knows values only: no clock, no network, no
 * store; time and reports are handed in, commands come out.
 */
@NullMarked
package io.quorate.purge;

import org.jspecify.annotations.NullMarked;
