package io.quorate.transport.codec.admin;

import com.google.protobuf.UnsafeByteOperations;
import io.quorate.cluster.JoinTokenText;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Quoted;
import io.quorate.model.Release;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.IntroduceResponse;
import io.quorate.proto.internal.RefusalKind;
import org.jspecify.annotations.Nullable;

/** What nodes say before they know that they are one cluster. */
public final class IntroductionCodec {
  private static final int NAME_CHARS_MAX = 255;
  private static final int SEEDS_MAX = 1_000;

  /** Refusals quote lists of seeds. */
  private static final int SENTENCE_CHARS_MAX = 1_000_000;

  private IntroductionCodec() {}

  public static IntroduceRequest write(Introduction introduction) {
    JoinTokenText token = introduction.token();
    return IntroduceRequest.newBuilder()
        .setNode(introduction.node().value())
        .setAddress(introduction.address())
        .setRegion(introduction.region())
        .setZone(introduction.zone())
        .setWeight(introduction.weight())
        .addAllSeeds(introduction.seeds())
        .setCluster(wire(introduction.cluster()))
        .setIncarnation(introduction.incarnation())
        .setStateVersion(introduction.stateVersion())
        .setJoining(wire(introduction.joining()))
        .setJoins(wire(introduction.joins()))
        .setRelease(AdminCodec.release(introduction.release()))
        .setJoinToken(token == null ? "" : token.text())
        .setClientAddress(introduction.clientAddress())
        .setDiskMark(introduction.diskMark())
        .build();
  }

  /**
   * Reads what a node says of itself.
   *
   * @throws IllegalArgumentException if no node says so
   */
  public static Introduction read(IntroduceRequest request) {
    return new Introduction(
        new NodeId(request.getNode()),
        request.getAddress(),
        request.getRegion(),
        request.getZone(),
        request.getWeight(),
        request.getSeedsList(),
        cluster(request.getCluster()),
        request.getIncarnation(),
        request.getStateVersion(),
        joining(request.getJoining()),
        cluster(request.getJoins()),
        release(request.getRelease()),
        request.getJoinToken().isEmpty() ? null : JoinTokenText.parse(request.getJoinToken()),
        request.getClientAddress(),
        request.getDiskMark());
  }

  public static IntroduceResponse write(IntroductionReply reply) {
    IntroduceResponse.Builder response =
        IntroduceResponse.newBuilder()
            .setNode(reply.node().value())
            .setAddress(reply.address())
            .setRegion(reply.region())
            .setZone(reply.zone())
            .setWeight(reply.weight())
            .setCluster(wire(reply.cluster()))
            .setIncarnation(reply.incarnation())
            .addAllSeeds(reply.seeds())
            .setRelease(AdminCodec.release(reply.release()));
    if (reply.genesis() != null) {
      response.setGenesis(UnsafeByteOperations.unsafeWrap(reply.genesis()));
    }
    if (reply.refusal() != null) {
      response.setRefusal(reply.refusal().message()).setRefusalKind(wire(reply.refusal().kind()));
    }
    if (reply.waitFor() != null) {
      response.setWaitFor(reply.waitFor());
    }
    return response.build();
  }

  /**
   * Reads an answer, which need not be that of a node.
   *
   * @throws IllegalArgumentException if no node answers so; says why
   */
  public static IntroductionReply read(IntroduceResponse response) {
    checkLength("address", response.getAddress(), NAME_CHARS_MAX);
    checkLength("region", response.getRegion(), NAME_CHARS_MAX);
    checkLength("zone", response.getZone(), NAME_CHARS_MAX);
    checkLength("refusal", response.getRefusal(), SENTENCE_CHARS_MAX);
    checkLength("reason to wait", response.getWaitFor(), SENTENCE_CHARS_MAX);
    if (response.getSeedsCount() > SEEDS_MAX) {
      throw new IllegalArgumentException("it names %d seeds".formatted(response.getSeedsCount()));
    }
    response.getSeedsList().forEach(seed -> checkLength("seed", seed, NAME_CHARS_MAX));
    return new IntroductionReply(
        new NodeId(response.getNode()),
        response.getAddress(),
        response.getRegion(),
        response.getZone(),
        response.getWeight(),
        cluster(response.getCluster()),
        response.getIncarnation(),
        response.getGenesis().isEmpty() ? null : response.getGenesis().toByteArray(),
        response.getRefusal().isEmpty()
            ? null
            : new Refusal(kind(response.getRefusalKind()), response.getRefusal()),
        response.getWaitFor().isEmpty() ? null : response.getWaitFor(),
        response.getSeedsList(),
        release(response.getRelease()));
  }

  private static void checkLength(String what, String text, int most) {
    if (text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "its %s is not what a node says: %s".formatted(what, Quoted.of(text)));
    }
  }

  private static io.quorate.proto.internal.Joining wire(Joining joining) {
    return switch (joining) {
      case NO -> io.quorate.proto.internal.Joining.JOINING_UNSPECIFIED;
      case WITH_SHARE -> io.quorate.proto.internal.Joining.JOINING_WITH_SHARE;
      case AS_SPARE -> io.quorate.proto.internal.Joining.JOINING_AS_SPARE;
    };
  }

  private static Joining joining(io.quorate.proto.internal.Joining wire) {
    return switch (wire) {
      case JOINING_WITH_SHARE -> Joining.WITH_SHARE;
      case JOINING_AS_SPARE -> Joining.AS_SPARE;
      case JOINING_UNSPECIFIED, UNRECOGNIZED -> Joining.NO;
    };
  }

  private static RefusalKind wire(Refusal.Kind kind) {
    return switch (kind) {
      case DATA, DISK -> RefusalKind.REFUSAL_KIND_DATA;
      case CONFIGURATION -> RefusalKind.REFUSAL_KIND_CONFIGURATION;
      case SET_BACK -> RefusalKind.REFUSAL_KIND_SET_BACK;
      case LEFT -> RefusalKind.REFUSAL_KIND_LEFT;
      case RELEASE -> RefusalKind.REFUSAL_KIND_RELEASE;
    };
  }

  private static Refusal.Kind kind(RefusalKind wire) {
    return switch (wire) {
      case REFUSAL_KIND_CONFIGURATION -> Refusal.Kind.CONFIGURATION;
      case REFUSAL_KIND_SET_BACK -> Refusal.Kind.SET_BACK;
      case REFUSAL_KIND_LEFT -> Refusal.Kind.LEFT;
      case REFUSAL_KIND_RELEASE -> Refusal.Kind.RELEASE;
      case REFUSAL_KIND_DATA, REFUSAL_KIND_UNSPECIFIED, UNRECOGNIZED -> Refusal.Kind.DATA;
    };
  }

  /**
   * @throws IllegalArgumentException if there is no such release; says why
   */
  private static Release release(io.quorate.proto.v1.Release wire) {
    return new Release(
        wire.getName(), wire.getOldestClusterVersion(), wire.getNewestClusterVersion());
  }

  private static long wire(@Nullable ClusterId cluster) {
    return cluster == null ? 0 : cluster.value();
  }

  private static @Nullable ClusterId cluster(long wire) {
    return wire == 0 ? null : new ClusterId(wire);
  }
}
