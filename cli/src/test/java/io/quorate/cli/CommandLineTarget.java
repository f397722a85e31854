package io.quorate.cli;

import io.quorate.cli.output.Console;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.WildBytes;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import picocli.CommandLine;

/** Words of a command line: each is taken, or refused as a mistake in the use of the command. */
public final class CommandLineTarget implements FuzzTarget {
  private static final List<String> LINES =
      List.of(
          "put key value --tenant orders --ttl 90s --level quorum --node 127.0.0.1:7401",
          "get key --level 2 --json",
          "scan --prefix a --limit 5 --keys-only",
          "import file.csv --format csv --key id --value text --concurrency 4 --resume",
          "export out.jsonl --tenant t",
          "cluster plan --add 2 --remove 000000000000000a",
          "tenant create orders --replicas 3 --zones z1=1",
          "hints dead-letters --node 3",
          "repair --tenant t --partition 7",
          "bench --clients 10 --duration 30s --value-bytes 100 --rate 1000",
          "server --config quorate.yml",
          "doctor --timeout 5s",
          "help import");

  private static final int INPUTS = 4;

  @Override
  public String name() {
    return "command-line";
  }

  @Override
  public int runsInCi() {
    return 10;
  }

  @Override
  public int oneOf() {
    return 100;
  }

  @Override
  public void run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    WildBytes wild = new WildBytes(random);
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console console =
        new Console(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false, false);
    CommandLine commands = Main.commandLine(console);
    for (int i = 0; i < INPUTS; i++) {
      byte[] line = LINES.get(random.nextInt(LINES.size())).getBytes(StandardCharsets.UTF_8);
      String words = new String(wild.mutated(line), StandardCharsets.UTF_8);
      try {
        var unused =
            commands.parseArgs(new ArrayList<>(List.of(words.split(" "))).toArray(String[]::new));
      } catch (CommandLine.ParameterException refused) {
        if (String.valueOf(refused.getMessage()).isBlank()) {
          throw new AssertionError("refused without a reason: " + words);
        }
      }
    }
  }
}
