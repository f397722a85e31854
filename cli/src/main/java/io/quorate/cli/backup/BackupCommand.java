package io.quorate.cli.backup;

import picocli.CommandLine.Command;

/** Holds the commands on backups. */
@Command(
    name = "backup",
    description = {
      "Backs up tenants to files, and lists, verifies and deletes backups.",
      "quorate restore brings tenants back."
    })
public final class BackupCommand {}
