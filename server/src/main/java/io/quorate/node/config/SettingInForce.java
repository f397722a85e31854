package io.quorate.node.config;

import org.jspecify.annotations.Nullable;

/**
 * One setting as it holds for a node.
 *
 * @param key section and name, as {@code storage.block_cache}
 * @param value as one would write it; empty if it follows from other settings
 * @param fallback its default, as one would write it; empty if that follows from other settings
 * @param place where the value was given; null for the default
 * @param variable the environment variable that overrides what a file says
 * @param changed whether the value means something else than the default
 */
public record SettingInForce(
    String key,
    String value,
    String fallback,
    @Nullable Place place,
    String variable,
    boolean changed) {}
