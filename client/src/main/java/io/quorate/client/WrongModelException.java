package io.quorate.client;

/**
 * The tenant has another model than the methods are for that were called: {@link
 * QuorateClient#keyValue()} on a tenant with siblings, or {@link QuorateClient#counters} on one
 * with sets. Nothing was applied, and a read returned nothing of the key.
 */
public final class WrongModelException extends InvalidRequestException {
  private final String model;

  /**
   * @param model see {@link #model}
   */
  public WrongModelException(String message, FailureInfo info, String model) {
    super(message, info);
    this.model = model;
  }

  /** The model that the tenant has, by its name, such as {@code SIBLINGS}. */
  public String model() {
    return model;
  }
}
