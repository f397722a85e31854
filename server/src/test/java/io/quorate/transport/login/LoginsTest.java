package io.quorate.transport.login;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.ongres.scram.client.ScramClient;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessRules;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.event.Event;
import io.quorate.proto.v1.LogInRequest;
import io.quorate.proto.v1.LogInResponse;
import io.quorate.runtime.Clock;
import io.quorate.runtime.DirectLane;
import io.quorate.runtime.Lane;
import io.quorate.runtime.TestClock;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.access.Caller;
import io.quorate.transport.access.RuleBook;
import io.quorate.transport.event.LoginResult;
import io.quorate.transport.event.TransportEvent.LoggedIn;
import io.quorate.transport.event.TransportEvent.LoginRefused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls in which users log in: what ends them, and how many there may be. */
class LoginsTest {
  private static final LoginSecret SECRET = LoginSecret.of(new byte[LoginSecret.BYTES]);

  private final List<Event> events = new ArrayList<>();
  private final List<Runnable> scheduled = new ArrayList<>();
  private long now = 1;

  private final Lane lane =
      new DirectLane(
          (delayNanos, task) -> {
            scheduled.add(task);
            return () -> scheduled.remove(task);
          });

  private final Clock clock = TestClock.ofNanos(() -> now);

  private final RuleBook rules = new RuleBook(true, clock, events::add);
  private long aheadMillis;
  private final Logins logins =
      new Logins(lane, clock, Duration.ofMinutes(15), () -> aheadMillis, events::add);

  LoginsTest() {
    rules.follow(
        AccessRules.NONE
            .with(new CreateUser("anna", new TreeSet<>()))
            .with(new SetPassword("anna", ScramExchangeTest.verifier("pencil"), false, SECRET)),
        1);
  }

  /** The other end of one login. */
  private final class Client implements StreamObserver<LogInResponse> {
    private final StreamObserver<LogInRequest> node;
    private final ScramClient scram;
    private final List<LogInResponse> answers = new ArrayList<>();
    private Status ended = Status.OK;

    Client(String from, String user, String password) {
      this(AnyCallers.from(from, rules), user, password);
    }

    Client(Caller caller, String user, String password) {
      scram =
          ScramClient.builder()
              .advertisedMechanisms(List.of("SCRAM-SHA-256"))
              .username(user)
              .password(password.toCharArray())
              .build();
      LoginCall call = new LoginCall(logins, caller, this);
      call.start();
      node = call;
    }

    void ask(String mechanism, String message) {
      node.onNext(
          LogInRequest.newBuilder()
              .setMechanism(mechanism)
              .setMessage(ByteString.copyFromUtf8(message))
              .build());
    }

    Client first() {
      ask("SCRAM-SHA-256", scram.clientFirstMessage().toString());
      return this;
    }

    Client last() throws Exception {
      var unused = scram.serverFirstMessage(answers.get(0).getMessage().toStringUtf8());
      ask("", scram.clientFinalMessage().toString());
      return this;
    }

    boolean isIn() {
      return answers.size() == 2 && rules.rules().login(answers.get(1).getToken()) != null;
    }

    @Override
    public void onNext(LogInResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable why) {
      ended = Status.fromThrowable(why);
    }

    @Override
    public void onCompleted() {}
  }

  private List<LoginResult> refusals() {
    return events.stream()
        .filter(LoginRefused.class::isInstance)
        .map(each -> ((LoginRefused) each).result())
        .toList();
  }

  /** Begins logins of one network, and goes on with none of them. */
  private void hold() {
    for (int i = 0; i < 500; i++) {
      Client unused = new Client("10.0.0." + i % 200, "anna", "wrong").first();
    }
  }

