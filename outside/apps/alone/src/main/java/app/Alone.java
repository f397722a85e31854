package app;

/** An application that has nothing but the client. */
public final class Alone {
  private Alone() {}

  public static void main(String[] args) {
    PutAndGet.run(args[0], "alone");
    for (String inside : new String[] {"io.grpc.Channel", "com.google.protobuf.Message"}) {
      try {
        Class.forName(inside);
        throw new AssertionError(inside + " is on the class path of the application");
      } catch (ClassNotFoundException expected) {
        // The client keeps it to itself.
      }
    }
    System.out.println("alone: ok");
  }
}
