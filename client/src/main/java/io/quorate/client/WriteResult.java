package io.quorate.client;

/**
 * A put or delete that is on stable storage of as many replicas as the level asked for.
 *
 * @param version the version written
 * @param info how it came about
 */
public record WriteResult(Version version, ResultInfo info) {}
