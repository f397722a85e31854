package io.quorate.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.model.RequestId;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.event.RequestEvent;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.RecentRequests;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.event.RequestResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** However a request ends, its place is free afterwards. */
class RequestEntryTest {
  private static final int IN_FLIGHT_MAX = 3;
  private static final long SECOND = 1_000_000_000;
  private static final Failure FAILURE =
      Failure.refused(Failure.Reason.UNAVAILABLE, "too few replicas");
  private static final ScanPage PAGE = new ScanPage(List.of(), new byte[0], false);

  private static final String NAMED = "0000000000000009 (db-east-9)";

  private final FakeDataPlane plane = new FakeDataPlane();
  private final List<Event> events = new ArrayList<>();
  private final List<RequestResult> results = new ArrayList<>();
  private final RecentRequests recent = new RecentRequests();
  private final RequestEntry desk =
      new RequestEntry(
          plane,
          new SystemClock(),
          new RequestLimits(100, 120, 10, IN_FLIGHT_MAX, 6, 2_000, 6_000, 1_000),
          (tenant, kind, level, result, nanos) -> results.add(result),
          new SlowRequests(Long.MAX_VALUE),
          () -> new NodeNames(Map.of(new NodeId(9), "db-east-9")),
          recent,
          events::add);

  /** What scans were answered with: pages, and reasons of failures. */
  private final List<Object> answered = new ArrayList<>();

  private final List<String> messages = new ArrayList<>();

  private final class Answered implements ScanCallback {
    @Override
    public void page(ScanPage page) {
      answered.add(page);
    }

    @Override
    public void failed(Failure failure) {
      answered.add(failure.reason());
      messages.add(failure.message());
    }
  }

  @Test
  void failedScanGivesItsPlaceBack() {
    plane.pages = request -> FAILURE;
    for (int i = 0; i <= IN_FLIGHT_MAX; i++) {
      scan(SECOND);
    }
    assertThat(answered).hasSize(IN_FLIGHT_MAX + 1).containsOnly(Failure.Reason.UNAVAILABLE);
    assertThat(desk.inFlight()).isZero();
  }

  @Test
  void pageGivesItsPlaceBack() {
    plane.pages = request -> PAGE;
    for (int i = 0; i <= IN_FLIGHT_MAX; i++) {
      scan(SECOND);
    }
    assertThat(answered).hasSize(IN_FLIGHT_MAX + 1).containsOnly(PAGE);
    assertThat(desk.inFlight()).isZero();
  }

  @Test
  void scanThatIsRefusedAtOnceTakesNoPlace() {
    scan(0);
    assertThat(answered).containsExactly(Failure.Reason.DEADLINE_EXCEEDED);
    assertThat(desk.inFlight()).isZero();
  }

  @Test
  void operationGivesItsPlaceBackHoweverItEnds() {
    List<Outcome> outcomes = new ArrayList<>();
    List<Operation> operations = List.of(get(10), get(1_000), put(10));
    for (int i = 0; i <= IN_FLIGHT_MAX; i++) {
      plane.answers =
          operation ->
              operation instanceof Operation.Get
                  ? FakeDataPlane.found(new byte[1])
                  : new Outcome.Failed(FAILURE);
      operations.forEach(each -> submit(each, SECOND, outcomes));
      submit(get(10), 0, outcomes);
    }
    assertThat(outcomes).hasSize(4 * (IN_FLIGHT_MAX + 1));
    assertThat(desk.inFlight()).isZero();
  }

  @Test
  void whatIsUnderWayTakesAPlaceEachAndNoMoreAreTaken() {
    List<Outcome> outcomes = new ArrayList<>();
    plane.answers = held -> null;
    for (int i = 0; i <= IN_FLIGHT_MAX; i++) {
      submit(get(10), SECOND, outcomes);
    }
    assertThat(desk.inFlight()).isEqualTo(IN_FLIGHT_MAX);
    scan(SECOND);
    assertThat(answered).containsExactly(Failure.Reason.OVERLOADED);
    assertThat(outcomes).hasSize(1);
    assertThat(plane.asked).hasSize(IN_FLIGHT_MAX);
    Event told = new RequestEvent.Overloaded("inflight_requests");
    assertThat(events).as("one for each refusal").containsExactly(told, told);
  }

