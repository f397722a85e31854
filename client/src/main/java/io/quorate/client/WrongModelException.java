package io.quorate.client;

/**
 * The tenant has another model than the methods are for that were called: {@link
 * QuorateClient#keyValue()} on a tenant with siblings, or {@link QuorateClient#siblings} on another
 * one. Nothing was applied, and a read returned nothing of the key.
 */
public final class WrongModelException extends InvalidRequestException {
  public WrongModelException(String message, FailureInfo info) {
    super(message, info);
  }
}
