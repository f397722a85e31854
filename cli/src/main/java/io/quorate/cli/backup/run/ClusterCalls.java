package io.quorate.cli.backup.run;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Backups;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.Tenant;
import java.util.List;

/** What a backup and a restore ask of a cluster. */
public interface ClusterCalls {
  ClusterStatus status();

  /** Version at which all nodes write. */
  int clusterVersion();

  /** By name, as {@link Backups#tenants} tells them: none is missing. */
  List<Tenant> tenants();

  Backups backups();

  AccessCalls access();

  /** Makes the calls of a cluster for a client. */
  interface Factory {
    ClusterCalls of(QuorateClient client);
  }

  /** Asks a cluster. */
  static ClusterCalls of(QuorateClient client) {
    Administration administration = Administration.of(client);
    return new ClusterCalls() {
      @Override
      public ClusterStatus status() {
        return administration.cluster().status();
      }

      @Override
      public int clusterVersion() {
        return administration.cluster().upgradeStatus().clusterVersion();
      }

      @Override
      public List<Tenant> tenants() {
        return administration.backups().tenants();
      }

      @Override
      public Backups backups() {
        return administration.backups();
      }

      @Override
      public AccessCalls access() {
        return AccessCalls.of(administration.access(), administration.backups());
      }
    };
  }
}
