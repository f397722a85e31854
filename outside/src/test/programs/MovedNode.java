import io.quorate.cli.process.Logging;
import io.quorate.node.Machine;
import io.quorate.node.NodeMemory;
import io.quorate.node.QuorateNode;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import io.quorate.runtime.Clock;
import java.io.IOException;
import java.io.Reader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Runs one node as {@code quorate server} does, on a machine whose clock is off by what a file says
 * at the moment, and whose ways to other nodes are those of another file. A test compiles it
 * against the distribution that is tested, for the command has no option for this.
 *
 * <p>Arguments: the configuration; a file with the milliseconds by which the clock is ahead, as a
 * big-endian long, which takes effect as soon as it is written in place; a file with {@code
 * KNOWN_ADDRESS=ADDRESS_TO_CONNECT_TO} in each line.
 */
public final class MovedNode {
  private static final int BROKEN = 70;

  private MovedNode() {}

  public static void main(String[] arguments) throws Exception {
    Memory memory = NodeMemory.ofThisProcess();
    NodeConfig config = NodeConfig.load(Path.of(arguments[0]), System.getenv(), memory);
    Logging.as(config.log(), config.audit());
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
    private static final VarHandle LONG =
        MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Of the file, which another process writes. */
    private final ByteBuffer aheadMillis;

    private MovedClock(ByteBuffer aheadMillis) {
      this.aheadMillis = aheadMillis;
    }

    static MovedClock by(Path file) throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        return new MovedClock(channel.map(FileChannel.MapMode.READ_ONLY, 0, Long.BYTES));
      }
    }

    @Override
    public long wallMillis() {
      return System.currentTimeMillis() + (long) LONG.getVolatile(aheadMillis, 0);
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }
  }
}
