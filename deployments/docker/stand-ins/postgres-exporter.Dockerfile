# Stands in for prometheuscommunity/postgres-exporter where no registry can be reached. For tests.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prometheus-postgres-exporter \
 && rm -rf /var/lib/apt/lists/*
USER nobody
ENTRYPOINT ["prometheus-postgres-exporter"]
