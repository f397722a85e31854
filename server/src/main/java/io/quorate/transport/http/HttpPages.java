package io.quorate.transport.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.quorate.transport.access.Origin;
import io.quorate.transport.tls.HttpTls;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which path shows what. One for each connection. */
final class HttpPages extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger log = LoggerFactory.getLogger(HttpPages.class);
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String BEARER = "bearer ";
  private static final long STRANGER_MILLIS = 1_000;

  private final Scrape metrics;
  private final Health health;
  private final Places places;
  private final @Nullable Scrapers scrapers;

  /**
   * @param scrapers judges who may read the metrics; null if all may
   */
  HttpPages(Scrape metrics, @Nullable Scrapers scrapers, Health health, Places places) {
    this.metrics = metrics;
    this.scrapers = scrapers;
    this.health = health;
    this.places = places;
  }

  /** What one path shows. */
  private record Page(HttpResponseStatus status, String type, byte[] body) {
    Page(HttpResponseStatus status, String type, String body) {
      this(status, type, body.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    boolean keepAlive = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
    boolean head = request.method().equals(HttpMethod.HEAD);
    var unused =
        page(context, request)
            .whenComplete(
                (page, failed) -> {
                  if (page != null) {
                    answer(context, page, keepAlive, head);
                  } else if (failed != null) {
                    exceptionCaught(context, failed);
                  }
                });
  }

  private void answer(ChannelHandlerContext context, Page page, boolean keepAlive, boolean head) {
    byte[] body = page.body();
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            page.status(),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.type())
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    if (page.status().equals(HttpResponseStatus.UNAUTHORIZED)) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    ChannelFuture written = context.writeAndFlush(response);
    places.wasOfUse(context.channel());
    if (!keepAlive) {
      ChannelFuture unused = written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private CompletableFuture<Page> page(ChannelHandlerContext context, FullHttpRequest request) {
    Page other = otherPage(request);
    return other == null ? metrics(context, request) : CompletableFuture.completedFuture(other);
  }

  /** What is shown to all who ask; null if that depends on who asks. */
  private @Nullable Page otherPage(FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      return new Page(HttpResponseStatus.BAD_REQUEST, TEXT, "this is no HTTP request\n");
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return new Page(HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, "only GET and HEAD\n");
    }
    String path;
    try {
      path = new QueryStringDecoder(request.uri()).path();
    } catch (IllegalArgumentException malformed) {
      return new Page(HttpResponseStatus.BAD_REQUEST, TEXT, "the path is malformed\n");
    }
    return switch (path) {
      case "/metrics" -> null;
      case "/health/live" -> health("live", health.live());
      case "/health/ready" -> health("ready", health.ready());
      case "/health/whole" -> health("whole", health.whole());
      default ->
          new Page(
              HttpResponseStatus.NOT_FOUND,
              TEXT,
              "there is /metrics, /health/live, /health/ready and /health/whole\n");
    };
  }

  private CompletableFuture<Page> metrics(ChannelHandlerContext context, FullHttpRequest request) {
    if (scrapers == null) {
      return CompletableFuture.completedFuture(page(Scrapers.Answer.LET_THROUGH));
    }
    Channel connection = context.channel();
    X509Certificate shown = HttpTls.shown(connection);
    CompletableFuture<Scrapers.Judgement> judgement =
        scrapers.judge(
            shown,
            token(request.headers().get(HttpHeaderNames.AUTHORIZATION)),
            Origin.of(
                connection.remoteAddress(),
                shown == null ? null : shown.getSubjectX500Principal().getName(),
                HttpTls.isOn(connection)));
    // The page is made, and written, on the one thread.
    return judgement.thenComposeAsync(judged -> inTime(judged, context), context.executor());
  }

  /** Until a late page is there, nothing more is read from the connection. */
  private CompletableFuture<Page> inTime(Scrapers.Judgement judged, ChannelHandlerContext context) {
    Page page = page(judged.answer());
    if (!judged.isLate()) {
      return CompletableFuture.completedFuture(page);
    }
    CompletableFuture<Page> late = new CompletableFuture<>();
    var unused =
        context
            .executor()
            .schedule(() -> late.complete(page), STRANGER_MILLIS, TimeUnit.MILLISECONDS);
    return late;
  }

  private Page page(Scrapers.Answer answer) {
    return switch (answer) {
      case LET_THROUGH -> new Page(HttpResponseStatus.OK, PROMETHEUS_TEXT, metrics.page());
      case WHO_ARE_YOU ->
          new Page(
              HttpResponseStatus.UNAUTHORIZED,
              TEXT,
              "show a certificate, or the token of a login or of the identity provider, of a user"
                  + " who may 'monitor' (http.metrics)\n");
      case LATER ->
          new Page(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              TEXT,
              "this node cannot judge the token now, as it lacks the key of the identity provider,"
                  + " or too many tokens from there were wrong: try again in a while\n");
      case REFUSED ->
          new Page(
              HttpResponseStatus.FORBIDDEN,
              TEXT,
              "the user is not granted 'monitor': 'quorate grant' grants it (http.metrics)\n");
    };
  }

  private static @Nullable String token(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length())
        : null;
  }

  private static Page health(String what, Health.Report report) {
    Map<String, String> json = new LinkedHashMap<>();
    json.put("status", report.ok() ? what : "not " + what);
    if (!report.ok()) {
      json.put("reason", report.reason());
    }
    HttpResponseStatus status =
        report.ok() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
    try {
      return new Page(status, JSON, new ObjectMapper().writeValueAsString(json) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings could not be written as JSON", e);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Clients that are slow, leave or talk nonsense: no operator needs to do anything about it.
    log.debug("HTTP connection from {} ended", context.channel().remoteAddress(), cause);
    ChannelFuture unused = context.close();
  }
}
