package io.quorate.sim.run;

import java.util.List;

/** Windows of batches in which tenants come and go. */
final class TenantWindows {
  static final List<Demand> DEMANDS =
      List.of(
          Demand.always(
              "Cleared",
              "refused as dropped",
              "tenants that go: CreateTenant Accepted",
              "tenants that go: DropTenant Accepted",
              "tenants that go: TruncateTenant Accepted",
              "tenants that go: done",
              "tenants that go: not there"),
          Demand.often("looked later for a write"));

  private TenantWindows() {}
}
