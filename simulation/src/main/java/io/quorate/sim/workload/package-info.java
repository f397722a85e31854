/**
 * What clients do in a run: each workload is one small class behind {@link
 * io.quorate.sim.workload.Workload} and one line in {@code Kind.ALL}; each run draws which exist.
 *
 * <p>Start at {@link io.quorate.sim.workload.Workloads}. Workloads only ask; whether the answers
 * are right is for {@code sim.check} to say, to which the cluster tells every call.
 */
@NullMarked
package io.quorate.sim.workload;

import org.jspecify.annotations.NullMarked;
