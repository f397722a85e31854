package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A cut as a run asks for it. It is written down before the cluster is asked, so that the next run
 * makes the same request if this one is killed before it knows its cut: then the cluster answers
 * with the cut that was begun, and begins no other.
 *
 * @param request id of the request, a UUID
 * @param tenants their names, in the order in which they are named in the request
 * @param asOf a moment that has passed, as an ISO instant; null: one that the cluster chooses
 */
public record AskedCut(
    @JsonProperty("request") String request,
    @JsonProperty("tenants") List<String> tenants,
    @JsonProperty("as_of") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String asOf) {
  public AskedCut {
    tenants = List.copyOf(tenants);
  }

  /** Returns a new request, with an id of its own. */
  public static AskedCut of(List<String> tenants, @Nullable Instant asOf) {
    return new AskedCut(
        UUID.randomUUID().toString(), tenants, asOf == null ? null : asOf.toString());
  }

  public UUID requestId() {
    return UUID.fromString(request);
  }

  /** Returns the moment; null: one that the cluster chooses. */
  public @Nullable Instant moment() {
    return asOf == null ? null : Instant.parse(asOf);
  }

  /**
   * Whether it is of a moment, to the millisecond.
   *
   * @param other null: one that the cluster chooses
   */
  public boolean isAsOf(@Nullable Instant other) {
    Instant own = moment();
    return own == null
        ? other == null
        : other != null
            && own.truncatedTo(ChronoUnit.MILLIS).equals(other.truncatedTo(ChronoUnit.MILLIS));
  }
}
