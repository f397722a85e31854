package io.quorate.replication.api;

/**
 * What a client gives to a write of a tenant whose clients name their writes. All attempts at the
 * write have the same, but for {@code firstAttempt}.
 *
 * @param hlc of the version; with siblings, of the write's id, which the version is above
 * @param epoch of the key's partition, as the client knows it
 * @param expiresAtMillis when the value expires, in milliseconds since 1970; 0: never
 * @param firstAttempt whether no attempt with this stamp was sent before
 */
public record WriteStamp(long hlc, long epoch, long expiresAtMillis, boolean firstAttempt) {}
