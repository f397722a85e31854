package io.quorate.node;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Optional;

/** The memory that this process was given, and how a node shares it out. */
public final class NodeMemory {
  private NodeMemory() {}

  /** What the JVM was told, and what it finds: it looks at the limits of containers. */
  public static Memory ofThisProcess() {
    long heap = Runtime.getRuntime().maxMemory();
    long direct = 0;
    HotSpotDiagnosticMXBean jvm =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (jvm != null) { // Runtime leaves out what a collection copies to
      heap = Long.parseLong(jvm.getVMOption("MaxHeapSize").getValue());
      direct = Long.parseLong(jvm.getVMOption("MaxDirectMemorySize").getValue());
    }
    return new Memory(machineBytes(), heap, direct > 0 ? direct : heap);
  }

  /** Of the machine, or of the container or unit that the process runs in. */
  public static long machineBytes() {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return machine == null ? Memory.USUAL.limitBytes() : machine.getTotalMemorySize();
  }

  /** Why a node cannot run in so much memory, and what to do; empty if it can. */
  public static Optional<String> tooLittle(Memory memory, NodeConfig config) {
    if (memory.limitBytes() < Memory.LIMIT_MIN_BYTES) {
      return Optional.of(
          "there are %s of memory here, and a node needs %s: raise the limit of the container or unit, or take a larger machine"
              .formatted(mib(memory.limitBytes()), mib(Memory.LIMIT_MIN_BYTES)));
    }
    if (memory.heapBytes() < Memory.HEAP_MIN_BYTES) {
      return Optional.of(
          "a heap of %s is too small for a node: give %s or more in QUORATE_JAVA_OPTS (-Xmx96m), or say nothing of it there, and it follows from the memory of the machine"
              .formatted(mib(memory.heapBytes()), mib(Memory.HEAP_MIN_BYTES)));
    }
    long blockCache = config.storage().blockCacheBytes();
    long needed = memory.neededBytes(blockCache);
    if (needed > memory.limitBytes()) {
      return Optional.of(
          "a node with a heap of %s and storage.block_cache of %s needs %s in all, and there are %s here, so the kernel would end it one day: lower them (the heap: -Xmx in QUORATE_JAVA_OPTS), or give it more memory"
              .formatted(
                  mib(memory.heapBytes()), mib(blockCache), mib(needed), mib(memory.limitBytes())));
    }
    return tooLittleHeap(memory.heapBytes(), config);
  }

  /** A node whose caches fill its heap ends with exit code 3 once they are full, at each start. */
  private static Optional<String> tooLittleHeap(long heapBytes, NodeConfig config) {
    long recordCache = config.storage().recordCacheBytes();
    long versionCache = config.storage().versionCacheBytes();
    if (recordCache + versionCache > heapBytes / 2) {
      return Optional.of(
          "storage.record_cache of %s and storage.version_cache of %s have more than half of a heap of %s, and a node needs the rest for requests: lower them, or give it a larger heap (-Xmx in QUORATE_JAVA_OPTS)"
              .formatted(mib(recordCache), mib(versionCache), mib(heapBytes)));
    }
    NodeConfig.Limits limits = config.limits();
    Map<String, Long> bounds =
        Map.of(
            "inflight_bytes", limits.inflightBytesMax(),
            "replica_bytes", limits.replicaBytesMax(),
            "waiting_bytes", limits.waitingBytesMax(),
            "peer_queue_bytes", limits.peerQueueBytesMax());
    return bounds.entrySet().stream()
        .filter(bound -> bound.getValue() > heapBytes)
        .min(Map.Entry.comparingByKey())
        .map(
            bound ->
                "limits.%s of %s is more than the heap of %s, so it bounds nothing: lower it, or give the node a larger heap (-Xmx in QUORATE_JAVA_OPTS)"
                    .formatted(bound.getKey(), mib(bound.getValue()), mib(heapBytes)));
  }

  /** How it is shared out, in one line. */
  public static String describe(Memory memory, NodeConfig config) {
    return "memory: %s in all; heap %s (of it record cache %s, version cache %s), direct at most %s, block cache %s, memtables at most %s"
        .formatted(
            mib(memory.limitBytes()),
            mib(memory.heapBytes()),
            mib(config.storage().recordCacheBytes()),
            mib(config.storage().versionCacheBytes()),
            mib(memory.directBytes()),
            mib(config.storage().blockCacheBytes()),
            mib(memory.memtablesBytes()));
  }

  private static String mib(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
