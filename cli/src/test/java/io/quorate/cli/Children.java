package io.quorate.cli;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.process.NodeJvm;
import io.quorate.cli.server.ProcessEnd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Processes that tests start, with the options that nodes run with. */
public final class Children {
  private Children() {}

  public static Process start(Class<?> mainClass, List<String> arguments) throws IOException {
    return start(mainClass, arguments, "-Xmx64m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
  }

  public static Process start(Class<?> mainClass, List<String> arguments, String options)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(NodeJvm.command(mainClass, arguments, options));
    builder.environment().keySet().removeIf(name -> name.startsWith("QUORATE_"));
    return builder.start();
  }

  /** Takes SIGTERM, and has a hook that never ends. */
  public static final class Hangs {
    private Hangs() {}

    public static void main(String[] args) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      ProcessEnd end = ProcessEnd.ofThisProcess(System.err);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    end.haltAfter(Duration.ofMillis(300), ExitCode.FAILED, "ended without waiting");
                    try {
                      never.await();
                    } catch (InterruptedException impossible) {
                      throw new IllegalStateException(impossible);
                    }
                  }));
      System.out.println("hangs");
      never.await();
    }
  }

  /** Takes more and more memory, and survives what it can catch. */
  public static final class Hungry {
    private Hungry() {}

    public static void main(String[] args) throws InterruptedException {
      List<byte[]> kept = new ArrayList<>();
      Thread eater =
          new Thread(
              () -> {
                while (true) {
                  kept.add(new byte[1 << 20]);
                }
              });
      eater.start();
      eater.join();
      System.out.println(kept.size() + " MiB, and on it lives");
      new CountDownLatch(1).await(); // as a node does whose lane has ended
    }
  }
}
