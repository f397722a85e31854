package io.quorate.runtime;

/**
 * The time that code on a lane goes by: the lane, on which it has something run later, and the
 * clock, by which it measures what has passed.
 */
public record LaneTime(Lane lane, Clock clock) {}
