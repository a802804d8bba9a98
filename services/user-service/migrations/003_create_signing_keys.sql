-- +up
-- The keys of the access tokens. They belong to the installation; the default tenant keeps them.
CREATE TABLE signing_keys (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  kid text NOT NULL,
  sealed_seed bytea NOT NULL,                -- encrypted under the installation's internal key
  state text NOT NULL,
  created_at timestamptz NOT NULL,
  signing_since timestamptz,
  retired_at timestamptz,
  CONSTRAINT signing_keys_pkey PRIMARY KEY (kid),
  CONSTRAINT signing_keys_state_known CHECK (state IN ('next', 'signing', 'retired')),
  CONSTRAINT signing_keys_signing_since CHECK (state <> 'signing' OR signing_since IS NOT NULL),
  CONSTRAINT signing_keys_retired_at CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX signing_keys_one_signs ON signing_keys (tenant_id) WHERE state = 'signing';
CREATE UNIQUE INDEX signing_keys_one_next ON signing_keys (tenant_id) WHERE state = 'next';
ALTER TABLE signing_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE signing_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON signing_keys USING (tenant_id = souk_tenant());

-- +down
DROP TABLE signing_keys;
