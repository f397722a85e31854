package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A part of a partition that is in one file.
 *
 * @param tenant its name
 * @param after the key after which it begins, in base64; empty: the beginning of the partition
 * @param next the key up to which it goes, in base64; null: the end of the partition
 * @param records keys in it
 * @param bytes of their keys and contents
 * @param potentiallyStale whether an acknowledged write may be missing in it
 * @param at where in the file its first block begins; 0 in files that do not say it
 * @param hlc the hybrid time before any of it was read; 0: not known
 * @param asInBase how many of the keys have the content that they have in the base
 */
public record Segment(
    @JsonProperty("tenant") String tenant,
    @JsonProperty("partition") int partition,
    @JsonProperty("after") String after,
    @JsonProperty("next") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String next,
    @JsonProperty("records") long records,
    @JsonProperty("bytes") long bytes,
    @JsonProperty("potentially_stale") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean potentiallyStale,
    @JsonProperty("at") @JsonInclude(JsonInclude.Include.NON_DEFAULT) long at,
    @JsonProperty("hlc") @JsonInclude(JsonInclude.Include.NON_DEFAULT) long hlc,
    @JsonProperty("as_in_base") @JsonInclude(JsonInclude.Include.NON_DEFAULT) long asInBase) {

  /** Returns how a key is written in {@link #after} and {@link #next}. */
  public static String text(byte[] key) {
    return Base64.getEncoder().encodeToString(key);
  }

  /** Returns the key that a text of {@link #after} or {@link #next} stands for. */
  public static byte[] key(String text) {
    return Base64.getDecoder().decode(text);
  }

  /** Whether another segment begins where this one ends. */
  public boolean isFollowedBy(Segment other) {
    return tenant.equals(other.tenant) && partition == other.partition && other.after.equals(next);
  }

  /** Returns this and one that follows it as one. */
  public Segment with(Segment following) {
    return new Segment(
        tenant,
        partition,
        after,
        following.next,
        records + following.records,
        bytes + following.bytes,
        potentiallyStale || following.potentiallyStale,
        at,
        hlc,
        asInBase + following.asInBase);
  }

  /** Returns the same at another place in its file. */
  Segment at(long place) {
    return new Segment(
        tenant, partition, after, next, records, bytes, potentiallyStale, place, hlc, asInBase);
  }

  /** For messages. */
  public String where() {
    return "partition %d of tenant '%s'".formatted(partition, tenant);
  }
}
