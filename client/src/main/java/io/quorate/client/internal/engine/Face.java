package io.quorate.client.internal.engine;

import com.google.protobuf.ByteString;
import io.quorate.client.Context;
import io.quorate.client.CounterValue;
import io.quorate.client.GetResult;
import io.quorate.client.MapValue;
import io.quorate.client.SetValue;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.Siblings;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteResult;
import io.quorate.client.internal.update.FieldWords;
import io.quorate.proto.v1.Field;
import io.quorate.proto.v1.FieldKind;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.ResultInfo;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.Tenant.Model;
import io.quorate.proto.v1.Version;

/**
 * How the caller of an operation sees keys: as one value each, as siblings, or as a counter, a set
 * or a map. Makes what the caller gets of an answer, and knows which tenants it suits: a put that
 * knows nothing of siblings would add one with each call, and a get could return none of them.
 *
 * @param <R> what a read returns
 * @param <W> what a write returns
 */
public abstract sealed class Face<R, W> {
  /** A key has one value. */
  public static final Face<GetResult, WriteResult> VALUES = new OfValues();

  /** A key has all values that no later put took the place of. */
  public static final Face<Siblings<byte[]>, SiblingWriteResult> SIBLINGS = new OfSiblings();

  /** A key is a number. */
  public static final Face<CounterValue, UpdateResult> COUNTERS = new OfCounters();

  /** A key is a set of values. */
  public static final Face<SetValue, UpdateResult> SETS = new OfSets();

  /** A key has fields with names. */
  public static final Face<MapValue, UpdateResult> MAPS = new OfMaps();

  private final Model model;

  private Face(Model model) {
    this.model = model;
  }

  /** Whether it is for tenants of the model that this one has. */
  boolean suits(Tenant tenant) {
    return modelOf(tenant) == model;
  }

  /**
   * Whether it is for tenants of the model that an answer shows. A write is not refused any more
   * once it is answered.
   */
  boolean suits(OperationResult answer) {
    return !answer.hasGet() || !shows(answer) || modelOf(answer) == model;
  }

  /** What is said of a call that does not suit tenants of a model. */
  static String ifWrong(Model model) {
    return switch (model) {
      case MODEL_SIBLINGS ->
          "the tenant has model SIBLINGS, so that a key may have several values, and a put"
              + " needs the context of a read to replace them: use QuorateClient.siblings";
      case MODEL_COUNTERS ->
          "the tenant has model COUNTERS, so that a key is a number that is incremented and"
              + " decremented: use QuorateClient.counters";
      case MODEL_SETS ->
          "the tenant has model SETS, so that a key is a set to which values are added and from"
              + " which they are removed: use QuorateClient.sets";
      case MODEL_LINEARIZABLE ->
          "the tenant has model LINEARIZABLE, so that a key has one value and no context: use"
              + " QuorateClient.keyValue";
      case MODEL_MAPS ->
          "the tenant has model MAPS, so that a key has fields with names, which are updated: use"
              + " QuorateClient.maps";
      case MODEL_UNSPECIFIED, MODEL_LAST_WRITE_WINS ->
          "the tenant has model LAST_WRITE_WINS, so that a key has one value and no context:"
              + " use QuorateClient.keyValue";
      case UNRECOGNIZED ->
          "the tenant has a model that this client does not know: use a newer client";
    };
  }

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

  /** The model of a tenant. */
  static Model modelOf(Tenant tenant) {
    Model model = tenant.getModel();
    return model == Model.MODEL_UNSPECIFIED ? Model.MODEL_LAST_WRITE_WINS : model;
  }

  /** Whether the answer of a read shows which model the tenant has. */
  private static boolean shows(OperationResult answer) {
    return answer.getGet().getFound()
        || answer.getGet().getFieldsCount() > 0
        || isOfSiblings(answer);
  }

  /** The model that the answer of a read shows. */
  static Model modelOf(OperationResult answer) {
    GetResponse got = answer.getGet();
    if (got.getFieldsCount() == 0) {
      return isOfSiblings(answer) ? Model.MODEL_SIBLINGS : Model.MODEL_LAST_WRITE_WINS;
    }
    Field first = got.getFields(0);
    if (!first.getName().isEmpty()) {
      return Model.MODEL_MAPS;
    }
    return first.getKind() == FieldKind.FIELD_KIND_COUNTER
        ? Model.MODEL_COUNTERS
        : Model.MODEL_SETS;
  }

  private static final class OfValues extends Face<GetResult, WriteResult> {
    OfValues() {
      super(Model.MODEL_LAST_WRITE_WINS);
    }

    @Override
    boolean suits(Tenant tenant) {
      return super.suits(tenant) || modelOf(tenant) == Model.MODEL_LINEARIZABLE;
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
    OfSiblings() {
      super(Model.MODEL_SIBLINGS);
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

  /** Keys have fields, which are read together. */
  private abstract static sealed class OfFields<R> extends Face<R, UpdateResult> {
    OfFields(Model model) {
      super(model);
    }

    @Override
    R read(GetResponse got, ResultInfo info) {
      return read(FieldWords.fromWire(got.getFieldsList(), Words.fromWire(info)));
    }

    abstract R read(MapValue fields);

    @Override
    UpdateResult written(Version version, ByteString context, ResultInfo info) {
      return UpdateResult.of(Words.fromWire(info));
    }
  }

  private static final class OfCounters extends OfFields<CounterValue> {
    OfCounters() {
      super(Model.MODEL_COUNTERS);
    }

    @Override
    CounterValue read(MapValue fields) {
      return CounterValue.of(fields.count(""), !fields.isEmpty(), fields.info());
    }
  }

  private static final class OfSets extends OfFields<SetValue> {
    OfSets() {
      super(Model.MODEL_SETS);
    }

    @Override
    SetValue read(MapValue fields) {
      return fields.set("");
    }
  }

  private static final class OfMaps extends OfFields<MapValue> {
    OfMaps() {
      super(Model.MODEL_MAPS);
    }

    @Override
    MapValue read(MapValue fields) {
      return fields;
    }
  }
}
