package io.quorate.cli.bench;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.process.NodeJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Floor servers in processes of their own, on ports that are free. */
final class FloorProcesses implements AutoCloseable {
  private final List<Process> processes = new ArrayList<>();
  private final List<String> endpoints = new ArrayList<>();

  static FloorProcesses start(int nodes, int valueBytes) throws IOException {
    FloorProcesses floor = new FloorProcesses();
    try {
      floor.startAll(freePorts(nodes), valueBytes);
      return floor;
    } catch (IOException | RuntimeException failed) {
      floor.close();
      throw failed;
    }
  }

  private void startAll(List<Integer> ports, int valueBytes) throws IOException {
    for (int i = 0; i < ports.size(); i++) {
      List<String> arguments = new ArrayList<>();
      arguments.add(Integer.toString(valueBytes));
      arguments.add(Integer.toString(i));
      ports.forEach(port -> arguments.add(port.toString()));
      endpoints.add("127.0.0.1:" + ports.get(i));
      processes.add(
          new ProcessBuilder(NodeJvm.command(FloorServer.class, arguments))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    }
    for (Process process : processes) {
      BufferedReader out = process.inputReader();
      String line = out.readLine();
      if (!"ready".equals(line)) {
        throw new CommandFailedException(
            ExitCode.FAILED, "a floor server did not start: it said '" + line + "'");
      }
    }
  }

  /** Ports free at this moment; all held at once, so that they differ. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  List<String> endpoints() {
    return endpoints;
  }

  List<Long> pids() {
    return processes.stream().map(Process::pid).toList();
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroy();
    }
    for (Process process : processes) {
      try {
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException stopping) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
