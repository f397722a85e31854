package io.quorate.client.admin;

/**
 * The answer to a request that was accepted.
 *
 * @param changeId of the change that was made: the index of the metadata log at which it was
 *     accepted. Where the request changes nothing about who has replicas (limits, an acknowledged
 *     loss, what is so already), of the last change that did; 0: there was none
 * @param status how the change stands that was accepted last; if its {@link
 *     TopologyChangeStatus#changeId} is another one, somebody else made it meanwhile
 */
public record TopologyChangeResult(long changeId, TopologyChangeStatus status) {}
