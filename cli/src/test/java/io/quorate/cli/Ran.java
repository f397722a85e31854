package io.quorate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.cli.output.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command that was run, and what came of it. */
public record Ran(int exitCode, byte[] outBytes, String err) {
  /** How long a command may take in a JVM of its own. */
  private static final int LIMIT_MINUTES = 3;

  /** Runs a command with nothing on standard input. */
  public static Ran command(String... args) {
    return withInput("", args);
  }

  /** Runs a command of the cluster that is reached at an address. */
  public static Ran at(String endpoint, String... args) {
    return command(
        Stream.concat(Stream.of(args), Stream.of("--endpoints", endpoint)).toArray(String[]::new));
  }

  public static Ran withInput(String input, String... args) {
    return run(input, false, args);
  }

  /** Runs the command with typed input. */
  public static Ran atTerminal(String input, String... args) {
    return run(input, true, args);
  }

  /**
   * Runs a command in a JVM of its own; {@link #out} has standard error, too.
   *
   * @param options of the JVM
   */
  public static Ran inAnotherJvm(List<String> options, String... args)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options);
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    line.addAll(List.of(args));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    CompletableFuture<byte[]> said = CompletableFuture.supplyAsync(() -> everythingSaidBy(process));
    if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(
          "%s still ran after %d minutes, and had said: %s"
              .formatted(List.of(args), LIMIT_MINUTES, new String(said.join(), UTF_8)));
    }
    return new Ran(process.exitValue(), said.join(), "");
  }

  private static byte[] everythingSaidBy(Process process) {
    try {
      return process.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Ran run(String input, boolean terminal, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            terminal,
            terminal);
    int exitCode = Main.run(console, args);
    console.out().flush();
    return new Ran(exitCode, out.toByteArray(), err.toString(UTF_8));
  }

  public String out() {
    return new String(outBytes, UTF_8);
  }

  /** Standard output as JSON. */
  public JsonNode json() {
    return parse(out());
  }

  /** Standard error as JSON. */
  public JsonNode errJson() {
    return parse(err);
  }

  private static JsonNode parse(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new AssertionError("not JSON: " + text, malformed);
    }
  }
}
