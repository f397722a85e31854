package io.quorate.outside;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The built product that is tested, and free ports for it. */
final class Distribution {
  /**
   * Of one JVM that runs tests: no other takes what is free here, between the look and the start of
   * a node.
   */
  private static final int PORTS = 2_000;

  /**
   * Above the ports of well-known services, and for six JVMs below those that the system hands out
   * by itself.
   */
  private static final int FIRST_PORT = 20_000 + PORTS * (fork() - 1);

  private Distribution() {}

  /** The number of this JVM among those that run tests at the same time, from 1. */
  static int fork() {
    return Integer.getInteger("quorate.fork", 1);
  }

  /** Where it is built: this tree, or another that {@code -Dquorate.home} names. */
  static Path home() {
    return Path.of(System.getProperty("quorate.home", "..")).toAbsolutePath().normalize();
  }

  /** The Maven project of these tests. */
  static Path tests() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath().normalize();
  }

  static String launcher() {
    return home().resolve("bin/quorate").toString();
  }

  /** The class path of the built product. */
  static String classPath() {
    Path target = home().resolve("cli/target");
    return Stream.concat(jars(target), jars(target.resolve("lib")))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<Path> jars(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the first of {@code count} neighbouring ports that nothing listens on. */
  static int freePorts(int count) {
    for (int attempt = 0; attempt < 200; attempt++) {
      int base = FIRST_PORT + ThreadLocalRandom.current().nextInt(PORTS - count);
      if (areFree(base, count)) {
        return base;
      }
    }
    throw new IllegalStateException("found no " + count + " neighbouring free ports");
  }

  /** Whether nothing listens on {@code count} ports from {@code base} on. */
  static boolean areFree(int base, int count) {
    return IntStream.range(base, base + count).allMatch(Distribution::isFree);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress("0.0.0.0", port));
      return true;
    } catch (java.net.BindException taken) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
