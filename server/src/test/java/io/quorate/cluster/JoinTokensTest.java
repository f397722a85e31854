package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cluster.Command.CreateJoinToken;
import io.quorate.cluster.Command.DropJoinToken;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.JoinTokens.Use;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JoinTokensTest {
  private static final long HOUR = 3_600_000;
  private static final JoinTokenText A = new JoinTokenText("aaaaaaaa", "0a".repeat(16));
  private static final JoinTokenText B = new JoinTokenText("bbbbbbbb", "0b".repeat(16));

  private ClusterState state = Clusters.ofNodes(3);

  private Decision apply(Command command) {
    Decision decision = state.apply(command, state.stateVersion() + 1);
    if (decision instanceof Accepted accepted) {
      state = accepted.next();
    }
    return decision;
  }

  private void accept(Command command) {
    assertThat(apply(command)).isInstanceOf(Accepted.class);
  }

  private void refuse(Command command, String why) {
    ClusterState before = state;
    assertThat(apply(command))
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).contains(why));
    assertThat(state).isEqualTo(before);
  }

  private static CreateJoinToken create(JoinTokenText text, int uses, long now) {
    return new CreateJoinToken(text.id(), text.hash(), now + HOUR, uses, now);
  }

  private static Join join(int node, @Nullable Use token) {
    return new Join(
        new NodeId(node), "host-9:" + node, "local", "a", 1, true, Releases.THIS, token);
  }

  private int usesLeft(JoinTokenText text) {
    JoinToken token = state.joinTokens().byId().get(text.id());
    return token == null ? 0 : token.usesLeft();
  }

  @Test
  void eachNodeThatJoinsTakesOneUse() {
    accept(create(A, 2, 0));
    accept(join(4, new Use(A.id(), 5)));
    assertThat(usesLeft(A)).isEqualTo(1);
    assertThat(state.members()).hasSize(4);
    accept(join(5, new Use(A.id(), 6)));
    assertThat(state.joinTokens().byId()).isEmpty();
    refuse(join(6, new Use(A.id(), 7)), "there is no join token aaaaaaaa");
  }

  /** The node that proposed the first did not hear what was decided. */
  @Test
  void aRetryTakesNoSecondUse() {
    accept(create(A, 2, 0));
    accept(join(4, new Use(A.id(), 5)));
    ClusterState joined = state;
    accept(join(4, new Use(A.id(), 6)));
    assertThat(state).isEqualTo(joined);
  }

  @Test
  void aJoinThatIsRefusedForAnotherReasonTakesNoUse() {
    accept(create(A, 1, 0));
    refuse(
        new Join(
            new NodeId(4), "host-1:7400", "local", "a", 1, true, Releases.THIS, new Use(A.id(), 5)),
        "is that of node");
    assertThat(usesLeft(A)).isEqualTo(1);
  }

  @Test
  void anExpiredTokenIsOfNoUse() {
    accept(create(A, 2, 0));
    refuse(join(4, new Use(A.id(), HOUR)), "join token aaaaaaaa has expired");
    accept(join(4, new Use(A.id(), HOUR - 1)));
  }

  @Test
  void expiredTokensGoADayLaterWhenOneIsCreatedOrUsed() {
    long day = JoinTokens.KEPT_MILLIS;
    accept(create(A, 1, 0));
    accept(create(B, 2, HOUR + day));
    assertThat(state.joinTokens().byId()).containsOnlyKeys(B.id());
    accept(create(A, 1, day / 2));
    accept(join(4, new Use(B.id(), day + HOUR + HOUR / 2)));
    assertThat(state.joinTokens().byId()).containsOnlyKeys(A.id(), B.id());
    accept(create(B, 1, HOUR + day));
  }

  /** Otherwise one clock would take the tokens of all away for good. */
  @Test
  void aClockThatIsAheadTakesNoTokenAway() {
    accept(create(A, 2, 0));
    accept(create(B, 2, 2 * HOUR));
    refuse(join(4, new Use(A.id(), 2 * HOUR)), "join token aaaaaaaa has expired");
    accept(join(4, new Use(A.id(), 1)));
    accept(join(5, new Use(B.id(), 2 * HOUR)));
    accept(join(6, new Use(A.id(), 2)));
  }

  @Test
  void aDroppedTokenIsOfNoUse() {
    accept(create(A, 1, 0));
    accept(new Requested(new RequestKey(1, 1), 1, 0, new DropJoinToken(A.id())));
    refuse(join(4, new Use(A.id(), 1)), "there is no join token aaaaaaaa");
    refuse(new DropJoinToken(A.id()), "quorate cluster token list");
  }

  @Test
  void aTokenIsCreatedOnceUnderItsId() {
    accept(create(A, 1, 0));
    accept(create(A, 1, 0)); // the same once more
    refuse(
        new CreateJoinToken(A.id(), B.hash(), HOUR, 1, 0), "there is another join token aaaaaaaa");
  }

  @Test
  void tokensAreBounded() {
    for (int i = 0; i < JoinTokens.TOKENS_MAX; i++) {
      accept(create(new JoinTokenText("%08x".formatted(i), A.secret()), 1, 0));
    }
    refuse(create(A, 1, 0), "101 join tokens: there can be 100"); // A is not among them
    accept(create(A, 1, HOUR));
    assertThat(state.joinTokens().byId()).hasSize(1);
  }

  @Test
  void whatNoTokenCanBeIsRefused() {
    refuse(new CreateJoinToken(A.id(), A.hash(), 59_999, 1, 0), "give 1 minute to 7 days");
    refuse(
        new CreateJoinToken(A.id(), A.hash(), 7 * 24 * HOUR + 1, 1, 0), "give 1 minute to 7 days");
    refuse(
        new CreateJoinToken(A.id(), A.hash(), 25 * 24 * HOUR, 1, 0),
        "join token that can be used for 25d: give 1 minute to 7 days");
    refuse(new CreateJoinToken(A.id(), A.hash(), HOUR, 0, 0), "give 1 to 100");
    refuse(new CreateJoinToken(A.id(), A.hash(), HOUR, 101, 0), "give 1 to 100");
    refuse(new CreateJoinToken(A.id(), A.secret(), HOUR, 1, 0), "no hash");
    refuse(new CreateJoinToken("A", A.hash(), HOUR, 1, 0), "8 hexadecimal digits");
    refuse(new CreateJoinToken(A.id(), A.hash(), HOUR, 1, Long.MIN_VALUE), "before 1970");
    refuse(join(4, new Use("../..", 1)), "8 hexadecimal digits");
  }

  /** The release before would not know that a use is to be taken. */
  @Test
  void aClusterOfTheFirstVersionHasNone() {
    for (Command command :
        new Command[] {
          create(A, 1, 0), new DropJoinToken(A.id()), join(4, new Use(A.id(), 1)),
        }) {
      assertThat(CommandRules.refusalOf(command, 1)).contains("since cluster version 2");
      assertThat(CommandRules.isTakenAt(command, 1)).isFalse();
    }
    assertThat(CommandRules.refusalOf(join(4, null), 1)).isNull();
  }

  @Test
  void aTokenIsGoodWithItsOwnSecretAndUntilItExpires() {
    accept(create(A, 1, 0));
    JoinTokens tokens = state.joinTokens();
    assertThat(tokens.refusalOf(A, HOUR - 1)).isNull();
    assertThat(tokens.refusalOf(A, HOUR)).contains("expired");
    assertThat(tokens.refusalOf(B, 0)).contains("there is no join token");
    assertThat(tokens.refusalOf(new JoinTokenText(A.id(), B.secret()), 0)).contains("secret");
    assertThat(tokens.know(A)).isTrue();
    assertThat(tokens.know(new JoinTokenText(A.id(), B.secret()))).isFalse();
  }

  @Test
  void theSecretIsNotShown() {
    JoinTokenText token =
        JoinTokenText.of(HexFormat.of().parseHex("00112233" + "0123456789abcdef".repeat(2)));
    assertThat(token.text()).isEqualTo("00112233.0123456789abcdef0123456789abcdef");
    assertThat(JoinTokenText.parse(token.text())).isEqualTo(token);
    assertThat(token.toString()).contains("00112233").doesNotContain("0123456789");
    accept(create(A, 1, 0));
    assertThat(state.toString()).doesNotContain(A.secret());
    for (String wrong : new String[] {"", "00112233", token.secret(), token.text() + "0"}) {
      assertThatThrownBy(() -> JoinTokenText.parse(wrong))
          .hasMessageContaining("is no join token")
          .hasMessageNotContaining(token.secret());
    }
  }
}
