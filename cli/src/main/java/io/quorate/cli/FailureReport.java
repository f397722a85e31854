package io.quorate.cli;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.RepeatableException;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.client.ConditionFailedException;
import io.quorate.client.FailureCode;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A failure as people and programs are told of it.
 *
 * @param exitCode one of {@link ExitCode}
 * @param kind a word for programs
 * @param message what happened, to what, what to do: one line, or one for each fault
 * @param cause what the cluster said; null if the failure is our own
 * @param requestId under which the command can be repeated, if its outcome is not known
 */
record FailureReport(
    int exitCode,
    String kind,
    String message,
    @Nullable QuorateException cause,
    @Nullable UUID requestId) {

  private FailureReport(
      int exitCode, String kind, String message, @Nullable QuorateException cause) {
    this(exitCode, kind, message, cause, null);
  }

  static FailureReport of(Throwable thrown) {
    return switch (FailureKind.root(thrown)) {
      case PermissionDeniedException denied ->
          new FailureReport(
              FailureKind.exitCode(denied),
              FailureKind.of(denied),
              onOneLine(FailureKind.denial(denied)),
              denied);
      case QuorateException ours ->
          new FailureReport(
              FailureKind.exitCode(ours),
              FailureKind.of(ours),
              text(ours) + FailureKind.options(ours),
              ours);
      case RepeatableException ours ->
          new FailureReport(
              FailureKind.exitCode(ours.unknown()),
              FailureKind.of(ours.unknown()),
              ("%s. To find out, or to have it carried out, repeat the command with %s: it takes"
                      + " effect at most once")
                  .formatted(text(ours.unknown()), ours.options()),
              ours.unknown(),
              ours.requestId());
      case CommandFailedException ours ->
          new FailureReport(ours.exitCode(), "failed", String.valueOf(ours.getMessage()), null);
      case UncheckedIOException io -> new FailureReport(ExitCode.FAILED, "io", text(io), null);
      case IOException io -> new FailureReport(ExitCode.FAILED, "io", text(io), null);
      case OutOfMemoryError none ->
          new FailureReport(ExitCode.FAILED, "out_of_memory", outOfMemory(), null);
      default ->
          new FailureReport(
              ExitCode.FAILED,
              "internal",
              thrown + " (a fault of this program; --verbose shows where)",
              null);
    };
  }

  static FailureReport ofUsage(String message) {
    return new FailureReport(ExitCode.USAGE, "usage", message, null);
  }

  private static String outOfMemory() {
    return "out of memory, with a heap of %d MiB: ask for less at a time. Of a bench, these are"
            .formatted(Runtime.getRuntime().maxMemory() >> 20)
        + " --keys, and --outstanding times --value-size; or give it more, as with"
        + " QUORATE_JAVA_OPTS=-Xmx2g, and other commands with JAVA_TOOL_OPTIONS=-Xmx2g";
  }

  private static String text(Exception failure) {
    String message =
        switch (failure) {
          case NoSuchFileException e -> e.getFile() + ": no such file";
          case AccessDeniedException e -> e.getFile() + ": permission denied";
          case FileAlreadyExistsException e -> e.getFile() + ": exists already";
          case FileSystemException e -> e.getMessage();
          default -> failure.getMessage();
        };
    return message == null ? failure.toString() : onOneLine(message);
  }

  private static String onOneLine(String message) {
    return message.lines().reduce((a, b) -> a + "; " + b).orElse("");
  }

  /**
   * Prints it on standard error: one JSON object, or its lines, of which the first says whose they
   * are. The others may be commands to copy.
   */
  void print(Console console, boolean json) {
    if (json) {
      console.err().println(Json.line(Map.of("error", fields())));
    } else {
      console.err().println("quorate: " + message.lines().collect(Collectors.joining("\n")));
    }
  }

  private Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", kind);
    fields.put("message", message);
    fields.put("exit_code", exitCode);
    if (cause != null) {
      fields.put("may_have_applied", cause.mayHaveApplied());
      if (cause.info().partition() >= 0) {
        fields.put("partition", cause.info().partition());
      }
      if (cause.info().replicasNeeded() > 0) { // else it came to no counting of replicas
        fields.put("replicas_needed", cause.info().replicasNeeded());
        fields.put("replicas_answered", cause.info().replicasAnswered());
      }
    }
    if (cause != null && cause.info().code() != FailureCode.NONE) {
      fields.put("code", cause.info().code().name().toLowerCase(Locale.ROOT));
    }
    if (cause instanceof ConditionFailedException unmet) {
      unmet.field().ifPresent(field -> fields.put("field", field));
    }
    if (requestId != null) {
      fields.put("request_id", requestId.toString());
    }
    return fields;
  }
}
