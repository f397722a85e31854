package io.quorate.client.internal.kv;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quorate.client.AsyncScan;
import io.quorate.client.ClientClosedException;
import io.quorate.client.DeadlineExceededException;
import io.quorate.client.FailureInfo;
import io.quorate.client.FinishedRequest.Operation;
import io.quorate.client.Level;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.ScanPage;
import io.quorate.client.ServerFaultException;
import io.quorate.client.UnavailableException;
import io.quorate.client.internal.engine.Call;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Connection;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Nodes;
import io.quorate.client.internal.engine.Statuses;
import io.quorate.client.internal.engine.Tried;
import io.quorate.client.internal.engine.Unfinished;
import io.quorate.client.internal.engine.Words;
import io.quorate.client.internal.net.Backoff;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Trouble;
import io.quorate.client.internal.text.Quoted;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A scan over {@code Scan} streams of one node, which sends a page when it is asked for one. When a
 * stream breaks, another node goes on after the page handed out last.
 *
 * <p>A stream has a number of pages, about as many as were read before, so that one that is left
 * before its end can be read to it at no more cost than that. Else it would have to be reset, and a
 * node ends a connection, with all calls on it, on which many calls are reset.
 */
final class StreamedScan implements AsyncScan, Unfinished {
  private static final int ATTEMPTS_MAX = 6;
  private static final Backoff AGAIN = Backoff.ofMillis(20, 500);

  /** How often a node is asked whether it is there, while a page is awaited. */
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int TURNS = 1 << 16;

  /** Pages of one stream, at most. */
  static final int PAGES_MAX = 16;

  /** Version of a cluster whose nodes know that a stream may have a number of pages. */
  private static final int PAGES_FROM_VERSION = 2;

  /** Within this time a node has ended a stream that was left to it. */
  private static final long LEFT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Engine engine;
  private final Loop loop;
  private final String tenant;
  private final byte[] prefix;
  private final ScanOptions options;
  private final long timeoutNanos;
  private final @Nullable ListenerCalls told;

  /** Where the next page begins; after the last page handed out. */
  private ByteString cursor;

  private long handedOut;
  private long pages;
  private boolean ended;
  private boolean closed;

  /** Which node comes next; scans begin at different ones. */
  private int turn = -1;

  private @Nullable Stream stream;
  private @Nullable Turn asked;

  /** The node that sent the page before, where the next stream goes, too. */
  private @Nullable Connection served;

  /** A page that came when its caller waited for it no more; the next one who asks gets it. */
  private @Nullable ScanPage undelivered;

  StreamedScan(
      Engine engine,
      String tenant,
      byte[] prefix,
      ScanOptions options,
      long timeoutNanos,
      @Nullable ListenerCalls told) {
    this.engine = engine;
    this.loop = engine.loop();
    this.tenant = tenant;
    this.prefix = prefix.clone();
    this.options = options;
    this.timeoutNanos = timeoutNanos;
    this.told = told;
    this.cursor = ByteString.copyFrom(options.cursor());
  }

  /** One page asked for. */
  private static final class Turn {
    /** What the caller has; another one once the caller has given up that and asked again. */
    CompletableFuture<ScanPage> page = new CompletableFuture<>();

    final Call.@Nullable Ending<ScanPage> ending;

    /** Streams that were opened for it: none if the one of the page before goes on. */
    int attempts;

    /** Where. */
    final Set<Connection> asked = new HashSet<>();

    /** Why they sent none. */
    final Tried tried = new Tried();

    /** Times that a node was asked for it. */
    int asks;

    @Nullable QuorateException lastFailure;

    /** Refers to the page, so it must not outlive the turn. */
    Loop.@Nullable Timer atDeadline;

    Loop.@Nullable Timer atCheck;

    Turn(Call.@Nullable Ending<ScanPage> ending) {
      this.ending = ending;
    }

    /** Whether the caller waits no more: a timeout of its own has passed, or it has cancelled. */
    boolean isGivenUp() {
      return page.isDone();
    }

    /** Returns whether the caller has got the page, which others than this may have completed. */
    boolean complete(ScanPage read) {
      if (ending != null) {
        ending.onEnded(asks, read, null);
      }
      return page.complete(read);
    }

