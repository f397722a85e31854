package io.quorate.cli.security;

import picocli.CommandLine.Command;

/** Holds the commands on certificates and keys. */
@Command(
    name = "security",
    description =
        "Makes certificates, by which nodes and clients know each other, and master keys, by which"
            + " nodes encrypt their disks; has nodes read certificates again; shows which user you"
            + " are to a cluster.")
public final class SecurityCommand {}
