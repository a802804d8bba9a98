-- +up
-- Who gets the mails: learnt from user.registered, so that no service has to be asked.
CREATE TABLE contacts (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  user_id uuid NOT NULL,
  email text NOT NULL,
  full_name text NOT NULL,
  CONSTRAINT contacts_pkey PRIMARY KEY (user_id)
);
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON contacts USING (souk_sees(tenant_id));

-- A message is born from one event and lives until it is sent or given up.
CREATE TABLE messages (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  event_id uuid NOT NULL,
  user_id uuid NOT NULL,
  kind text NOT NULL,
  channel text NOT NULL DEFAULT 'email',
  data jsonb NOT NULL,                       -- what the template shows
  recipient text NOT NULL DEFAULT '',        -- filled in when it is sent
  subject text NOT NULL DEFAULT '',
  status text NOT NULL DEFAULT 'queued',
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  last_error text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  sent_at timestamptz,
  CONSTRAINT messages_pkey PRIMARY KEY (id),
  CONSTRAINT messages_once_per_event UNIQUE (event_id, channel),
  CONSTRAINT messages_status_known CHECK (status IN ('queued', 'sent', 'failed')),
  CONSTRAINT messages_sent_at_when_sent CHECK ((status = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX messages_due ON messages (next_attempt_at) WHERE status = 'queued';
CREATE INDEX messages_newest ON messages (tenant_id, id DESC);
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON messages USING (souk_sees(tenant_id));

-- +down
DROP TABLE messages;
DROP TABLE contacts;
