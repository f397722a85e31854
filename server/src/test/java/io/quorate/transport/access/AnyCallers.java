package io.quorate.transport.access;

import io.grpc.Context;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.tls.NodeTls;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Callers that may do everything, as at a node that does not decide by users and roles. */
public final class AnyCallers {
  private AnyCallers() {}

  public static Callers all() {
    return new Callers(NodeTls.off().users(), new RuleBook(false, new SystemClock(), event -> {}));
  }

  public static AllowedCalls allowed() {
    return new AllowedCalls(all());
  }

  /** One of a user, at a node with these rules. */
  public static Caller named(String user, RuleBook rules) {
    return new Caller(user, false, Origin.UNKNOWN, rules);
  }

  /** One without a certificate that comes with TLS from an address. */
  public static Caller from(String address, RuleBook rules) {
    try {
      Origin origin = new Origin(address + ":1", InetAddress.getByName(address), null, true);
      return new Caller("anonymous", false, origin, rules);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** One that has shown a token, which is good by these rules. */
  public static Caller showing(String token, RuleBook rules) {
    return from("10.0.0.1", rules).loggedIn(login(token, rules));
  }

  /** The same user shows another token. */
  public static void showAgain(Caller caller, String token) {
    caller.renew(login(token, caller.rules()));
  }

  private static ShownLogin login(String token, RuleBook rules) {
    return ((TokenVerdict.Good) rules.judge(token, Origin.UNKNOWN)).login();
  }

  /** Has something called by one. */
  public static void call(Caller caller, Runnable call) {
    Context.current().withValue(Caller.OF_CALL, caller).run(call);
  }

  /** One of them. */
  public static Caller one() {
    return new Caller(
        "anyone", false, Origin.UNKNOWN, new RuleBook(false, new SystemClock(), event -> {}));
  }
}
