package io.quorate.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocatorMetric;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocatorMetricProvider;

/**
 * Memory that gRPC's connections have taken for their buffers, in bytes, whether or not it is in
 * use just now. All nodes of a process have it together.
 *
 * @param directBytes outside of the heap
 * @param heapBytes within it
 */
public record PooledMemory(long directBytes, long heapBytes) {
  static PooledMemory of(ByteBufAllocator allocator) {
    if (allocator instanceof ByteBufAllocatorMetricProvider provider) {
      ByteBufAllocatorMetric metric = provider.metric();
      return new PooledMemory(metric.usedDirectMemory(), metric.usedHeapMemory());
    }
    return new PooledMemory(0, 0);
  }
}
