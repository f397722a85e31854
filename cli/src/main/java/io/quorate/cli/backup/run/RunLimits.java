package io.quorate.cli.backup.run;

import java.time.Duration;

/**
 * How much a backup or a restore asks of a cluster, and for how long it goes on asking.
 *
 * @param parallel requests at a time, at most
 * @param bytesPerSecond of keys and contents, at most; 0: no limit
 * @param giveUp for how long a request is tried again before the run stops
 */
public record RunLimits(int parallel, long bytesPerSecond, Duration giveUp) {}
