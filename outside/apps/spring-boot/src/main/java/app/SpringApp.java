package app;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A Spring Boot application, with the gRPC and protobuf that Spring Boot chooses. */
@SpringBootApplication
public class SpringApp {
  public static void main(String[] args) {
    SpringApplication.run(SpringApp.class, args).close();
  }

  @Bean
  CommandLineRunner runner() {
    return args -> {
      if (!Timestamp.newBuilder().setSeconds(7).build().toString().contains("7")) {
        throw new AssertionError("the application's protobuf");
      }
      ManagedChannel own = ManagedChannelBuilder.forTarget("127.0.0.1:1").usePlaintext().build();
      PutAndGet.run(args[0], "spring");
      own.shutdownNow();
      System.out.println("spring-boot " + SpringBootVersion.getVersion() + ": ok");
    };
  }
}
