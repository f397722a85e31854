package io.quorate.outside;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs {@code quorate} commands as a shell does, and tells what came of them. */
final class CommandLine {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Map<String, String> environment = new TreeMap<>();
  private Duration longest = LONGEST;

  /**
   * @param code the exit code
   */
  record Result(int code, byte[] out, byte[] err) {
    String outText() {
      return new String(out, StandardCharsets.UTF_8);
    }

    String errText() {
      return new String(err, StandardCharsets.UTF_8);
    }

    /**
     * Returns what the command printed.
     *
     * @throws AssertionError if it failed
     */
    String done() {
      if (code != 0) {
        throw new AssertionError(toString());
      }
      return outText();
    }

    /** Returns what to show when an expectation fails. */
    @Override
    public String toString() {
      return "exit code " + code + "\nout: " + outText() + "\nerr: " + errText();
    }
  }

  CommandLine() {
    CommandClasses.give(environment);
  }

  /** Sets a variable of the environment of the commands that follow. */
  CommandLine with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Lets each command that follows take that long. */
  CommandLine within(Duration time) {
    longest = time;
    return this;
  }

  Result quorate(String... arguments) {
    List<String> command = new ArrayList<>(List.of(Distribution.launcher()));
    command.addAll(List.of(arguments));
    return run(command, new byte[0]);
  }

  /**
   * Runs a line of bash in which {@code quorate} is the command. The line is given as bytes in a
   * file, so that it says exactly what is written, whatever the locale of this JVM is.
   */
  Result shell(String line) {
    Path script = null;
    try {
      script = Files.createTempFile("line", ".sh");
      Files.writeString(script, line + "\n", StandardCharsets.UTF_8);
      environment.put("PATH", Distribution.home().resolve("bin") + ":" + System.getenv("PATH"));
      return run(List.of("bash", script.toString()), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(script);
    }
  }

  /** Runs a program of the system, which must succeed. */
  static Result system(String... command) {
    return new CommandLine().succeed(List.of(command));
  }

  /** Runs a command that must succeed. */
  Result succeed(List<String> command) {
    Result result = run(command, new byte[0]);
    if (result.code() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + result);
    }
    return result;
  }

  Result run(List<String> command, byte[] input) {
    try (Running running = begin(command)) {
      running.write(input);
      return running.await(longest);
    }
  }

  /** Begins a {@code quorate} command, which goes on beside what its caller does. */
  Running begin(String... arguments) {
    List<String> command = new ArrayList<>(List.of(Distribution.launcher()));
    command.addAll(List.of(arguments));
    Running running = begin(command);
    running.write(new byte[0]);
    return running;
  }

  private Running begin(List<String> command) {
    try {
      Path out = Files.createTempFile("out", "");
      Path err = Files.createTempFile("err", "");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      return new Running(command, builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command at work; closing it ends it. */
  static final class Running implements AutoCloseable {
    private final List<String> command;
    private final Process process;
    private final Path out;
    private final Path err;

    private Running(List<String> command, Process process, Path out, Path err) {
      this.command = command;
      this.process = process;
      this.out = out;
      this.err = err;
    }

    private void write(byte[] input) {
      try (OutputStream in = process.getOutputStream()) {
        in.write(input);
      } catch (IOException ended) {
        // The command ended without reading its input; its exit code tells why.
      }
    }

    boolean isAlive() {
      return process.isAlive();
    }

    /** Kills it at once, as the system does when memory runs out. */
    void kill() {
      process.destroyForcibly();
    }

    Result await(Duration longest) {
      try {
        if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(
              "still runs after " + longest + ": " + command + "\n" + Files.readString(err));
        }
        return new Result(process.exitValue(), Files.readAllBytes(out), Files.readAllBytes(err));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
      delete(out);
      delete(err);
    }
  }

  private static void delete(@org.jspecify.annotations.Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