  /** What a tenant asks for beyond its quota is no failure of the cluster. */
  @Test
  void refusalsForAQuotaAreToldApartFromThoseOfThisNode() {
    Failure beyond = Failure.throttled("the quota is used up", 10);
    plane.answers = operation -> new Outcome.Failed(beyond.naming(NodeNames.NONE));
    plane.pages = request -> beyond;
    submit(get(10), SECOND, new ArrayList<>());
    scan(SECOND);
    plane.answers = operation -> new Outcome.Failed(Failure.overloaded("busy", 10));
    submit(get(10), SECOND, new ArrayList<>());
    assertThat(results)
        .containsExactly(
            RequestResult.THROTTLED, RequestResult.THROTTLED, RequestResult.OVERLOADED);
    assertThat(answered).containsExactly(Failure.Reason.OVERLOADED);
    assertThat(recent.counts(new SystemClock().nanos())).isEqualTo(new RecentRequests.Counts(3, 3));
  }

  /** The least key above the longest one has one byte more, and can be the start of a scan. */
  @Test
  void boundsOfAScanAreHardlyLongerThanAKey() {
    plane.pages = request -> PAGE;
    byte[] none = {};
    scan(new KeyRange(new byte[100], new byte[101], new byte[101], false));
    assertThat(answered).containsExactly(PAGE);
    answered.clear();
    scan(new KeyRange(none, new byte[102], none, false));
    scan(new KeyRange(none, none, new byte[102], false));
    scan(new KeyRange(new byte[101], none, none, false));
    assertThat(answered).hasSize(3).containsOnly(Failure.Reason.INVALID);
    assertThat(messages.get(0)).contains("the start of the scan has 102 bytes; at most 101");
    assertThat(messages.get(1)).contains("the end of the scan has 102 bytes; at most 101");
    assertThat(messages.get(2)).contains("the prefix of the scan has 101 bytes; at most 100");
    assertThat(desk.inFlight()).isZero();
  }

  @Test
  void failuresNameNodes() {
    Failure failure =
        Failure.refused(Failure.Reason.UNAVAILABLE, "node 0000000000000009 does not answer");
    plane.pages = request -> failure;
    scan(SECOND);
    assertThat(messages).containsExactly("node " + NAMED + " does not answer");

    plane.answers = operation -> new Outcome.Failed(failure);
    List<Outcome> outcomes = new ArrayList<>();
    submit(get(10), SECOND, outcomes);
    assertThat(outcomes)
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed ->
                assertThat(failed.failure().message())
                    .isEqualTo("node " + NAMED + " does not answer"));
  }

  private void scan(KeyRange keys) {
    desk.scan(
        AnyCallers.one(),
        new ScanRequest("t", keys, null, 10, new byte[0]),
        SECOND,
        new Answered());
  }

  private void scan(long timeoutNanos) {
    desk.scan(
        AnyCallers.one(),
        new ScanRequest("t", KeyRange.ALL, null, 10, new byte[0]),
        timeoutNanos,
        new Answered());
  }

  private void submit(Operation operation, long timeoutNanos, List<Outcome> outcomes) {
    desk.submit(
        AnyCallers.one(), 1, operation, timeoutNanos, (id, same, outcome) -> outcomes.add(outcome));
  }

  private static Operation get(int keyBytes) {
    return new Operation.Get("t", new byte[keyBytes], null);
  }

  private static Operation put(int keyBytes) {
    return new Operation.Put("t", new byte[keyBytes], new byte[1], null, 0, RequestId.NONE);
  }
}
