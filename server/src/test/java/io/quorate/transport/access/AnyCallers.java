package io.quorate.transport.access;

import io.quorate.transport.tls.NodeTls;

/** Callers that may do everything, as at a node that does not decide by users and roles. */
public final class AnyCallers {
  private AnyCallers() {}

  public static Callers all() {
    return new Callers(NodeTls.off().users(), new RuleBook(false, event -> {}));
  }

  public static AllowedCalls allowed() {
    return new AllowedCalls(all());
  }

  /** One of a user, at a node with these rules. */
  public static Caller named(String user, RuleBook rules) {
    return new Caller(user, false, null, null, rules);
  }

  /** One of them. */
  public static Caller one() {
    return new Caller("anyone", false, null, null, new RuleBook(false, event -> {}));
  }
}
