/**
 * Commands on jobs: what is stored of them. Programs with a {@code JobScheduler} run them.
 *
 * <p>Start at {@link io.quorate.cli.job.JobCommand}.
 */
@NullMarked
package io.quorate.cli.job;

import org.jspecify.annotations.NullMarked;
