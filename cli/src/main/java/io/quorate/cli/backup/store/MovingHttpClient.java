package io.quorate.cli.backup.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Gives up a request whose content does not move. Sockets have a timeout for what is read and none
 * for what is written, so a server that takes no more bytes would be waited for without end.
 *
 * <p>The content is sent by a thread of its own. It is left behind when the request is given up:
 * closing a connection with TLS waits for a thread that writes to it. Should the server take bytes
 * again, that thread finds no more of them, so the request never becomes whole.
 */
final class MovingHttpClient implements SdkHttpClient {
  private final SdkHttpClient client;
  private final Duration silence;

  /**
   * @param client that bounds how long it waits for a connection, and for an answer
   * @param silence how long no byte may go out
   */
  MovingHttpClient(SdkHttpClient client, Duration silence) {
    this.client = client;
    this.silence = silence;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ContentStreamProvider content = request.contentStreamProvider().orElse(null);
    if (content == null) {
      return client.prepareRequest(request);
    }
    Progress progress = new Progress();
    HttpExecuteRequest.Builder seen =
        HttpExecuteRequest.builder()
            .request(request.httpRequest())
            .contentStreamProvider(() -> new Seen(content.newStream(), progress));
    request.metricCollector().ifPresent(seen::metricCollector);
    return new Request(client.prepareRequest(seen.build()), progress, silence);
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public void close() {
    client.close();
  }

  /** How far the content of a request has gone out. Of two threads. */
  private static final class Progress {
    private volatile long movedNanos = System.nanoTime();

    /** From then on, the last bytes go out, and then the answer is waited for. */
    private volatile boolean isTaken;

    private volatile boolean isGivenUp;

    private void moved(boolean isEnd) throws IOException {
      if (isGivenUp) {
        throw new IOException("the request was given up");
      }
      movedNanos = System.nanoTime();
      isTaken = isEnd;
    }

    /** Why the request is given up; null if it goes on. */
    private @Nullable String trouble(Duration silence) {
      long nanos = isTaken ? 2 * silence.toNanos() : silence.toNanos();
      if (System.nanoTime() - movedNanos <= nanos) {
        return null;
      }
      return (isTaken
              ? "the server has not answered what was sent, for %d s"
              : "the server takes no more of what is sent, for %d s")
          .formatted(TimeUnit.NANOSECONDS.toSeconds(nanos));
    }
  }

  /** The content, which is taken as fast as it goes out. */
  private static final class Seen extends FilterInputStream {
    private final Progress progress;

    private Seen(InputStream content, Progress progress) {
      super(content);
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      progress.moved(false);
      int read = super.read();
      progress.moved(read < 0);
      return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      progress.moved(false);
      int read = super.read(into, offset, length);
      progress.moved(read < 0);
      return read;
    }
  }

  /** A request that is given up when its content stands still. */
  private record Request(ExecutableHttpRequest asked, Progress progress, Duration silence)
      implements ExecutableHttpRequest {
    private static final long LOOK_MILLIS_MAX = 1_000;

    @Override
    public HttpExecuteResponse call() throws IOException {
      FutureTask<HttpExecuteResponse> answer = new FutureTask<>(asked);
      start(answer, "s3-send");
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return answer.get(Math.min(LOOK_MILLIS_MAX, silence.toMillis()), TimeUnit.MILLISECONDS);
          } catch (InterruptedException asWithSockets) { // which do not look at it, either
            interrupted = true;
          } catch (TimeoutException waiting) {
            String trouble = progress.trouble(silence);
            if (trouble != null) {
              progress.isGivenUp = true;
              start(asked::abort, "s3-abort");
              throw new SocketTimeoutException(trouble);
            }
          }
        }
      } catch (ExecutionException failed) {
        throw thrown(failed.getCause());
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private static IOException thrown(@Nullable Throwable failure) throws IOException {
      switch (failure) {
        case IOException io -> throw io;
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case null, default -> throw new IOException(failure);
      }
    }

    private static void start(Runnable work, String name) {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void abort() {
      asked.abort();
    }
  }
}
