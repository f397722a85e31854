package io.quorate.transport.access;

import io.quorate.replication.api.Failure;
import io.quorate.transport.event.LoginResult;
import org.jspecify.annotations.Nullable;

/** What a node makes of a token that a call shows. */
public sealed interface TokenVerdict {
  /** It shows a user. */
  record Good(ShownLogin login) implements TokenVerdict {}

  /**
   * It shows none.
   *
   * @param user as which the caller wants to be known, which proves nothing; null if it is not
   *     known
   * @param why for those who run the node; the caller is not told
   */
  record Bad(LoginResult result, @Nullable String user, String why) implements TokenVerdict {}

  /**
   * It cannot be told now: too many like it were wrong, or the node lacks keys.
   *
   * @param user as above
   * @param answer has the caller show it again
   */
  record Later(LoginResult result, @Nullable String user, Failure answer) implements TokenVerdict {}
}
