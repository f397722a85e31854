package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** What a read found. An absent key is a normal answer. */
public sealed interface GetResult {
  /** The value; null if the key has none. Not copied, so leave it as it is. */
  byte @Nullable [] value();

  /** Version of the value, or of its deletion; null if the key was never written. */
  @Nullable Version version();

  /** When the value expires, in milliseconds since 1970; 0: never. */
  long expiresAtMillis();

  /** How it came about. */
  ResultInfo info();

  /**
   * Replicas that were behind and have been brought up to date, if everyone was asked ({@link
   * ReadRepair#EVERYONE}).
   */
  int repairedReplicas();

  /** Whether the cluster could not answer and {@link ReadOptions#fallback} did. */
  boolean fromFallback();

  static GetResult fromFallback(byte @Nullable [] value) {
    return GetResult.builder().value(value).info(ResultInfo.OF_FALLBACK).fromFallback(true).build();
  }

  /** Whether the key has a value. */
  default boolean found() {
    return value() != null;
  }

  /**
   * The value.
   *
   * @throws NoSuchElementException if the key has none
   */
  default byte[] bytes() {
    byte[] value = value();
    if (value == null) {
      throw new NoSuchElementException("the key has no value: ask found() first");
    }
    return value;
  }

  /**
   * The value as UTF-8.
   *
   * @throws NoSuchElementException if the key has none
   */
  default String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that has all of this. */
  default Builder toBuilder() {
    return builder()
        .value(value())
        .version(version())
        .expiresAtMillis(expiresAtMillis())
        .info(info())
        .repairedReplicas(repairedReplicas())
        .fromFallback(fromFallback());
  }

  /** Each part is what the method of its name tells; what is not said is nothing, or not known. */
  final class Builder {
    private byte @Nullable [] value;
    private @Nullable Version version;
    private long expiresAtMillis;
    private ResultInfo info = ResultInfo.NONE;
    private int repairedReplicas;
    private boolean fromFallback;

    private Builder() {}

    public Builder value(byte @Nullable [] value) {
      this.value = value;
      return this;
    }

    public Builder version(@Nullable Version version) {
      this.version = version;
      return this;
    }

    public Builder expiresAtMillis(long expiresAtMillis) {
      this.expiresAtMillis = expiresAtMillis;
      return this;
    }

    public Builder info(ResultInfo info) {
      this.info = info;
      return this;
    }

    public Builder repairedReplicas(int repairedReplicas) {
      this.repairedReplicas = repairedReplicas;
      return this;
    }

    public Builder fromFallback(boolean fromFallback) {
      this.fromFallback = fromFallback;
      return this;
    }

    public GetResult build() {
      return new GetResultValues(
          value, version, expiresAtMillis, info, repairedReplicas, fromFallback);
    }

    private record GetResultValues(
        byte @Nullable [] value,
        @Nullable Version version,
        long expiresAtMillis,
        ResultInfo info,
        int repairedReplicas,
        boolean fromFallback)
        implements GetResult {
      @Override
      public String toString() {
        return (value == null ? "nothing" : value.length + " bytes")
            + " version "
            + version
            + (fromFallback ? " from the fallback" : " " + info);
      }
    }
  }
}
