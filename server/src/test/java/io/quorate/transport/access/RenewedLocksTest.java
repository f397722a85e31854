package io.quorate.transport.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.access.AccessChange.AddGrant;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.Grant;
import io.quorate.access.Grantee;
import io.quorate.access.KeyPrefix;
import io.quorate.access.TenantPattern;
import io.quorate.access.User;
import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockAnswer.Held;
import io.quorate.locks.LockAnswer.Renewed;
import io.quorate.locks.LockEntry;
import io.quorate.locks.LockMode;
import io.quorate.locks.LockRequest;
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.Lock;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.RenewLocksRequest;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.Standstill;
import io.quorate.transport.TestLane;
import io.quorate.transport.client.LateCalls;
import io.quorate.transport.client.LockService;
import io.quorate.transport.client.UnreadAnswers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Locks are renewed by their owner's name, which any caller can give: so what is told of them is
 * looked at lock by lock.
 */
class RenewedLocksTest {
  private final TestLane lane = new TestLane();
  private final RuleBook rules = new RuleBook(true, new SystemClock(), event -> {});

  @AfterEach
  void stop() {
    lane.close();
    assertThat(lane.broken).isEmpty();
  }

  private List<String> renewedBy(String user) throws Exception {
    Callers callers = new Callers(connection -> user, connection -> false, rules);
    SystemClock clock = new SystemClock();
    LockService service =
        new LockService(
            new TwoLocks(),
            lane.lane(),
            clock,
            () -> NodeNames.NONE,
            new UnreadAnswers(Long.MAX_VALUE),
            new LateCalls(new Standstill(clock), lane.loops(), clock, event -> {}));
    GrpcServer server =
        GrpcServer.start(
            lane.loops(),
            "127.0.0.1",
            0,
            RequestLimits.DEFAULT,
            ConnectionLimits.DEFAULT,
            event -> {},
            List.of(ServerInterceptors.intercept(service, new AllowedCalls(callers))));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      return LocksGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .renewLocks(RenewLocksRequest.newBuilder().addOwners("worker").build())
          .getLocksList()
          .stream()
          .map(Lock::getName)
          .toList();
    } finally {
      channel.shutdownNow();
      server.close();
    }
  }

  @Test
  void aRenewalTellsOfNoLockThatTheCallerMayNotUse() throws Exception {
    AccessRules now =
        AccessRules.NONE
            .with(new CreateUser("jobs", new TreeSet<>()))
            .with(
                new AddGrant(
                    new Grantee(Grantee.Kind.USER, "jobs"),
                    new Grant(Set.of(Action.LOCK), TenantPattern.ALL, KeyPrefix.of("eu/"))));
    lane.run(() -> rules.follow(now, 1));
    assertThat(renewedBy("jobs")).containsExactly("eu/nightly");
    assertThat(renewedBy(User.ROOT)).containsExactly("eu/nightly", "us/payroll");
  }

  /** One owner has both. */
  private static final class TwoLocks implements LockEntry {
    @Override
    public Runnable submit(LockRequest request, long deadlineNanos, Consumer<LockAnswer> callback) {
      callback.accept(new Renewed(List.of(held("eu/nightly"), held("us/payroll"))));
      return () -> {};
    }

    private static Held held(String name) {
      return new Held(name, "worker", LockMode.EXCLUSIVE, 7, 10_000, 0, 9_000);
    }

    @Override
    public boolean decides() {
      return true;
    }
  }
}
