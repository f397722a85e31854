package io.quorate.outside;

import com.google.protobuf.ByteString;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.GetCallerRequest;
import io.quorate.proto.v1.LogInRequest;
import io.quorate.proto.v1.LogInResponse;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Logs in without a password, at a rate: by wrong proofs for users that there are and are not, by
 * tokens of no login, and by exchanges that it does not go on with. Its connections come from as
 * many networks, and are opened again when a node ends them.
 */
final class FailedLoginFlood implements AutoCloseable {
  private static final String PROOF = ",p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<String> users;
  private final Map<String, AtomicLong> ended = new ConcurrentHashMap<>();
  private final AtomicLong begun = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Thread thread;
  private volatile int perSecond;

  /**
   * @param users that there are; others are made up
   */
  FailedLoginFlood(List<String> nodes, Path authorities, int connections, List<String> users)
      throws Exception {
    this.users = users;
    SslContext tls = GrpcSslContexts.forClient().trustManager(authorities.toFile()).build();
    for (int i = 0; i < connections; i++) {
      InetSocketAddress from =
          new InetSocketAddress("127.%d.%d.1".formatted(1 + i / 200, i % 200), 0);
      channels.add(
          NettyChannelBuilder.forTarget(nodes.get(i % nodes.size()))
              .sslContext(tls)
              .localSocketPicker(
                  new NettyChannelBuilder.LocalSocketPicker() {
                    @Override
                    public SocketAddress createSocketAddress(
                        SocketAddress remote, Attributes attributes) {
                      return from;
                    }
                  })
              .build());
    }
    thread = new Thread(this::run, "flood");
    thread.start();
  }

  /** 0: none. */
  void rate(int loginsPerSecond) {
    perSecond = loginsPerSecond;
  }

  /** Logins that have ended, by how they did. */
  Map<String, Long> takeEnded() {
    Map<String, Long> taken = new java.util.TreeMap<>();
    ended.forEach((how, count) -> taken.put(how, count.getAndSet(0)));
    return taken;
  }

  private void run() {
    long next = System.nanoTime();
    while (!over.get()) {
      int rate = perSecond;
      if (rate == 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        next = System.nanoTime();
        continue;
      }
      login(begun.getAndIncrement());
      next += TimeUnit.SECONDS.toNanos(1) / rate;
      long wait = next - System.nanoTime();
      if (wait > TimeUnit.MILLISECONDS.toNanos(1)) {
        LockSupport.parkNanos(wait);
      } else if (wait < -TimeUnit.SECONDS.toNanos(1)) {
        next = System.nanoTime(); // what was missed is not made up for
      }
    }
  }

  private void login(long number) {
    ManagedChannel channel = channels.get((int) (number % channels.size()));
    switch ((int) (number / channels.size() % 4)) {
      case 0 -> exchange(channel, users.get((int) (number % users.size())), true);
      case 1 -> exchange(channel, "user-" + number, true);
      case 2 -> showToken(channel);
      default -> exchange(channel, users.get((int) (number % users.size())), false);
    }
  }

  private void ended(String kind, Status status) {
    ended
        .computeIfAbsent(kind + " " + status.getCode(), none -> new AtomicLong())
        .incrementAndGet();
  }

  private void exchange(ManagedChannel channel, String user, boolean proves) {
    ClientCall<LogInRequest, LogInResponse> call =
        channel.newCall(
            AccessGrpc.getLogInMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(proves ? 10 : 2, TimeUnit.SECONDS));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(LogInResponse answer) {
            if (!proves) {
              return;
            }
            String said = answer.getMessage().toStringUtf8();
            String nonce = said.substring(0, said.indexOf(','));
            call.request(1);
            call.sendMessage(request("c=biws," + nonce + PROOF));
            call.halfClose();
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            ended(proves ? "wrong password" : "half open", status);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(request("n,,n=" + user + ",r=flood"));
  }

  private static LogInRequest request(String message) {
    return LogInRequest.newBuilder()
        .setMechanism("SCRAM-SHA-256")
        .setMessage(ByteString.copyFromUtf8(message))
        .build();
  }

  private void showToken(ManagedChannel channel) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer quorate1." + "A".repeat(40) + "." + "B".repeat(43));
    MethodDescriptor<GetCallerRequest, ?> method = AccessGrpc.getGetCallerMethod();
    ClientCall<GetCallerRequest, ?> call =
        channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS));
    start(call, headers);
    call.request(1);
    call.sendMessage(GetCallerRequest.getDefaultInstance());
    call.halfClose();
  }

  private <A> void start(ClientCall<GetCallerRequest, A> call, Metadata headers) {
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, @Nullable Metadata trailers) {
            ended("wrong token", status);
          }
        },
        headers);
  }

  @Override
  public void close() {
    over.set(true);
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
