# Stands in for rabbitmq:3 where no registry can be reached. For tests.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rabbitmq-server \
 && rm -rf /var/lib/apt/lists/*
COPY rabbitmq-entrypoint.sh /entrypoint
VOLUME /var/lib/rabbitmq
USER rabbitmq
ENV HOME=/var/lib/rabbitmq PATH=/usr/lib/rabbitmq/bin:$PATH RABBITMQ_LOGS=-
ENTRYPOINT ["/entrypoint"]
CMD ["rabbitmq-server"]
