package io.quorate.sim.run;

import java.util.List;

/** Windows of batches of nodes in several regions. */
final class RegionWindows {
  static final List<Demand> DEMANDS =
      List.of(
          Demand.always(
              "CarriedBetweenRegions",
              "WriteRelayed",
              "fault: region cut",
              "fault: region down",
              "region cut: both ways",
              "regions: EACH_QUORUM refused at once",
              "regions: step waits for a region that is away",
              "regions: written at LOCAL_QUORUM while cut off",
              "relay down",
              "relay refused",
              "relay silent",
              "relayed half way"),
          Demand.often(
              "region cut: in only",
              "region cut: out only",
              "region cut: some nodes",
              "regions: EACH_QUORUM refused, and the region named",
              "regions: lost region given up",
              "regions: moved while another region is away",
              "regions: region lost for good",
              "registers: read while replicas in a region change",
              "registers: written while a region is away",
              "registers: written while replicas in a region change"),
          KindWindows.ofRegions(),
          Demand.seldom(
              "held back between regions",
              "registers: read after a region was lost",
              "registers: read while a region is away",
              "registers: written after a region was lost",
              "settling gave way"));

  private RegionWindows() {}
}
