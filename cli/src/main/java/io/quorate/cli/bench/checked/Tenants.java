package io.quorate.cli.bench.checked;

import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Whose keys they are: the keys of a run are dealt out to its tenants in turn.
 *
 * @param hotShare part of all operations that the first tenant asks for, from 0 to 1
 */
public record Tenants(
    List<String> names, double hotShare, List<ReadOptions> reads, List<WriteOptions> writes) {

  public static Tenants of(
      List<String> names, double hotShare, ReadOptions read, WriteOptions write) {
    List<ReadOptions> reads = new ArrayList<>();
    List<WriteOptions> writes = new ArrayList<>();
    for (String name : names) {
      reads.add(read.tenant(name));
      writes.add(write.tenant(name));
    }
    return new Tenants(names, hotShare, reads, writes);
  }

  public int count() {
    return reads.size();
  }

  public int of(int key) {
    return key % count();
  }

  public ReadOptions read(int key) {
    return reads.get(of(key));
  }

  public WriteOptions write(int key) {
    return writes.get(of(key));
  }

  /** A key of the tenant whose turn it is by chance, near a key that was drawn. */
  public int deal(int key, int keys, SplittableRandom random) {
    int tenants = count();
    if (tenants == 1) {
      return key;
    }
    int tenant = random.nextDouble() < hotShare ? 0 : 1 + random.nextInt(tenants - 1);
    int dealt = key - of(key) + tenant;
    return dealt < keys ? dealt : dealt - tenants;
  }

  public String name(int tenant) {
    return names.get(tenant);
  }
}
