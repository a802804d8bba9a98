#!/bin/bash
# The user that RABBITMQ_DEFAULT_USER and _PASS name, who may come from anywhere.
set -euo pipefail
cat >/tmp/rabbitmq.conf <<END
default_user = ${RABBITMQ_DEFAULT_USER:-guest}
default_pass = ${RABBITMQ_DEFAULT_PASS:-guest}
listeners.tcp.default = 5672
END
export RABBITMQ_CONFIG_FILE=/tmp/rabbitmq.conf RABBITMQ_CONF_ENV_FILE=/dev/null
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='+sbwt none +S 2:2'
exec "$@"