    void fail(QuorateException failure) {
      if (ending != null) {
        ending.onEnded(asks, null, failure);
      }
      page.completeExceptionally(failure);
    }
  }

  @Override
  public CompletableFuture<ScanPage> nextPage() {
    Turn next =
        new Turn(
            told == null ? null : told.ending(Operation.SCAN_PAGE, tenant, engine.loop().nanos()));
    try {
      loop.run(() -> begin(next));
    } catch (RejectedExecutionException loopEnded) {
      next.page.completeExceptionally(
          new ClientClosedException(describe() + ": the client is closed"));
    }
    return next.page;
  }

  private void begin(Turn next) {
    if (asked != null) {
      join(asked, next);
      return;
    }
    if (closed) {
      next.page.completeExceptionally(new ClientClosedException(describe() + " was closed"));
      return;
    }
    ScanPage kept = undelivered;
    if (kept != null) {
      undelivered = next.page.complete(kept) ? null : kept;
      return;
    }
    if (ended) {
      next.page.complete(ScanPage.of(List.of(), cursor.toByteArray(), true, false));
      return;
    }
    QuorateException refused = Checks.scan(tenant, prefix, options);
    if (refused != null) {
      next.fail(refused);
      return;
    }
    if (!engine.began(this)) {
      next.page.completeExceptionally(
          new ClientClosedException(describe() + ": the client is closed"));
      return;
    }
    asked = next;
    next.atDeadline = loop.schedule(() -> giveUp(next), timeoutNanos);
    request();
  }

  /** Gives the page that is under way to a caller that has given it up, and asks again. */
  private void join(Turn underWay, Turn next) {
    if (!underWay.isGivenUp()) {
      next.page.completeExceptionally(
          new IllegalStateException("the page asked for before has not arrived"));
      return;
    }
    underWay.page = next.page;
    if (underWay.atDeadline != null) {
      underWay.atDeadline.cancel();
    }
    underWay.atDeadline = loop.schedule(() -> giveUp(underWay), timeoutNanos);
  }

  private void request() {
    Turn now = asked;
    if (now == null || closed) {
      return;
    }
    Stream open = stream;
    if (open == null) {
      now.attempts++;
      Connection node = nextNode(now.asked);
      if (node == null) {
        tryAgain(
            now,
            new UnavailableException(
                describe() + ": " + Nodes.ALL_ELSEWHERE, FailureInfo.NONE, null));
        return;
      }
      open = new Stream(node, pagesMax());
      now.asked.add(node);
      stream = open;
      now.asks++;
      open.start();
    } else {
      now.asks++;
    }
    // A call may end inside start(): then the next attempt is arranged, or the page has failed.
    if (stream == open) {
      open.call.request(1);
      checkLater(now, open);
    }
  }

  private int pagesMax() {
    return engine.isAtVersion(PAGES_FROM_VERSION)
        ? (int) Math.min(Math.max(pages, 1), PAGES_MAX)
        : Stream.UNBOUNDED;
  }

  /** Where to ask for pages; null: nowhere. */
  private @Nullable Connection nextNode(Set<Connection> asked) {
    Connection before = served;
    if (before != null && before.ready()) {
      return before;
    }
    turn = turn < 0 ? engine.random().nextInt(TURNS) : turn + 1;
    List<Connection> nodes = engine.nodes().ofClusterInTurn(turn);
    return nodes.isEmpty() ? null : next(nodes, asked);
  }

  /**
   * The first node that was not asked for the page and is in order, those of this client's region
   * before others; but the first of all, if nodes of another region would give another answer.
   */
  private Connection next(List<Connection> nodes, Set<Connection> asked) {
    if (mayLeaveRegion()) {
      for (Connection node : nodes) {
        if (node.ready() && !asked.contains(node)) {
          return node;
        }
      }
    }
    return nodes.get(0);
  }

  /** Not at a level about the region, and the tenant's own may be one. */
  private boolean mayLeaveRegion() {
    Level level = options.level();
    return level != null && !Level.LOCAL_QUORUM.equals(level) && !Level.LOCAL_ONE.equals(level);
  }

