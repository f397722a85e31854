# One node of Quorate, or any `quorate` command, below 200 MB: what a node needs of Debian, a Java of the
# modules that it needs, and libraries for the one platform that the image is for.
#
#   docker compose build                                 builds from source; needs nothing but Docker
#   QUORATE_DISTRIBUTION=prebuilt docker compose build   takes what `mvn -Psbom package` built here before
#
# BASE_IMAGE is any Debian or Ubuntu, of which the image has a part; BUILD_IMAGE any image with a JDK 21 or
# newer, and with Maven where Quorate is built here; JAVA_IMAGE one that has the same JDK, which Java comes
# from. An image for another platform than that of this machine is made of the first and the last of that
# platform, and no program of that platform is run.
ARG BASE_IMAGE=debian:13-slim
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG JAVA_IMAGE=${BUILD_IMAGE}
ARG DISTRIBUTION=built

FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS built
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

# Java.
FROM ${JAVA_IMAGE} AS java
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS runtime
ARG TARGETARCH
ARG SOURCE_DATE_EPOCH
COPY bin/find-java deploy/image/modules deploy/image/runtime /link/
RUN --mount=type=bind,from=java,target=/java \
  SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH /link/runtime /runtime "$TARGETARCH" /java

# All that is Quorate's own, with the owners and modes that it has in the image. Native libraries of the
# platform are unpacked; those of others are left out.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS own
ARG TARGETARCH
ARG SOURCE_DATE_EPOCH
COPY --from=distribution /lib-out/ /own/opt/quorate/lib/
COPY bin/quorate bin/find-java bin/memory-limit bin/healthcheck /own/opt/quorate/bin/
COPY LICENSE NOTICE /own/opt/quorate/
COPY config/quorate.yml /own/etc/quorate/quorate.yml
COPY deploy/image/own /own-files
RUN SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH /own-files /own "$TARGETARCH"

# Debian.
FROM ${BASE_IMAGE} AS base
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS system
ARG TARGETARCH
ARG SOURCE_DATE_EPOCH
COPY --from=base / /system/
COPY deploy/image/system /strip
RUN SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH /strip /system "$TARGETARCH"

FROM scratch
COPY --from=system /system/ /
COPY --from=runtime /runtime/ /
COPY --from=own /own/ /
ARG VERSION=
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title=Quorate \
  org.opencontainers.image.description="A networked key-value store cluster that keeps what it acknowledged" \
  org.opencontainers.image.licenses=Apache-2.0 \
  org.opencontainers.image.version=$VERSION \
  org.opencontainers.image.revision=$REVISION \
  org.opencontainers.image.source=$SOURCE
USER 10001:10001
ENV PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  JAVA_HOME=/opt/java/openjdk HOME=/tmp XDG_CACHE_HOME=/var/lib/quorate/.cache \
  QUORATE_DEFAULT_DATA_DIR=/var/lib/quorate QUORATE_HEALTHCHECK_FILE=/tmp/quorate-healthcheck
VOLUME /var/lib/quorate
# With TLS each check takes a JVM, and 0.4 s of a processor.
HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=5 CMD ["/opt/quorate/bin/healthcheck"]
ENTRYPOINT ["/opt/quorate/bin/quorate"]
CMD ["server", "--config", "/etc/quorate/quorate.yml"]
