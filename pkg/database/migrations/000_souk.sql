-- What every database of the platform stands on, applied before a service's own migrations.

-- +up
-- Roles belong to the whole cluster, and several databases may be migrated at this very moment:
-- whoever loses the race finds the work done.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'souk_service') THEN
    CREATE ROLE souk_service NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- So that one login can do for both where nobody set up two: it becomes souk_service to serve.
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'souk_service', 'MEMBER') THEN
    GRANT souk_service TO CURRENT_USER;
  END IF;
EXCEPTION
  WHEN unique_violation OR internal_error THEN  -- "tuple concurrently updated" is an internal_error
    IF NOT pg_has_role(current_user, 'souk_service', 'MEMBER') THEN RAISE; END IF;
END $$;

-- The tenant of the running transaction; NULL, which equals nothing, when none was set.
CREATE FUNCTION souk_tenant() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('souk.tenant', true), '')::uuid;

GRANT USAGE ON SCHEMA public TO souk_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO souk_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO souk_service;

-- True in a job that looks for work of every tenant (kEveryTenant).
CREATE FUNCTION souk_sees_all() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN souk_tenant() = 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid;

-- True for the rows of the running transaction's tenant, and for all rows where souk_sees_all(). For the
-- policies of tables that such jobs sweep, and of no others.
CREATE FUNCTION souk_sees(tenant uuid) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN tenant = souk_tenant() OR souk_sees_all();

-- Events that were committed and not yet delivered: a row for each event and subscriber (pkg/messaging).
-- Rows come and go all the time, so vacuum follows closely.
CREATE TABLE outbox (
  subscriber text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  event_id uuid NOT NULL,
  partition smallint NOT NULL,
  topic text NOT NULL,
  aggregate_id text NOT NULL,
  traceparent text NOT NULL,
  occurred_at timestamptz NOT NULL,
  payload bytea NOT NULL,
  CONSTRAINT outbox_once PRIMARY KEY (subscriber, seq)  -- the one index: how each subscriber's rows are read
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- Events that were received. A row without applied_at is one that failed and will come again.
CREATE TABLE inbox (
  event_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  attempts int NOT NULL DEFAULT 0,
  applied_at timestamptz,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_by_age ON inbox (received_at);

-- Events that failed for good, and those of the same aggregate that came after. `event` is the whole
-- souk.common.v1.Event, as it came.
CREATE TABLE dead_letters (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  event_id text NOT NULL CONSTRAINT dead_letters_once UNIQUE,
  topic text NOT NULL,
  aggregate_id text NOT NULL,
  event bytea NOT NULL,
  reason text NOT NULL,
  attempts int NOT NULL,
  dead_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dead_letters_by_aggregate ON dead_letters (aggregate_id, seq);

-- The stored replies of Idempotency-Keys (pkg/runtime/idempotency.hpp).
CREATE TABLE idempotency_keys (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  caller text NOT NULL,
  method text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  reply bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT idempotency_keys_once PRIMARY KEY (tenant_id, caller, method, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- As souk_sees(tenant_id), in the words that let PostgreSQL look at the setting once a statement and not
-- once a row: these tables are swept with thousands of rows at a time.
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON outbox USING (
  tenant_id = (SELECT souk_tenant()) OR (SELECT souk_sees_all()));
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inbox USING (
  tenant_id = (SELECT souk_tenant()) OR (SELECT souk_sees_all()));
ALTER TABLE dead_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE dead_letters FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON dead_letters USING (
  tenant_id = (SELECT souk_tenant()) OR (SELECT souk_sees_all()));
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON idempotency_keys USING (
  tenant_id = (SELECT souk_tenant()) OR (SELECT souk_sees_all()));

-- +down
DROP TABLE idempotency_keys, dead_letters, inbox, outbox;
DROP FUNCTION souk_sees(uuid);
DROP FUNCTION souk_sees_all();
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM souk_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM souk_service;
REVOKE USAGE ON SCHEMA public FROM souk_service;
DROP FUNCTION souk_tenant();
