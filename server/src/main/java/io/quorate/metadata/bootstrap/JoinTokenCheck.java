package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.JoinTokenText;
import io.quorate.cluster.Member;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a new node has to show a join token, and whether the one that it shows is good.
 *
 * @param nowMillis since 1970
 */
record JoinTokenCheck(JoinTokenDemand demand, ClusterState state, long nowMillis) {
  /**
   * Returns why a newcomer is not taken in, as a sentence for operators of the cluster; null if its
   * token is good, or it needs none.
   *
   * @param isCertifiedFor whether its certificate names the host of an address
   */
  @Nullable String refusalOf(Introduction newcomer, Predicate<String> isCertifiedFor) {
    String why = whyNeeded(isCertifiedFor);
    if (why == null) {
      return null;
    }
    JoinTokenText shown = newcomer.token();
    String wrong =
        shown == null ? "it shows no join token" : state.joinTokens().refusalOf(shown, nowMillis);
    return wrong == null
        ? null
        : ("%s, and %s. If it is to join, create a token with 'quorate cluster token create', and"
                + " set its cluster.join_token_file")
            .formatted(wrong, why);
  }

  private @Nullable String whyNeeded(Predicate<String> isCertifiedFor) {
    return switch (demand) {
      case NEVER -> null;
      case ALWAYS -> "each new node needs one here (cluster.join_tokens)";
      case SHARED_HOSTS -> {
        for (Member member : state.members().values()) {
          if (isCertifiedFor.test(member.address())) {
            yield "its certificate is of the host of node %s at %s as well"
                .formatted(member.id(), member.address());
          }
        }
        yield null;
      }
    };
  }
}
