package io.quorate.client.internal.kv;

import java.time.Duration;

/** What holds for operations that say nothing else. */
public record Defaults(String tenant, Duration timeout) {}
