package io.quorate.client.admin;

/**
 * A member that has lost its disk, and may be replaced.
 *
 * @param node its id, 16 hexadecimal digits
 * @param address host:port at which a node with an empty disk takes its place
 */
public record Readmission(String node, String address) {}
