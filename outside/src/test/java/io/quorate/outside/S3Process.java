package io.quorate.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server that speaks S3 on all addresses of this machine, with one bucket: backups. */
final class S3Process implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(1);

  private final Process process;
  private final int port;

  private S3Process(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it, with the libraries of the tests of commands; it keeps objects in the directory. */
  static S3Process start(Path directory) throws IOException {
    Path objects = Files.createDirectories(directory.resolve("objects"));
    Files.createDirectories(objects.resolve("backups"));
    int port = Distribution.freePorts(1);
    Path settings =
        Files.writeString(
            directory.resolve("s3proxy.conf"),
            """
            s3proxy.endpoint=http://0.0.0.0:%d
            s3proxy.authorization=aws-v4
            s3proxy.identity=operator
            s3proxy.credential=secret
            jclouds.provider=filesystem-nio2
            jclouds.identity=unused
            jclouds.credential=unused
            jclouds.filesystem.basedir=%s
            """
                .formatted(port, objects));
    Path log = directory.resolve("s3proxy.log");
    String classPath =
        Files.readString(Distribution.home().resolve("cli/target/test-class-path")).strip();
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            classPath,
            "org.gaul.s3proxy.Main",
            "--properties",
            settings.toString());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Waiting.until(
        READY_WITHIN,
        () -> process.isAlive() && !Distribution.areFree(port, 1),
        () -> "the server of S3 does not listen: " + said(log));
    return new S3Process(process, port);
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