  @Test
  void onesThatHoldPlacesKeepNoOneOut() throws Exception {
    hold();
    assertThat(scheduled).hasSize(LoginPlaces.MAX);
    assertThat(refusals()).hasSize(500 - LoginPlaces.MAX).containsOnly(LoginResult.FULL);
    Client honest = new Client("10.0.1.1", "anna", "pencil").first();
    hold();
    assertThat(honest.last().isIn()).isTrue();
    assertThat(scheduled).hasSize(LoginPlaces.MAX - 1);
  }

  @Test
  void placesAreGivenBackHoweverALoginEnds() throws Exception {
    new Client("10.0.0.1", "anna", "pencil").first().last();
    new Client("10.0.0.1", "anna", "wrong").first().last();
    new Client("10.0.0.1", "anna", "pencil").node.onCompleted();
    new Client("10.0.0.1", "anna", "pencil").first().node.onError(new Exception("left"));
    new Client("10.0.0.1", "anna", "pencil").ask("PLAIN", "n,,n=anna,r=x");
    new Client("10.0.0.1", "anna", "pencil").ask("SCRAM-SHA-256", "x".repeat(2_000));
    assertThat(scheduled).isEmpty();

    Client late = new Client("10.0.0.1", "anna", "pencil").first();
    scheduled.get(0).run();
    assertThat(scheduled).isEmpty();
    assertThat(late.ended.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(late.last().isIn()).as("it has ended").isFalse();
    assertThat(events.stream().filter(LoggedIn.class::isInstance)).hasSize(1);
    assertThat(refusals())
        .containsExactly(
            LoginResult.REFUSED,
            LoginResult.MALFORMED,
            LoginResult.MALFORMED,
            LoginResult.MALFORMED,
            LoginResult.LATE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"anna", "none"})
  void guessingIsPutOffAndThenTheRightPasswordIsToo(String user) throws Exception {
    for (int i = 0; i < LoginLimits.FREE_OF_PLACE; i++) {
      assertThat(new Client("10.0.0.1", user, "wrong").first().last().ended.getCode())
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
    Client next = new Client("10.0.0.1", user, "pencil").first();
    assertThat(next.answers).isEmpty();
    assertThat(next.ended.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusals()).last().isEqualTo(LoginResult.PUT_OFF);

    now += TimeUnit.SECONDS.toNanos(6);
    assertThat(new Client("10.0.0.1", user, "pencil").first().last().isIn())
        .isEqualTo(user.equals("anna"));
  }

  /** Or else a node would tell which users there are. */
  @Test
  void aWrongPasswordAndAUserThatThereIsNotAreAnsweredTheSame() throws Exception {
    Client wrong = new Client("10.0.0.1", "anna", "wrong").first().last();
    Client unknown = new Client("10.0.0.1", "bert", "wrong").first().last();
    assertThat(unknown.answers).hasSize(1);
    assertThat(form(unknown)).isEqualTo(form(wrong));
    assertThat(unknown.ended.getCode()).isEqualTo(wrong.ended.getCode());
    assertThat(unknown.ended.getDescription())
        .contains("'bert'")
        .isEqualTo(String.valueOf(wrong.ended.getDescription()).replace("anna", "bert"));
    assertThat(refusals()).containsExactly(LoginResult.REFUSED, LoginResult.REFUSED);
  }

  private static String form(Client client) {
    String first = client.answers.get(0).getMessage().toStringUtf8();
    return first.replaceAll("^r=[^,]*", "r=").replaceAll("s=[^,]{24},", "s=,");
  }

  @Test
  void whatAUserThatThereIsNotIsToldChangesWithThePasswordsOfTheOthers() {
    assertThat(form(new Client("10.0.0.1", "bert", "any").first())).endsWith(",i=4096");
    PasswordVerifier any = ScramExchangeTest.verifier("pencil");
    PasswordVerifier longer =
        new PasswordVerifier(any.salt(), 7_000, any.storedKey(), any.serverKey());
    rules.follow(rules.rules().with(new SetPassword("anna", longer, false, SECRET)), 2);
    assertThat(form(new Client("10.0.0.1", "bert", "any").first())).endsWith(",i=7000");
  }

  /** Else a client would begin all of its guesses before the first one has failed. */
  @Test
  void guessesThatBeganTogetherAreNoMoreThanOthers() throws Exception {
    List<Client> together = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      together.add(new Client("10.0.0.1", "anna", "wrong").first());
    }
    for (Client each : together) {
      each.last();
    }
    assertThat(Collections.frequency(refusals(), LoginResult.REFUSED))
        .isEqualTo(LoginLimits.FREE_OF_PLACE);
    assertThat(Collections.frequency(refusals(), LoginResult.PUT_OFF))
        .isEqualTo(90 - LoginLimits.FREE_OF_PLACE);
  }

  /** Its token would be refused by each node. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPasswordThatIsChangedMeanwhileGivesALoginIfItIsKept(boolean kept) throws Exception {
    Client client = new Client("10.0.0.1", "anna", "pencil").first();
    rules.follow(
        rules
            .rules()
            .with(new SetPassword("anna", ScramExchangeTest.verifier("pen"), kept, SECRET)),
        2);
    client.last();
    assertThat(client.isIn()).isEqualTo(kept);
    assertThat(client.ended.getCode()).isEqualTo(kept ? Status.Code.OK : Status.Code.UNAVAILABLE);
    assertThat(new Client("10.0.0.1", "anna", "pen").first().last().isIn()).isTrue();
  }

  @Test
  void aMessageThatIsTooLongIsNotRead() {
    Client client = new Client("10.0.0.1", "anna", "pencil");
    client.ask("SCRAM-SHA-256", "n,,n=anna,r=" + "x".repeat(1_013));
    assertThat(client.answers).isEmpty();
    assertThat(client.ended.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    Client shorter = new Client("10.0.0.1", "anna", "pencil");
    shorter.ask("SCRAM-SHA-256", "n,,n=anna,r=" + "x".repeat(1_012));
    assertThat(shorter.answers).hasSize(1);
  }

  /** Else what was heard of one login could be shown again. */
  @Test
  void noTwoLoginsHaveTheSameNonce() {
    Set<String> nonces = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Client client = new Client("10.0.0.1", "anna", "pencil");
      client.ask("SCRAM-SHA-256", "n,,n=anna,r=theSameEachTime");
      String said = client.answers.get(0).getMessage().toStringUtf8();
      String nonce = said.substring(0, said.indexOf(','));
      assertThat(nonce).matches("r=theSameEachTime[0-9a-f]{36}");
      nonces.add(nonce);
    }
    assertThat(nonces).hasSize(50);
  }

  @Test
  void aNodeThatKnowsNoUsersYetSaysSoAndNotThatThePasswordIsWrong() {
    RuleBook unknown = new RuleBook(true, clock, events::add);
    Client early = new Client(AnyCallers.from("10.0.0.1", unknown), "anna", "pencil").first();
    assertThat(early.ended.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  /** Other nodes would take its tokens until their clocks are where its own was. */
  @Test
  void aNodeWhoseClockIsFarAheadGivesNoLogins() throws Exception {
    aheadMillis = 60_001;
    Client early = new Client("10.0.0.1", "anna", "pencil").first();
    assertThat(early.ended.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(early.ended.getDescription()).contains("more than 60 s ahead", "at another one");
    assertThat(refusals()).containsExactly(LoginResult.NOT_SERVING);
    aheadMillis = 60_000;
    assertThat(new Client("10.0.0.1", "anna", "pencil").first().last().isIn()).isTrue();
  }

  @Test
  void aLoginWithoutTlsIsRefused() {
    Client plain = new Client(AnyCallers.named("anonymous", rules), "anna", "pencil").first();
    assertThat(plain.answers).isEmpty();
    assertThat(refusals()).containsExactly(LoginResult.PLAINTEXT);
  }
}
