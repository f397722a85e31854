/**
 * Pages of partitions, read at a level, merged and repaired as a get is ({@code PartitionRead}),
 * and the pages of scans that are made of them. Start at {@link
 * io.quorate.replication.coordinator.scan.ScanEntry}. A page is bounded by the work it costs, not
 * by what it finds.
 */
@NullMarked
package io.quorate.replication.coordinator.scan;

import org.jspecify.annotations.NullMarked;
