package io.quorate.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a read found of a key in a tenant with model SIBLINGS: all values that no later put took the
 * place of, and the context for a put that takes the place of these. That a key has none is a
 * normal answer. Immutable.
 */
public final class Siblings<V> {
  private final List<Sibling<V>> list;
  private final Context context;
  private final @Nullable Version version;
  private final ResultInfo info;
  private final int repairedReplicas;

  private Siblings(Builder<V> parts) {
    this.list = parts.list;
    this.context = parts.context;
    this.version = parts.version;
    this.info = parts.info;
    this.repairedReplicas = parts.repairedReplicas;
  }

  /**
   * Returns what was read as bytes, decoded.
   *
   * @throws DecodingException the codec cannot read one of the values; its result is that sibling
   */
  public static <V> Siblings<V> decoded(Siblings<byte[]> read, Codec<V> codec) {
    List<Sibling<V>> list = new ArrayList<>(read.size());
    for (Sibling<byte[]> each : read.list) {
      try {
        list.add(Sibling.of(codec.decode(each.value()), each.version(), each.expiresAtMillis()));
      } catch (RuntimeException undecodable) {
        GetResult result =
            GetResult.builder()
                .value(each.value())
                .version(each.version())
                .expiresAtMillis(each.expiresAtMillis())
                .info(read.info)
                .build();
        throw new DecodingException(result, undecodable);
      }
    }
    return Siblings.<V>builder()
        .list(list)
        .context(read.context)
        .version(read.version)
        .info(read.info)
        .repairedReplicas(read.repairedReplicas)
        .build();
  }

  /** All siblings, in the order of their versions; mostly one. */
  public List<Sibling<V>> list() {
    return list;
  }

  /** The values of all siblings, in the order of their versions. */
  public List<V> values() {
    return list.stream().map(Sibling::value).toList();
  }

  /** How many there are. */
  public int size() {
    return list.size();
  }

  /** Whether the key has no value. */
  public boolean isEmpty() {
    return list.isEmpty();
  }

  /** Whether there are several: concurrent puts, of which none has seen the others. */
  public boolean isConflict() {
    return list.size() > 1;
  }

  /**
   * Returns the one value, or what {@code resolver} makes of several; empty if there is none.
   * Nothing is written: a put of the result with {@link #context} does that.
   */
  public Optional<V> resolve(Resolver<V> resolver) {
    if (list.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(isConflict() ? resolver.resolve(values()) : list.get(0).value());
  }

  /** For a put or delete that takes the place of these siblings, and of no others. */
  public Context context() {
    return context;
  }

  /**
   * The highest version that the key has had, that of a deletion among them; null if it was never
   * written.
   */
  public @Nullable Version version() {
    return version;
  }

  /** How it came about. */
  public ResultInfo info() {
    return info;
  }

  /**
   * Replicas that were behind and have been brought up to date, if everyone was asked ({@link
   * ReadRepair#EVERYONE}).
   */
  public int repairedReplicas() {
    return repairedReplicas;
  }

  public static <V> Builder<V> builder() {
    return new Builder<>();
  }

  /** Returns a builder that has all of this. */
  public Builder<V> toBuilder() {
    return Siblings.<V>builder()
        .list(list)
        .context(context)
        .version(version)
        .info(info)
        .repairedReplicas(repairedReplicas);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Siblings<?> that
        && list.equals(that.list)
        && context.equals(that.context)
        && Objects.equals(version, that.version)
        && info.equals(that.info)
        && repairedReplicas == that.repairedReplicas;
  }

  @Override
  public int hashCode() {
    return Objects.hash(list, context, version, info, repairedReplicas);
  }

  @Override
  public String toString() {
    return (list.isEmpty() ? "nothing" : list.toString()) + " context " + context + " " + info;
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  public static final class Builder<V> {
    private List<Sibling<V>> list = List.of();
    private Context context = Context.NONE;
    private @Nullable Version version;
    private ResultInfo info = ResultInfo.NONE;
    private int repairedReplicas;

    private Builder() {}

    public Builder<V> list(List<Sibling<V>> list) {
      this.list = List.copyOf(list);
      return this;
    }

    public Builder<V> context(Context context) {
      this.context = context;
      return this;
    }

    public Builder<V> version(@Nullable Version version) {
      this.version = version;
      return this;
    }

    public Builder<V> info(ResultInfo info) {
      this.info = info;
      return this;
    }

    public Builder<V> repairedReplicas(int repairedReplicas) {
      this.repairedReplicas = repairedReplicas;
      return this;
    }

    public Siblings<V> build() {
      return new Siblings<>(this);
    }
  }
}
