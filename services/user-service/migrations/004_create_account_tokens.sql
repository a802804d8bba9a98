-- +up
-- The language that the account's mails are written in; empty: the shop's.
ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT '';

-- Links that were mailed: the mail has the token, this table its digest. Used once.
CREATE TABLE account_tokens (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  digest bytea NOT NULL,
  user_id uuid NOT NULL,
  purpose text NOT NULL,
  email text NOT NULL,                       -- where it was mailed to
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,                       -- or replaced by something that makes it worthless
  CONSTRAINT account_tokens_pkey PRIMARY KEY (digest),
  CONSTRAINT account_tokens_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT account_tokens_digest_is_sha256 CHECK (octet_length(digest) = 32),
  CONSTRAINT account_tokens_purpose_known CHECK (
    purpose IN ('verify_email', 'reset_password', 'change_email')),
  CONSTRAINT account_tokens_expire_later CHECK (expires_at > created_at)
);
CREATE INDEX account_tokens_by_user ON account_tokens (user_id, purpose, created_at);
CREATE INDEX account_tokens_by_end ON account_tokens (expires_at);
ALTER TABLE account_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON account_tokens USING (souk_sees(tenant_id));

-- From where each account has logged in: a digest of the kind of browser and the network, so that who
-- reads this learns neither.
CREATE TABLE known_devices (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  user_id uuid NOT NULL,
  digest bytea NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  CONSTRAINT known_devices_pkey PRIMARY KEY (user_id, digest),
  CONSTRAINT known_devices_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX known_devices_by_use ON known_devices (last_seen_at);
ALTER TABLE known_devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE known_devices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON known_devices USING (souk_sees(tenant_id));

-- +down
DROP TABLE known_devices;
DROP TABLE account_tokens;
ALTER TABLE users DROP COLUMN locale;
