#!/usr/bin/env bash
# Runs a command on the PostgreSQL, Redis and RabbitMQ of docker-compose.yml where those run
# (docker-compose up -d postgres redis rabbitmq), and otherwise as it is: then private servers are
# started. Settings of the environment and of .env stand above both.
#   scripts/with-compose-stores.sh COMMAND...
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
docker=${DOCKER:-docker}

# A variable of the environment, else of .env, else what is given.
setting() {
  local value=${!1-}
  [[ -n $value || ! -r $root/.env ]] || value=$(sed -n "s/^$1=//p" "$root/.env" | tail -1)
  printf '%s' "${value:-$2}"
}

# The compose project of this folder, or the one that COMPOSE_PROJECT_NAME names.
project=project.working_dir=$root
[[ -z ${COMPOSE_PROJECT_NAME-} ]] || project=project=$COMPOSE_PROJECT_NAME

# The port of this machine that leads to one of its stores.
port_of() {
  "$docker" ps --filter "label=com.docker.compose.$project" \
    --filter "label=com.docker.compose.service=$1" --format '{{.Ports}}' 2>/dev/null |
    sed -nE "s/.*127\.0\.0\.1:([0-9]+)->$2\/tcp.*/\1/p" | head -1
}

if [[ -z $(setting USER_DATABASE_URL '') ]] && command -v "$docker" >/dev/null; then
  postgres=$(port_of postgres 5432 || true)
  redis=$(port_of redis 6379 || true)
  rabbitmq=$(port_of rabbitmq 5672 || true)
  if [[ -n $postgres ]]; then
    login=souk:$(setting POSTGRES_PASSWORD souk)
    for name in user product order payment inventory notification sandbox; do
      export "${name^^}_DATABASE_URL=postgresql://$login@127.0.0.1:$postgres/souk_$name"
    done
    echo "PostgreSQL: docker-compose's, port $postgres" >&2
  fi
  if [[ -n $redis && -z $(setting REDIS_URL '') ]]; then
    export REDIS_URL=redis://127.0.0.1:$redis
    echo "Redis: docker-compose's, port $redis" >&2
  fi
  if [[ -n $rabbitmq && -z $(setting SOUK_BUS '') ]]; then
    export SOUK_BUS=rabbitmq RABBITMQ_URL=amqp://souk:$(setting RABBITMQ_PASSWORD souk)@127.0.0.1:$rabbitmq
    echo "RabbitMQ: docker-compose's, port $rabbitmq" >&2
  fi
fi
exec "$@"
