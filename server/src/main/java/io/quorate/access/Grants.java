package io.quorate.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one user or role is granted: for each tenant pattern and prefix, one grant. In a fixed
 * order, so that equal ones give equal bytes.
 */
public record Grants(List<Grant> all) {
  public static final Grants NONE = new Grants(List.of());

  /**
   * @throws IllegalArgumentException if two are about the same
   */
  public Grants {
    SortedMap<Place, Grant> sorted = new TreeMap<>();
    for (Grant each : all) {
      if (sorted.put(Place.of(each), each) != null) {
        throw new IllegalArgumentException("two grants are about the same: " + each);
      }
    }
    all = List.copyOf(sorted.values());
  }

  /** What a grant is about. */
  private record Place(TenantPattern tenants, KeyPrefix prefix) implements Comparable<Place> {
    static Place of(Grant grant) {
      return new Place(grant.tenants(), grant.prefix());
    }

    @Override
    public int compareTo(Place other) {
      int first = tenants.compareTo(other.tenants);
      return first != 0 ? first : prefix.compareTo(other.prefix);
    }
  }

  Grants with(Grant grant) {
    Grant same = about(grant);
    return replaced(same, same == null ? grant : same.and(grant));
  }

  /**
   * @throws IllegalArgumentException if nothing is granted for exactly that
   */
  Grants without(Grant grant) {
    Grant same = about(grant);
    if (same == null) {
      throw new IllegalArgumentException(
          "nothing is granted for tenant '%s'%s: name what was granted%s"
              .formatted(
                  grant.tenants(),
                  grant.prefix().isEmpty()
                      ? " without a prefix"
                      : " and prefix (hex) " + grant.prefix(),
                  prefixes(grant.tenants())));
    }
    return replaced(same, same.without(grant));
  }

  /** For which prefixes of the keys of the same tenants something is granted. */
  private String prefixes(TenantPattern tenants) {
    String prefixes =
        all.stream()
            .filter(grant -> grant.tenants().equals(tenants))
            .map(grant -> grant.prefix().isEmpty() ? "none" : grant.prefix().toString())
            .collect(Collectors.joining(", "));
    return prefixes.isEmpty()
        ? ""
        : ". For this tenant there are grants with these prefixes (hex): " + prefixes;
  }

  private @Nullable Grant about(Grant grant) {
    return all.stream().filter(grant::isAbout).findFirst().orElse(null);
  }

  private Grants replaced(@Nullable Grant old, @Nullable Grant by) {
    Collection<Grant> changed = new ArrayList<>(all);
    if (old != null) {
      changed.remove(old);
    }
    if (by != null) {
      changed.add(by);
    }
    return new Grants(List.copyOf(changed));
  }
}
