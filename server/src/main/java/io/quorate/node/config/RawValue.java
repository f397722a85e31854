package io.quorate.node.config;

/**
 * A value as it was written.
 *
 * @param place where: a line of a file, or the environment
 * @param name under which it was written: a key, or a variable
 */
record RawValue(String text, Place place, String name) {}
