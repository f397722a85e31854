package io.quorate.client.admin;

import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureCode;
import io.quorate.client.FailureInfo;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import io.quorate.client.UnknownTenantException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Reads what a backup keeps, and brings it back: what {@code quorate backup} and {@code quorate
 * restore} are made of. Any node answers. Nodes make way for what clients ask of them meanwhile, so
 * a call waits for the client's timeout, or for 30 s if that is shorter. Calls fail with a {@link
 * QuorateException}, of {@link PermissionDeniedException} if the client's user may not do it.
 *
 * <p>A tenant is restored in three steps. {@link #beginRestore} creates it; from then on it refuses
 * clients. {@link #restore} stores records, in any order, from any number of threads and processes;
 * all of it may be done again. {@link #finishRestore} opens the tenant. Until then it can be given
 * up with {@link #giveUpRestore}.
 */
public interface Backups {
  /**
   * The tenants, by name. A node answers when it has made sure that it knows all that was decided
   * before the call, unlike {@link Cluster#tenants}, which tells what some node knows: a backup of
   * that might lack a tenant.
   *
   * @throws UnavailableException if no node could make sure within the client's timeout, as without
   *     a leader of the metadata group; the message says why. Ask again
   */
  List<Tenant> tenants();

  /** The roles, made sure of as {@link #tenants} are. */
  List<Role> roles();

  /** The users, made sure of as {@link #tenants} are. */
  List<User> users();

  /**
   * Reads a part of a partition: of each key what a majority of its replicas has, merged. So it is
   * at least as new as every write that was acknowledged at QUORUM before the call. Keys that were
   * deleted or have expired are left out.
   *
   * @param tenant its name
   * @param partition 0 or above, and below {@link ClusterStatus#partitions()}
   * @param after the key after which the page begins: {@link BackupPage#next()} of the page before;
   *     empty for the first page
   * @throws InvalidRequestException if there is no such partition, or the tenant is being restored
   * @throws UnavailableException if too few replicas can be reached; ask again
   */
  BackupPage read(String tenant, int partition, byte[] after);

  /**
   * Reads a part of a partition as of a cut: what it had at that moment, whatever was written
   * since.
   *
   * @param after as of {@link #read(String, int, byte[])}
   * @param cut id of one that is {@link BackupCut.Step#SEALED}; 0: of none
   * @throws FailedPreconditionException if there is no such cut, or it has ended, or too many nodes
   *     have started since it was made: another one has to be made
   * @throws UnavailableException if too few replicas can be reached; ask again
   */
  BackupPage read(String tenant, int partition, byte[] after, long cut);

  /**
   * Reads a part of a partition for a caller that holds what it had before. Of a key whose newest
   * part has a version up to {@code since}, the content is {@linkplain BackupRecord#isLeftOut left
   * out}: compare what is held by {@link BackupRecord#has}, as a write with a low version may have
   * reached a majority later. {@code since} decides how much is sent, and nothing else.
   *
   * @param after as of {@link #read(String, int, byte[])}
   * @param cut as of {@link #read(String, int, byte[], long)}
   * @param since a hybrid time, such as {@link BackupPage#hlc} of the page that is held; 0: no
   *     content is left out
   */
  BackupPage read(String tenant, int partition, byte[] after, long cut, long since);

  /**
   * Reads a part of a partition as {@link #read(String, int, byte[], long, long)} does, of that
   * tenant and no other of its name.
   *
   * @param tenant as {@link #tenants} told it
   * @throws FailedPreconditionException as of {@link #read(String, int, byte[], long)}, and if the
   *     tenant was truncated since, or dropped and created again
   */
  BackupPage read(Tenant tenant, int partition, byte[] after, long cut, long since);

  /**
   * Reads a part of a partition as {@link #read(String, int, byte[], long)} does, and returns it as
   * a scan shows it: values, and when they expire.
   *
   * @param tenant name of one with {@link Model#LAST_WRITE_WINS}
   * @param prefix only keys that begin with it are read; empty: all
   * @param after the key after which the page begins: {@link EntryPage#next()} of the page before;
   *     empty for the first page
   * @param cut as of {@link #read(String, int, byte[], long)}
   * @throws InvalidRequestException as of {@link #read(String, int, byte[])}, and if the tenant has
   *     another model
   */
  EntryPage entries(String tenant, int partition, byte[] prefix, byte[] after, long cut);

  /**
   * Begins a cut of some tenants. There is one at a time. {@link #cut} tells when it can be read;
   * that takes a few seconds. It is one moment over all keys of tenants with {@link
   * Model#LAST_WRITE_WINS}; of others it has each key by itself, with all that was acknowledged at
   * QUORUM before the call, and nothing that was begun after the cut was sealed. What it has of
   * these can be had by {@link #read(String, int, byte[], long)} alone: {@link #entries} is of
   * tenants with {@link Model#LAST_WRITE_WINS}.
   *
   * @param tenants their names, at least one
   * @return its id
   * @throws FailedPreconditionException if there can be none now; the message says why. If another
   *     cut has not ended, {@link FailureInfo#code} is {@link FailureCode#OTHER_CUT}
   * @throws InvalidRequestException if there can be none of these tenants
   */
  long makeCut(List<String> tenants);

  /**
   * Begins a cut as of a moment that has passed, of tenants that have a {@link
   * TenantSetting#HISTORY}, which are of {@link Model#LAST_WRITE_WINS}. If the history of too many
   * replicas begins later, the cut ends before it is {@link BackupCut.Step#SEALED}, with {@link
   * FailureCode#BEFORE_HISTORY}, and its {@link BackupCut#reason} says where it begins: another cut
   * as of the same moment would end likewise.
   *
   * @param tenants their names, at least one
   * @param asOf what was written up to this moment, and within its millisecond, is in the cut
   * @return its id
   * @throws FailedPreconditionException as {@link #makeCut(List)}, and if the moment is longer ago
   *     than a tenant keeps its history ({@link FailureCode#BEFORE_HISTORY}), or a tenant has none
   *     ({@link FailureCode#NO_HISTORY}); the message says which
   * @throws InvalidRequestException if the moment has yet to come
   */
  long makeCut(List<String> tenants, Instant asOf);

  /**
   * Begins a cut as {@link #makeCut(List)} does. A caller that keeps the id of its request where
   * the next process finds it can make the request again after it was killed, and is told of the
   * same cut: without it, a cut that was begun and not ended stands in the way of the next one
   * until it ends by itself.
   *
   * @param requestId the same in all retries of this request, such as {@link UUID#randomUUID}. A
   *     retry begins no other cut: it returns the id of the first one, which may have ended, or
   *     fails as the first one did
   * @throws FailedPreconditionException as {@link #makeCut(List)}, and if the id was used for
   *     another request
   */
  long makeCut(List<String> tenants, UUID requestId);

  /**
   * Begins a cut as {@link #makeCut(List, Instant)} does.
   *
   * @param requestId as of {@link #makeCut(List, UUID)}
   */
  long makeCut(List<String> tenants, Instant asOf, UUID requestId);

  /**
   * Returns how far a cut has come.
   *
   * @param cut its id; 0: the newest
   * @throws InvalidRequestException if there is none of this id
   */
  BackupCut cut(long cut);

  /**
   * Says that a cut is still wanted. One of which nothing is read and that is not kept ends by
   * itself after {@link BackupCut#unheardMax}, 90 s: keep it while nothing is read of it for long.
   * Does nothing if there is no such cut.
   *
   * @param cut its id
   */
  void keepCut(long cut);

  /**
   * Ends a cut: nodes keep nothing for it any more. Does nothing if it has ended.
   *
   * @param cut its id
   */
  void endCut(long cut);

  /**
   * Creates a tenant that is to get what a backup has of it. A tenant that was created by a call
   * with the same backup, and is still being restored, is taken as it is.
   *
   * @param tenant its name in this cluster; there must be none of that name
   * @param backup the id of the backup: any number above 0 that other backups do not have
   * @param factor as of {@link Cluster#createTenant}
   * @param settings as of {@link Cluster#createTenant}
   * @throws FailedPreconditionException if there is such a tenant, or the settings cannot be had in
   *     this cluster
   * @throws InvalidRequestException if they can be had in none
   */
  Tenant beginRestore(
      String tenant, long backup, ReplicationFactor factor, TenantSettings settings);

  /**
   * Begins a restore as {@link #beginRestore} does, also into a tenant that exists, if it holds no
   * key. That tenant is closed to clients before all of its replicas are looked at, so no write
   * that is acknowledged is lost; if a key is found, or a replica does not answer, it is opened
   * again. Then it has the settings that it had, until {@link #finishRestore(Tenant,
   * ReplicationFactor, TenantSettings)}.
   *
   * @param factor that the tenant is to have in the end
   * @param settings that the tenant is to have in the end. Those that are {@linkplain
   *     TenantSetting#isFixed fixed} must be those of the tenant that exists
   * @throws FailedPreconditionException as of {@link #beginRestore}, and if the tenant holds a key,
   *     which the message names; or if partitions move
   * @throws UnavailableException if replicas do not answer; ask again
   */
  Tenant beginRestoreIntoEmpty(
      String tenant, long backup, ReplicationFactor factor, TenantSettings settings);

  /**
   * Stores records, each at a majority of its replicas. Storing them again changes nothing. If it
   * fails, any part of them may have been stored.
   *
   * @param begun the tenant, as the restore was begun
   * @param records of a few megabytes together, at most 4; none with a content that was left out
   * @throws InvalidRequestException if a record cannot be read, or is of a later version of the
   *     cluster, or of another model than the tenant's; or if the restore is over: finished, or
   *     given up
   * @throws UnknownTenantException if it was given up, and had created the tenant
   * @throws UnavailableException if too few replicas can be reached; ask again
   */
  void restore(Tenant begun, List<BackupRecord> records);

  /**
   * Opens a tenant to clients. Does nothing if it was opened before. A restore that was given up is
   * not finished, even if another one was begun from the same backup since. All nodes that are up
   * take requests for the tenant once this is answered.
   *
   * @param begun the tenant, as the restore was begun
   * @return the tenant, and what an operator should know, such as nodes that do not know of it yet
   *     after two seconds
   * @throws InvalidRequestException if the restore was given up
   * @throws FailedPreconditionException if it is given up meanwhile
   * @throws UnknownTenantException if it was given up, and had created the tenant
   */
  TenantChange finishRestore(Tenant begun);

  /**
   * Opens a tenant to clients as {@link #finishRestore(Tenant)} does. One that was there before the
   * restore has other settings and replicas from then on.
   *
   * @param factor partitions come to it one by one
   * @param settings as of {@link #beginRestoreIntoEmpty}
   */
  TenantChange finishRestore(Tenant begun, ReplicationFactor factor, TenantSettings settings);

  /**
   * Gives up a restore that is not finished: the tenant is as it was before. If it was created for
   * the restore it is gone, with all that was stored. Else it is open, with the settings that it
   * had, and holds what it held.
   *
   * <p>A run that goes on stores and opens nothing any more. One that was still beginning begins
   * again: stop it first.
   *
   * @return what {@link Cluster#dropTenant(String)} returns
   * @throws UnknownTenantException if there is no such tenant
   * @throws FailedPreconditionException if it is not being restored
   */
  List<String> giveUpRestore(String tenant);
}
