package io.quorate.client.admin;

/**
 * Records that differ and have one version, which happens only if two processes ran as one node:
 * its data directory was copied, or its machine was set back.
 *
 * @param node that they ran as
 * @param incarnation the start of it that both counted
 * @param records that met; each time one of two was lost
 */
public record VersionConflicts(String node, int incarnation, long records) {}
