package io.quorate.cli.backup.run;

import io.quorate.client.admin.Model;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;

/**
 * Of which tenants a cut is one moment over all keys. Of the others it has each key by itself: what
 * replicas held while the cut was made.
 */
public final class OneMoment {
  private OneMoment() {}

  /** Whether a cut of a tenant is of one moment. */
  public static boolean has(Tenant tenant) {
    Model model = tenant.settings().get(TenantSetting.MODEL);
    return model == null || model == Model.LAST_WRITE_WINS;
  }
}
