package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tenant as created or altered. */
public final class TenantChange {
  private final Tenant tenant;
  private final List<String> warnings;

  private TenantChange(Tenant tenant, List<String> warnings) {
    this.tenant = tenant;
    this.warnings = List.copyOf(warnings);
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static TenantChange of(Tenant tenant, List<String> warnings) {
    return new TenantChange(tenant, warnings);
  }

  public Tenant tenant() {
    return tenant;
  }

  /**
   * What an operator should know, such as levels that allow stale reads, or nodes that do not know
   * of the change after two seconds.
   */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TenantChange that
        && tenant.equals(that.tenant)
        && warnings.equals(that.warnings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, warnings);
  }

  @Override
  public String toString() {
    return "TenantChange[tenant=" + tenant + ", warnings=" + warnings + "]";
  }
}