  /** A process that is stopped closes no connection: else a scan would wait for it to its end. */
  private void checkLater(Turn now, Stream awaited) {
    if (now.atCheck != null) {
      now.atCheck.cancel();
    }
    now.atCheck =
        loop.schedule(
            () -> {
              if (isAwaited(now, awaited)) {
                awaited.node.askIfThere(
                    () -> {
                      if (isAwaited(now, awaited)) {
                        checkLater(now, awaited);
                      }
                    },
                    () -> {
                      if (isAwaited(now, awaited)) {
                        onGone(now, awaited);
                      }
                    });
              }
            },
            CHECK_NANOS);
  }

  private boolean isAwaited(Turn now, Stream awaited) {
    return asked == now && stream == awaited;
  }

  private void onGone(Turn now, Stream silent) {
    resetStream("the node does not answer");
    now.tried.add(silent.node.address(), Trouble.SILENT);
    tryAgain(
        now,
        new UnavailableException(
            describe() + ", at " + silent.node.address() + ": the node does not answer any more",
            FailureInfo.NONE,
            null));
  }

  private void onPage(Stream from, ScanResponse response) {
    Turn now = asked;
    if (now == null) {
      return;
    }
    List<ScanEntry> entries = new ArrayList<>(response.getEntriesCount());
    for (io.quorate.proto.v1.ScanEntry entry : response.getEntriesList()) {
      entries.add(Words.fromWire(entry));
    }
    cursor = response.getCursor();
    handedOut += entries.size();
    pages++;
    served = from.node;
    // The node ends its stream at the limit, with a cursor if there may be more.
    ended = cursor.isEmpty() || (options.limit() > 0 && handedOut >= options.limit());
    if (ended || from.hadItsPages()) {
      leaveStream();
    }
    finish();
    ScanPage page =
        ScanPage.of(entries, cursor.toByteArray(), ended, response.getPotentiallyStale());
    if (!now.complete(page)) {
      undelivered = page;
    }
  }

  private void onEnd(Status status, Metadata trailers, String address) {
    stream = null;
    Turn now = asked;
    if (now == null) {
      return; // the next page will be asked for at another node
    }
    QuorateException failure =
        status.isOk()
            ? endedEarly(address)
            : Statuses.toException(status, trailers, false, describe(), address);
    if (status.isOk() || Statuses.toldByQuorate(status.asRuntimeException(trailers))) {
      now.tried.add(address, String.valueOf(failure.getMessage()));
    } else {
      now.tried.add(address, Trouble.of(status));
    }
    tryAgain(now, failure);
  }

  private void tryAgain(Turn now, QuorateException failure) {
    served = null;
    now.lastFailure = failure;
    if (now.attempts >= ATTEMPTS_MAX || !Statuses.worthAnotherNode(failure)) {
      boolean unreached = failure instanceof UnavailableException && now.tried.noneAnswered();
      fail(now, unreached ? noneAnswered(now.tried) : failure);
    } else {
      loop.schedule(
          () -> {
            if (asked == now && stream == null) {
              request();
            }
          },
          waitNanos(now, failure));
    }
  }

  private UnavailableException noneAnswered(Tried tried) {
    return new UnavailableException(
        describe() + ": no node could answer (" + tried + ")" + tried.advice(),
        FailureInfo.NONE.coded(tried.code()),
        null);
  }

  /** Not the end of the scan: the page that reaches that says so. */
  private QuorateException endedEarly(String address) {
    return new ServerFaultException(
        describe()
            + ", at "
            + address
            + ": the node ended the stream before the scan was at its end",
        FailureInfo.NONE,
        null);
  }

  /** A node that has too much to do says when it will have less. */
  private long waitNanos(Turn now, QuorateException failure) {
    long backoff = AGAIN.nanos(now.attempts, engine.random());
    if (!(failure instanceof OverloadedException overloaded)) {
      return backoff;
    }
    long asked = overloaded.retryAfter().toNanos();
    return Math.max(asked + Backoff.jittered(asked / 2, engine.random()), backoff);
  }

