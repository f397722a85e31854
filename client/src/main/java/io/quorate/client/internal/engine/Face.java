package io.quorate.client.internal.engine;

import static io.quorate.proto.v1.Tenant.Model.MODEL_SIBLINGS_VALUE;

import com.google.protobuf.ByteString;
import io.quorate.client.Context;
import io.quorate.client.GetResult;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.Siblings;
import io.quorate.client.WriteResult;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.ResultInfo;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.Version;

/**
 * How the caller of an operation sees keys: as one value each, or as siblings. Makes what the
 * caller gets of an answer, and knows which tenants it suits: a put that knows nothing of siblings
 * would add one with each call, and a get could return none of them.
 *
 * @param <R> what a read returns
 * @param <W> what a write returns
 */
public abstract sealed class Face<R, W> {
  /** A key has one value. */
  public static final Face<GetResult, WriteResult> VALUES = new OfValues();

  /** A key has all values that no later put took the place of. */
  public static final Face<Siblings<byte[]>, SiblingWriteResult> SIBLINGS = new OfSiblings();

  private Face() {}

  /** Whether it is for tenants of the model that this one has. */
  abstract boolean suits(Tenant tenant);

  /**
   * Whether it is for tenants of the model that an answer shows. A write is not refused any more
   * once it is answered.
   */
  abstract boolean suits(OperationResult answer);

  /** What is said of a call whose tenant it does not suit. */
  abstract String ifWrong();

  abstract R read(GetResponse got, ResultInfo info);

  abstract W written(Version version, ByteString context, ResultInfo info);

  /** Whether an answer is about a key of a tenant with siblings, and the key has ever had any. */
  static boolean isOfSiblings(OperationResult answer) {
    return switch (answer.getResultCase()) {
      case GET -> answer.getGet().getSiblingsCount() > 0 || !answer.getGet().getContext().isEmpty();
      case PUT -> !answer.getPut().getContext().isEmpty();
      case DELETE -> !answer.getDelete().getContext().isEmpty();
      default -> false;
    };
  }

  private static boolean hasSiblings(Tenant tenant) {
    return tenant.getModelValue() == MODEL_SIBLINGS_VALUE;
  }

  private static final class OfValues extends Face<GetResult, WriteResult> {
    @Override
    boolean suits(Tenant tenant) {
      return !hasSiblings(tenant);
    }

    @Override
    boolean suits(OperationResult answer) {
      return !answer.hasGet() || !isOfSiblings(answer);
    }

    @Override
    String ifWrong() {
      return "the tenant has model SIBLINGS, so that a key may have several values, and a put"
          + " needs the context of a read to replace them: use QuorateClient.siblings";
    }

    @Override
    GetResult read(GetResponse got, ResultInfo info) {
      return GetResult.builder()
          .value(got.getFound() ? got.getValue().toByteArray() : null)
          .version(got.hasVersion() ? Words.fromWire(got.getVersion()) : null)
          .expiresAtMillis(got.getExpiresAtMs())
          .info(Words.fromWire(info))
          .repairedReplicas(got.getRepairedReplicas())
          .build();
    }

    @Override
    WriteResult written(Version version, ByteString context, ResultInfo info) {
      return WriteResult.of(Words.fromWire(version), Words.fromWire(info));
    }
  }

  private static final class OfSiblings extends Face<Siblings<byte[]>, SiblingWriteResult> {
    @Override
    boolean suits(Tenant tenant) {
      return hasSiblings(tenant);
    }

    @Override
    boolean suits(OperationResult answer) {
      return !answer.getGet().getFound() || isOfSiblings(answer);
    }

    @Override
    String ifWrong() {
      return "the tenant has model LAST_WRITE_WINS, so that a key has one value and no context:"
          + " use QuorateClient.keyValue";
    }

    @Override
    Siblings<byte[]> read(GetResponse got, ResultInfo info) {
      return Siblings.<byte[]>builder()
          .list(Words.siblings(got.getSiblingsList()))
          .context(Context.of(got.getContext().toByteArray()))
          .version(got.hasVersion() ? Words.fromWire(got.getVersion()) : null)
          .info(Words.fromWire(info))
          .repairedReplicas(got.getRepairedReplicas())
          .build();
    }

    @Override
    SiblingWriteResult written(Version version, ByteString context, ResultInfo info) {
      return SiblingWriteResult.of(
          Words.fromWire(version), Context.of(context.toByteArray()), Words.fromWire(info));
    }
  }
}
