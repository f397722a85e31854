import io.quorate.cli.process.Logging;
import io.quorate.node.Machine;
import io.quorate.node.NodeMemory;
import io.quorate.node.QuorateNode;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import io.quorate.runtime.Clock;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Runs one node as {@code quorate server} does, on a machine whose clock is off by what a file says
 * at the moment, and whose ways to other nodes are those of another file. A test compiles it
 * against the distribution that is tested, for the command has no option for this.
 *
 * <p>Arguments: the configuration; a file with the milliseconds by which the clock is ahead, which
 * is read all the time; a file with {@code KNOWN_ADDRESS=ADDRESS_TO_CONNECT_TO} in each line.
 */
public final class MovedNode {
  private static final int BROKEN = 70;
  private static final long READ_EVERY_MILLIS = 10;

  private MovedNode() {}

  public static void main(String[] arguments) throws Exception {
    Memory memory = NodeMemory.ofThisProcess();
    NodeConfig config = NodeConfig.load(Path.of(arguments[0]), System.getenv(), memory);
    Logging.as(config.log());
    Properties ways = new Properties();
    try (Reader lines = Files.newBufferedReader(Path.of(arguments[2]))) {
      ways.load(lines);
    }
    Machine machine =
        new Machine(
            MovedClock.by(Path.of(arguments[1])), known -> ways.getProperty(key(known), known));
    QuorateNode node =
        QuorateNode.start(config, machine, broken -> Runtime.getRuntime().halt(BROKEN));
    Runtime.getRuntime().addShutdownHook(new Thread(node::stop));
    System.exit(node.ended().join().exitCode());
  }

  /** In a file of properties a colon ends the key. */
  private static String key(String address) {
    return address.replace(':', '_');
  }

  /** The clock of the machine, and how far it is ahead of that. */
  private static final class MovedClock implements Clock {
    private final Path file;
    private volatile long aheadMillis;

    private MovedClock(Path file) {
      this.file = file;
    }

    static MovedClock by(Path file) {
      MovedClock clock = new MovedClock(file);
      clock.readAhead();
      Thread reading = new Thread(clock::readOn, "moved-clock");
      reading.setDaemon(true);
      reading.start();
      return clock;
    }

    private void readOn() {
      try {
        while (true) {
          Thread.sleep(READ_EVERY_MILLIS);
          readAhead();
        }
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
    }

    private void readAhead() {
      try {
        aheadMillis = Long.parseLong(Files.readString(file).strip());
      } catch (IOException | NumberFormatException written) {
        // It is written just now.
      }
    }

    @Override
    public long wallMillis() {
      return System.currentTimeMillis() + aheadMillis;
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }
  }
}
