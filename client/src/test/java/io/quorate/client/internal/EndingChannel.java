package io.quorate.client.internal;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;

/** A channel that tells when somebody waits for its end. */
final class EndingChannel extends ManagedChannel {
  private final ManagedChannel real;
  private final Runnable awaited;

  EndingChannel(ManagedChannel real, Runnable awaited) {
    this.real = real;
    this.awaited = awaited;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    awaited.run();
    return real.awaitTermination(timeout, unit);
  }

  @Override
  public ManagedChannel shutdown() {
    real.shutdown();
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    real.shutdownNow();
    return this;
  }

  @Override
  public boolean isShutdown() {
    return real.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return real.isTerminated();
  }

  @Override
  public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions options) {
    return real.newCall(method, options);
  }

  @Override
  public ConnectivityState getState(boolean connects) {
    return real.getState(connects);
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState known, Runnable changed) {
    real.notifyWhenStateChanged(known, changed);
  }

  @Override
  public void enterIdle() {
    real.enterIdle();
  }

  @Override
  public String authority() {
    return real.authority();
  }
}
