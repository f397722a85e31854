package io.quorate.cli.transfer;

/**
 * One record to be stored.
 *
 * @param expiresAtMillis when it expires, in milliseconds since 1970; 0: as the tenant has it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Entry(byte[] key, byte[] value, long expiresAtMillis) {}
