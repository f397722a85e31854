# One node of Quorate, or any `quorate` command.
#
#   docker compose up                                    builds from source; needs nothing but Docker
#   QUORATE_DISTRIBUTION=prebuilt docker compose build   takes what `mvn -Psbom package` built here before
#
# BASE_IMAGE is any image with a Java 21 or newer and bash.
ARG BASE_IMAGE=eclipse-temurin:25-jre
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG DISTRIBUTION=built

FROM ${BUILD_IMAGE} AS built
WORKDIR /src
COPY pom.xml LICENSE NOTICE ./
COPY bom bom
COPY proto proto
COPY code-mutants code-mutants
COPY client client
COPY client-shaded client-shaded
COPY jobs jobs
COPY server server
COPY simulation simulation
COPY testkit testkit
COPY cli cli
COPY packages packages
RUN --mount=type=cache,target=/maven mvn -q -B -Dmaven.repo.local=/maven -Dquick -Psbom -DskipTests package \
  && mkdir /lib-out && cp cli/target/lib/* cli/target/quorate-cli-*.jar /lib-out/

FROM scratch AS prebuilt
COPY cli/target/lib cli/target/quorate-cli-*.jar /lib-out/

FROM ${DISTRIBUTION} AS distribution

# Native libraries of the platform that the image is for, unpacked; those of others are left out.
FROM ${BASE_IMAGE} AS slim
COPY --from=distribution /lib-out/ /lib-out/
COPY bin/find-java /
RUN "$(/find-java 21)" -cp "/lib-out/*" io.quorate.cli.server.Slim /lib-out

FROM ${BASE_IMAGE}
COPY --from=slim /lib-out/ /opt/quorate/lib/
COPY bin/quorate bin/find-java bin/memory-limit bin/healthcheck /opt/quorate/bin/
COPY LICENSE NOTICE /opt/quorate/
COPY config/quorate.yml /etc/quorate/quorate.yml
# Volumes begin with the owner and mode of what they are mounted on. The compose file keeps
# certificates in tls/, and the key that issues them in authority/.
RUN mkdir -p /var/lib/quorate /etc/quorate/tls /etc/quorate/authority \
  && chown 10001:10001 /var/lib/quorate /etc/quorate/tls /etc/quorate/authority && chmod 700 /etc/quorate/authority \
  && ln -s /opt/quorate/bin/quorate /usr/local/bin/quorate
USER 10001:10001
ENV HOME=/tmp QUORATE_NODE_DATA_DIR=/var/lib/quorate
VOLUME /var/lib/quorate
# With TLS each check takes a JVM, and 0.4 s of a processor.
HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=5 CMD ["/opt/quorate/bin/healthcheck"]
ENTRYPOINT ["/opt/quorate/bin/quorate"]
CMD ["server", "--config", "/etc/quorate/quorate.yml"]
