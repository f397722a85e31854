package io.quorate.cli.backup;

import java.time.Duration;

/**
 * How much of a cluster a backup or a restore takes.
 *
 * @param parallel requests at a time
 * @param bytesPerSecond of keys and contents, at most; 0: no limit
 * @param giveUp for how long a request is tried again before all ends
 */
record Effort(int parallel, long bytesPerSecond, Duration giveUp) {}
