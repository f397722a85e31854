package io.quorate.cli;

import io.quorate.cli.access.GrantCommand;
import io.quorate.cli.access.RevokeCommand;
import io.quorate.cli.access.RoleCommand;
import io.quorate.cli.access.UserCommand;
import io.quorate.cli.access.WhoAmICommand;
import io.quorate.cli.backup.BackupCommand;
import io.quorate.cli.backup.CreateCommand;
import io.quorate.cli.backup.DeleteBackupCommand;
import io.quorate.cli.backup.EndCutCommand;
import io.quorate.cli.backup.GiveUpRestoreCommand;
import io.quorate.cli.backup.ListCommand;
import io.quorate.cli.backup.NewestCommand;
import io.quorate.cli.backup.RestoreCommand;
import io.quorate.cli.backup.VerifyCommand;
import io.quorate.cli.bench.BenchCommand;
import io.quorate.cli.bench.OverloadCommand;
import io.quorate.cli.config.CheckCommand;
import io.quorate.cli.config.ConfigCommand;
import io.quorate.cli.config.ShowCommand;
import io.quorate.cli.dev.AddNodeCommand;
import io.quorate.cli.dev.DevCommand;
import io.quorate.cli.dev.WarmCommand;
import io.quorate.cli.doctor.DoctorCommand;
import io.quorate.cli.job.JobCommand;
import io.quorate.cli.key.CasCommand;
import io.quorate.cli.key.CounterCommand;
import io.quorate.cli.key.DeleteCommand;
import io.quorate.cli.key.FieldsCommand;
import io.quorate.cli.key.GetCommand;
import io.quorate.cli.key.IncrementCommand;
import io.quorate.cli.key.MapCommand;
import io.quorate.cli.key.PutCommand;
import io.quorate.cli.key.ScanCommand;
import io.quorate.cli.key.SetCommand;
import io.quorate.cli.lock.AcquireCommand;
import io.quorate.cli.lock.LockCommand;
import io.quorate.cli.maintenance.DeadLettersCommand;
import io.quorate.cli.maintenance.HintsCommand;
import io.quorate.cli.maintenance.LogCommand;
import io.quorate.cli.maintenance.NodeCommand;
import io.quorate.cli.maintenance.ReloadCommand;
import io.quorate.cli.maintenance.RepairCommand;
import io.quorate.cli.metadata.MetadataCommand;
import io.quorate.cli.output.Console;
import io.quorate.cli.restart.RestartCommand;
import io.quorate.cli.security.InitCommand;
import io.quorate.cli.security.KeyCommand;
import io.quorate.cli.security.SecurityCommand;
import io.quorate.cli.server.ServerCommand;
import io.quorate.cli.shell.Commands;
import io.quorate.cli.shell.CompletionCommand;
import io.quorate.cli.shell.ShellCommand;
import io.quorate.cli.tenant.TenantCommand;
import io.quorate.cli.topology.ClusterCommand;
import io.quorate.cli.topology.ClusterReadmitCommand;
import io.quorate.cli.topology.ClusterStatusCommand;
import io.quorate.cli.topology.PlanCommand;
import io.quorate.cli.topology.TokenCommand;
import io.quorate.cli.transfer.ExportCommand;
import io.quorate.cli.transfer.ImportCommand;
import io.quorate.cli.upgrade.UpgradeCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * The commands by their names, each made when it is needed. To make all of them takes a fifth of a
 * second, as a command is made of the annotations of many options.
 */
final class CommandTable {
  /** Commands that look at all others. */
  private static final Set<String> OF_ALL = Set.of("shell", "completion", "help");

  private final Map<String, Supplier<Object>> commands;

  private CommandTable(Map<String, Supplier<Object>> commands) {
    this.commands = commands;
  }

