package io.quorate.node.config;

import java.util.Locale;

/**
 * One thing that can be set.
 *
 * @param key section and name, as {@code storage.block_cache}
 * @param fallback used when it is not set, as one would write it; empty if there is no fixed one
 */
record Setting<T>(String key, String fallback, Format<T> format) {

  /** The environment variable that overrides it, as {@code QUORATE_STORAGE_BLOCK_CACHE}. */
  String variable() {
    return Settings.VARIABLE_PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  String section() {
    return key.substring(0, key.indexOf('.'));
  }

  String name() {
    return key.substring(key.indexOf('.') + 1);
  }
}
