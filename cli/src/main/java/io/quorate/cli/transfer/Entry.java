package io.quorate.cli.transfer;

/**
 * One record to be stored.
 *
 * @param ttlMillis milliseconds until it expires; 0: the tenant's default
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Entry(byte[] key, byte[] value, long ttlMillis) {}
