package io.quorate.replication.replica.memory;

/**
 * How much memory a replica may take for what it knows without asking the disk.
 *
 * @param recordBytes for records that were read lately
 * @param versionBytes for the headers of records read or written lately
 */
public record CacheSizes(long recordBytes, long versionBytes) {}
