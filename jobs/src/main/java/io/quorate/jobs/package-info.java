/**
 * Jobs that several processes run by their schedules, each run by one of them, and with one result.
 *
 * <p>Start at {@link io.quorate.jobs.JobScheduler}, which runs jobs, and {@link
 * io.quorate.jobs.Jobs}, which creates and shows them. All that is stored of a job is one key of a
 * tenant with model LINEARIZABLE ({@code JobState}, as {@code JobCodec} writes it); {@code Runner}
 * takes a job through one run. Nothing but the client's public API, cron-utils and Jackson is used
 * here, and neither of these two is seen by callers.
 */
@NullMarked
package io.quorate.jobs;

import org.jspecify.annotations.NullMarked;
