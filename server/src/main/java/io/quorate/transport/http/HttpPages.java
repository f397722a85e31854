package io.quorate.transport.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
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
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which path shows what. One for each connection. */
final class HttpPages extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger log = LoggerFactory.getLogger(HttpPages.class);
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  private final Scrape metrics;
  private final Health health;
  private final Places places;

  HttpPages(Scrape metrics, Health health, Places places) {
    this.metrics = metrics;
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
    Page page = page(request);
    byte[] body = page.body();
    boolean head = request.method().equals(HttpMethod.HEAD);
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
    ChannelFuture written = context.writeAndFlush(response);
    places.wasOfUse(context.channel());
    if (!keepAlive) {
      ChannelFuture unused = written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private Page page(FullHttpRequest request) {
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
      case "/metrics" -> new Page(HttpResponseStatus.OK, PROMETHEUS_TEXT, metrics.page());
      case "/health/live" -> health("live", health.live());
      case "/health/ready" -> health("ready", health.ready());
      default ->
          new Page(
              HttpResponseStatus.NOT_FOUND,
              TEXT,
              "there is /metrics, /health/live and /health/ready\n");
    };
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
