package io.quorate.admin;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.RequestKey;
import org.jspecify.annotations.Nullable;

/**
 * What tells an operator's request from another one, and the terms on which it is to be carried
 * out.
 *
 * @param key {@link RequestKey#NONE} if its sender gave none
 * @param content see {@link Requested#content}
 * @param expectedStateVersion 0: any
 * @param limits set together with the change; null: they stay
 */
public record RequestTerms(
    RequestKey key, long content, long expectedStateVersion, @Nullable LimitChange limits) {
  /** Of a request that has no id and expects no state. */
  public static final RequestTerms NONE = new RequestTerms(RequestKey.NONE, 0, 0, null);

  /** Returns the command that asks for a change on these terms. */
  Command asksFor(Command change) {
    return key.equals(RequestKey.NONE) && expectedStateVersion == 0 && limits == null
        ? change
        : new Requested(key, content, expectedStateVersion, limits, change);
  }

  /** Returns these terms, with limits that are set together with the change. */
  public RequestTerms with(LimitChange together) {
    return new RequestTerms(key, content, expectedStateVersion, together);
  }
}
