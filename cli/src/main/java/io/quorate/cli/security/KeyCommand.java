package io.quorate.cli.security;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.node.MasterKeyFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a master key, by which a node encrypts what it writes to its disk. */
@Command(
    name = "key",
    description = {
      "Makes a master key, by which a node encrypts the values on its disk.",
      "Name the file in storage.master_key_file of the node. Keep a copy apart from the disks of"
          + " the cluster: without the key, what the node has stored cannot be read."
    })
public final class KeyCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "FILE", description = "File of the key, which only its owner may read.")
  private Path file = Path.of("");

  @Option(
      names = "--add",
      description =
          "Put the key before those that are in the file: the next start of the node encrypts by"
              + " it, and needs the others once more.")
  private boolean add;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  public KeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    String id = make();
    new Output(console, json)
        .result(
            new TreeMap<>(Map.of("file", file.toString(), "key", id)),
            () -> "master key " + id + " is in " + file);
    return ExitCode.DONE;
  }

  private String make() throws IOException {
    try {
      return add ? MasterKeyFile.add(file) : MasterKeyFile.create(file);
    } catch (FileAlreadyExistsException there) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "nothing was made: %s is there already, and is never overwritten. Give --add to put a new key before those in it"
              .formatted(file));
    } catch (NoSuchFileException missing) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          add
              ? "nothing was made: %s does not exist. Leave out --add to make it".formatted(file)
              : "nothing was made: the directory of %s is not there".formatted(file));
    } catch (IllegalArgumentException other) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "nothing was made: %s is not a file of master keys: %s"
              .formatted(file, other.getMessage()));
    }
  }
}
