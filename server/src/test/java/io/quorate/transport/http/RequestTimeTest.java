package io.quorate.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestTimeTest {
  private final RequestTime time = new RequestTime(10_000);
  private final EmbeddedChannel connection = new EmbeddedChannel();

  RequestTimeTest() {
    connection.freezeTime();
    connection
        .pipeline()
        .addLast(time, new HttpServerCodec(), new HttpObjectAggregator(8192), new InTurn(time));
  }

  private void bring(String bytes) {
    connection.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
  }

  private void pass(long millis) {
    connection.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    connection.runScheduledPendingTasks();
  }

  @Test
  void aRequestThatComesByteForByteIsCutOff() {
    for (int second = 0; second < 9; second++) {
      bring("G");
      pass(1_000);
      assertThat(connection.isOpen()).isTrue();
    }
    bring("G");
    pass(1_000);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void aConnectionThatBringsNothingIsCutOff() {
    pass(10_000);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void betweenTwoRequestsTimeDoesNotCount() {
    bring("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    pass(60_000);
    assertThat(connection.isOpen()).isTrue();
    bring("GET / HT");
    pass(10_000);
    assertThat(connection.isOpen()).isFalse();
  }
}
