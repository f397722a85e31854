package io.quorate.outside;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * How the containers of a project ended, one after the other: {@code node-1 137}, or {@code node-1
 * oom} if the kernel ended a process for want of memory.
 */
final class ContainerEnds implements AutoCloseable {
  private static final String FORMAT =
      "{{index .Actor.Attributes \"com.docker.compose.service\"}}"
          + " {{if eq .Action \"oom\"}}oom{{else}}{{index .Actor.Attributes \"exitCode\"}}{{end}}";

  private final Process events;
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private ContainerEnds(Process events) {
    this.events = events;
  }

  static ContainerEnds watch(String project) {
    ProcessBuilder builder =
        new ProcessBuilder(
            "docker",
            "events",
            "--filter",
            "label=com.docker.compose.project=" + project,
            "--filter",
            "event=die",
            "--filter",
            "event=oom",
            "--format",
            FORMAT);
    try {
      ContainerEnds ends =
          new ContainerEnds(builder.redirectError(ProcessBuilder.Redirect.DISCARD).start());
      Thread reader = new Thread(ends::read, "container-ends");
      reader.setDaemon(true);
      reader.start();
      return ends;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = events.inputReader()) {
      lines.lines().forEach(seen::add);
    } catch (IOException | UncheckedIOException closed) {
      // The process was ended; what came before is kept.
    }
  }

  /** Returns the ends of nodes, without containers of single commands. */
  List<String> ofNodes() {
    return seen.stream().filter(end -> end.startsWith("node-")).toList();
  }

  @Override
  public void close() {
    events.destroy();
  }
}
