package io.quorate.cli.security;

import picocli.CommandLine.Command;

/** Holds the commands on certificates. */
@Command(
    name = "security",
    description =
        "Makes certificates, by which nodes and clients know each other; has nodes read theirs"
            + " again; shows which user you are to a cluster.")
public final class SecurityCommand {}
