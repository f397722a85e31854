package io.quorate.client;

/**
 * Told of each request of a client when it has finished, for meters and logs of the application.
 * Given to {@link QuorateClient.Builder#requestListener}.
 *
 * <p>Called on the client's event loop, before the request's future completes, so everything that
 * it does delays the client: it must not block, and a blocking call of the client is refused there.
 * The client holds no lock meanwhile. What it throws is logged, and reaches neither the request nor
 * its caller. A listener that makes requests with the client is told of those, too.
 *
 * <p>A request that is refused before anything is sent, as for a bound of the client or a key that
 * is too long, fails on its caller's thread, and the listener is told a moment later. While 65,536
 * of such refusals wait to be told, further ones are not told; the log says how many. Requests that
 * are made after the client was closed are not told either.
 */
@FunctionalInterface
public interface RequestListener {
  /** A request has finished, well or not. */
  void onFinished(FinishedRequest request);
}
