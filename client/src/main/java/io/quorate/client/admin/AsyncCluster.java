package io.quorate.client.admin;

import io.quorate.client.FailedPreconditionException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import io.quorate.client.UnknownTenantException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Looks at the cluster and changes its tenants and its topology, without blocking. Any node
 * answers: nodes are asked one after the other until one does or the client's timeout is over.
 * Futures complete on the client's event loop and fail with a {@link QuorateException}.
 */
public interface AsyncCluster {
  /** The nodes, their states, and the metadata group, as the node that answers sees them. */
  CompletableFuture<ClusterStatus> status();

  /**
   * The same as one node sees it, with its report of itself; no other node answers in its place.
   *
   * @param address host:port of its gRPC server
   */
  CompletableFuture<ClusterStatus> statusOf(String address);

  /** Where keys live. */
  CompletableFuture<Placement> placement();

  /** The tenants, by name. */
  CompletableFuture<List<Tenant>> tenants();

  /** Creates a tenant. Creating it again with the same settings succeeds. */
  CompletableFuture<TenantChange> createTenant(String name, TenantSettings settings);

  /**
   * Changes a tenant's defaults; what {@code settings} does not say stays as it is. While no answer
   * comes the request is sent again, also to other nodes; however often it arrives, it is carried
   * out once. Fails with {@link InvalidRequestException}, before anything is sent, if {@code
   * settings} says one that is {@linkplain TenantSetting#isFixed fixed}.
   */
  CompletableFuture<TenantChange> alterTenant(String name, TenantSettings settings);

  /**
   * Like {@link #alterTenant(String, TenantSettings)}, under an id that the caller gives.
   *
   * @param requestId the same for each call that repeats the request, for instance after {@link
   *     OutcomeUnknownException}; see {@link TopologyChangeOptions#requestId}
   */
  CompletableFuture<TenantChange> alterTenant(String name, TenantSettings settings, UUID requestId);

  /**
   * Drops a tenant with all its keys. Returns once that is agreed on and all nodes that are up know
   * of it; they delete what they hold from then on. The name can be given again: the new tenant has
   * nothing of the old one. Writes under way may be acknowledged and are gone with it. It cannot be
   * undone. While no answer comes the request is sent again, also to other nodes; however often it
   * arrives, it is carried out once.
   *
   * <p>Fails with {@link UnknownTenantException} if there is no such tenant, and with {@link
   * FailedPreconditionException} if it is the tenant of requests that name none.
   *
   * @return what an operator should know: nodes that do not know of it yet after two seconds, and
   *     answer as before until they hear of it; empty as a rule
   */
  CompletableFuture<List<String>> dropTenant(String name);

  /**
   * Like {@link #dropTenant(String)}, under an id that the caller gives.
   *
   * @param requestId the same for each call that repeats the request, for instance after {@link
   *     OutcomeUnknownException}
   */
  CompletableFuture<List<String>> dropTenant(String name, UUID requestId);

  /**
   * Like {@link #dropTenant(String, UUID)}, and drops no other tenant of that name: if there is one
   * by now, {@link FailedPreconditionException} says so. The cluster knows a request by its id
   * while it is one of the newest 128 of operators, and a tenant by its own id for good.
   *
   * @param id {@link Tenant#id} as it was looked up before the first call; 0: whichever tenant has
   *     the name
   */
  CompletableFuture<List<String>> dropTenant(String name, int id, UUID requestId);

  /**
   * Deletes all keys of a tenant, which keeps its settings, as {@link #dropTenant} does. Fails with
   * {@link UnknownTenantException} if there is no such tenant.
   *
   * @return the tenant, under another id, and what {@link #dropTenant(String)} returns
   */
  CompletableFuture<TenantChange> truncateTenant(String name);

  /** Like {@link #truncateTenant(String)}, under an id that the caller gives. */
  CompletableFuture<TenantChange> truncateTenant(String name, UUID requestId);

  /**
   * Like {@link #truncateTenant(String, UUID)}, and deletes only what the tenant held under the id
   * that it had, however late the request is repeated: if it has been truncated since, or dropped
   * and created again, {@link FailedPreconditionException} says so, and nothing is deleted.
   *
   * @param id {@link Tenant#id} as it was looked up before the first call; 0: whichever tenant has
   *     the name
   */
  CompletableFuture<TenantChange> truncateTenant(String name, int id, UUID requestId);

  /**
   * Says that a member has lost its disk: a node that stands at its address with an empty one takes
   * its place, and is filled from the others before it counts. Saying it again succeeds.
   *
   * @param node id, address or name
   * @param acceptDataLoss even where too few other replicas are known to hold what it held
   * @param force even though it answers
   */
  CompletableFuture<Readmission> readmitNode(String node, boolean acceptDataLoss, boolean force);

  /**
   * Returns what a change would move, as things are now. Changes nothing.
   *
   * @throws InvalidRequestException there is no such change; the message says why
   * @throws FailedPreconditionException the state of the cluster does not allow it now
   * @throws UnknownTenantException the tenant that is to be altered does not exist
   */
  CompletableFuture<TopologyPlan> planTopologyChange(TopologyChange change);

