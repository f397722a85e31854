package io.quorate.cluster;

import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.model.Quoted;
import io.quorate.placement.Tenant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the records of a tenant go, all at once: its id is one of a dropped tenant from now on, under
 * which no replica stores anything, and each takes away what it holds. A truncated tenant goes on
 * under another id.
 */
final class Dropping {
  private Dropping() {}

  static Decision drop(ClusterState state, String name, int id, long index) {
    Tenant known = state.tenants().get(name);
    if (known == null) {
      return state.tenantIds().dropped().contains(id)
          ? new Accepted(state, List.of())
          : unknown(name);
    }
    if (id != 0 && id != known.id()) {
      return ofAnother(known, id);
    }
    if (name.equals(Tenant.DEFAULT_NAME)) {
      return new Rejected(
          ("tenant '%s' is the one of requests that name none, and is never dropped: truncate it if"
                  + " all its keys are to go")
              .formatted(name));
    }
    SortedMap<String, Tenant> tenants = new TreeMap<>(state.tenants());
    tenants.remove(name);
    return new Accepted(
        state.withTenants(tenants, state.tenantIds().without(known.id()), index), List.of());
  }

  static Decision truncate(ClusterState state, String name, int id, long index) {
    Tenant known = state.tenants().get(name);
    if (known == null) {
      return unknown(name);
    }
    if (id != 0 && id != known.id()) {
      // Success would be wrong where the id was looked up at a node that lags: nothing went.
      return ofAnother(known, id);
    }
    if (known.isBeingRestored()) {
      return new Rejected(
          ("tenant '%s' is being restored, and would be opened without what is restored already:"
                  + " give the restore up with 'quorate backup give-up-restore %s'")
              .formatted(name, name));
    }
    SortedMap<String, Tenant> tenants = new TreeMap<>(state.tenants());
    tenants.put(name, known.withId(state.tenantIds().next()));
    return new Accepted(
        state.withTenants(tenants, state.tenantIds().given().without(known.id()), index),
        List.of());
  }

  private static Rejected ofAnother(Tenant known, int id) {
    return new Rejected(
        ("tenant '%s' has id %d, and not %d: it was truncated, or dropped and created again, since"
                + " that id was looked up. Nothing was changed")
            .formatted(known.name(), known.id(), id));
  }

  private static Rejected unknown(String name) {
    return new Rejected(
        RefusalKind.UNKNOWN_TENANT,
        "tenant %s does not exist: it was dropped before, or its name is another one"
            .formatted(Quoted.of(name)));
  }
}
