package io.quorate.transport.admin;

import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.NamedMember;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.PastMoment;
import io.quorate.admin.Refusals;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.placement.Cut;
import io.quorate.placement.Tenant;
import io.quorate.proto.v1.CutStep;
import io.quorate.proto.v1.EndCutRequest;
import io.quorate.proto.v1.EndCutResponse;
import io.quorate.proto.v1.Failure.Code;
import io.quorate.proto.v1.GetCutRequest;
import io.quorate.proto.v1.GetCutResponse;
import io.quorate.proto.v1.KeepCutRequest;
import io.quorate.proto.v1.KeepCutResponse;
import io.quorate.proto.v1.MakeCutRequest;
import io.quorate.proto.v1.MakeCutResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.transport.ClusterCalls;
import io.quorate.version.Hlc;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** Begins, shows and ends cuts (docs/design/cuts.md). */
final class CutCalls {
  /**
   * How far ahead of this node's clock the moment of a cut lies, so that nodes know of it before
   * they have stamped anything above it. If that takes longer, it is moved.
   */
  private static final long AHEAD_MILLIS = 1_000;

  private final ClusterAdmin admin;
  private final ClusterCalls calls;

  CutCalls(ClusterAdmin admin, ClusterCalls calls) {
    this.admin = admin;
    this.calls = calls;
  }

  void make(
      ClusterState state,
      MakeCutRequest request,
      long deadlineNanos,
      Consumer<MakeCutResponse> done,
      Consumer<Failure> failed) {
    long now = admin.hybridTime();
    if (now == 0) {
      failed.accept(
          Failure.refused(
              Reason.NOT_SERVING,
              "this node's clock is far from those of most other nodes, and it is the clock that"
                  + " tells which moments have passed. Ask another node, and set the clocks"));
      return;
    }
    RequestTerms terms =
        RequestTermsCodec.read(
            request.getRequestId(), 0, request.toBuilder().clearRequestId().build());
    SortedSet<String> tenants = new TreeSet<>();
    for (String name : request.getTenantsList()) {
      tenants.add(name.isEmpty() ? Tenant.DEFAULT_NAME : name);
    }
    long asOf = request.getAsOf();
    propose(
        state,
        terms,
        known ->
            asOf == 0
                ? new Command.BeginCut(tenants, Hlc.of(Hlc.millis(now) + AHEAD_MILLIS, 0))
                : PastMoment.cut(tenants, asOf, now, known),
        deadlineNanos,
        outcome -> {
          Failure failure = Refusals.of(outcome, terms, admin);
          ClusterState after = admin.state();
          if (failure == null && after != null) {
            done.accept(MakeCutResponse.newBuilder().setCut(begun(terms, after)).build());
          } else {
            failed.accept(failure == null ? notKnown() : failure);
          }
        });
  }

  /**
   * Which cut was begun. The id of a cut is the index of the command that began it, so a request
   * that comes again is told of its own, also if another one was begun since.
   */
  private long begun(RequestTerms terms, ClusterState after) {
    long decidedAt = admin.decidedAt(terms.key());
    return decidedAt == 0 ? after.cut().id() : decidedAt;
  }

  private static Failure notKnown() {
    return Failure.refused(Reason.NOT_SERVING, "this node is no part of a cluster any more");
  }

  private void propose(
      ClusterState state,
      RequestTerms terms,
      Function<ClusterState, Command> command,
      long deadlineNanos,
      Consumer<CommandOutcome> told) {
    new OperatorRequest(admin, terms, command, deadlineNanos, told).run(state);
  }

  void get(
      ClusterState state,
      GetCutRequest request,
      long deadlineNanos,
      Consumer<GetCutResponse> done,
      Consumer<Failure> failed) {
    if (Long.compareUnsigned(request.getCut(), state.stateVersion()) <= 0) {
      show(state, request.getCut(), done, failed);
      return;
    }
    // It was begun at another node, and this one has not heard of it yet.
    calls.confirm(
        deadlineNanos,
        confirmed -> {
          ClusterState now = admin.state();
          if (!confirmed || now == null) {
            failed.accept(
                calls.unsure("what has become of cut " + Long.toUnsignedString(request.getCut())));
          } else {
            show(now, request.getCut(), done, failed);
          }
        });
  }

  private void show(
      ClusterState state, long id, Consumer<GetCutResponse> done, Consumer<Failure> failed) {
    Cut cut = state.cut();
    if (id == 0 || id == cut.id()) {
      done.accept(shown(state, cut));
    } else if (Long.compareUnsigned(id, cut.id()) < 0) {
      done.accept(
          GetCutResponse.newBuilder()
              .setCut(id)
              .setStep(CutStep.CUT_STEP_ENDED)
              .setReason("cut %d was begun since".formatted(cut.id()))
              .build());
    } else {
      failed.accept(
          Failure.refused(
              Reason.INVALID, "there is no cut %s".formatted(Long.toUnsignedString(id))));
    }
  }

  private GetCutResponse shown(ClusterState state, Cut cut) {
    GetCutResponse.Builder shown =
        GetCutResponse.newBuilder()
            .setCut(cut.id())
            .setStep(
                switch (cut.step()) {
                  case ARMED -> CutStep.CUT_STEP_ARMED;
                  case CLOSED -> CutStep.CUT_STEP_CLOSED;
                  case SEALED -> CutStep.CUT_STEP_SEALED;
                  case ENDED -> CutStep.CUT_STEP_ENDED;
                })
            .setHlc(cut.time())
            .setReason(NamedMember.names(state).in(cut.reason()))
            .setCode(
                switch (cut.cause()) {
                  case OTHER -> Code.CODE_UNSPECIFIED;
                  case BEFORE_HISTORY -> Code.CODE_BEFORE_HISTORY;
                });
    for (Tenant tenant : state.tenants().values()) {
      if (cut.tenants().contains(tenant.id())) {
        shown.addTenants(tenant.name());
      }
    }
    if (cut.step() == Cut.Step.SEALED) {
      ClusterAdmin.CutUnheard unheard = admin.cutUnheard();
      shown.setUnheardMaxMs(unheard.maxMillis());
      if (unheard.millis() >= 0) {
        shown.setUnheardMs(unheard.millis());
      }
    }
    return shown.build();
  }

  void keep(KeepCutRequest request, Consumer<KeepCutResponse> done) {
    admin.keepCut(request.getCut());
    done.accept(KeepCutResponse.getDefaultInstance());
  }

  void end(
      ClusterState state,
      EndCutRequest request,
      long deadlineNanos,
      Consumer<EndCutResponse> done,
      Consumer<Failure> failed) {
    long id = request.getCut();
    if (hasEnded(state, id)) {
      done.accept(EndCutResponse.getDefaultInstance());
      return;
    }
    String reason = state.cut().isPending() ? "it was ended before it could be read" : "";
    propose(
        state,
        RequestTerms.NONE,
        known -> new Command.EndCut(id, reason),
        deadlineNanos,
        outcome -> {
          Failure failure = Refusals.of(outcome, RequestTerms.NONE, admin);
          ClusterState now = admin.state();
          if (failure == null || (now != null && hasEnded(now, id))) {
            done.accept(EndCutResponse.getDefaultInstance());
          } else {
            failed.accept(failure);
          }
        });
  }

  /** Whether a cut has ended for sure, however little this node has heard of late. */
  private static boolean hasEnded(ClusterState state, long id) {
    Cut newest = state.cut();
    return Long.compareUnsigned(id, newest.id()) < 0
        || (id == newest.id() && id != 0 && newest.step() == Cut.Step.ENDED);
  }
}