  private void giveUp(Turn late) {
    if (asked != late) {
      return;
    }
    served = null;
    resetStream("gave up waiting");
    fail(
        late,
        new DeadlineExceededException(
            describe()
                + ": no page within "
                + timeoutNanos / 1_000_000
                + " ms"
                + (late.lastFailure == null ? "" : "; last: " + late.lastFailure.getMessage()),
            FailureInfo.NONE,
            late.lastFailure));
  }

  private void finish() {
    Turn over = asked;
    asked = null;
    if (over != null && over.atDeadline != null) {
      over.atDeadline.cancel();
    }
    if (over != null && over.atCheck != null) {
      over.atCheck.cancel();
    }
    engine.finished(this);
  }

  private void fail(Turn now, QuorateException failure) {
    finish();
    now.fail(failure);
  }

  private void leaveStream() {
    Stream open = stream;
    stream = null;
    if (open != null) {
      open.leave();
    }
  }

  private void resetStream(String why) {
    Stream open = stream;
    stream = null;
    if (open != null) {
      open.call.cancel(why, null);
    }
  }

  @Override
  public void close() {
    try {
      loop.run(this::onClosed);
    } catch (RejectedExecutionException loopEnded) {
      // The stream ended with the loop.
    }
  }

  @Override
  public void onClosed() {
    closed = true;
    Turn now = asked;
    if (now != null) {
      fail(now, new ClientClosedException(describe() + " was closed"));
    }
    leaveStream();
  }

  private String describe() {
    return "scan of prefix "
        + Quoted.of(prefix)
        + (tenant.equals("default") ? "" : " of tenant " + Quoted.of(tenant));
  }

  private ScanRequest firstRequest(int pagesMax) {
    ScanRequest.Builder request =
        ScanRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setPrefix(ByteString.copyFrom(prefix))
            .setLimit(options.limit() == 0 ? 0 : options.limit() - handedOut)
            .setPageSize(options.pageSize())
            .setCursor(cursor)
            .setKeysOnly(options.keysOnly())
            .setStart(ByteString.copyFrom(options.start()))
            .setEnd(ByteString.copyFrom(options.end()))
            .setReverse(options.reverse())
            .setPages(pagesMax);
    if (options.level() != null) {
      request.setLevel(Words.toWire(options.level()));
    }
    return request.build();
  }

  private final class Stream extends ClientCall.Listener<ScanResponse> {
    /** Of pages: the node is of a cluster that may have others which know of no bound. */
    static final int UNBOUNDED = 0;

    private final Connection node;
    private final int pagesMax;
    private final ClientCall<ScanRequest, ScanResponse> call;
    private int pagesHad;
    private Loop.@Nullable Timer atLeft;

    Stream(Connection node, int pagesMax) {
      this.node = node;
      this.pagesMax = pagesMax;
      call = node.channel().newCall(KeyValueGrpc.getScanMethod(), CallOptions.DEFAULT);
    }

    void start() {
      call.start(this, new Metadata());
      if (stream == this) {
        call.sendMessage(firstRequest(pagesMax));
        call.halfClose();
      }
    }

    /** Whether the node ends it now. */
    boolean hadItsPages() {
      return pagesMax != UNBOUNDED && pagesHad == pagesMax;
    }

    void leave() {
      try {
        leaveOnLoop();
      } catch (RejectedExecutionException loopEnded) {
        // So has the connection.
      }
    }

    /** Reads the stream to its end and drops the pages; resets it if the end may be far. */
    private void leaveOnLoop() {
      if (!ended && pagesMax == UNBOUNDED) {
        call.cancel("the scan was closed", null);
        return;
      }
      call.request(PAGES_MAX);
      atLeft =
          loop.schedule(() -> call.cancel("the node does not end the stream", null), LEFT_NANOS);
    }

    private void onLoop(Runnable event) {
      try {
        loop.run(event);
      } catch (RejectedExecutionException loopEnded) {
        // The client is closed: the page has failed already.
      }
    }

    @Override
    public void onMessage(ScanResponse response) {
      onLoop(
          () -> {
            if (stream == this) {
              pagesHad++;
              onPage(this, response);
            }
          });
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      onLoop(
          () -> {
            if (atLeft != null) {
              atLeft.cancel();
            }
            if (stream == this) {
              onEnd(status, trailers, node.address());
            }
          });
    }
  }
}
