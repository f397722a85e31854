package io.quorate.transport.client;

import io.quorate.model.NodeId;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.ScanRequest;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Records requests, and answers at once, or when the test says so. */
public final class FakeDataPlane implements DataPlane {
  static final ResultInfo FACTS =
      new ResultInfo(17, 3, List.of(new NodeId(1), new NodeId(2)), false, 99);

  public final List<Asked> asked = new CopyOnWriteArrayList<>();
  final List<ScanRequest> scans = new CopyOnWriteArrayList<>();

  /** Answers an operation; null leaves it to the test. */
  public volatile Function<Operation, @Nullable Outcome> answers = operation -> written(1);

  volatile Function<ScanRequest, Object> pages =
      request -> new ScanPage(List.of(), new byte[0], false);

  record Asked(Operation operation, long deadlineNanos, OutcomeCallback callback) {}

  public static Outcome written(long hlc) {
    return new Outcome.Written(version(hlc), FACTS);
  }

  static Version version(long hlc) {
    return new Version(0, hlc, new NodeId(1), 1);
  }

  public static Outcome found(byte[] value) {
    return Outcome.Read.of(Record.value(version(5), 3, 0, value), FACTS);
  }

  public int scanned() {
    return scans.size();
  }

  @Override
  public void submit(Operation operation, long deadlineNanos, OutcomeCallback callback) {
    Outcome outcome = answers.apply(operation);
    asked.add(new Asked(operation, deadlineNanos, callback));
    if (outcome != null) {
      callback.done(outcome);
    }
  }

  @Override
  public void scan(ScanRequest request, long deadlineNanos, ScanCallback callback) {
    scans.add(request);
    switch (pages.apply(request)) {
      case ScanPage page -> callback.page(page);
      case Failure failure -> callback.failed(failure);
      default -> throw new AssertionError("neither page nor failure");
    }
  }
}
