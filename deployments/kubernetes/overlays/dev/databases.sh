#!/bin/bash
# Run once, by the postgres image, in an empty data folder: a database per service, and their login,
# which is no superuser (row-level security would not bind one).
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$SOUK_PASSWORD" -U "$POSTGRES_USER" -d postgres <<'END'
CREATE ROLE souk_service NOLOGIN;
CREATE ROLE souk LOGIN PASSWORD :'password' IN ROLE souk_service;
CREATE DATABASE souk_user OWNER souk;
CREATE DATABASE souk_product OWNER souk;
CREATE DATABASE souk_order OWNER souk;
CREATE DATABASE souk_payment OWNER souk;
CREATE DATABASE souk_inventory OWNER souk;
CREATE DATABASE souk_notification OWNER souk;
CREATE DATABASE souk_sandbox OWNER souk;
END