  /**
   * Changes the topology. Completes once the change is agreed on; the cluster carries it out from
   * then on, see {@link ClusterStatus#topologyChange}. While no answer comes the request is sent
   * again, also to other nodes; however often it arrives, it is one change.
   *
   * @return its id, and how it stands
   * @throws InvalidRequestException there is no such change: nothing was changed
   * @throws FailedPreconditionException the state of the cluster does not allow it now: nothing was
   *     changed; look at the state, and ask again under a new request id
   * @throws UnknownTenantException the tenant that is to be altered does not exist
   * @throws UnavailableException no node could pass it on: nothing was changed
   * @throws OutcomeUnknownException no node answered in time, and it may have taken effect: look at
   *     the status, or ask again under the same {@link TopologyChangeOptions#requestId}
   */
  CompletableFuture<TopologyChangeResult> changeTopology(TopologyChange change);

  /** Like {@link #changeTopology(TopologyChange)}, with options. */
  default CompletableFuture<TopologyChangeResult> changeTopology(
      TopologyChange change, TopologyChangeOptions options) {
    return changeTopology(change, ChangeLimits.UNCHANGED, options);
  }

  /**
   * Like {@link #changeTopology(TopologyChange)}, with limits for this change and later ones. They
   * are set together with the change: if it is refused, none of them is.
   *
   * @param limits what is null in it stays as it is
   */
  CompletableFuture<TopologyChangeResult> changeTopology(
      TopologyChange change, ChangeLimits limits, TopologyChangeOptions options);

  /**
   * Cancels the change of the topology. No further partition begins to move; partitions that can go
   * back go back, and the others complete their move. Nodes that were to leave or join stay
   * members.
   *
   * @return its id, for it is a change, too, and how it stands
   * @throws FailedPreconditionException nothing is on the move
   * @throws UnavailableException no node could pass it on: nothing was changed
   * @throws OutcomeUnknownException no node answered in time, and it may have taken effect: look at
   *     the status, or ask again under the same {@link TopologyChangeOptions#requestId}
   */
  CompletableFuture<TopologyChangeResult> cancelTopologyChange();

  /** Like {@link #cancelTopologyChange()}, with options. */
  CompletableFuture<TopologyChangeResult> cancelTopologyChange(TopologyChangeOptions options);

  /**
   * Limits how much of a change is done at a time, for this one and later ones; or pauses it.
   *
   * @param limits what is null in it stays as it is
   * @return the id of the change that they hold for, and how it stands, with its limits
   * @throws InvalidRequestException a limit is out of range
   * @throws FailedPreconditionException the topology was changed after the version that is expected
   * @throws UnavailableException no node could pass it on: nothing was changed
   * @throws OutcomeUnknownException no node answered in time, and it may have taken effect: look at
   *     the status, or ask again under the same {@link TopologyChangeOptions#requestId}
   */
  CompletableFuture<TopologyChangeResult> limitTopologyChange(ChangeLimits limits);

  /** Like {@link #limitTopologyChange(ChangeLimits)}, with options. */
  CompletableFuture<TopologyChangeResult> limitTopologyChange(
      ChangeLimits limits, TopologyChangeOptions options);

  /** Returns the version of the cluster, and the releases that its nodes run. */
  CompletableFuture<UpgradeStatus> upgradeStatus();

  /**
   * Finalizes an upgrade: raises the version of the cluster, and with it what its nodes write.
   * Afterwards no node can go back to a release that does not work at that version. While no answer
   * comes the request is sent again, also to other nodes; repeating it changes nothing.
   *
   * @param clusterVersion to raise it to: {@link UpgradeStatus#highestClusterVersion}
   * @return what an operator should know: nodes that do not know of it yet after two seconds; empty
   *     as a rule
   * @throws FailedPreconditionException some node runs a release that does not work at that
   *     version, which the message names, or the cluster is past it: nothing was changed
   * @throws UnavailableException no node could pass it on: nothing was changed
   * @throws OutcomeUnknownException no node answered in time, and it may have taken effect: look at
   *     the status, or ask again
   */
  CompletableFuture<List<String>> finalizeUpgrade(int clusterVersion);

  /**
   * Creates a join token: what a new node shows to be taken into the cluster, where it needs one.
   * All nodes that are up know it once this is answered, and take it. Each call creates another
   * one. It is not sent again once it may have been applied.
   *
   * @param ttl how long the token can be used, 1 minute to 7 days
   * @param uses how many nodes can join with it, 1 to 100
   * @throws InvalidRequestException there is no such token: nothing was changed
   * @throws FailedPreconditionException there are as many tokens as there may be, or the cluster's
   *     version knows none: nothing was changed
   * @throws UnavailableException no node could pass it on: nothing was changed
   * @throws OutcomeUnknownException no node answered in time: there may be a token that no one
   *     knows the secret of; it is of no use, and expires
   */
  CompletableFuture<NewJoinToken> createJoinToken(Duration ttl, int uses);

  /** Returns the join tokens that can be used, by id. */
  CompletableFuture<List<JoinToken>> joinTokens();

  /**
   * Drops a join token: no node joins with it any more. Nodes that have joined stay members. While
   * no answer comes the request is sent again, also to other nodes; it takes effect once.
   *
   * @param id as {@link JoinToken#id} tells it
   * @return what an operator should know: nodes that do not know of it yet after two seconds; empty
   *     as a rule
   * @throws FailedPreconditionException there is no such token: nothing was changed
   * @throws UnavailableException no node could pass it on: nothing was changed
   * @throws OutcomeUnknownException no node answered in time, and it may have taken effect: look at
   *     the list, or ask again
   */
  CompletableFuture<List<String>> dropJoinToken(String id);
}
