package io.quorate.sim.workload;

import java.util.List;
import java.util.function.Supplier;

/**
 * A kind of workload that a seed may draw.
 *
 * @param name in reports
 * @param probability that it exists in a run
 * @param clientsMax that work so at the same time
 * @param make makes the workload of one run
 */
record Kind(String name, double probability, int clientsMax, Supplier<Workload> make) {

  /** Every kind there is. The first exists in runs that draw no other. */
  static final List<Kind> ALL =
      List.of(
          new Kind("single calls", 0.85, 4, SingleCalls::new),
          new Kind("pipelines", 0.35, 2, Pipelines::new),
          new Kind("batches", 0.35, 2, Batches::new),
          new Kind("retries", 0.35, 2, Retries::new),
          new Kind("brief values", 0.3, 2, BriefValues::new),
          new Kind("scans", 0.3, 2, Scans::new),
          new Kind("operators", 0.5, 2, Operators::new),
          new Kind("other tenants", 0.4, 3, OtherTenants::new),
          new Kind("tenant commands", 0.4, 2, TenantCommands::new),
          new Kind(OnceWrites.NAME, 0.5, 3, OnceWrites::ofVersions),
          new Kind(OnceWrites.REGISTERS, 0.5, 3, OnceWrites::ofRegisters),
          new Kind("sessions", 0.4, 2, Sessions::new),
          new Kind(SiblingWrites.NAME, 0.5, 3, SiblingWrites::new),
          new Kind(FieldUpdates.NAME, 0.5, 3, FieldUpdates::new),
          new Kind(LockWork.NAME, 0.25, 6, LockWork::new),
          new Kind(FencedWrites.NAME, 0.3, 3, FencedWrites::new),
          new Kind(LockedWrites.NAME, 0.3, 3, LockedWrites::new));
}