  /**
   * Returns all commands.
   *
   * @param shell runs those that are typed in a shell
   */
  static CommandTable of(Console console, Commands shell) {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("put", () -> new PutCommand(console));
    all.put("get", () -> new GetCommand(console));
    all.put("delete", () -> new DeleteCommand(console));
    all.put("scan", () -> new ScanCommand(console));
    all.put("cas", () -> new CasCommand(console));
    all.put("increment", () -> new IncrementCommand(console));
    all.put("fields", () -> new FieldsCommand(console));
    all.put("counter", () -> new CounterCommand(console));
    all.put("set", () -> new SetCommand(console));
    all.put("map", () -> new MapCommand(console));
    all.put(
        "lock",
        () -> new CommandLine(new LockCommand(console)).addSubcommand(new AcquireCommand(console)));
    all.put("job", () -> new JobCommand(console));
    all.put(
        "cluster",
        () ->
            new CommandLine(new ClusterCommand(console))
                .addSubcommand(new ClusterStatusCommand(console))
                .addSubcommand(new PlanCommand(console))
                .addSubcommand(new ClusterReadmitCommand(console))
                .addSubcommand(new RestartCommand(console))
                .addSubcommand(new TokenCommand(console))
                .addSubcommand(new UpgradeCommand(console)));
    all.put("doctor", () -> new DoctorCommand(console));
    all.put("tenant", () -> new TenantCommand(console));
    all.put(
        "hints",
        () ->
            new CommandLine(new HintsCommand(console))
                .addSubcommand(new DeadLettersCommand(console)));
    all.put("repair", () -> new RepairCommand(console));
    all.put("log", () -> new LogCommand(console));
    all.put("node", () -> new NodeCommand(console));
    all.put("metadata", () -> new MetadataCommand(console));
    all.put(
        "security",
        () ->
            new CommandLine(new SecurityCommand())
                .addSubcommand(new InitCommand(console))
                .addSubcommand(new KeyCommand(console))
                .addSubcommand(new WhoAmICommand(console))
                .addSubcommand(new ReloadCommand(console)));
    all.put("user", () -> new UserCommand(console));
    all.put("role", () -> new RoleCommand(console));
    all.put("grant", () -> new GrantCommand(console));
    all.put("revoke", () -> new RevokeCommand(console));
    all.put("import", () -> new ImportCommand(console));
    all.put("export", () -> new ExportCommand(console));
    all.put(
        "backup",
        () ->
            new CommandLine(new BackupCommand())
                .addSubcommand(new CreateCommand(console))
                .addSubcommand(new ListCommand(console))
                .addSubcommand(new NewestCommand(console))
                .addSubcommand(new VerifyCommand(console))
                .addSubcommand(new DeleteBackupCommand(console))
                .addSubcommand(new EndCutCommand(console))
                .addSubcommand(new GiveUpRestoreCommand(console)));
    all.put("restore", () -> new RestoreCommand(console));
    all.put(
        "bench",
        () ->
            new CommandLine(new BenchCommand(console)).addSubcommand(new OverloadCommand(console)));
    all.put(
        "dev",
        () ->
            new CommandLine(new DevCommand(console, Main.class))
                .addSubcommand(new AddNodeCommand(console)));
    all.put("warm", () -> new WarmCommand(console));
    all.put("server", () -> new ServerCommand(console));
    all.put(
        "config",
        () ->
            new CommandLine(new ConfigCommand())
                .addSubcommand(new CheckCommand(console))
                .addSubcommand(new ShowCommand(console)));
    all.put("shell", () -> new ShellCommand(console, shell));
    all.put("completion", () -> new CompletionCommand(console));
    all.put("help", HelpCommand::new);
    return new CommandTable(all);
  }

  /** Adds the command that words name; all if they name none, or one that looks at all. */
  void addTo(CommandLine root, List<String> words) {
    String first = words.isEmpty() ? "" : words.getFirst();
    Supplier<Object> only = OF_ALL.contains(first) ? null : commands.get(first);
    if (only == null) {
      commands.forEach((name, command) -> root.addSubcommand(name, command.get()));
    } else {
      root.addSubcommand(first, only.get());
    }
  }

  /** Whether it has all commands: a tree that has those that look at all others does. */
  static boolean isWhole(CommandLine root) {
    return root.getSubcommands().keySet().containsAll(OF_ALL);
  }
}
