package io.quorate.cli.config;

import picocli.CommandLine.Command;

/** Holds the commands on the configuration of a node. */
@Command(
    name = "config",
    description =
        "Reads the configuration of a node as the node would, without starting it: says whether it"
            + " can be used, and what is in force.")
public final class ConfigCommand {}
