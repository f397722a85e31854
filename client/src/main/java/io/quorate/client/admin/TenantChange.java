package io.quorate.client.admin;

import java.util.List;

/**
 * A tenant as created or altered.
 *
 * @param warnings what an operator should know, such as levels that allow stale reads
 */
public record TenantChange(Tenant tenant, List<String> warnings) {
  public TenantChange {
    warnings = List.copyOf(warnings);
  }
}
