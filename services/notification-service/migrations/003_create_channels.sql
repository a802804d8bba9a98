-- +up
-- SMS goes to the profile's number, unless a provider has said that nobody can be reached there.
CREATE TABLE phones (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  user_id uuid NOT NULL,
  phone text NOT NULL,
  refused_phone text NOT NULL DEFAULT '',
  CONSTRAINT phones_pkey PRIMARY KEY (user_id)
);
ALTER TABLE phones ENABLE ROW LEVEL SECURITY;
ALTER TABLE phones FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON phones USING (souk_sees(tenant_id));

-- An event has at most one message for each user and channel. Inbox messages are there as soon as they
-- are written; nobody sends them.
ALTER TABLE messages DROP CONSTRAINT messages_once_per_event;
ALTER TABLE messages ADD CONSTRAINT messages_once_per_event UNIQUE (event_id, user_id, channel);
ALTER TABLE messages ADD CONSTRAINT messages_channel_known
  CHECK (channel IN ('email', 'sms', 'push', 'inbox'));
ALTER TABLE messages ADD COLUMN reached uuid[] NOT NULL DEFAULT '{}';  -- devices that have a push message
ALTER TABLE messages ADD COLUMN read_at timestamptz;
ALTER TABLE messages ADD CONSTRAINT messages_read_in_inbox CHECK (read_at IS NULL OR channel = 'inbox');
DROP INDEX messages_due;
CREATE INDEX messages_due ON messages (channel, next_attempt_at) WHERE status = 'queued';
CREATE INDEX messages_inbox ON messages (tenant_id, user_id, id DESC) WHERE channel = 'inbox';
CREATE INDEX messages_unread ON messages (tenant_id, user_id) WHERE channel = 'inbox' AND read_at IS NULL;

-- What somebody has chosen; the rest is as the kind's rule says.
CREATE TABLE preferences (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  user_id uuid NOT NULL,
  kind text NOT NULL,
  channel text NOT NULL,
  enabled boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  CONSTRAINT preferences_pkey PRIMARY KEY (user_id, kind, channel),
  CONSTRAINT preferences_channel_known CHECK (channel IN ('email', 'sms', 'push', 'inbox'))
);
ALTER TABLE preferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE preferences FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON preferences USING (tenant_id = souk_tenant());

-- Where push messages go. `address` is the subscription's endpoint or the app's token; whoever
-- registers it last has it: a browser is shared, its subscription is one.
CREATE TABLE devices (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  platform text NOT NULL,
  address text NOT NULL,
  address_digest bytea NOT NULL,
  p256dh bytea,
  auth bytea,
  name text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  CONSTRAINT devices_pkey PRIMARY KEY (id),
  CONSTRAINT devices_address_once UNIQUE (tenant_id, address_digest),
  CONSTRAINT devices_platform_known CHECK (platform IN ('web', 'fcm')),
  CONSTRAINT devices_web_has_keys CHECK (
    (platform = 'web') = (p256dh IS NOT NULL AND auth IS NOT NULL))
);
CREATE INDEX devices_by_user ON devices (user_id, id DESC);
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON devices USING (souk_sees(tenant_id));

-- The key that push services know us by (RFC 8292). It belongs to the installation; the default tenant
-- keeps it. Browsers subscribe for this one key, so it does not change.
CREATE TABLE vapid_keys (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  sealed_key bytea NOT NULL,                 -- encrypted under the installation's internal key
  created_at timestamptz NOT NULL,
  CONSTRAINT vapid_keys_one PRIMARY KEY (tenant_id)
);
ALTER TABLE vapid_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE vapid_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vapid_keys USING (tenant_id = souk_tenant());

-- What those who look on are shown, kept for a day so that a client can take up where it was cut off.
-- Rows become visible in the order of their commits, not of their numbers: a reader takes what is older
-- than every transaction that still runs, in the order of (xid, seq), and so passes nothing over.
CREATE TABLE live_events (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  event_id uuid NOT NULL,
  user_id uuid NOT NULL,
  type text NOT NULL,
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT live_events_pkey PRIMARY KEY (xid, seq)
);
CREATE INDEX live_events_by_user ON live_events (user_id, xid, seq);
CREATE INDEX live_events_by_age ON live_events (created_at);
ALTER TABLE live_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE live_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON live_events USING (
  tenant_id = (SELECT souk_tenant()) OR (SELECT souk_sees_all()));

-- +down
DROP TABLE live_events, vapid_keys, devices, preferences, phones;
ALTER TABLE messages NO FORCE ROW LEVEL SECURITY;  -- of all tenants: the version before sends mails only
DELETE FROM messages WHERE channel <> 'email';
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
DROP INDEX messages_unread, messages_inbox, messages_due;
CREATE INDEX messages_due ON messages (next_attempt_at) WHERE status = 'queued';
ALTER TABLE messages DROP CONSTRAINT messages_read_in_inbox, DROP CONSTRAINT messages_channel_known;
ALTER TABLE messages DROP COLUMN read_at, DROP COLUMN reached;
ALTER TABLE messages DROP CONSTRAINT messages_once_per_event;
ALTER TABLE messages ADD CONSTRAINT messages_once_per_event UNIQUE (event_id, channel);
