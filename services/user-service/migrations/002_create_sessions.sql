-- +up
-- A login and all the refresh tokens that follow from it. Only the newest is good; the server's
-- seal on a token tells an old one (stolen, or used twice) from a made-up one, so old digests need
-- no table.
CREATE TABLE sessions (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  token_digest bytea NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CONSTRAINT sessions_pkey PRIMARY KEY (id),
  CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT sessions_digest_is_sha256 CHECK (octet_length(token_digest) = 32),
  CONSTRAINT sessions_expire_later CHECK (expires_at > last_used_at)
);
CREATE INDEX sessions_live ON sessions (user_id) WHERE revoked_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON sessions USING (souk_sees(tenant_id));

-- Sessions whose access tokens must no longer be accepted, as long as any of these lives. Whoever
-- verifies tokens reads what has a greater seq than it knows: rows are inserted under one lock, so
-- that they appear in the order of their numbers and none can be passed over.
CREATE TABLE revocations (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  session_id uuid NOT NULL,
  forget_after timestamptz NOT NULL,
  CONSTRAINT revocations_pkey PRIMARY KEY (seq)
);
CREATE INDEX revocations_by_end ON revocations (forget_after);
ALTER TABLE revocations ENABLE ROW LEVEL SECURITY;
ALTER TABLE revocations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON revocations USING (souk_sees(tenant_id));

-- +down
DROP TABLE revocations;
DROP TABLE sessions;
