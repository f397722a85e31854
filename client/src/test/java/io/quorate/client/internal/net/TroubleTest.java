package io.quorate.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** What is told of a node that could not be asked is what is known of it. */
class TroubleTest {
  @Test
  void onlyARefusalIsToldAsOne() {
    assertThat(told(new ConnectException("Connection refused: /127.0.0.1:1")))
        .isEqualTo("connection refused: no process listens there");
    assertThat(told(new ConnectTimeoutException("connection timed out after 1000 ms: /10.0.0.1:1")))
        .isEqualTo("no answer to the attempt to connect: the host is down or out of reach");
    assertThat(told(new ConnectException("Network is unreachable: /10.0.0.1:1")))
        .isEqualTo("cannot be connected to: Network is unreachable: /10.0.0.1:1");
    assertThat(told(new NoRouteToHostException("No route to host: /10.0.0.1:1")))
        .isEqualTo("cannot be connected to: No route to host: /10.0.0.1:1");
    assertThat(told(new UnknownHostException("nowhere"))).isEqualTo("unknown host");
  }

  @Test
  void aRefusalIsKnownInAnyLanguage() {
    assertThat(
            told(
                new ConnectException(
                    "finishConnect(..) failed with error(-111): Verbindungsaufbau abgelehnt:"
                        + " /127.0.0.1:1")))
        .isEqualTo(Trouble.REFUSED.what());
    String unreachable = "finishConnect(..) failed with error(-101): Das Netzwerk ist nicht da";
    assertThat(told(new ConnectException(unreachable)))
        .isEqualTo("cannot be connected to: " + unreachable);
  }

  @Test
  void nothingWasSentWhereNoConnectionWasMade() {
    for (Exception cause :
        new Exception[] {
          new ConnectException("Connection refused"),
          new ConnectTimeoutException("timed out"),
          new NoRouteToHostException("No route to host"),
          new UnknownHostException("nowhere")
        }) {
      assertThat(Trouble.of(Status.UNAVAILABLE.withCause(cause)).neverConnected()).isTrue();
    }
  }

  /** As a node does that stops, or whose connections are limited in age. */
  @Test
  void aConnectionThatItsNodeEndsSpeaksGrpc() {
    for (String detail :
        new String[] {
          "Connection closed after GOAWAY. HTTP/2 error code: NO_ERROR, debug data: max_age",
          "Abrupt GOAWAY closed sent stream. HTTP/2 error code: ENHANCE_YOUR_CALM",
          "RST_STREAM closed stream. HTTP/2 error code: NO_ERROR"
        }) {
      Trouble trouble = Trouble.of(Status.UNAVAILABLE.withDescription(detail));
      assertThat(trouble.what()).isEqualTo(detail);
      assertThat(trouble.lasting()).isFalse();
    }
    assertThat(
            Trouble.of(Status.UNAVAILABLE.withDescription("HTTP/2 client preface string missing")))
        .matches(Trouble::lasting);
  }

  /** As http.listen of a node with TLS does. */
  @Test
  void aServerOfTlsThatKnowsNoGrpcIsToldAsOne() {
    Trouble trouble =
        Trouble.of(
            Status.UNAVAILABLE.withDescription(
                "Failed ALPN negotiation: Unable to find compatible protocol\n"
                    + "Channel Pipeline: [SslHandler#0]"));
    assertThat(trouble.what())
        .isEqualTo(
            "speaks TLS but not gRPC, as the port of http.listen of a node does: give the port of"
                + " node.address");
    assertThat(trouble.lasting()).isTrue();
    assertThat(trouble.neverConnected()).isTrue();
  }

  @Test
  void onlyTheFirstLineOfWhatGrpcSaysIsTold() {
    String said =
        """
        HTTP status code 404
        missing content-type in response headers
        trailers: Metadata()\
        """;
    assertThat(Trouble.of(Status.UNIMPLEMENTED.withDescription(said)).what())
        .endsWith("(HTTP status code 404)");
  }

  @Test
  void deadlineThatPassesSaysNothingOfWhoListens() {
    assertThat(
            Trouble.of(
                    Status.DEADLINE_EXCEEDED.withDescription(
                        "deadline exceeded after 0.9s. [remote_addr=/127.0.0.1:7401]"))
                .what())
        .isEqualTo("is connected, but did not answer in time");
    assertThat(
            Trouble.of(
                Status.DEADLINE_EXCEEDED.withDescription(
                    "deadline exceeded after 0.9s. [buffered_nanos=9, waiting_for_connection]")))
        .isEqualTo(Trouble.SILENT);
    assertThat(Trouble.SILENT.lasting()).isFalse();
  }

  /** The port of http.listen is beside that of node.address, and soon mistaken for it. */
  @Test
  void whatListensThereIsToldByWhatItSends() {
    String settings = "http2 exception: First received frame was not SETTINGS. Hex dump for first ";
    Trouble http = Trouble.of(Status.INTERNAL.withDescription(settings + "5 bytes: 485454502f"));
    assertThat(http.what())
        .isEqualTo(
            "answers in HTTP/1, as the port of http.listen of a node does, and no gRPC: give the"
                + " port of node.address");
    assertThat(http.lasting()).isTrue();
    assertThat(Trouble.of(Status.INTERNAL.withDescription(settings + "5 bytes: 5353482d32")).what())
        .isEqualTo("speaks another protocol than gRPC (it begins with 'SSH-2')");
    assertThat(Trouble.of(Status.INTERNAL.withDescription(settings + "5 bytes: 3232302068")).what())
        .isEqualTo("speaks another protocol than gRPC (it begins with '220 h')");
    assertThat(Trouble.of(Status.INTERNAL.withDescription(settings + "2 bytes: 1503")).what())
        .contains("speaks another protocol than gRPC", "1503");
  }

  @Test
  void aQuestionThatThisClientGaveUpHadNoAnswer() {
    assertThat(Trouble.of(Status.CANCELLED.withDescription(Unary.GIVEN_UP)))
        .isEqualTo(Trouble.SILENT);
    assertThat(Trouble.of(Status.CANCELLED.withDescription("by the node")).what())
        .isEqualTo("CANCELLED: by the node");
  }

  private static String told(Exception cause) {
    return Trouble.of(Status.UNAVAILABLE.withDescription("io exception").withCause(cause)).what();
  }

  @Test
  void whatACauseOfGrpcSaysIsToldOnce() {
    Status cause = Status.UNAVAILABLE.withDescription("this node has no keys yet");
    Status status =
        Status.UNAVAILABLE
            .withDescription("could not log in there: this node has no keys yet")
            .withCause(cause.asRuntimeException());
    assertThat(Trouble.of(status).what())
        .isEqualTo("could not log in there: this node has no keys yet");
  }
}
