package io.quorate.node.config;

/**
 * What memory a node may use. The settings whose value is {@code auto} follow from it.
 *
 * @param limitBytes of the machine, or of the container or unit that the process runs in
 * @param heapBytes the Java heap at its largest
 * @param directBytes what buffers of connections may take outside of it, at most
 */
public record Memory(long limitBytes, long heapBytes, long directBytes) {
  private static final long MIB = 1L << 20;

  /** Of nodes that are started by a program, which decides about its memory itself. */
  public static final Memory USUAL = new Memory(2048 * MIB, 512 * MIB, 512 * MIB);

  /** The least in which a node runs, and the least heap. */
  public static final long LIMIT_MIN_BYTES = 384 * MIB;

  public static final long HEAP_MIN_BYTES = 96 * MIB;

  /** Classes, compiled code, stacks, and what the garbage collector and malloc need. */
  private static final long JVM_BYTES = 160 * MIB;

  private static final long BLOCK_CACHE_MIN_BYTES = 32 * MIB;
  private static final int MEMTABLES = 3;
  private static final long MEMTABLE_MIN_BYTES = 8 * MIB;
  private static final long MEMTABLE_MAX_BYTES = 64 * MIB;
  private static final long PEER_QUEUE_MAX_BYTES = 256 * MIB;
  private static final long HEAP_UNSCALED_BYTES = 512 * MIB;
  private static final long HEAP_MAX_BYTES = 2048 * MIB;

  /**
   * Returns the heap of a node in so much memory, unless an operator says otherwise: a quarter, and
   * of more than 2 GiB no less than 512 MiB or a thirty-second, since what a node keeps in its heap
   * is bounded, and a larger heap takes longer to be collected. {@code bin/quorate} has the same.
   */
  public static long heapFor(long limitBytes) {
    long large = Math.min(Math.max(HEAP_UNSCALED_BYTES, limitBytes / 32), HEAP_MAX_BYTES);
    return Math.min(limitBytes / 4, large) / MIB * MIB;
  }

  /** Returns the part of one of several nodes that share all of this. */
  public Memory sharedBy(int nodes) {
    return new Memory(limitBytes / nodes, heapBytes / nodes, directBytes / nodes);
  }

  /** Gathers writes until they become a file; a node may hold {@link #memtablesBytes} of them. */
  public long memtableBytes() {
    return wholeMib(Math.clamp(limitBytes / 32, MEMTABLE_MIN_BYTES, MEMTABLE_MAX_BYTES));
  }

  public long memtablesBytes() {
    return MEMTABLES * memtableBytes();
  }

  /** A quarter of what the others leave; the kernel's cache of files gets the rest. */
  long blockCacheBytes() {
    return Math.max(BLOCK_CACHE_MIN_BYTES, wholeMib((limitBytes - fixedBytes()) / 4));
  }

  long recordCacheBytes() {
    return wholeMib(heapBytes / 8);
  }

  long versionCacheBytes() {
    return wholeMib(heapBytes / 16);
  }

  /** Of clients' values in work; and as many of other nodes'. */
  long inflightBytes() {
    return wholeMib(heapBytes / 2);
  }

  long waitingBytes() {
    return wholeMib(heapBytes / 8);
  }

  long peerQueueBytes() {
    return Math.min(PEER_QUEUE_MAX_BYTES, wholeMib(heapBytes / 8));
  }

  /** What a node with such a block cache needs at its busiest. */
  public long neededBytes(long blockCacheBytes) {
    return fixedBytes() + blockCacheBytes;
  }

  /** Buffers are counted by half: that all of them are in use means that calls are refused. */
  private long fixedBytes() {
    return heapBytes + directBytes / 2 + memtablesBytes() + JVM_BYTES;
  }

  private static long wholeMib(long bytes) {
    return Math.max(1, bytes / MIB) * MIB;
  }
}
