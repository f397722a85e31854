package io.quorate.transport.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.WildBytes;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP connection that receives mutated requests, in pieces and with pauses. Each request must
 * be answered with a fitting status, or the connection closed.
 */
public final class HttpTarget implements FuzzTarget {
  private static final int REQUESTS = 25;

  private static final List<String> PATHS =
      List.of(
          "/metrics",
          "/health/live",
          "/health/ready?x=%20y",
          "/health/whole",
          "/",
          "*",
          "/%C3%BC",
          "/%zz",
          "/health%");

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  private static final List<Integer> ANSWERS = List.of(200, 400, 404, 405, 413, 417, 503);

  @Override
  public String name() {
    return "http";
  }

  @Override
  public int runsInCi() {
    return 100;
  }

  @Override
  public int oneOf() {
    return 4;
  }

  @Override
  public void run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    WildBytes wild = new WildBytes(random);
    Health health =
        new Health() {
          @Override
          public Report live() {
            return Report.OK;
          }

          @Override
          public Report ready() {
            return Report.not("it begins");
          }

          @Override
          public Report whole() {
            return ready();
          }
        };
    EmbeddedChannel connection = new EmbeddedChannel();
    connection.freezeTime();
    HttpEndpoint.serve(
        connection, new Scrape(() -> "a 1\n", System::nanoTime), null, health, new Places(8, 8));
    for (int left = REQUESTS; left > 0 && connection.isOpen(); left--) {
      byte[] real = request(random).getBytes(ISO_8859_1);
      boolean plain = random.nextInt(3) != 0;
      byte[] bytes = plain ? real : wild.mutated(real);
      for (int at = 0; at < bytes.length && connection.isOpen(); ) {
        int piece = Math.min(bytes.length - at, 1 + random.nextInt(bytes.length));
        connection.writeInbound(Unpooled.copiedBuffer(bytes, at, piece));
        at += piece;
        if (random.nextInt(20) == 0) {
          connection.advanceTimeBy(random.nextInt(12_000), TimeUnit.MILLISECONDS);
          connection.runScheduledPendingTasks();
          plain = false;
        }
      }
      connection.runPendingTasks();
      connection.checkException();
      int answers = answers(connection);
      if (left == REQUESTS && plain && answers == 0) {
        throw new AssertionError("a real request was not answered");
      }
    }
    var unused = connection.finishAndReleaseAll();
    connection.checkException();
  }

  private static String request(SplittableRandom random) {
    String method = List.of("GET", "HEAD", "POST", "GET").get(random.nextInt(4));
    StringBuilder request =
        new StringBuilder(method)
            .append(' ')
            .append(PATHS.get(random.nextInt(PATHS.size())))
            .append(" HTTP/1.1\r\nHost: node:7402\r\n");
    if (random.nextInt(5) == 0) {
      request.append("X-Long: ").append("x".repeat(random.nextInt(12_000))).append("\r\n");
    }
    if (random.nextInt(8) == 0) {
      request.append("Expect: 100-continue\r\n");
    }
    if (!method.equals("POST")) {
      return request.append("\r\n").toString();
    }
    return random.nextBoolean()
        ? request.append("Content-Length: 5\r\n\r\nhello").toString()
        : request.append("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").toString();
  }

  private static int answers(EmbeddedChannel connection) {
    StringBuilder text = new StringBuilder();
    for (Object out = connection.readOutbound(); out != null; out = connection.readOutbound()) {
      text.append(((ByteBuf) out).toString(ISO_8859_1));
      ReferenceCountUtil.release(out);
    }
    int answers = 0;
    for (Matcher each = STATUS.matcher(text); each.find(); answers++) {
      int status = Integer.parseInt(each.group(1));
      if (status != 100 && !ANSWERS.contains(status)) {
        throw new AssertionError("answered " + status);
      }
    }
    return answers;
  }
}
