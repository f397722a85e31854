package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.client.FencedException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.LocksGrpc.LocksBlockingStub;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A holder of a lock is paused for longer than the time of its lock, and goes on. Without its token
 * it overwrites what the next holder has written; with it, the store refuses that.
 */
class FencingTest {
  private static final String TENANT = "fencing-test";
  private static final String OF_COMMANDS = "fencing-commands";
  private static final WriteOptions PLAIN = WriteOptions.DEFAULT.tenant(TENANT);
  private static final ReadOptions READ = ReadOptions.DEFAULT.tenant(TENANT);
  private static final int TTL_MILLIS = 300;

  @Test
  @ExtendWith(SharedNodes.class)
  void aHolderThatWasPausedOverwritesNothingUnderItsToken(Nodes nodes) {
    try (QuorateClient client = nodes.client();
        Channel channel = new Channel(nodes.endpoints().split(",", -1)[0])) {
      Administration.of(client)
          .cluster()
          .createTenant(TENANT, TenantSettings.DEFAULT.model(Model.LINEARIZABLE));
      LocksBlockingStub locks = LocksGrpc.newBlockingStub(channel.it);
      KeyValue store = client.keyValue();

      // The one that is paused, and the next, which gets the lock when its time is over.
      long first = acquire(locks, "first", TTL_MILLIS);
      store.put("plain", "first begins", PLAIN);
      store.put("fenced", "first begins", PLAIN.fencedBy(first));
      long second = acquire(locks, "second", 60_000);
      assertThat(second).isGreaterThan(first);

      store.put("plain", "second", PLAIN);
      store.put("plain", "first goes on", PLAIN);
      assertThat(store.get("plain", READ).text())
          .as("what fences are for")
          .isEqualTo("first goes on");

      assertThat(store.get("fenced", READ.fencedBy(second)).text()).isEqualTo("first begins");
      assertThatThrownBy(() -> store.put("fenced", "first goes on", PLAIN.fencedBy(first)))
          .isInstanceOfSatisfying(
              FencedException.class, lost -> assertThat(lost.fence()).isEqualTo(second))
          .hasMessageContaining("Lock 'fencing:job' is held by 'second'");
      store.put("fenced", "second", PLAIN.fencedBy(second));
      assertThatThrownBy(() -> store.delete("fenced", PLAIN.fencedBy(first)))
          .isInstanceOf(FencedException.class);
      assertThatThrownBy(() -> store.get("fenced", READ.fencedBy(first)))
          .isInstanceOf(FencedException.class);
      assertThat(store.get("fenced", READ).text()).isEqualTo("second");

      // The default tenant, of whose keys the last write wins.
      WriteOptions plain = WriteOptions.DEFAULT;
      store.put("fencing:k", "first begins", plain.fencedBy(first));
      assertThat(store.get("fencing:k", ReadOptions.DEFAULT.fencedBy(second)).text())
          .isEqualTo("first begins");
      assertThatThrownBy(() -> store.put("fencing:k", "first goes on", plain.fencedBy(first)))
          .isInstanceOfSatisfying(
              FencedException.class, lost -> assertThat(lost.fence()).isEqualTo(second))
          .hasMessageContaining("Lock 'fencing:job' is held by 'second'");
      assertThatThrownBy(() -> store.get("fencing:k", ReadOptions.DEFAULT.fencedBy(first)))
          .isInstanceOf(FencedException.class);
      assertThat(store.get("fencing:k").text()).isEqualTo("first begins");
      store.put("fencing:k", "second", plain.fencedBy(second));
      store.put("fencing:k", "of no lock", plain);
      assertThat(store.get("fencing:k", ReadOptions.DEFAULT.fencedBy(second)).text())
          .isEqualTo("of no lock");
      assertThatThrownBy(() -> store.delete("fencing:k", plain.fencedBy(first)))
          .isInstanceOf(FencedException.class);
      assertThatThrownBy(() -> store.put("fencing:k", "v", plain.level(Level.ONE).fencedBy(second)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("carried out at QUORUM");
    }
  }

  /** What a user does at the command line. */
  @Test
  @ExtendWith(SharedNodes.class)
  void commandsTakeTheToken(Nodes nodes) {
    CommandLine commands = nodes.commandLine();
    assertThat(commands.quorate("tenant", "create", OF_COMMANDS, "--model", "linearizable").code())
        .isZero();
    assertThat(fenced(commands, "7", "put", "k", "v").code()).isZero();
    CommandLine.Result stale = fenced(commands, "6", "delete", "k");
    assertThat(stale.code()).isNotZero();
    assertThat(stale.toString()).contains("token 6 is stale").contains("token 7");
    assertThat(fenced(commands, "6", "cas", "k", "--expect", "v", "--put", "w").code())
        .isEqualTo(stale.code());
    assertThat(fenced(commands, "8", "get", "k").outText()).isEqualTo("v\n");
    assertThat(fenced(commands, "7", "put", "k", "w").code()).isEqualTo(stale.code());
  }

  private static CommandLine.Result fenced(CommandLine commands, String token, String... words) {
    String[] all = new String[words.length + 4];
    System.arraycopy(words, 0, all, 0, words.length);
    System.arraycopy(
        new String[] {"--tenant", OF_COMMANDS, "--fenced-by", token}, 0, all, words.length, 4);
    return commands.quorate(all);
  }

  private static long acquire(LocksBlockingStub locks, String owner, int ttlMillis) {
    return locks
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .acquireLock(
            AcquireLockRequest.newBuilder()
                .setName("fencing:job")
                .setOwner(owner)
                .setTtlMs(ttlMillis)
                .setWaitMs(20_000)
                .build())
        .getGranted()
        .getToken();
  }

  private static final class Channel implements AutoCloseable {
    final ManagedChannel it;

    Channel(String endpoint) {
      it = NettyChannelBuilder.forTarget(endpoint).usePlaintext().build();
    }

    @Override
    public void close() {
      it.shutdownNow();
    }
  }
}
